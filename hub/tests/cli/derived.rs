//! Indexes of entry points and smaller copies, which lie beside the images.

use serde_json::Value;

use crate::session::{Session, same};

/// A picture with so much detail that its index is a small part of it.
fn jpeg(n: u32) -> Vec<u8> {
    let (width, height) = (400 + n * 8, 360);
    let mut state = n + 1;
    let noise = (0..width * height * 3).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    hub_decode::encode_jpeg(&noise.collect::<Vec<_>>(), width, height, 85).unwrap()
}

/// A tenth of a second of silence.
fn wav() -> Vec<u8> {
    let samples = vec![0; 1600];
    let mut file = b"RIFF".to_vec();
    file.extend((36 + samples.len() as u32).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend(8000u32.to_le_bytes());
    file.extend(16_000u32.to_le_bytes());
    file.extend(b"\x02\0\x10\0data");
    file.extend((samples.len() as u32).to_le_bytes());
    file.extend(samples);
    file
}

/// Three JPEGs and a small PNG.
fn photos() -> Session {
    let session = Session::new();
    for n in 0..3 {
        session.write(&format!("photos/{}/{n}.jpg", ["cat", "dog"][n as usize % 2]), &jpeg(n));
    }
    session.picture("photos/cat/small.png", 5);
    session
}

fn decoded(session: &Session, line: &str) -> Value {
    let epochs: Value = serde_json::from_str(&session.quietly(&format!("stream {line} --json"))).unwrap();
    epochs[0]["decoded"].clone()
}

#[test]
fn a_push_makes_indexes_that_the_first_epoch_uses() {
    let session = photos();
    session.quietly("push plain photos");
    session.quietly("push photos photos --index");
    let found = decoded(&session, "photos --random-crop 64");
    assert_eq!((&found["indexed"], &found["stored_indexes"]), (&3.into(), &3.into()));
    assert_eq!((&found["whole_scans"], &found["indexes_made"]), (&0.into(), &0.into()));
    let text = session.quietly("stream photos --random-crop 64");
    assert!(text.contains("3 by index of entry points (3 of the data set), 0 of the whole scan"), "{text}");
    assert_eq!(decoded(&session, "photos --random-crop 64 --no-index")["whole_scans"], 3);
    // It is said where one looks for it, and is in no list of columns.
    let info = session.quietly("info photos");
    assert!(info.contains("image.entry_points of 4 rows"), "{info}");
    for line in ["stats photos", "show photos 0", "ls"] {
        let text = session.quietly(line);
        assert!(!text.contains("entry_points"), "{text}");
    }
    // The folder's name is in its README.
    session.quietly("pull photos ./with/out --format parquet");
    session.quietly("pull plain ./without/out --format parquet");
    assert!(same(&session.path("with/out"), &session.path("without/out")), "other formats are as ever");
    assert_eq!(
        session.quietly_bytes("cat photos 0"),
        session.quietly_bytes("cat plain 0"),
        "bytes as they were"
    );
    // The same files again change nothing, with the option and without.
    for line in ["push photos photos --index --json", "push photos photos --json"] {
        let again: Value = serde_json::from_str(&session.quietly(line)).unwrap();
        assert_eq!(again["is_new"], false, "{line}");
    }
    // A copy with its history has them, and so has one of a state.
    session.quietly("pull photos ./copy");
    session.quietly("pull photos ./state --depth 1");
    for copy in ["./copy", "./state"] {
        assert_eq!(decoded(&session, &format!("{copy} --random-crop 64"))["stored_indexes"], 3, "{copy}");
    }
    session.quietly("fsck photos --derived");
    session.quietly("fsck ./copy");
}

#[test]
fn a_compaction_makes_what_is_missing() {
    let session = photos();
    session.quietly("push photos photos");
    // Rows keep their ids, though the first push had none.
    let ids = session.quietly("stream photos --show-ids --columns label");
    let text = session.quietly("compact photos --index");
    assert!(text.contains("computed for 1 fragment: "), "{text}");
    assert_eq!(decoded(&session, "photos --random-crop 64")["stored_indexes"], 3);
    assert_eq!(
        ids.lines().next(),
        session.quietly("stream photos --show-ids --columns label").lines().next(),
        "the same ids"
    );
    let again: Value = serde_json::from_str(&session.quietly("compact photos --index --json")).unwrap();
    assert_eq!((&again["is_new"], &again["report"]["derived_fragments"]), (&false.into(), &0.into()));
    // What is rewritten keeps them.
    session.write("more/dog/3.jpg", &jpeg(3));
    session.quietly("push photos more --append");
    assert_eq!(decoded(&session, "photos --random-crop 64 --no-index")["stored_indexes"], 0);
    assert_eq!(decoded(&session, "photos --random-crop 64")["stored_indexes"], 3);
    session.quietly("compact photos");
    assert_eq!(decoded(&session, "photos --random-crop 64")["stored_indexes"], 4);
    session.quietly("fsck photos");
}

#[test]
fn smaller_copies_are_kept_and_decoded() {
    let session = photos();
    session.quietly("push photos photos --store 64");
    session.quietly("compact photos --store 100 --as raw");
    let info = session.quietly("info photos");
    assert!(info.contains("image.jpeg_64 of 4 rows, image.raw_100 of 4 rows"), "{info}");
    for (line, copies) in [
        ("--resize 64 --center-crop 56", 3),
        ("--resize 90 --center-crop 80", 3),
        ("--resize 101 --center-crop 80", 0),
        ("--resize 101 --center-crop 80 --copies always", 3),
        ("--resize 64 --center-crop 56 --copies off", 0),
        ("--resize 64 --center-crop 56 --exact", 0),
    ] {
        assert_eq!(decoded(&session, &format!("photos {line}"))["copies"], copies, "{line}");
    }
    let text = session.quietly("stream photos --resize 64 --center-crop 56");
    assert!(text.contains("  3 images from the smaller copies that the data set has"), "{text}");
    session.quietly("fsck photos");
}

#[test]
fn copies_are_kept_in_the_cache_and_decoded_from_the_second_epoch_on() {
    let mut session = photos();
    session.quietly("push photos photos");
    let line = "stream photos --resize 64 --center-crop 56 --epochs 2 --cache 64 --json";
    let epochs: Value = serde_json::from_str(&session.quietly(line)).unwrap();
    let counted = |epoch: usize, key: &str| epochs[epoch]["decoded"][key].clone();
    assert_eq!((counted(0, "copies_made"), counted(0, "cached_copies")), (3.into(), 0.into()));
    assert_eq!((counted(1, "copies_made"), counted(1, "cached_copies")), (0.into(), 3.into()));
    assert_eq!((&epochs[0]["cache_hits"], &epochs[1]["cache_hits"]), (&0.into(), &3.into()));
    // Another process uses them; those of another size are others.
    let text = session.quietly("stream photos --resize 64 --center-crop 56 --cache 64px");
    assert!(text.contains("  3 images from smaller copies in the cache; 0 copies made"), "{text}");
    let text = session.quietly("stream photos --random-crop 48 --cache 100 --copies always");
    assert!(text.contains("  0 images from smaller copies in the cache; 3 copies made"), "{text}");
    // Those of the data set are as good.
    session.quietly("compact photos --store 64");
    let found = decoded(&session, "photos --resize 64 --center-crop 56 --cache 64");
    assert_eq!(
        (&found["copies"], &found["cached_copies"], &found["copies_made"]),
        (&3.into(), &0.into(), &0.into())
    );
    for line in [
        "--cache 64",
        "--resize 64 --cache 8",
        "--resize 64 --cache small",
        "--resize 64 --cache 64 --cache-size 0",
        "--resize 64 --cache 64 --copies off",
        "--resize 64 --cache 64 --exact",
        "--decode --cache 64",
    ] {
        assert_eq!(session.hub(&format!("stream photos {line}")), 2, "{line}");
    }
    let text = session.transcript();
    for expected in [
        "'8' is no size of copies: expected 16 to 4096 pixels, as 256 or 256px",
        "which --cache-size 0 turns off",
        "leave one of them out",
        "allow copies always",
    ] {
        assert!(text.contains(expected), "{expected:?} in\n{text}");
    }
}

#[test]
fn senseless_uses_are_refused() {
    let mut session = photos();
    session.write("sounds/beep/a.wav", &wav());
    assert_eq!(session.hub("push sounds sounds --index"), 0);
    assert_eq!(session.hub("compact sounds --index"), 2);
    assert_eq!(session.hub("push photos photos --store 3"), 2);
    assert_eq!(session.hub("push photos photos --as raw"), 2);
    assert_eq!(session.hub("push photos photos --store 64 --as webp"), 2);
    session.quietly("push photos photos");
    session.quietly("pull photos ./copy");
    assert_eq!(session.hub("push other ./copy --index"), 2);
    let text = session.transcript();
    for expected in [
        "there is no image column; --index has no effect",
        "sounds has no image column, which --index needs",
        "3 is not in 16..=4096",
        "--store <N>",
        "'webp'",
        "--index doesn't apply",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}
