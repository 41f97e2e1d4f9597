//! One request, as often as it takes.
//!
//! What passes (a connection that broke, 429, 5xx) is tried again with growing pauses, or when the server says so
//! (`Retry-After`); the rest is an error in the server's own words.

use std::future::Future;
use std::time::Duration;

use backon::Retryable;
use reqwest::{Response, StatusCode};

use super::error::{Error, Result};
use super::outage_notice::OutageNotice;
use super::patience::Patience;
use super::recipient::Recipient;
use super::request::Request;

/// A server may make a client wait so long.
const LONGEST_WAIT: Duration = Duration::from_secs(120);

/// Calls `send` until there is an answer, or an error that trying again won't mend; `notice` hears of each failure.
/// `answered` says whether the server ever answered.
///
/// # Errors
/// That of the last try.
pub async fn repeat<Sent>(
    request: &Request,
    recipient: Recipient,
    patience: &Patience,
    notice: &mut OutageNotice<'_>,
    answered: impl Fn() -> bool,
    send: impl FnMut() -> Sent,
) -> Result<Response>
where
    Sent: Future<Output = Result<Response>>,
{
    let mut failed = 0;
    let again = |error: &Error| {
        failed += 1;
        if failed > recipient.tries(patience, error, answered()) {
            return false;
        }
        if request.retries_conflict() && error.is(StatusCode::CONFLICT) {
            return true;
        }
        let reached = !error.is_no_connection() && error.retry_after().is_none();
        error.is_passing() && !(request.is_once() && reached)
    };
    let when = |error: &Error, pause: Option<Duration>| match error.retry_after() {
        Some(after) if after > LONGEST_WAIT => None,
        Some(after) => pause.map(|pause| pause.max(after)),
        None => pause,
    };
    let pauses = patience.pauses(patience.tries).with_jitter();
    send.retry(pauses).when(again).adjust(when).notify(|error, pause| notice.failed(error, pause)).await
}
