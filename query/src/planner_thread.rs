//! A thread with a deep stack to plan on.

use crate::error::QueryError;

/// Stack for planning: what nests is limited, but every level costs a planner much.
const STACK_BYTES: usize = 64 << 20;

/// Plans on a thread of its own: plans are walked by recursion, and a worker's stack is small.
pub(crate) async fn on_a_deep_stack<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, QueryError> {
    let runtime = tokio::runtime::Handle::current();
    let (done, answer) = tokio::sync::oneshot::channel();
    let thread = std::thread::Builder::new().name("planner".to_owned()).stack_size(STACK_BYTES);
    let failed = |e: std::io::Error| QueryError::sql(format!("no thread to plan on: {e}"));
    thread.spawn(move || done.send(runtime.block_on(work)).ok()).map_err(failed)?;
    answer.await.map_err(|_| QueryError::sql("the question broke the planner; ask it in another way"))
}
