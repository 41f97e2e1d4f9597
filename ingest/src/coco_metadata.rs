//! Keys of a column's metadata under which what COCO says about a whole data set is kept, for its writer.

/// Before a category's id, on the column of objects: the category's JSON as the source had it.
pub const CATEGORY: &str = "coco.category.";

/// On the column of images: the source's licences, as a JSON list.
pub const LICENSES: &str = "coco.licenses";

/// Before a member's name, on the column of images: the JSON of another member of the file (`info`).
pub const MEMBER: &str = "coco.";
