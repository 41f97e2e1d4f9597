//! What the usual names of folders say: images, masks or annotations.

/// Names, in lower case, of folders that hold media and say nothing about them.
const MEDIA: [&str; 30] = [
    "images",
    "image",
    "imgs",
    "img",
    "jpegimages",
    "jpgs",
    "jpg",
    "jpegs",
    "png",
    "pngs",
    "pictures",
    "picture",
    "pics",
    "photos",
    "data",
    "files",
    "media",
    "raw",
    "rgb",
    "input",
    "inputs",
    "original",
    "originals",
    "audio",
    "wav",
    "wavs",
    "clips",
    "videos",
    "video",
    "frames",
];

/// Names of folders of masks. `labels` and `annotations` hold them as often as texts.
const MASKS: [&str; 25] = [
    "masks",
    "mask",
    "segmentationclass",
    "segmentations",
    "segmentation",
    "seg",
    "segs",
    "trimaps",
    "trimap",
    "gt",
    "gts",
    "groundtruth",
    "groundtruths",
    "target",
    "targets",
    "annotationmasks",
    "labelmasks",
    "labelids",
    "labels",
    "label",
    "annotations",
    "annotation",
    "ann",
    "binarymasks",
    "segmasks",
];

/// Names of folders of annotations.
const ANNOTATIONS: [&str; 15] = [
    "annotations",
    "annotation",
    "anns",
    "ann",
    "annots",
    "annot",
    "labels",
    "label",
    "xmls",
    "xml",
    "bbox",
    "bboxes",
    "boxes",
    "json",
    "jsons",
];

fn plain(name: &str) -> String {
    name.to_ascii_lowercase().replace(['-', '_', ' '], "")
}

/// Does a folder's name say that media are in it, and nothing else?
pub fn is_media_word(name: &str) -> bool {
    MEDIA.contains(&plain(name).as_str())
}

/// Does a folder's name say that masks may be in it?
pub fn is_mask_word(name: &str) -> bool {
    MASKS.contains(&plain(name).as_str())
}

/// Does a folder's name say that annotations are in it?
pub fn is_annotation_word(name: &str) -> bool {
    ANNOTATIONS.contains(&plain(name).as_str())
}
