//! `hub stream` as a training job: pixels, positions, and how well the order is mixed.

use serde_json::Value;

use crate::session::Session;

fn epochs(session: &Session, line: &str) -> Vec<Value> {
    serde_json::from_str(&session.quietly(&format!("stream pets --json {line}"))).unwrap()
}

fn pushed() -> Session {
    let session = Session::new();
    session.pets();
    for n in 5..12 {
        session.picture(&format!("pets/train/cat/{n}.png"), n);
    }
    session.quietly("push pets");
    session
}

#[test]
fn images_are_decoded() {
    let session = pushed();
    let found = epochs(&session, "--columns image --random-crop 6x4 --epochs 2 --batch-size 4 --profile");
    assert_eq!(found.len(), 2);
    for epoch in &found {
        assert_eq!(epoch["bytes"], 11 * 6 * 4 * 3);
        let decoded = &epoch["decoded"];
        assert_eq!((&decoded["images"], &decoded["failed"]), (&11.into(), &0.into()));
        assert!(epoch["profile"]["pixels_seconds"].as_f64().unwrap() > 0.0);
        assert!(epoch["waited_seconds"].as_f64().unwrap() > 0.0);
    }
    let found = epochs(&session, "--columns image --resize 8 --center-crop 6 --exact --no-index --threads 1");
    assert_eq!(found[0]["bytes"], 11 * 6 * 6 * 3);
    // Height and width beside the pixels: pictures of 2 rows and n columns, n from 1 to 4 and 5 to 11.
    let found = epochs(&session, "--columns image --decode");
    assert_eq!(found[0]["bytes"], (10 + 56) * 2 * 3 + 11 * 8);
    let text = session.quietly("stream pets --random-crop 6 --profile");
    assert!(text.contains("  decoded 11 images of ") && text.contains("  entropy "), "{text}");
}

#[test]
fn a_position_is_written_and_continued() {
    let session = pushed();
    let ids = |epoch: &Value| epoch["ids"].as_array().unwrap().clone();
    let settings = "--shuffle=3 --batch-size 2 --show-ids --columns label";
    let whole = epochs(&session, settings);
    let next = epochs(&session, &format!("{settings} --epoch 1"));
    assert_ne!(ids(&whole[0]), ids(&next[0]));
    let first = epochs(&session, &format!("{settings} --max-batches 2 --state at.json"));
    assert_eq!(ids(&first[0]), ids(&whole[0])[..2]);
    let written: Value = serde_json::from_slice(&std::fs::read(session.path("at.json")).unwrap()).unwrap();
    assert_eq!((&written["batches_done"], &first[0]["state"]), (&2.into(), &written));
    // Seed, batch size and epoch are those of the state; the epoch after it follows.
    let rest = epochs(&session, "--resume at.json --show-ids --columns label --epochs 2");
    assert_eq!(ids(&rest[0]), ids(&whole[0])[2..]);
    assert_eq!(ids(&rest[1]), ids(&next[0]));
    let text = session.quietly("stream pets --resume at.json --max-batches 1 --show-ids --columns label");
    let third = ids(&whole[0])[2].as_array().unwrap().clone();
    let third: Vec<&str> = third.iter().map(|id| id.as_str().unwrap()).collect();
    assert!(text.starts_with(&format!("epoch 0 batch 2: {}\n", third.join(" "))), "{text}");
}

#[test]
fn a_wrong_position_is_refused() {
    let mut session = pushed();
    session.quietly("stream pets --shuffle=3 --max-batches 1 --state at.json");
    assert_ne!(session.hub("stream pets --resume at.json --shuffle=4"), 0);
    session.write("no.json", b"{\"seed\": 3}");
    assert_ne!(session.hub("stream pets --resume no.json"), 0);
    assert_ne!(session.hub("stream pets --resume nowhere.json"), 0);
    assert_ne!(session.hub("stream pets --state no/such/folder.json"), 0);
    assert_ne!(session.hub("stream pets --center-crop 224"), 0);
    assert_ne!(session.hub("stream pets --random-crop 22a"), 0);
    assert_ne!(session.hub("stream pets --random-crop 0"), 0);
    assert_ne!(session.hub("stream pets --columns label --decode"), 0);
    let text = session.transcript();
    for expected in [
        "taken with seed 3, this stream has 4",
        "no.json: not a state that `hub stream --state` has written",
        "nowhere.json: can't read the state",
        "folder.json: can't write the state",
        "--resize <N>",
        "'22a' is no size: expected pixels, as 224, or height x width, as 224x160",
        "size: found [0, 0], expected sides of 1 to 65536 pixels",
        "there is no column to decode",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}

/// The CRC-32 of PNG.
fn crc32(bytes: &[u8]) -> u32 {
    let shift = |sum: u32, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 };
    !bytes.iter().fold(!0, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), shift))
}

#[test]
fn damaged_images_are_reported() {
    let mut session = Session::new();
    session.pets();
    // All checksums are right, so it is pushed; the compressed data are not.
    let mut damaged = std::fs::read(session.path("pets/train/dog/c.png")).unwrap();
    let at = damaged.windows(4).position(|bytes| bytes == b"IDAT").unwrap();
    let length = u32::from_be_bytes(damaged[at - 4..at].try_into().unwrap()) as usize;
    damaged[at + 6] = 0x07;
    let sum = crc32(&damaged[at..at + 4 + length]).to_be_bytes();
    damaged[at + 4 + length..at + 8 + length].copy_from_slice(&sum);
    session.write("pets/train/dog/c.png", &damaged);
    session.quietly("push pets");
    assert_ne!(session.hub("stream pets --random-crop 4"), 0);
    let text = session.quietly("stream pets --random-crop 4 --on-error skip");
    assert!(text.contains("4 samples in 1 batch") && text.contains("1 row couldn't be decoded"), "{text}");
    let found = epochs(&session, "--random-crop 4 --on-error zero");
    assert_eq!(found[0]["decoded"]["failures"][0]["column"], "image");
    let text = session.transcript();
    assert!(text.contains(": column 'image', ") && text.contains("c.png: not a decodable png: "), "{text}");
}

