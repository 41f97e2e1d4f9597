//! A token as the interface shows one.

use hub_catalog::Token;
use hub_schema::api::TokenView;

/// A token, without what only the catalog needs.
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
