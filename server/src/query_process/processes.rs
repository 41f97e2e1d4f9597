//! The processes of queries, as the server keeps them.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as StdSocket;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hub_query::{Limits, NamedSnapshot, QueryError};
use tokio::net::UnixStream;
use tokio::time::timeout;
use uuid::Uuid;

use super::message::{Failure, FromWorker, Member, MemberPlace, Question, Start, ToWorker, What};
use super::{frame, labels};
use crate::config::Config;
use crate::problem::internal;
use crate::store::Root;

/// Processes without a query that are kept.
const MAX_IDLE: usize = 2;
/// A process is replaced after this many queries, so that what the allocator doesn't give back is.
const MAX_QUESTIONS: u32 = 200;
/// How long after its time limit a query is killed, which ends by itself if it can.
const GRACE: Duration = Duration::from_millis(500);
/// How long a process whose socket is closed may take to end.
const MAX_ENDING: Duration = Duration::from_secs(2);
/// Variables with secrets that a process of queries doesn't need. (It needs those of the bucket.)
const SECRETS: [&str; 3] = ["HUB_SECRET", "HUB_DATABASE_URL", "HUB_TOKEN"];

/// Runs queries and filters in processes of their own.
#[derive(Debug)]
pub struct QueryProcesses {
    start: Start,
    idle: Mutex<Vec<Process>>,
    #[cfg(test)]
    started: Mutex<Vec<u32>>,
}

/// The limits of one query, and the length of its result.
#[derive(Clone, Copy, Debug)]
pub struct QuestionLimits {
    pub limits: Limits,
    pub answer_bytes: usize,
}

impl QueryProcesses {
    pub fn new(config: &Config) -> Self {
        let start = Start {
            store: config.store.clone(),
            store_patience_secs: config.store_patience.as_secs(),
            memory_bytes: config.query_memory_bytes,
        };
        Self {
            start,
            idle: Mutex::default(),
            #[cfg(test)]
            started: Mutex::default(),
        }
    }

    /// Answers a query over these data sets: gives notes about the result, and the result. Dropping the future kills the
    /// query.
    ///
    /// # Errors
    /// Why it failed; [`crate::problem::Kind::Timeout`] after the time limit.
    pub async fn ask(
        &self,
        root: &Root,
        members: &[NamedSnapshot],
        what: What,
        of: QuestionLimits,
    ) -> Result<(Vec<String>, Vec<u8>), Failure> {
        let time = of.limits.time;
        let question = Question {
            what,
            members: members.iter().map(|member| described(root, member)).collect(),
            time_millis: u64::try_from(time.as_millis()).unwrap_or(u64::MAX),
            rows: of.limits.rows,
            answer_bytes: of.answer_bytes,
        };
        let asking = async {
            let mut process = self.take().await.map_err(|error| Failure::from(internal(&error)))?;
            match process.converse(question, members).await {
                Ok(done) => Ok((process, done)),
                Err(error) => Err(process.failure(&error, self.start.memory_bytes).await),
            }
        };
        // Dropped after the time limit, and the process with it.
        let asked = timeout(time + GRACE, asking).await;
        let (process, (message, body)) = asked.map_err(|_| Failure::from(QueryError::Time(time)))??;
        match message {
            FromWorker::Done { notes, retire } => {
                self.give_back(process, retire);
                Ok((notes, body))
            }
            FromWorker::Failed(failure) => {
                if let Some(error) = &failure.log {
                    tracing::error!(error, "a query failed");
                }
                self.give_back(process, failure.retire);
                Err(failure)
            }
            FromWorker::Labels { .. } => {
                Err(internal(&io::Error::other("a query ended with a question")).into())
            }
        }
    }

    /// A process without a query: one that is kept, or a new one.
    async fn take(&self) -> io::Result<Process> {
        while let Some(mut process) = self.kept() {
            if process.runs() {
                return Ok(process);
            }
        }
        let process = Process::start(&self.start).await?;
        #[cfg(test)]
        self.started
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(process.child.as_ref().map(Child::id));
        Ok(process)
    }

    /// Ends the processes without a query, so that they hold no files that were removed.
    pub fn end_idle(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn kept(&self) -> Option<Process> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn give_back(&self, process: Process, retire: bool) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if !retire && process.questions < MAX_QUESTIONS && idle.len() < MAX_IDLE {
            idle.push(process);
        }
    }

    /// The ids of all processes that were started, and of those without a query.
    #[cfg(test)]
    pub fn ids(&self) -> (Vec<u32>, Vec<u32>) {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = idle.iter().filter_map(|process| process.child.as_ref().map(Child::id)).collect();
        (self.started.lock().unwrap_or_else(PoisonError::into_inner).clone(), idle)
    }
}

