//! A process of queries: answers one after another until the server closes the socket.

use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::stream::{self, StreamExt, TryStreamExt};
use hub_query::write::Format;
use hub_query::{Limits, NamedSnapshot, QueryError, Tables};
use hub_schema::api::AnswerFormat;
use tokio::sync::mpsc;

use super::labels::{Line, ServersIndex};
use super::message::{Failure, FromWorker, Question, Start, ToWorker, What};
use super::opened::Opened;
use super::{frame, limits};
use crate::problem::{Kind, Problem, chain};

/// The argument of `hub` that starts such a process.
pub const WORKER_ARGUMENT: &str = "query-worker";

/// Threads that compute a query.
const THREADS: usize = 2;
/// Threads that read files; their stacks count as memory.
const READ_THREADS: usize = 8;
/// Data sets that are opened at a time.
const OPEN_AT_ONCE: usize = 32;

/// A process that holds more than this part of its limit before a query is replaced.
const RETIRE_AT: f64 = 0.5;

/// Answers queries that come over the socket that is this process's stdin.
pub fn run() -> ExitCode {
    // Before anything else: a caller may have many processes started.
    limits::lower_priority();
    let Err(error) = serve();
    // Nothing else can be done where stderr is closed.
    let _ = writeln!(
        io::stderr(),
        "hub {WORKER_ARGUMENT}: {}; it is only started by `hub serve`",
        chain(&*error)
    );
    ExitCode::FAILURE
}

fn serve() -> Result<std::convert::Infallible, Box<dyn std::error::Error>> {
    let mut socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    let (start, _): (Start, _) = frame::receive(&mut socket)?;
    limits::apply(start.memory_bytes);
    let (said, labels) = mpsc::unbounded_channel();
    let line = Line::new(socket.try_clone()?, labels);
    let (asked, mut questions) = mpsc::unbounded_channel();
    // A thread of its own, so that the process ends with the server also in the middle of a query.
    std::thread::Builder::new().name("socket".to_owned()).spawn(move || {
        loop {
            match frame::receive(&mut socket) {
                Ok((ToWorker::Question(question), _)) => drop(asked.send(question)),
                Ok((ToWorker::Labels { found, error }, body)) => drop(said.send((found, error, body))),
                #[allow(clippy::disallowed_methods, reason = "a query in progress must not keep the process")]
                Err(_) => std::process::exit(0),
            }
        }
    })?;
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(THREADS).max_blocking_threads(READ_THREADS).enable_all();
    runtime.build()?.block_on(async move {
        let mut opened = Opened::new(&start)?;
        while let Some(question) = questions.recv().await {
            let (message, body) = match answer(&mut opened, &line, question, start.memory_bytes).await {
                Ok((notes, body)) => (FromWorker::Done { notes, retire: is_large(start.memory_bytes) }, body),
                Err(failure) => (FromWorker::Failed(failure), Vec::new()),
            };
            line.send(&message, &body)?;
        }
        Err("the server is gone".into())
    })
}

/// Does the process hold so much memory that the next query would have less than its own?
fn is_large(memory_bytes: usize) -> bool {
    let most = (memory_bytes as f64 + limits::SLACK_BYTES as f64) * RETIRE_AT;
    limits::private_bytes().is_some_and(|bytes| bytes as f64 > most)
}

/// The notes about the result, and the result.
type Answer = (Vec<String>, Vec<u8>);

async fn answer(
    opened: &mut Opened,
    line: &Line,
    question: Question,
    memory_bytes: usize,
) -> Result<Answer, Failure> {
    let limits =
        Limits { time: Duration::from_millis(question.time_millis), memory_bytes, rows: question.rows };
    let mut members = members(opened, line, &question).await?;
    match question.what {
        What::Query { sql, several, format } => {
            let tables = match (several, members.len()) {
                (false, 1) => Tables::one(members.swap_remove(0)),
                _ => Tables::all(members),
            };
            query(&tables, &sql, &limits, format, question.answer_bytes).await
        }
        What::Filter { condition } => {
            let [member] = members.as_slice() else {
                return Err(Problem::invalid("a filter is of one data set").into());
            };
            let index = member.index.clone();
            let rows = hub_query::filter(&member.snapshot, &condition, index, &limits).await?;
            let mut bytes = Vec::with_capacity(rows.serialized_size());
            rows.serialize_into(&mut bytes).map_err(|e| Failure::from(QueryError::Write(e)))?;
            Ok((Vec::new(), bytes))
        }
    }
}

