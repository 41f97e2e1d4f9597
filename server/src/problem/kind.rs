//! The kinds of problems: the one table of status, `type` and title.

use axum::http::{HeaderName, StatusCode, header};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Kind {
    BadRequest,
    BadName,
    Unauthorized,
    BadLogin,
    Forbidden,
    CrossSite,
    BadSignature,
    ReadOnly,
    HfReadOnly,
    NotFound,
    MethodNotAllowed,
    Conflict,
    Taken,
    NotModifiedSince,
    PreconditionRequired,
    TooLarge,
    UnsupportedMediaType,
    BadRange,
    Invalid,
    HashMismatch,
    BadCommit,
    BadFilter,
    BadMedia,
    TooManyPixels,
    TooManyRequests,
    TooManyAtOnce,
    Internal,
    Damaged,
    NoFfmpeg,
    Overloaded,
    StoreDown,
    DatabaseDown,
    Timeout,
    StoreFull,
}

impl Kind {
    pub const ALL: [Self; 34] = [
        Self::BadRequest,
        Self::BadName,
        Self::Unauthorized,
        Self::BadLogin,
        Self::Forbidden,
        Self::CrossSite,
        Self::BadSignature,
        Self::ReadOnly,
        Self::HfReadOnly,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Conflict,
        Self::Taken,
        Self::NotModifiedSince,
        Self::PreconditionRequired,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::BadRange,
        Self::Invalid,
        Self::HashMismatch,
        Self::BadCommit,
        Self::BadFilter,
        Self::BadMedia,
        Self::TooManyPixels,
        Self::TooManyRequests,
        Self::TooManyAtOnce,
        Self::Internal,
        Self::Damaged,
        Self::NoFfmpeg,
        Self::Overloaded,
        Self::StoreDown,
        Self::DatabaseDown,
        Self::Timeout,
        Self::StoreFull,
    ];

    /// Status, last segment of `type`, and title.
    const fn row(self) -> (u16, &'static str, &'static str) {
        match self {
            Self::BadRequest => (400, "bad-request", "Bad request"),
            Self::BadName => (400, "bad-name", "Invalid name"),
            Self::Unauthorized => (401, "unauthorized", "Authentication required"),
            Self::BadLogin => (401, "bad-login", "Wrong user name or password"),
            Self::Forbidden => (403, "forbidden", "Permission denied"),
            Self::CrossSite => (403, "cross-site", "Cross-site request refused"),
            Self::BadSignature => (403, "bad-signature", "Link invalid or expired"),
            Self::ReadOnly => (403, "read-only", "Read-only object"),
            Self::HfReadOnly => (403, "hf-read-only", "Read-only for Hugging Face clients"),
            Self::NotFound => (404, "not-found", "Not found"),
            Self::MethodNotAllowed => (405, "method-not-allowed", "Method not allowed"),
            Self::Conflict => (409, "conflict", "Conflict"),
            Self::Taken => (412, "taken", "Already exists"),
            Self::NotModifiedSince => (412, "changed", "Precondition failed"),
            Self::PreconditionRequired => (428, "precondition-required", "Precondition required"),
            Self::TooLarge => (413, "too-large", "Content too large"),
            Self::UnsupportedMediaType => (415, "unsupported-media-type", "Unsupported media type"),
            Self::BadRange => (416, "bad-range", "Range not satisfiable"),
            Self::Invalid => (422, "invalid", "Invalid request"),
            Self::HashMismatch => (422, "hash-mismatch", "Hash mismatch"),
            Self::BadCommit => (422, "bad-commit", "Invalid commit"),
            Self::BadFilter => (422, "bad-filter", "Invalid filter"),
            Self::BadMedia => (422, "bad-media", "Media can't be decoded"),
            Self::TooManyPixels => (422, "too-many-pixels", "Image too large"),
            Self::TooManyRequests => (429, "too-many-requests", "Too many requests"),
            Self::TooManyAtOnce => (429, "too-many-at-once", "Too many concurrent requests"),
            Self::Internal => (500, "internal", "Internal server error"),
            Self::Damaged => (500, "damaged", "Stored file damaged"),
            Self::NoFfmpeg => (501, "no-ffmpeg", "ffmpeg not installed"),
            Self::Overloaded => (503, "overloaded", "Server overloaded"),
            Self::StoreDown => (503, "store-down", "Object store unavailable"),
            Self::DatabaseDown => (503, "database-down", "Database unavailable"),
            Self::Timeout => (504, "timeout", "Request timed out"),
            Self::StoreFull => (507, "store-full", "Insufficient storage"),
        }
    }

    /// The status of the answer.
    pub fn status(self) -> StatusCode {
        StatusCode::from_u16(self.row().0).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    pub const fn slug(self) -> &'static str {
        self.row().1
    }

    pub const fn title(self) -> &'static str {
        self.row().2
    }

    /// Headers that the answer must have.
    pub fn headers(self) -> Vec<(HeaderName, &'static str)> {
        match self {
            Self::Unauthorized | Self::BadLogin => {
                vec![(header::WWW_AUTHENTICATE, "Bearer realm=\"Image Hub\"")]
            }
            Self::TooManyRequests => vec![(header::RETRY_AFTER, "60")],
            Self::TooManyAtOnce => vec![(header::RETRY_AFTER, "2")],
            Self::Overloaded | Self::StoreDown | Self::DatabaseDown => vec![(header::RETRY_AFTER, "1")],
            _ => Vec::new(),
        }
    }

    /// The kind for a plain answer of the framework.
    pub fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            401 => Self::Unauthorized,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            405 => Self::MethodNotAllowed,
            408 | 504 => Self::Timeout,
            409 => Self::Conflict,
            413 => Self::TooLarge,
            415 => Self::UnsupportedMediaType,
            416 => Self::BadRange,
            422 => Self::Invalid,
            429 => Self::TooManyRequests,
            503 => Self::Overloaded,
            400..500 => Self::BadRequest,
            _ => Self::Internal,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_kind_has_a_type_of_its_own() {
        let slugs: HashSet<_> = Kind::ALL.iter().map(|k| k.slug()).collect();
        assert_eq!(slugs.len(), Kind::ALL.len());
        for kind in Kind::ALL {
            assert!(kind.status().is_client_error() || kind.status().is_server_error());
            assert!(kind.slug().bytes().all(|b| b.is_ascii_lowercase() || b == b'-'));
        }
        let titles: HashSet<_> = Kind::ALL.iter().map(|k| k.title()).collect();
        assert_eq!(titles.len(), Kind::ALL.len());
    }
}
