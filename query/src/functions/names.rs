//! The names of the functions.

/// `member(x, 'name')`: what `objects.category` becomes.
pub const MEMBER: &str = "member";
/// `label_is(labels, 'dog', …)`: what `labels = 'dog'` becomes for a list of labels.
pub const LABEL_IS: &str = "label_is";
/// `isa(label, 'canine.n.02')`.
pub const ISA: &str = "isa";
/// `synset(label)`.
pub const SYNSET: &str = "synset";
/// `label_name(label)`.
pub const LABEL_NAME: &str = "label_name";
/// `label_id(label)`.
pub const LABEL_ID: &str = "label_id";
/// `lca(a, b)`.
pub const LCA: &str = "lca";
/// `wup(a, b)`.
pub const WUP: &str = "wup";
/// `cosine_distance(a, b)`.
pub const COSINE: &str = "cosine_distance";
/// `row_rank(position)`: the place of a row in an order that is known already.
pub const ROW_RANK: &str = "row_rank";
