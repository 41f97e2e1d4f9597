//! A model in a process of its own, with limits of memory and time.
//!
//! Checks of a file can't say how much memory a graph asks for when it runs, or whether it ends. So a model from
//! elsewhere is first run in a process that the system limits ([`trial()`]), and a server runs all models so
//! ([`IsolatedEngine`]). The process is this program, started again with [`WORKER_ARGUMENT`] as its only argument; it
//! must then call [`run_worker`]. It loads one model and answers batches over a socket that is its stdin, until the
//! socket is closed. A process that exceeds its memory fails or is ended by the system; one that exceeds its time is
//! killed.

mod engine;
mod limits;
mod message;
#[cfg(test)]
mod tests;
mod trial;
mod worker;

pub use engine::IsolatedEngine;
pub use limits::{Isolation, WORKER_ARGUMENT, limit_memory};
pub use trial::trial;
pub use worker::run as run_worker;
