//! Runs planning on a thread with a deep stack.

use crate::error::QueryError;

/// The stack of the thread. Nesting is limited, but each level of a query takes many stack frames of the planner.
const STACK_BYTES: usize = 64 << 20;

/// Runs `work` on a thread of its own: DataFusion walks plans by recursion, for which a tokio worker's stack is too
/// small.
///
/// # Errors
/// The thread can't be started, or `work` panicked.
pub(crate) async fn on_planner_thread<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, QueryError> {
    let runtime = tokio::runtime::Handle::current();
    let (done, answer) = tokio::sync::oneshot::channel();
    let thread = std::thread::Builder::new().name("planner".to_owned()).stack_size(STACK_BYTES);
    let failed =
        |e: std::io::Error| QueryError::sql(format!("the query planner's thread can't be started: {e}"));
    thread.spawn(move || done.send(runtime.block_on(work)).ok()).map_err(failed)?;
    answer.await.map_err(|_| {
        QueryError::sql("the query planner panicked on this query; please report it, or rephrase the query")
    })
}
