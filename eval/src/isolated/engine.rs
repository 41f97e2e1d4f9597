//! An engine whose model runs in a process of its own.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::limits::Isolation;
use super::message::{Answer, Run, Start, receive, send, to_bytes, to_floats};
use crate::engine::{Engine, EngineError, EngineOptions, Images, Pixels, RawOutput};
use crate::onnx::Model;

/// How long a process may take to end once its socket is closed.
const ENDING: Duration = Duration::from_secs(2);

/// A model in a process of its own, which is killed when this is dropped.
pub struct IsolatedEngine {
    child: Child,
    socket: UnixStream,
    isolation: Isolation,
    name: String,
    notes: Vec<String>,
    has_ended: bool,
}

impl IsolatedEngine {
    /// Starts the process and loads a checked model there.
    ///
    /// # Errors
    /// The process can't be started, exceeds its limits, or its engine refuses the model.
    pub fn start(model: &Model, options: &EngineOptions, isolation: Isolation) -> Result<Self, EngineError> {
        let io = |error: io::Error| EngineError::Process { problem: format!("can't be started: {error}") };
        let (ours, theirs) = UnixStream::pair().map_err(io)?;
        let mut command = Command::new(&isolation.program);
        command.args(&isolation.arguments).stdin(OwnedFd::from(theirs));
        command.stdout(Stdio::null()).stderr(Stdio::null());
        // Not in the terminal's foreground: Ctrl-C stops the program, which ends the process.
        command.process_group(0);
        for secret in ["HUB_SECRET", "HUB_DATABASE_URL", "HUB_TOKEN", "AWS_SECRET_ACCESS_KEY"] {
            command.env_remove(secret);
        }
        let child = command.spawn().map_err(io)?;
        // The command holds the other end of the socket.
        drop(command);
        let (name, notes) = (String::new(), Vec::new());
        let mut engine = Self { child, socket: ours, isolation, name, notes, has_ended: false };
        let start = Start {
            path: std::path::absolute(model.path()).map_err(io)?,
            output: model.signature().output.name.clone(),
            options: options.clone(),
            memory_bytes: engine.isolation.memory_bytes,
        };
        match engine.ask(&start, &[])? {
            (Answer::Loaded { engine: name, notes }, _) => {
                (engine.name, engine.notes) = (name, notes);
                Ok(engine)
            }
            (Answer::Failed { problem }, _) => Err(EngineError::InProcess { problem }),
            (Answer::Output { .. }, _) => Err(unexpected()),
        }
    }

    /// Why the engine in the process is the one it is, for people.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Sets how long each further batch may take.
    pub fn set_time(&mut self, time: Duration) {
        self.isolation.time = time;
    }

    fn ask(
        &mut self,
        message: &impl serde::Serialize,
        body: &[u8],
    ) -> Result<(Answer, Vec<u8>), EngineError> {
        // A duration of 0 would be no limit.
        let time = Some(self.isolation.time.max(Duration::from_millis(1)));
        let answer = (|| {
            self.socket.set_write_timeout(time)?;
            self.socket.set_read_timeout(time)?;
            send(&mut self.socket, message, body)?;
            receive(&mut self.socket)
        })();
        answer.map_err(|error: io::Error| self.ended(&error))
    }

    /// Why there was no answer. The process is gone then.
    fn ended(&mut self, error: &io::Error) -> EngineError {
        let is_late = matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut);
        if is_late {
            // It fails if the process has just ended.
            let _ = self.child.kill();
        }
        let status = self.wait();
        self.has_ended = true;
        let limit = self.isolation.memory_bytes as f64 / 1e9;
        let problem = match status.and_then(|status| status.signal()) {
            _ if is_late => {
                format!("wasn't done after {} s, and was stopped", self.isolation.time.as_secs_f32().round())
            }
            Some(signal) => format!(
                "was ended by the system (signal {signal}), most likely because it needs more memory than the {limit:.1} GB that it may have"
            ),
            None => format!(
                "ended without an answer ({error}); most likely it needs more memory than the {limit:.1} GB that it may have"
            ),
        };
        EngineError::Process { problem }
    }

    /// Waits for a process that is about to end, and kills it if it doesn't.
    fn wait(&mut self) -> Option<std::process::ExitStatus> {
        const PAUSE: Duration = Duration::from_millis(5);
        let mut waited = Duration::ZERO;
        while waited < ENDING {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            std::thread::sleep(PAUSE);
            waited += PAUSE;
        }
        // It fails if the process has just ended.
        let _ = self.child.kill();
        self.child.wait().ok()
    }
}

fn unexpected() -> EngineError {
    EngineError::Process { problem: "gave an answer to another question".to_owned() }
}

impl Engine for IsolatedEngine {
    fn describe(&self) -> String {
        self.name.clone()
    }

    fn run(&mut self, images: Images<'_>) -> Result<RawOutput, EngineError> {
        if self.has_ended {
            return Err(EngineError::Process { problem: "has ended after an earlier batch".to_owned() });
        }
        let floats;
        let (pixels, is_bytes) = match images.pixels {
            Pixels::U8(pixels) => (pixels, true),
            Pixels::F32(pixels) => {
                floats = to_bytes(pixels);
                (&floats[..], false)
            }
        };
        match self.ask(&Run { shape: images.shape, is_bytes }, pixels)? {
            (Answer::Output { shape }, values) => Ok(RawOutput { shape, values: to_floats(&values) }),
            (Answer::Failed { problem }, _) => Err(EngineError::InProcess { problem }),
            (Answer::Loaded { .. }, _) => Err(unexpected()),
        }
    }

    fn has_ended(&mut self) -> bool {
        self.has_ended = self.has_ended || !matches!(self.child.try_wait(), Ok(None));
        self.has_ended
    }
}

impl Drop for IsolatedEngine {
    fn drop(&mut self) {
        if !self.has_ended {
            // It fails if the process has ended.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