#[test]
fn the_last_batches_and_weights_are_chosen() {
    let session = pushed();
    let samples = |line: &str| -> Vec<u64> {
        let of_rank = |rank| {
            let line = format!("--batch-size 2 --columns label --rank {rank} --world-size 2 {line}");
            epochs(&session, &line)[0]["samples"].as_u64().unwrap()
        };
        [0, 1].map(of_rank).to_vec()
    };
    assert_eq!(samples("--tail keep"), [6, 5]);
    assert_eq!(samples("--tail drop"), [4, 4]);
    assert_eq!(samples("--tail pad"), [6, 6]);
    assert_eq!(epochs(&session, "--balanced label --shuffle=1")[0]["samples"], 11);
    let weighed = epochs(&session, "--weights image.width --shuffle=1 --show-ids");
    assert_eq!(weighed[0]["samples"], 11);
}

#[test]
fn the_order_is_measured() {
    let session = pushed();
    let report = |line: &str| -> Value {
        serde_json::from_str(&session.quietly(&format!("stream pets --json {line}"))).unwrap()
    };
    let ordered = report("--shuffle-report");
    assert_eq!((&ordered["rows"], &ordered["label"]), (&11.into(), &"label".into()));
    assert_eq!(ordered["displacement"], 0.0);
    let shuffled = report("--shuffle=1 --shuffle-report=label");
    assert!(shuffled["displacement"].as_f64().unwrap() > 0.3);
    assert!(shuffled["class_runs"].as_f64().unwrap() < ordered["class_runs"].as_f64().unwrap());
    let text = session.quietly("stream pets --shuffle=1 --shuffle-report");
    assert!(text.contains("runs of the same label: "), "{text}");
}

#[test]
fn data_sets_are_mixed() {
    let mut session = pushed();
    for n in 1..4 {
        session.picture(&format!("more/train/cat/{n}.png"), n);
    }
    session.quietly("push more");
    let settings = "--mix more --columns image --shuffle=3 --batch-size 4 --show-ids";
    let whole = epochs(&session, settings);
    assert_eq!(whole[0]["samples_of_data_sets"], serde_json::json!([11, 3]));
    let ids = |epoch: &Value| epoch["ids"].as_array().unwrap().clone();
    let all: Vec<String> = ids(&whole[0])
        .iter()
        .flat_map(|batch| batch.as_array().unwrap().clone())
        .map(|id| id.as_str().unwrap().to_owned())
        .collect();
    assert_eq!((all.len(), all.iter().filter(|id| id.starts_with("1:")).count()), (14, 3));
    // Two of each four: the smaller data set comes again, until all rows of the larger one have come.
    let even = "--mix-weights 1,1 --per-batch stratified";
    let found = epochs(&session, &format!("{settings} {even}"));
    assert_eq!(found[0]["samples_of_data_sets"], serde_json::json!([11, 11]));
    let found = epochs(&session, &format!("{settings} {even} --stop first"));
    assert_eq!(found[0]["samples_of_data_sets"], serde_json::json!([3, 3]));
    // A position is that of the mix, whatever the number of processes.
    let first =
        epochs(&session, &format!("{settings} --max-batches 1 --rank 0 --world-size 2 --state at.json"));
    assert_eq!(ids(&first[0])[0], ids(&whole[0])[0]);
    let rest = epochs(&session, "--mix more --columns image --resume at.json --show-ids");
    assert_eq!(ids(&rest[0]), ids(&whole[0])[2..]);
    assert_ne!(
        session.hub("stream pets --resume at.json --columns image"),
        0,
        "the position is of another stream"
    );
    assert_ne!(session.hub("stream pets --mix more --mix-weights 1,1,1"), 0);
    assert_ne!(session.hub("stream pets --mix-weights 1,1"), 0);
    let text = session.quietly("stream pets --mix more --columns image");
    assert!(text.contains("\n  samples: 11 of data set 0, 3 of data set 1\n"), "{text}");
}

#[test]
fn batches_have_buckets_and_budgets() {
    let mut session = pushed();
    let found = epochs(&session, "--columns image --decode --bucket shape --shuffle=1");
    let sizes = serde_json::json!({ "least": 1, "most": 1 });
    assert_eq!(
        (&found[0]["batches"], &found[0]["batch_samples"]),
        (&11.into(), &sizes),
        "each has its own size"
    );
    // 132 pixels in all.
    let found = epochs(&session, "--columns image --decode --max-cost 40 --shuffle=1");
    assert!(
        found[0]["batches"].as_u64().unwrap() >= 4 && found[0]["batch_samples"]["most"].as_u64() > Some(1)
    );
    let text = session.quietly("stream pets --columns image --max-cost 40 --batch-size 2");
    assert!(
        text.contains("\n  batches of 1 to 2 samples\n") || text.contains("\n  batches of 2 to 2 samples\n"),
        "{text}"
    );
    assert_ne!(session.hub("stream pets --columns image --max-cost 20"), 0, "one has 22 pixels");
    assert_ne!(session.hub("stream pets --columns image --bucket nose"), 0);
    assert_ne!(session.hub("stream pets --cost image.width"), 0);
}
