//! Resolves names as users write them to the names of the table's columns.
//!
//! `image.width` is one column whose name holds a dot, `objects.category` a member of every struct in a list,
//! and `Label` a column that plain SQL would look up in lower case. SQL would resolve none of them correctly, so they
//! are rewritten in the statement, before it is planned:
//!
//! | written | becomes |
//! |---|---|
//! | `image.width` | `"image.width"` |
//! | `objects.category`, `bbox.x` | `member(objects, 'category')`, `member(bbox, 'x')` |
//! | `LABEL` | `"Label"`, where no other column differs from it only in case |
//! | `objects.category = 'dog'`, `labels IN ('cat', 'dog')` | `label_is(…, 'cat', 'dog')` |
//! | `split` | `"_split"`, where no column has that name |
//! | `*` | all columns but the system columns |
//!
//! A fact takes precedence over a member: `image.bytes` is the number of bytes; the bytes are `image['bytes']`.
//!
//! [`rewrite`] walks the statement; [`scope`] collects the names that it defines itself, [`resolve`] finds the column
//! of a name, [`label_text`] the texts that are compared with lists of labels, and [`hide`] excludes the system columns from
//! `*`. [`expr`] builds expressions.

mod expr;
mod hide;
mod label_text;
mod resolve;
mod rewrite;
mod scope;

pub use expr::call;
pub use resolve::Names;
pub use rewrite::rewrite;