/// A data set as a process finds it in the store.
fn described(root: &Root, member: &NamedSnapshot) -> Member {
    let dataset = member.snapshot.dataset();
    let store = dataset.store();
    let place = match store.directory() {
        Some(directory) => MemberPlace::Directory(directory.to_owned()),
        None => {
            let below = store.uri().strip_prefix(root.uri()).unwrap_or(store.uri());
            MemberPlace::Bucket(below.trim_matches('/').to_owned())
        }
    };
    let uuid: Uuid = dataset.hub_file().uuid;
    Member { name: member.name.clone(), uuid, place, at: member.snapshot.at().clone() }
}

/// A process; it is killed when this is dropped.
#[derive(Debug)]
struct Process {
    /// `None` once it was waited for.
    child: Option<Child>,
    socket: UnixStream,
    questions: u32,
}

impl Process {
    async fn start(start: &Start) -> io::Result<Self> {
        // Starting a program blocks for a millisecond or more.
        let started = tokio::task::spawn_blocking(|| {
            let (ours, theirs) = StdSocket::pair()?;
            ours.set_nonblocking(true)?;
            let mut command = command()?;
            command.stdin(OwnedFd::from(theirs)).stdout(Stdio::null());
            // Not in the terminal's foreground: Ctrl-C stops the server, which lets running requests end.
            command.process_group(0);
            for secret in SECRETS {
                command.env_remove(secret);
            }
            Ok::<_, io::Error>((command.spawn()?, ours))
        });
        let (child, socket) = started.await.map_err(io::Error::other)??;
        // Killed with this value if the rest fails.
        let mut process = Self { child: Some(child), socket: UnixStream::from_std(socket)?, questions: 0 };
        frame::write(&mut process.socket, start, &[]).await?;
        Ok(process)
    }

    fn runs(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)))
    }

    /// Asks, and looks up labels until the answer comes.
    async fn converse(
        &mut self,
        question: Question,
        members: &[NamedSnapshot],
    ) -> io::Result<(FromWorker, Vec<u8>)> {
        self.questions += 1;
        frame::write(&mut self.socket, &ToWorker::Question(question), &[]).await?;
        loop {
            let (message, body) = frame::read(&mut self.socket).await?;
            let FromWorker::Labels { member, path, synsets } = message else { return Ok((message, body)) };
            let (message, body) = labels::look_up(members, member, &path, &synsets).await?;
            frame::write(&mut self.socket, &message, &body).await?;
        }
    }

    /// Why a process ended in the middle of a query.
    async fn failure(mut self, error: &io::Error, memory_bytes: usize) -> Failure {
        let child = self.child.take();
        let ended = tokio::task::spawn_blocking(move || child.map(wait).transpose());
        let status = ended.await.ok().and_then(Result::ok).flatten();
        match status.and_then(|status| status.signal()) {
            // Rust ends with this signal when memory can't be allocated or the stack is full; and the system ends a
            // process when the machine's memory is full.
            Some(signal) => {
                tracing::warn!(signal, "a query was ended by the system, most likely because of its memory");
                QueryError::Memory { bytes: memory_bytes }.into()
            }
            None => {
                tracing::error!(?status, %error, "a process of queries ended");
                internal(error).into()
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It fails if the process has ended.
            let _ = child.kill();
            // Waits for it, so that it doesn't remain as a zombie. It ends at once, unless it hangs in a read.
            let waiting = std::thread::Builder::new().name("wait".to_owned());
            let _ = waiting.spawn(move || child.wait());
        }
    }
}

/// Waits for a process that is about to end, and kills it if it doesn't.
fn wait(mut child: Child) -> io::Result<ExitStatus> {
    const PAUSE: Duration = Duration::from_millis(5);
    let mut waited = Duration::ZERO;
    while waited < MAX_ENDING {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        std::thread::sleep(PAUSE);
        waited += PAUSE;
    }
    child.kill()?;
    child.wait()
}

/// The command that starts a process of queries: this program again.
fn command() -> io::Result<Command> {
    let mut command = Command::new(program()?);
    if cfg!(test) {
        // The program is that of the tests, where a test runs the process.
        command.args(["--exact", "tests::query_processes::process", "--nocapture", "--ignored"]);
    } else {
        command.arg(super::WORKER_ARGUMENT);
    }
    Ok(command)
}

/// The program that runs, also when its file was replaced by a newer one.
fn program() -> io::Result<PathBuf> {
    let running = PathBuf::from("/proc/self/exe");
    if running.exists() { Ok(running) } else { std::env::current_exe() }
}
