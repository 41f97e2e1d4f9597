//! The names of the functions.

/// `member(x, 'name')`: what `objects.category` becomes.
pub const MEMBER: &str = "member";
/// `label_is(label, 'dog', …)`: what `label = 'dog'` becomes.
pub const LABEL_IS: &str = "label_is";
/// `isa(label, 'canine.n.02')`.
pub const ISA: &str = "isa";
/// `synset(label)`.
pub const SYNSET: &str = "synset";
/// `label_name(label)`.
pub const LABEL_NAME: &str = "label_name";
/// `lca(a, b)`.
pub const LCA: &str = "lca";
/// `wup(a, b)`.
pub const WUP: &str = "wup";
/// `cosine_distance(a, b)`.
pub const COSINE: &str = "cosine_distance";
