//! Names that the reader and the writer of COCO share: members of an annotation, and keys of a column's metadata under which
//! what COCO says about a whole data set is kept.

/// Members of an annotation that COCO defines.
pub const ANNOTATION: [&str; 10] = [
    "id",
    "image_id",
    "category_id",
    "bbox",
    "area",
    "iscrowd",
    "segmentation",
    "keypoints",
    "num_keypoints",
    "caption",
];

/// Before a category's id, on the column of objects: the category's JSON as the source had it.
pub const CATEGORY: &str = "coco.category.";

/// On the column of images: the source's licences, as a JSON list.
pub const LICENSES: &str = "coco.licenses";

/// Before a member's name, on the column of images: the JSON of another member of the file (`info`).
pub const MEMBER: &str = "coco.";
