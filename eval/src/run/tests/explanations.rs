//! What one image is made into, and why another program makes something else of it.

use super::setup::{COLOURS, model};
use crate::model::{Channels, Preprocessing, Values};
use crate::run::{Other, Told, Verdict, against, explain};

#[tokio::test]
async fn an_explanation_names_what_another_tensor_was_made_with() {
    let folder = tempfile::tempdir().unwrap();
    let mut model = model(folder.path(), COLOURS);
    // Twice as wide as high, with an edge, so that squashing and cropping differ.
    let pixels: Vec<u8> =
        (0..16 * 32).flat_map(|at| if at % 32 < 9 { [250, 10, 10] } else { [10, 10, 200] }).collect();
    let image = hub_media::encode_png(&pixels, 32, 16, 3).unwrap();
    let found = explain(&image, &mut model, None).unwrap();
    assert_eq!((found.decoded_size, found.tensor_size), ([32, 16], [8, 8]));
    assert_eq!(found.top[0].name, "blue");
    let squashed = found.variants.iter().find(|variant| variant.change.contains("squashed")).unwrap();
    assert!(squashed.mean_distance > 1.0);
    let again = explain(&image, &mut model, Some(&squashed.tensor_sha256)).unwrap();
    assert!(again.matches.unwrap().contains("squashed"));
    let same = explain(&image, &mut model, Some(&found.tensor_sha256)).unwrap();
    assert!(same.matches.unwrap().starts_with("the same tensor"));
    let swapped = found.variants.iter().find(|variant| variant.change.contains("BGR")).unwrap();
    assert_eq!(swapped.top1.name, "red");
}

/// Each kind of difference is named, alone and two at a time, from hashes and from logits.
#[tokio::test]
async fn the_likely_cause_of_a_difference_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut here = model(folder.path(), COLOURS);
    let pixels: Vec<u8> =
        (0..16 * 32u32).flat_map(|at| [(at * 7 % 256) as u8, (at % 32 * 8) as u8, (at / 2) as u8]).collect();
    let image = hub_media::encode_png(&pixels, 32, 16, 3).unwrap();
    let own = explain(&image, &mut here, None).unwrap();
    let variant = |name: &str| own.variants.iter().find(|variant| variant.change.contains(name)).unwrap();
    let mut cause = |told: Told| against(&image, &mut here, Other::Told(told)).unwrap();
    let of_tensor = |hash: &str| Told { tensor_sha256: Some(hash.to_owned()), ..Told::default() };
    let same = cause(Told {
        file_sha256: Some(own.file_sha256.to_uppercase()),
        decoded_sha256: Some(own.decoded_sha256.clone()),
        tensor_sha256: Some(own.tensor_sha256.clone()),
        first_logits: own.first_logits.clone(),
    });
    assert_eq!(same.cause, "none: what is known of the other is the same");
    assert_eq!([same.file, same.decoded, same.tensor, same.logits], [Verdict::Same; 4]);
    for name in ["squashed", "no antialiasing", "bicubic"] {
        assert!(cause(of_tensor(&variant(name).tensor_sha256)).cause.contains(name), "{name}");
    }
    let found = cause(Told { first_logits: variant("BGR").first_logits.clone(), ..Told::default() });
    assert!(found.cause.contains("BGR") && found.logits == Verdict::Differs, "{}", found.cause);
    // Swapping channels doesn't show in the tensor before values are scaled, so it is told by the logits.
    let scaled =
        Told { first_logits: variant("'inception'").first_logits.clone(), ..of_tensor(&own.tensor_sha256) };
    assert_eq!(cause(scaled).cause, "the values 'inception'");
    let swapped: Vec<u8> = pixels.as_chunks::<3>().0.iter().flat_map(|[r, g, b]| [*b, *g, *r]).collect();
    let hash = |bytes: &[u8]| -> String {
        use sha2::Digest as _;
        sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
    };
    let decoded = |bytes: &[u8]| Told { decoded_sha256: Some(hash(bytes)), ..Told::default() };
    assert!(cause(decoded(&swapped)).cause.contains("the order BGR"));
    let planes: Vec<u8> = (0..3).flat_map(|c| pixels.iter().skip(c).step_by(3).copied()).collect();
    assert!(cause(decoded(&planes)).cause.contains("channels x height x width"));
    assert!(cause(decoded(b"other")).cause.starts_with("another decoder"));
    assert!(cause(of_tensor("00")).cause.starts_with("no common mistake gives that tensor"));
    assert!(
        cause(Told { file_sha256: Some("00".into()), ..Told::default() }).cause.starts_with("another file")
    );
    assert!(cause(Told::default()).cause.starts_with("nothing is known"));
}

#[tokio::test]
async fn settings_that_differ_are_listed_with_what_each_changes() {
    let folder = tempfile::tempdir().unwrap();
    let mut here = model(folder.path(), COLOURS);
    let pixels: Vec<u8> =
        (0..16 * 32u32).flat_map(|at| [(at * 7 % 256) as u8, (at % 32 * 8) as u8, 20]).collect();
    let image = hub_media::encode_png(&pixels, 32, 16, 3).unwrap();
    let card = here.card.preprocessing.clone();
    let values = Values { channels: Channels::Bgr, ..card.values };
    let other = Preprocessing { antialias: false, values, ..card.clone() };
    let found = against(&image, &mut here, Other::Preprocessing(Box::new(other))).unwrap();
    let names: Vec<&str> = found.differences.iter().map(|one| one.setting.as_str()).collect();
    assert_eq!(names, ["channels", "antialiasing"], "what changes most first");
    assert!(found.differences.iter().all(|one| one.logit_distance.is_some_and(|distance| distance > 0.0)));
    assert!(found.cause.starts_with("channels (RGB here, BGR there), antialiasing ("), "{}", found.cause);
    assert_eq!((found.decoded, found.tensor), (Verdict::Same, Verdict::Differs));
    let twin = model(folder.path(), COLOURS);
    let found = against(&image, &mut here, Other::Model(Box::new(twin))).unwrap();
    assert_eq!(found.cause, "none: what is known of the other is the same");
}