async fn query(
    tables: &Tables,
    sql: &str,
    limits: &Limits,
    format: AnswerFormat,
    answer_bytes: usize,
) -> Result<Answer, Failure> {
    let written = Written { bytes: Arc::default(), most: answer_bytes };
    let rows = hub_query::query(tables, sql, limits).await?;
    let notes = rows.notes().to_vec();
    let done = hub_query::write::write(rows, format_of(format), written.clone()).await;
    let (bytes, is_full) = std::mem::take(&mut *written.bytes.lock().unwrap_or_else(PoisonError::into_inner));
    if is_full {
        let detail = format!("the result is longer than {answer_bytes} bytes; select fewer columns or rows");
        return Err(Problem::invalid(detail).into());
    }
    done?;
    Ok((notes, bytes))
}

/// Opens the revisions of a query.
async fn members(
    opened: &mut Opened,
    line: &Line,
    question: &Question,
) -> Result<Vec<NamedSnapshot>, Failure> {
    let several = question.members.len() > 1;
    let open = question.members.iter().map(|member| {
        let opened = &*opened;
        async move {
            match opened.get(member) {
                Some(snapshot) => Ok(snapshot),
                None => opened.open(member).await.map_err(|source| match several {
                    true => QueryError::Member { dataset: member.name.clone(), source: source.into() },
                    false => source.into(),
                }),
            }
        }
    });
    let open: Vec<_> = open.collect();
    let snapshots: Vec<_> = stream::iter(open).buffered(OPEN_AT_ONCE).try_collect().await?;
    let named = question.members.iter().zip(snapshots).enumerate();
    Ok(named
        .map(|(member, (asked, snapshot))| {
            opened.keep(asked, snapshot.clone());
            let index = ServersIndex { line: line.clone(), member };
            NamedSnapshot::new(asked.name.clone(), snapshot).with_index(Some(Arc::new(index)))
        })
        .collect())
}

const fn format_of(format: AnswerFormat) -> Format {
    match format {
        AnswerFormat::Json => Format::Json,
        AnswerFormat::Csv => Format::Csv,
        AnswerFormat::Table => Format::Table,
        AnswerFormat::Arrow => Format::Arrow,
        AnswerFormat::Parquet => Format::Parquet,
    }
}

impl From<QueryError> for Failure {
    fn from(error: QueryError) -> Self {
        let (dataset, is_damage) = match &error {
            QueryError::Member { dataset, source } => (Some(dataset.clone()), source.is_damage()),
            _ => (None, false),
        };
        // Threads of a query that took too long may still be at work.
        let retire = matches!(error, QueryError::Time(_) | QueryError::Memory { .. });
        let told = chain(&error);
        let problem = Problem::from(error);
        let is_operators = problem.kind.status().is_server_error() && problem.kind != Kind::Timeout;
        Self { dataset, is_damage, retire, log: is_operators.then_some(told), ..problem.into() }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        let kind = problem.kind.slug().to_owned();
        Self { kind, detail: problem.detail, dataset: None, is_damage: false, log: None, retire: false }
    }
}

impl From<&Failure> for Problem {
    fn from(failure: &Failure) -> Self {
        let kind = Kind::ALL.into_iter().find(|kind| kind.slug() == failure.kind).unwrap_or(Kind::Internal);
        Self::new(kind, failure.detail.clone())
    }
}

/// A result that is written to memory, up to a number of bytes.
#[derive(Clone, Debug)]
struct Written {
    /// The bytes, and whether there would have been more.
    bytes: Arc<Mutex<(Vec<u8>, bool)>>,
    most: usize,
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut held = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        if held.0.len() + bytes.len() > self.most {
            held.1 = true;
            return Err(io::Error::other("the result is too long"));
        }
        held.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
