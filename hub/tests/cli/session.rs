//! A person at a terminal: a folder, a hub, and a transcript.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// What differs from run to run, and what stands in its place.
pub const FILTERS: &[(&str, &str)] = &[
    // First of all, since the digits of a fraction can look like a commit id.
    (
        r#""(seconds|first_batch_seconds|samples_per_second|megabytes_per_second)": [\d.e-]+"#,
        r#""$1": [number]"#,
    ),
    // Commit ids, whole and short; row ids.
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "[uuid]"),
    (r"\b[0-9a-f]{64}\b", "[hash]"),
    (r"\b[0-9a-f]{12}\b", "[commit]"),
    (r"\b[0-9a-f]{10}:(\d+)", "[fragment]:$1"),
    (r#""(id|fact_of)": \d{5,}"#, r#""$1": [column]"#),
    (r#""fragment": "[0-9a-f]{10}""#, r#""fragment": "[fragment]""#),
    // Times, rates and sizes of what is stored. Columns are as wide as what was there, so blanks go too.
    (r"\d{4}-\d\d-\d\dT[\d:.]+Z", "[time]"),
    (r"\bhub_[A-Za-z0-9_-]{20,}", "hub_[token]"),
    (r"\b20\d\d-\d\d-\d\d\b", "[date]"),
    (r"just now|\d+ s ago", "[age]"),
    (r"time +[\d.,]+ m?s \(.*\)", "time [time]"),
    (r"[\d.,]+ m?s: [\d.,]+ samples/s, [\d.]+ MB/s \(first batch after [\d.]+ m?s\)", "[time and rates]"),
    (r#""(\w*bytes)": [1-9]\d*"#, r#""$1": [bytes]"#),
    (r" *\b[\d.]+ ([kM]?B)\b", " [$1]"),
];

/// A person at a terminal.
pub struct Session {
    folder: TempDir,
    transcript: String,
    /// Texts, and what stands in their place in the transcript.
    names: Vec<(String, String)>,
    hub_url: Option<String>,
}

impl Session {
    /// In an empty folder, with an empty hub.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let names = vec![(folder.path().display().to_string(), "TMP".to_owned())];
        Self { folder, transcript: String::new(), names, hub_url: None }
    }

    /// Writes a text in the transcript in another way.
    pub fn names(&mut self, text: &str, name: &str) {
        self.names.push((text.to_owned(), name.to_owned()));
    }

    /// Sets `HUB_URL`.
    pub fn hub_url(&mut self, url: &str) {
        self.hub_url = Some(url.to_owned());
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Types a line (words are separated by blanks); gives the exit code. The transcript grows.
    pub fn hub(&mut self, line: &str) -> i32 {
        let output = self.run(line, &[]);
        self.record(line, &output)
    }

    /// The same, with a variable set.
    pub fn hub_with(&mut self, (name, value): (&str, &str), line: &str) -> i32 {
        let output = self.run(line, &[(name, value)]);
        self.record(&format!("{name}={value} hub {line}"), &output)
    }

    /// The same, with a variable set that nobody should see.
    pub fn hub_secretly(&mut self, (name, value): (&str, &str), line: &str) -> i32 {
        let output = self.run(line, &[(name, value)]);
        self.record(&format!("{name}=… hub {line}"), &output)
    }

    /// Types a line with a file as stdin.
    pub fn hub_stdin(&mut self, line: &str, file: &str) -> i32 {
        let stdin = fs::File::open(self.path(file)).unwrap();
        let output = self.command(line).stdin(stdin).output().unwrap();
        self.record(&format!("hub {line} < {file}"), &output)
    }

    /// Runs without a word in the transcript; gives stdout. The command must end well.
    pub fn quietly(&self, line: &str) -> String {
        Self::well(line, self.run(line, &[]))
    }

    /// The same, with a file as stdin.
    pub fn quietly_stdin(&self, line: &str, file: &str) -> String {
        let stdin = fs::File::open(self.path(file)).unwrap();
        Self::well(line, self.command(line).stdin(stdin).output().unwrap())
    }

    fn well(line: &str, output: Output) -> String {
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "hub {line}: {told}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The same, for stdout that is no text.
    pub fn quietly_bytes(&self, line: &str) -> Vec<u8> {
        self.run(line, &[]).stdout
    }

    /// A line, ready to be run.
    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hub"));
        command
            .args(line.split(' '))
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .env("HUB_HOME", self.path("hub-home"))
            .env("HUB_AUTHOR", "ann@desk")
            .stdin(Stdio::null());
        command.envs(self.hub_url.iter().map(|url| ("HUB_URL", url)));
        command
    }

    fn run(&self, line: &str, environment: &[(&str, &str)]) -> Output {
        self.command(line).envs(environment.iter().copied()).output().unwrap()
    }

    fn record(&mut self, line: &str, output: &Output) -> i32 {
        let code = output.status.code().unwrap_or(-1);
        let clean = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            self.names.iter().fold(text, |text, (long, short)| text.replace(long, short))
        };
        let program = if line.contains("hub ") { "" } else { "hub " };
        self.transcript += &format!("$ {program}{line}\n{}", clean(&output.stdout));
        for line in clean(&output.stderr).lines() {
            self.transcript += &format!("! {line}\n");
        }
        if code != 0 {
            self.transcript += &format!("exit {code}\n");
        }
        self.transcript.push('\n');
        code
    }

    /// All that was typed and came back; lines of stderr begin with `!`.
    pub fn transcript(self) -> String {
        self.transcript.trim_end().to_owned()
    }

    /// Pictures in `pets/<split>/<class>/`: cats and dogs to train on, a dog to validate.
    pub fn pets(&self) {
        for (i, file) in
            ["train/cat/a.png", "train/cat/b.png", "train/dog/c.png", "val/dog/d.png"].iter().enumerate()
        {
            self.picture(&format!("pets/{file}"), i as u8 + 1);
        }
    }

    /// A small grey picture, as wide as `shade`.
    pub fn picture(&self, name: &str, shade: u8) {
        let (width, height) = (u32::from(shade), 2);
        let pixels = vec![shade * 20; (width * height) as usize];
        self.write(name, &hub_media::encode_png(&pixels, width, height, 1).unwrap());
    }

    /// A file.
    pub fn write(&self, name: &str, content: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// The files of a folder of the data set `pets`, biggest first.
    pub fn stored(&self, folder: &str) -> Vec<PathBuf> {
        let folder = self.path("hub-home/datasets/local/pets").join(folder);
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort_by_key(|file| std::cmp::Reverse(fs::metadata(file).unwrap().len()));
        files
    }
}

/// Are the files below two folders the same?
pub fn same(one: &Path, other: &Path) -> bool {
    fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(next) = folders.pop() {
            for entry in fs::read_dir(next).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(folder).unwrap().to_owned();
                    found.push((name, fs::read(&path).unwrap()));
                }
            }
        }
        found.sort();
        found
    }
    files(one) == files(other)
}
