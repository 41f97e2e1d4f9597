//! A token as the REST interface shows it.

use hub_catalog::Token;
use hub_schema::api::{EndedAccess, TokenView};

/// A token: the members that the interface shows.
pub fn view(token: Token) -> TokenView {
    TokenView {
        id: token.id.0,
        name: token.name,
        scope: token.scope,
        namespace: token.namespace,
        created: token.created,
        expires: token.expires,
        last_used: token.last_used,
    }
}

/// The access that ended with a change of a password: the members that the interface shows.
pub fn ended(ended: hub_catalog::EndedAccess) -> EndedAccess {
    EndedAccess { sessions: ended.sessions, tokens: ended.tokens.into_iter().map(view).collect() }
}
