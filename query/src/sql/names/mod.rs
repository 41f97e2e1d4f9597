//! The names that people write → the names that the table has.
//!
//! `image.width` is one column whose name holds a dot, `objects.category` a member of every struct in a list,
//! and `Label` a column that SQL alone would look for in small letters. None of them is what SQL takes them
//! for, so they are rewritten in the statement, before it is planned:
//!
//! | written | becomes |
//! |---|---|
//! | `image.width` | `"image.width"` |
//! | `objects.category`, `bbox.x` | `member(objects, 'category')`, `member(bbox, 'x')` |
//! | `LABEL` | `"Label"`, where that is the only column so spelt |
//! | `objects.category = 'dog'`, `label IN ('cat', 'dog')` | `label_is(…, 'cat', 'dog')` |
//! | `unnest(objects.category)` | `unnest(label_name(…))`: each label by its name |
//! | `split` | `"_split"`, where no column has that name |
//! | `*` | all but the columns of the system |
//!
//! A fact goes before a member: `image.bytes` is the number of bytes; the bytes are `image['bytes']`.
//!
//! [`rewrite`] walks the statement; [`scope`] knows what it defines itself, [`resolve`] finds the column of a
//! name, [`label_text`] the texts that are compared with labels, and [`hide`] keeps the system's columns out of
//! `*`. [`expr`] makes the expressions.

mod expr;
mod hide;
mod label_text;
mod resolve;
mod rewrite;
mod scope;

pub use resolve::Names;
pub use rewrite::rewrite;
