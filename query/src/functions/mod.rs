//! The functions that queries may use beyond DataFusion's.
//!
//! | function | result |
//! |---|---|
//! | `isa(label, 'canine.n.02')` | whether the label's class (of a list: at least one) is this synset, a hyponym or an instance of it |
//! | `synset(label)` | the id of the class's synset: `n02084071`; null where it has none |
//! | `label_id(label)` | the number of the class, from 0 in the order of the column's classes |
//! | `label_name(label)` | the name of the class: the label itself |
//! | `lca(a, b)` | the lowest common ancestor: the deepest synset that is a hypernym of both |
//! | `wup(a, b)` | Wu and Palmer's similarity, 0 to 1 |
//! | `area(box)`, `iou(box, box)` | of boxes, or of lists of them: square pixels; intersection over union |
//! | `cosine_distance(a, b)` | 1 − cosine of two vectors: embeddings, tensors or arrays |
//! | `member(x, 'name')` | a member of a struct, or of every struct of a list: what `objects.category` becomes |
//!
//! A synset is given by its id, its name, or a word with one sense; `a` and `b` may be labels too.
//! The functions of labels need the classes' synsets, which are in the schema and not in the data, so
//! [`crate::labels::rewrite`] replaces their calls before planning.

pub mod aggregates;
pub mod allowed;
pub mod bounded_type;
pub mod boxes;
pub mod checked;
pub mod cosine;
pub mod guard;
pub mod guards;
pub mod label_in;
pub mod label_lookup;
pub mod member;
pub mod names;
mod pattern;
pub mod placeholder;
pub mod registry;
pub mod row_rank;
pub mod synsets;
