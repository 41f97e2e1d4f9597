//! SQL queries and filters, each in a process of its own beside the server.
//!
//! SQL comes from people whom nobody knows. The limits of `hub_query` bound what is known to be costly; what is not
//! known must not cost the server its memory or its processors. So the server plans and computes no SQL itself:
//! [`processes`] keeps a few processes of the same binary ([`worker`]) and gives each one query at a time. The system
//! limits a process's memory ([`limits`]); one that is not done in time, or whose client has gone, is killed. Then
//! nothing of the query is left, whatever it did. The processes run at a lower priority than the server.
//!
//! A process reads data sets from the store like the server. It has no access to the catalog: what it needs of the label
//! index it asks the server for ([`labels`]). Both talk over a socket, in the frames of [`message`]. A process answers one
//! query after another, so a query usually costs one exchange of messages, and rarely the start of a process. It logs
//! nothing: what an operator must know is in its answer, and the server logs it with the request's id.

mod frame;
mod labels;
mod limits;
mod message;
mod opened;
mod processes;
mod worker;

pub use message::{Failure, What};
pub use processes::{QueryProcesses, QuestionLimits};
pub use worker::{WORKER_ARGUMENT, run as run_worker};
