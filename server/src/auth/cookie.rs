//! The session cookie.

use std::time::Duration;

use axum::http::{HeaderMap, header};

pub const COOKIE: &str = "hub_session";

/// The secret of a session in a request's cookies.
pub fn session_of(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(name, _)| *name == COOKIE).map(|(_, value)| value)
}

/// `Set-Cookie` for a new session: hidden from scripts (`HttpOnly`), and not sent with cross-site writes (`SameSite`).
pub fn session_cookie(secret: &str, lifetime: Duration, https: bool) -> String {
    let secure = if https { "; Secure" } else { "" };
    format!("{COOKIE}={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{secure}", lifetime.as_secs())
}

pub fn clear_cookie(https: bool) -> String {
    session_cookie("", Duration::ZERO, https)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "a=b; hub_session=x=y".parse().unwrap());
        assert_eq!(session_of(&headers), Some("x=y"));
        headers.clear();
        headers.append(header::COOKIE, "a=b; xhub_session=z;;".parse().unwrap());
        assert_eq!(session_of(&headers), None);
        assert!(session_cookie("s", Duration::from_secs(60), true).ends_with("Max-Age=60; Secure"));
    }
}
