//! Retries of a request.
//!
//! After a transient error (a broken connection, 429, 5xx) a request is tried again with growing pauses, or after
//! the pause that the server requests (`Retry-After`); other errors are returned at once.

use std::future::Future;
use std::time::Duration;

use backon::Retryable;
use reqwest::{Response, StatusCode};

use super::error::{Error, Result};
use super::outage_notice::OutageNotice;
use super::patience::Patience;
use super::recipient::Recipient;
use super::request::Request;

/// The longest `Retry-After` that is waited for; a longer one ends the retries.
const LONGEST_WAIT: Duration = Duration::from_secs(120);

/// Calls `send` until there is a response, or an error that isn't transient; each failure is reported to `notice`.
/// `answered` says whether the server ever responded.
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
