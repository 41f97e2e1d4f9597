//! The kinds of problems: the one table from error to status and `type`.

use axum::http::{HeaderName, StatusCode, header};

/// A kind of problem.
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
    /// All of them.
    pub const ALL: [Self; 33] = [
        Self::BadRequest,
        Self::BadName,
        Self::Unauthorized,
        Self::BadLogin,
        Self::Forbidden,
        Self::CrossSite,
        Self::BadSignature,
        Self::ReadOnly,
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

    /// Status, the end of `type`, title.
    const fn row(self) -> (u16, &'static str, &'static str) {
        match self {
            Self::BadRequest => (400, "bad-request", "The request can't be understood"),
            Self::BadName => (400, "bad-name", "A name breaks the rules"),
            Self::Unauthorized => (401, "unauthorized", "Log in or send a token first"),
            Self::BadLogin => (401, "bad-login", "Name and password don't fit"),
            Self::Forbidden => (403, "forbidden", "You may not do this"),
            Self::CrossSite => (403, "cross-site", "The request may come from another site"),
            Self::BadSignature => (403, "bad-signature", "The link is forged or has run out"),
            Self::ReadOnly => (403, "read-only", "Read-only object"),
            Self::NotFound => (404, "not-found", "Not found"),
            Self::MethodNotAllowed => (405, "method-not-allowed", "This address doesn't take that method"),
            Self::Conflict => (409, "conflict", "It clashes with what is there"),
            Self::Taken => (412, "taken", "It is there already"),
            Self::NotModifiedSince => (412, "changed", "It has changed meanwhile"),
            Self::PreconditionRequired => (428, "precondition-required", "Say on what condition"),
            Self::TooLarge => (413, "too-large", "Too long"),
            Self::UnsupportedMediaType => (415, "unsupported-media-type", "Another media type is expected"),
            Self::BadRange => (416, "bad-range", "The range lies outside"),
            Self::Invalid => (422, "invalid", "The request is understood and can't be done"),
            Self::HashMismatch => (422, "hash-mismatch", "The bytes are not those of the name"),
            Self::BadCommit => (422, "bad-commit", "The commit is refused"),
            Self::BadFilter => (422, "bad-filter", "The filter can't be used"),
            Self::BadMedia => (422, "bad-media", "It can't be decoded"),
            Self::TooManyPixels => (422, "too-many-pixels", "The picture is too large to be decoded here"),
            Self::TooManyRequests => (429, "too-many-requests", "Too many tries"),
            Self::TooManyAtOnce => (429, "too-many-at-once", "Too much at a time"),
            Self::Internal => (500, "internal", "The server failed"),
            Self::Damaged => (500, "damaged", "A stored file is damaged"),
            Self::NoFfmpeg => (501, "no-ffmpeg", "This server has no ffmpeg"),
            Self::Overloaded => (503, "overloaded", "The server is busy"),
            Self::StoreDown => (503, "store-down", "The object store doesn't answer"),
            Self::DatabaseDown => (503, "database-down", "The database doesn't answer"),
            Self::Timeout => (504, "timeout", "It took too long"),
            Self::StoreFull => (507, "store-full", "There is no room left"),
        }
    }

    /// The status of the answer.
    pub fn status(self) -> StatusCode {
        StatusCode::from_u16(self.row().0).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The end of `type`.
    pub const fn slug(self) -> &'static str {
        self.row().1
    }

    /// The kind in words.
    pub const fn title(self) -> &'static str {
        self.row().2
    }

    /// What the answer must say in its headers.
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

    /// The kind that the framework's plain answer is.
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
    }
}
