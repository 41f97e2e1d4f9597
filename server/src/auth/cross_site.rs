//! Protects sessions against cross-site requests (CSRF).
//!
//! A browser sends the cookie also with a form of another site. But it says where a request comes from in headers
//! that no page can forge: `Sec-Fetch-Site` in all current browsers, `Origin` in older ones. A program that uses a
//! cookie sends the header `X-Hub-Request`, which a form can't.

use axum::http::{HeaderMap, HeaderName, Method, header};

use crate::problem::{Kind, Problem, Result};

/// The header by which programs with a cookie pass the check.
const REQUEST_HEADER: HeaderName = HeaderName::from_static("x-hub-request");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses a request that may change something and may come from another site.
pub fn check(method: &Method, headers: &HeaderMap) -> Result<()> {
    if method.is_safe() || headers.contains_key(REQUEST_HEADER) {
        return Ok(());
    }
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let is_own_page = match (text(FETCH_SITE), text(header::ORIGIN), text(header::HOST)) {
        (Some(site), _, _) => site == "same-origin",
        (None, Some(origin), Some(host)) => {
            origin.split_once("://").is_some_and(|(_, at)| at.eq_ignore_ascii_case(host))
        }
        _ => false,
    };
    if is_own_page {
        return Ok(());
    }
    let detail = "a session cookie is only accepted from this site's own pages; programs send a token, or the \
                  header X-Hub-Request";
    Err(Problem::new(Kind::CrossSite, detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cross_site_writes_are_refused() {
        let allowed = |method: Method, pairs: &[(&'static str, &str)]| {
            let headers = pairs.iter().map(|(n, v)| (HeaderName::from_static(n), v.parse().unwrap()));
            check(&method, &headers.collect()).is_ok()
        };
        assert!(allowed(Method::GET, &[("sec-fetch-site", "cross-site")]));
        assert!(allowed(Method::POST, &[("sec-fetch-site", "same-origin")]));
        assert!(allowed(Method::POST, &[("origin", "http://h:1"), ("host", "h:1")]));
        assert!(allowed(Method::POST, &[("x-hub-request", "1")]));
        for wrong in [
            &[("sec-fetch-site", "cross-site"), ("origin", "http://h:1"), ("host", "h:1")][..],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "http://evil"), ("host", "h:1")],
            &[("origin", "null"), ("host", "h:1")],
            &[("host", "h:1")],
            &[],
        ] {
            assert!(!allowed(Method::POST, wrong), "{wrong:?}");
        }
    }
}
