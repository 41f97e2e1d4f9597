//! Runs a program with limits on its time and output; it is always killed at the end.

use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::error::FfmpegError;

/// Bytes of stderr that are kept.
const COMPLAINT_BYTES: u64 = 4096;

/// How often there is a look whether it has ended, after its output has.
const LOOK: Duration = Duration::from_millis(2);

/// The output of a program.
#[derive(Debug)]
pub(crate) struct Said {
    /// How it ended.
    pub(crate) status: ExitStatus,
    /// On stdout.
    pub(crate) output: Vec<u8>,
    /// On stderr, the beginning.
    pub(crate) complaint: String,
}

/// Runs `program` without a shell, gives it its input, and waits for it. It sees none of this process's environment but where programs
/// and libraries are: no keys, and no proxy that would carry its requests elsewhere.
///
/// # Errors
/// It can't be started, isn't done after `limit`, or says more than `most_bytes`. It is dead then.
pub(crate) fn run(
    program: &Path,
    arguments: &[String],
    input: Vec<u8>,
    most_bytes: u64,
    limit: Duration,
) -> Result<Said, FfmpegError> {
    run_within(program, arguments, input, most_bytes, limit).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => FfmpegError::NoProgram { program: program.to_owned() },
        io::ErrorKind::TimedOut => FfmpegError::Slow { secs: limit.as_secs() },
        _ => FfmpegError::Run { program: program.to_owned(), source },
    })
}

fn run_within(
    program: &Path,
    arguments: &[String],
    input: Vec<u8>,
    most_bytes: u64,
    limit: Duration,
) -> io::Result<Said> {
    let end = Instant::now() + limit;
    let mut command = Command::new(program);
    command.env_clear().args(arguments);
    for kept in ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"] {
        command.envs(std::env::var_os(kept).map(|value| (kept, value)));
    }
    let stdin = if input.is_empty() { Stdio::null() } else { Stdio::piped() };
    command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = Ended(command.spawn()?);
    if let Some(mut pipe) = child.0.stdin.take() {
        // It may end before it has read all of it.
        std::thread::spawn(move || drop(pipe.write_all(&input)));
    }
    let output = listen(child.0.stdout.take(), most_bytes + 1);
    let complaint = listen(child.0.stderr.take(), COMPLAINT_BYTES);
    let output = wait_for(&output, end)?;
    if output.len() as u64 > most_bytes {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let complaint = wait_for(&complaint, end).unwrap_or_default();
    let status = loop {
        match child.0.try_wait()? {
            Some(status) => break status,
            None if Instant::now() >= end => return Err(io::ErrorKind::TimedOut.into()),
            None => std::thread::sleep(LOOK),
        }
    };
    Ok(Said { status, output, complaint: String::from_utf8_lossy(&complaint).into_owned() })
}

impl Said {
    /// Whether it did all it should, without a complaint about what it read.
    pub(crate) fn is_clean(&self) -> bool {
        self.status.success() && self.complaint.trim().is_empty()
    }

    /// The first lines of its error output, without the name of its input and without memory addresses.
    pub(crate) fn refused(&self, input: &str) -> FfmpegError {
        let lines = self.complaint.lines().map(str::trim).filter(|line| !line.is_empty());
        let lines = lines.map(|line| line.replace(input, "it"));
        let plain = lines.map(|line| match (line.starts_with('['), line.split_once("] ")) {
            (true, Some((_, rest))) => rest.to_owned(),
            _ => line,
        });
        let first: Vec<String> = plain.take(2).collect();
        FfmpegError::Refused(if first.is_empty() {
            "it can't be decoded".to_owned()
        } else {
            first.join("; ")
        })
    }
}

/// A child that doesn't outlive this.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        if let Ok(None) = self.0.try_wait() {
            drop(self.0.kill());
            drop(self.0.wait());
        }
    }
}

/// Reads the beginning of a pipe on a thread of its own; the rest is read too, and dropped, up to a limit, so that a
/// talkative program isn't stopped by a full pipe.
fn listen(pipe: Option<impl Read + Send + 'static>, most_bytes: u64) -> Receiver<Vec<u8>> {
    let (heard, receiver) = channel();
    std::thread::spawn(move || {
        let mut kept = Vec::new();
        if let Some(mut pipe) = pipe {
            drop(pipe.by_ref().take(most_bytes).read_to_end(&mut kept));
            drop(io::copy(&mut pipe.take(COMPLAINT_BYTES << 8), &mut io::sink()));
        }
        // The receiver is gone if the time limit was exceeded.
        drop(heard.send(kept));
    });
    receiver
}

fn wait_for(said: &Receiver<Vec<u8>>, end: Instant) -> io::Result<Vec<u8>> {
    match said.recv_timeout(end.saturating_duration_since(Instant::now())) {
        Ok(said) => Ok(said),
        Err(RecvTimeoutError::Timeout) => Err(io::ErrorKind::TimedOut.into()),
        Err(RecvTimeoutError::Disconnected) => Err(io::ErrorKind::BrokenPipe.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, most_bytes: u64, millis: u64) -> io::Result<Said> {
        let arguments = ["-c".to_owned(), script.to_owned()];
        run_within(Path::new("sh"), &arguments, Vec::new(), most_bytes, Duration::from_millis(millis))
    }

    #[test]
    fn a_program_is_bounded_in_time_and_output() {
        let said = shell("echo out; echo err >&2; exit 3", 100, 10_000).unwrap();
        assert_eq!((said.output.as_slice(), said.complaint.as_str()), (&b"out\n"[..], "err\n"));
        assert_eq!(said.status.code(), Some(3));
        let started = Instant::now();
        let slow = shell("exec sleep 60", 100, 50).unwrap_err();
        assert_eq!(slow.kind(), io::ErrorKind::TimedOut);
        let closed = shell("exec >&- 2>&-; sleep 60", 100, 50).unwrap_err();
        assert_eq!(closed.kind(), io::ErrorKind::TimedOut);
        let long = shell("exec yes", 100, 30_000).unwrap_err();
        assert_eq!(long.kind(), io::ErrorKind::FileTooLarge);
        assert!(started.elapsed() < Duration::from_secs(20));
        let none = run_within(Path::new("/no/such/program"), &[], Vec::new(), 1, Duration::from_secs(1))
            .unwrap_err();
        assert_eq!(none.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn a_program_gets_its_input() {
        let input: Vec<u8> = (0..1_000_000).map(|n| n as u8).collect();
        let run = |script: &str, most| {
            let arguments = ["-c".to_owned(), script.to_owned()];
            run_within(Path::new("sh"), &arguments, input.clone(), most, Duration::from_secs(30))
        };
        assert!(run("cat", 1_000_000).unwrap().output == input);
        // One that doesn't read it isn't waited for.
        assert_eq!(run("echo done", 100).unwrap().output, b"done\n");
    }

    #[test]
    fn a_program_sees_no_secrets() {
        let said = shell("env", 10_000, 10_000).unwrap();
        let seen = String::from_utf8(said.output).unwrap();
        assert!(seen.contains("PATH=") && !seen.contains("CARGO"), "{seen}");
    }
}
