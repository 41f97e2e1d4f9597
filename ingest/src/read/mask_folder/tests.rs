use hub_dataset::sample::{Sample, Value};
use hub_schema::Feature;

use crate::read::testing::{folder, read_all};

fn masks(samples: &[Sample]) -> Vec<(&str, Option<&str>, &str)> {
    let mask = |sample: &Sample| match &sample.values[1] {
        Value::Media(media) => Box::leak(media.name.clone().into_boxed_str()),
        _ => "-",
    };
    samples.iter().map(|s| (s.place.as_str(), s.split.as_deref(), mask(s) as &str)).collect()
}

#[test]
fn masks_lie_in_a_folder_beside_that_of_the_images() {
    for names in [
        ["train/images/0.jpg", "train/masks/0.png", "val/images/1.jpg", "val/masks/1_mask.png", "x/README"],
        ["images/train/0.jpg", "labels/train/0.png", "images/val/1.jpg", "labels/val/1.png", "README.md"],
    ] {
        let dir = folder(&names);
        let (source, samples, errors) = read_all(dir.path());
        assert_eq!((source.format(), errors.len()), ("images and masks", 0), "{errors:?}");
        assert!(matches!(source.columns()[1].feature, Feature::Mask { .. }), "{:?}", source.columns());
        let expected = [(names[0], Some("train"), names[1]), (names[2], Some("val"), names[3])];
        assert_eq!(masks(&samples), expected);
    }
}

#[test]
fn masks_lie_beside_the_images() {
    let dir = folder(&["p1/a_1.tif", "p1/a_1_mask.tif", "p1/a_2.tif", "p2/b.tif", "p2/b_mask.tif"]);
    let (source, samples, errors) = read_all(dir.path());
    assert_eq!((source.format(), errors.len()), ("images and masks", 0));
    assert_eq!(source.columns()[1].feature, Feature::Image, "a mask that is no PNG is an image");
    let expected = [
        ("p1/a_1.tif", None, "p1/a_1_mask.tif"),
        ("p1/a_2.tif", None, "-"),
        ("p2/b.tif", None, "p2/b_mask.tif"),
    ];
    assert_eq!(masks(&samples), expected);
}

#[test]
fn a_mask_without_an_image_is_an_error_and_an_image_without_a_mask_is_not() {
    let dir = folder(&["images/1.jpg", "images/2.jpg", "masks/1.png", "masks/3.png"]);
    let (_, samples, errors) = read_all(dir.path());
    assert_eq!(masks(&samples), [("images/1.jpg", None, "masks/1.png"), ("images/2.jpg", None, "-")]);
    assert_eq!(
        errors,
        [
            "masks/3.png: no image of that name in images/; put the image there, or leave the mask out with --ignore"
        ]
    );
}
