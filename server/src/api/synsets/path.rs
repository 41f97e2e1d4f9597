//! The synset in a route's path.

use hub_wordnet::{ResolveError, Synset, WordNet};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::problem::{Kind, Problem, Result};

/// A synset in a path.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct SynsetPath {
    /// A WordNet id (`n02084071`), a name (`dog.n.01`), or a word with one meaning.
    id: String,
}

impl SynsetPath {
    pub(crate) fn synset(&self) -> Result<Synset<'static>> {
        let net = WordNet::get();
        let id = net.resolve(&self.id)?;
        net.synset(id).ok_or_else(|| Problem::not_found(format!("synset '{}'", self.id)))
    }
}

impl From<ResolveError> for Problem {
    fn from(error: ResolveError) -> Self {
        let kind = match error {
            ResolveError::Ambiguous { .. } => Kind::Invalid,
            _ => Kind::NotFound,
        };
        Self::new(kind, error.to_string())
    }
}
