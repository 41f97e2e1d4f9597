//! A user's session: a directory, a hub, and a transcript of commands and output.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// Patterns of what differs from run to run, and their replacements.
pub const FILTERS: &[(&str, &str)] = &[
    // First, since the digits of a fraction can look like a commit id.
    (
        r#""(seconds|first_batch_seconds|waited_seconds|samples_per_second|megabytes_per_second)": [\d.e-]+"#,
        r#""$1": [number]"#,
    ),
    // Commit ids, long and short; row ids.
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "[uuid]"),
    (r"\b[0-9a-f]{64}\b", "[hash]"),
    (r"\b[0-9a-f]{12}\b", "[commit]"),
    (r"\b[0-9a-f]{10}:(\d+)", "[fragment]:$1"),
    (r#""(id|fact_of)": \d{5,}"#, r#""$1": [column]"#),
    (r#""fragment": "[0-9a-f]{10}""#, r#""fragment": "[fragment]""#),
    // Times, rates and sizes. Columns are padded to the width of the text, so blanks before sizes are removed too.
    (r"\d{4}-\d\d-\d\dT[\d:.]+Z", "[time]"),
    (r"\bhub_[A-Za-z0-9_-]{20,}", "hub_[token]"),
    (r"\b20\d\d-\d\d-\d\d\b", "[date]"),
    (r"hub login on [^\s,]+", "hub login on [host]"),
    (r"just now|\d+ s ago", "[age]"),
    (r"time +[\d.,]+ m?s \(.*\)", "time [time]"),
    (r"[\d.,]+ m?s: [\d.,]+ samples/s, [\d.]+ MB/s \(first batch after [\d.]+ m?s\)", "[time and rates]"),
    (r#""(\w*bytes)": [1-9]\d*"#, r#""$1": [bytes]"#),
    (r" *\b[\d.]+ ([kM]?B)\b", " [$1]"),
];

/// A session in its own directory, with its own hub.
pub struct Session {
    folder: TempDir,
    transcript: String,
    /// Texts, and their replacements in the transcript.
    names: Vec<(String, String)>,
    hub_url: Option<String>,
}

impl Session {
    /// A session with an empty directory and an empty hub.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let names = vec![(folder.path().display().to_string(), "TMP".to_owned())];
        Self { folder, transcript: String::new(), names, hub_url: None }
    }

    /// Replaces a text in the transcript.
    pub fn names(&mut self, text: &str, name: &str) {
        self.names.push((text.to_owned(), name.to_owned()));
    }

    /// Sets `HUB_URL` for all commands.
    pub fn hub_url(&mut self, url: &str) {
        self.hub_url = Some(url.to_owned());
    }

    /// A path in the session's directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs `hub` with the words of a line, which are separated by blanks, and records it; returns the exit code.
    pub fn hub(&mut self, line: &str) -> i32 {
        let output = self.run(line, &[]);
        self.record(line, &output)
    }

    /// Runs `hub query --all` with an SQL query and options, and records it; returns the exit code.
    pub fn hub_query(&mut self, sql: &str, options: &[&str]) -> i32 {
        let output = self.command("query --all").arg(sql).args(options).output().unwrap();
        self.record(&format!("query --all \"{sql}\" {}", options.join(" ")), &output)
    }

    /// Like `hub`, with an environment variable.
    pub fn hub_with(&mut self, (name, value): (&str, &str), line: &str) -> i32 {
        let output = self.run(line, &[(name, value)]);
        self.record(&format!("{name}={value} hub {line}"), &output)
    }

    /// Like `hub`, with an environment variable whose value is not recorded.
    pub fn hub_secretly(&mut self, (name, value): (&str, &str), line: &str) -> i32 {
        let output = self.run(line, &[(name, value)]);
        self.record(&format!("{name}=… hub {line}"), &output)
    }

    /// Like `hub`, with a file as stdin.
    pub fn hub_stdin(&mut self, line: &str, file: &str) -> i32 {
        let stdin = fs::File::open(self.path(file)).unwrap();
        let output = self.command(line).stdin(stdin).output().unwrap();
        self.record(&format!("hub {line} < {file}"), &output)
    }

    /// Runs `hub` without recording it; returns stdout. The command must succeed.
    pub fn quietly(&self, line: &str) -> String {
        Self::well(line, self.run(line, &[]))
    }

    /// Like `quietly`, with a file as stdin.
    pub fn quietly_stdin(&self, line: &str, file: &str) -> String {
        let stdin = fs::File::open(self.path(file)).unwrap();
        Self::well(line, self.command(line).stdin(stdin).output().unwrap())
    }

    fn well(line: &str, output: Output) -> String {
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "hub {line}: {stderr}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Like `quietly`, for stdout that is not text.
    pub fn quietly_bytes(&self, line: &str) -> Vec<u8> {
        self.run(line, &[]).stdout
    }

    /// The command of a line, not yet run.
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

    /// All recorded commands and their output; lines of stderr begin with `!`.
    pub fn transcript(self) -> String {
        self.transcript.trim_end().to_owned()
    }

    /// Writes images to `pets/<split>/<class>/`: cats and dogs to train, a dog to validate.
    pub fn pets(&self) {
        for (i, file) in
            ["train/cat/a.png", "train/cat/b.png", "train/dog/c.png", "val/dog/d.png"].iter().enumerate()
        {
            self.picture(&format!("pets/{file}"), i as u8 + 1);
        }
    }

    /// Writes a small grey image, `shade` pixels wide.
    pub fn picture(&self, name: &str, shade: u8) {
        let (width, height) = (u32::from(shade), 2);
        let pixels = vec![shade * 20; (width * height) as usize];
        self.write(name, &hub_media::encode_png(&pixels, width, height, 1).unwrap());
    }

    /// Writes a file, and its parent directories.
    pub fn write(&self, name: &str, content: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// The files of a directory of the data set `pets`, largest first.
    pub fn stored(&self, folder: &str) -> Vec<PathBuf> {
        let folder = self.path("hub-home/datasets/local/pets").join(folder);
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort_by_key(|file| std::cmp::Reverse(fs::metadata(file).unwrap().len()));
        files
    }
}

/// Whether the files below two directories are the same.
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
