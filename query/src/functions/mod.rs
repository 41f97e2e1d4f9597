//! The functions that questions may use beyond SQL's own.
//!
//! | function | |
//! |---|---|
//! | `isa(label, 'canine.n.02')` | is the label's class, or one of several labels', this synset or a kind of it? |
//! | `synset(label)` | the synset of the class: `n02084071`, null where it has none |
//! | `label_name(label)` | the name of the class |
//! | `lca(a, b)` | the deepest synset above both |
//! | `wup(a, b)` | Wu and Palmer's similarity, 0 to 1 |
//! | `area(box)`, `iou(box, box)` | of boxes, or of lists of them: square pixels; intersection over union |
//! | `cosine_distance(a, b)` | 1 − cosine of two vectors: embeddings, tensors or arrays |
//! | `member(x, 'name')` | a member of a struct, or of every struct of a list: what `objects.category` becomes |
//!
//! A synset is written as its id, its name, or a word of one sense; `a` and `b` may be labels too.
//! The functions of labels need the classes' names, which are in the schema and not in the data, so
//! [`crate::label_rewrite`] replaces their calls before planning.

pub mod boxes;
pub mod cosine;
pub mod guard;
pub mod label_in;
pub mod label_text;
pub mod member;
pub mod placeholder;
pub mod synsets;

use std::sync::Arc;

use datafusion::logical_expr::ScalarUDF;

/// `member(x, 'name')`.
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

/// All of them.
pub fn all() -> Vec<Arc<ScalarUDF>> {
    let mut all: Vec<Arc<ScalarUDF>> = placeholder::all();
    all.push(Arc::new(ScalarUDF::from(member::Member::new())));
    all.push(Arc::new(ScalarUDF::from(synsets::Synsets::lca())));
    all.push(Arc::new(ScalarUDF::from(synsets::Synsets::wup())));
    all.push(Arc::new(ScalarUDF::from(boxes::Area::new())));
    all.push(Arc::new(ScalarUDF::from(boxes::Iou::new())));
    all.push(Arc::new(ScalarUDF::from(cosine::Cosine::new(None, None))));
    all
}
