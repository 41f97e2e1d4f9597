//! Who a request is accounted to, before its handler is called.

use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::{Address, Caller, cookie};
use crate::state::AppState;
use crate::work::admission::Requester;

/// The hash of a request's token or session; `None` for an anonymous caller.
fn sent(headers: &HeaderMap) -> Option<blake3::Hash> {
    match headers.get(header::AUTHORIZATION) {
        Some(given) => Some(blake3::hash(given.as_bytes())),
        None => cookie::session_of(headers).map(|secret| blake3::hash(secret.as_bytes())),
    }
}

/// Who a request is accounted to: the user of a valid token or session, and otherwise the network that it comes from.
pub async fn requester(parts: &Parts, state: &AppState) -> Requester {
    let address = Address::of(parts, state.config.trust_forwarded);
    let stranger = Requester::new(None, &address.0);
    let Some(sent) = sent(&parts.headers) else { return stranger };
    let known = &state.known_callers.0;
    if let Some(user) = known.get(&sent).await {
        return Requester::User(user);
    }
    // Verifying takes a query, and so is limited for those who send made-up tokens.
    let Ok(_place) = state.verifications.take(&stranger, 1) else { return stranger };
    match Caller::verify(&parts.headers, state).await {
        Ok(caller) => match caller.user() {
            Ok(user) => {
                known.insert(sent, user.id.0).await;
                Requester::User(user.id.0)
            }
            Err(_) => stranger,
        },
        Err(_) => stranger,
    }
}
