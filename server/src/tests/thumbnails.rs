//! `/rows/{row}/{column}/thumbnail`, with fixtures of every kind. Videos and Opus need `ffmpeg`.

use std::path::Path;

use hub_dataset::ops::fragment_builder::FragmentBuilder;
use hub_dataset::ops::packed_rows::PackedRows;
use hub_dataset::sample::{Media, MediaBytes, Value};
use hub_dataset::{Author, Dataset};
use hub_decode::PngMask;
use hub_schema::{DType, Feature, FieldId, MaskEncoding, Schema, TensorRole};
use reqwest::Response;

use super::hub::problem;
use super::{Hub, Who};
use crate::Settings;

const ROWS: &str = "/api/v1/datasets/vision/pets/rows";

fn fixture(path: &str) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    std::fs::read(root.join(path)).unwrap()
}

fn schema() -> Schema {
    let raw = |dtype, shape| Feature::Tensor { dtype, shape, role: TensorRole::Image };
    Schema::new([
        ("image", Feature::Image),
        ("audio", Feature::Audio),
        ("video", Feature::Video),
        ("digit", raw(DType::U8, vec![28, 28])),
        ("float", raw(DType::F32, vec![3, 20, 40])),
        ("mask", Feature::Mask { encoding: MaskEncoding::Png }),
        ("text", Feature::Text),
    ])
    .unwrap()
}

/// A row with these media; the other columns are the same in all rows.
fn row(schema: &Schema, media: &[(&str, &str, Vec<u8>)]) -> Vec<Value> {
    let value = |name: &str| {
        let (column, fact) = name.split_once('.').unwrap_or((name, ""));
        let found = media.iter().find(|(of, ..)| *of == column);
        match (found, column, fact) {
            (Some((_, name, _)), _, "name") => Value::text(*name),
            (Some((.., bytes)), _, "bytes") => Value::Int(bytes.len() as i64),
            (Some((_, name, bytes)), _, "") => Value::Media(Media {
                name: (*name).to_owned(),
                bytes: MediaBytes::Memory(bytes.clone().into()),
            }),
            (None, "digit", "") => Value::Bytes((0..28 * 28).map(|n| n as u8).collect::<Vec<_>>().into()),
            (None, "float", "") => Value::Bytes(vec![0; 4 * 3 * 20 * 40].into()),
            (None, "mask", "") => {
                let png = hub_media::encode_png(&[0, 1, 2, 3], 2, 2, 1).unwrap();
                Value::Media(Media { name: String::new(), bytes: MediaBytes::Memory(png.into()) })
            }
            (None, "text", "") => Value::text("hello"),
            _ => Value::Null,
        }
    };
    schema.fields.iter().map(|field| value(&field.name)).collect()
}

/// Row 0: valid media. Row 1: Opus audio, an MP4 video. Row 2: damaged media. Row 3: media of another kind than the column.
async fn push(dataset: &Dataset) {
    let schema = schema();
    let photo = fixture("tests/fixtures/coco/train2017/000000084284.jpg");
    let video = fixture("tests/fixtures/videos/rabbit320.webm");
    let wav = fixture("tests/fixtures/fsdd/0_theo_0.wav");
    // The headers are kept; of an MP3, the first frame.
    let damaged = |bytes: &[u8], whole: usize| {
        bytes.iter().enumerate().map(|(n, b)| if n > whole { 7 } else { *b }).collect::<Vec<u8>>()
    };
    let huge = {
        let mut png = hub_media::encode_png(&[0; 4], 2, 2, 1).unwrap();
        png[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        // The checksum of this header.
        png[29..33].copy_from_slice(&[0xa5, 0xb9, 0x2a, 0x9e]);
        png
    };
    let rows = [
        row(
            &schema,
            &[("image", "a.jpg", photo.clone()), ("audio", "a.wav", wav), ("video", "a.webm", video)],
        ),
        row(
            &schema,
            &[
                ("image", "b.png", fixture("tests/fixtures/class-folder/val/n02774152/n02774152_34.png")),
                ("audio", "b.opus", fixture("media/testdata/tone.opus")),
                ("video", "b.mp4", fixture("media/testdata/film.mp4")),
            ],
        ),
        row(
            &schema,
            &[
                ("image", "c.jpg", damaged(&photo, 400)),
                ("audio", "c.mp3", damaged(&fixture("media/testdata/tone.mp3"), 60)),
                ("video", "c.mp4", damaged(&fixture("media/testdata/film.mp4"), 400)),
            ],
        ),
        row(
            &schema,
            &[("image", "d.png", huge), ("audio", "d.wav", photo.clone()), ("video", "d.avi", photo)],
        ),
    ];
    let ids: Vec<FieldId> = schema.fields.iter().map(|f| f.id).collect();
    let mut builder = FragmentBuilder::new(&schema, &ids, None).unwrap();
    builder.row_group(&rows).unwrap();
    let (fragment, _) = dataset.put_fragment(builder.finish().unwrap(), &Default::default()).await.unwrap();
    let packed = PackedRows { schema, fragments: vec![fragment], ..PackedRows::default() };
    dataset.append(&"main".parse().unwrap(), &Author::new("test", ""), &packed).await.unwrap();
}

async fn hub(settings: Settings) -> Hub {
    let hub = Hub::with(settings).await;
    push(&hub.dataset("pets", "public").await).await;
    hub
}

/// Width and height of the thumbnail that was sent.
async fn size(response: Response, media_type: &str) -> (u32, u32) {
    assert_eq!(response.headers()["content-type"], media_type);
    let bytes = response.bytes().await.unwrap();
    let facts = hub_media::probe_image(&bytes, &Default::default()).unwrap();
    hub_media::decode_rgb8(&bytes, &Default::default()).unwrap();
    assert!(media_type.ends_with(facts.format));
    (facts.width, facts.height)
}

#[tokio::test]
async fn all_supported_kinds_have_thumbnails() {
    let hub = hub(Settings::default()).await;
    for (cell, wanted) in [
        ("0/image", (64, 48)),
        ("0/audio", (64, 32)),
        ("0/video", (64, 48)),
        ("0/digit", (28, 28)),
        ("0/float", (40, 20)),
        ("0/mask", (2, 2)),
        ("1/image", (28, 28)),
        ("1/audio", (64, 32)),
        ("1/video", (64, 48)),
        ("1/video", (64, 48)),
    ] {
        for (format, media_type) in [("webp", "image/webp"), ("jpeg", "image/jpeg")] {
            let got =
                hub.get(Who::Stranger, &format!("{ROWS}/{cell}/thumbnail?size=64&format={format}")).await;
            assert_eq!(got.status(), 200, "{cell}: {}", got.text().await.unwrap());
            assert_eq!(size(got, media_type).await, wanted, "{cell}");
        }
    }
    let big = hub.get(Who::Stranger, &format!("{ROWS}/0/image/thumbnail?size=999999")).await;
    assert_eq!(size(big, "image/jpeg").await, (500, 375));
    let usual = hub.get(Who::Stranger, &format!("{ROWS}/0/image/thumbnail")).await;
    assert_eq!(size(usual, "image/jpeg").await, (256, 192));
    let early =
        hub.get(Who::Stranger, &format!("{ROWS}/0/video/thumbnail?at=0")).await.bytes().await.unwrap();
    let later =
        hub.get(Who::Stranger, &format!("{ROWS}/0/video/thumbnail?at=2.5")).await.bytes().await.unwrap();
    assert_ne!(early, later);
    let last = hub.get(Who::Stranger, &format!("{ROWS}/1/video/thumbnail?at=1")).await;
    assert_eq!(size(last, "image/jpeg").await, (64, 48));
}

#[tokio::test]
async fn undecodable_media_are_refused_with_a_reason() {
    let hub = hub(Settings::default()).await;
    for (cell, status, kind) in [
        ("2/image", 422, "bad-media"),
        ("2/audio", 422, "bad-media"),
        ("2/video", 422, "bad-media"),
        ("3/image", 422, "too-many-pixels"),
        ("3/audio", 422, "bad-media"),
        ("3/video", 422, "bad-media"),
        ("0/text", 422, "invalid"),
        ("9/image", 404, "not-found"),
        ("0/none", 404, "not-found"),
    ] {
        // The second answer may come from the cache.
        for _ in 0..2 {
            let got = hub.get(Who::Stranger, &format!("{ROWS}/{cell}/thumbnail")).await;
            let text = format!("{cell}: {}", got.status());
            assert_eq!(problem(got, status).await, kind, "{text}");
        }
    }
    for (query, status, kind) in [
        ("at=-1", 400, "bad-request"),
        ("at=NaN", 400, "bad-request"),
        ("at=1e300", 400, "bad-request"),
        ("size=-1", 400, "bad-request"),
        ("format=png", 400, "bad-request"),
        ("at=86400", 422, "invalid"),
        ("rev=none", 404, "not-found"),
    ] {
        let got = hub.get(Who::Stranger, &format!("{ROWS}/0/video/thumbnail?{query}")).await;
        assert_eq!(problem(got, status).await, kind, "{query}");
    }
}

#[tokio::test]
async fn a_png_mask_is_drawn_in_the_colours_of_its_classes() {
    let hub = hub(Settings::default()).await;
    let got = hub.get(Who::Stranger, &format!("{ROWS}/0/mask/mask?rev=main:0")).await;
    assert_eq!(got.headers()["content-type"], "image/png");
    assert_eq!(got.headers()["cache-control"], "public, max-age=31536000, immutable");
    let drawn = PngMask::decode(&got.bytes().await.unwrap(), &Default::default()).unwrap();
    // 0 is transparent; 1, 2 and 3 are `--c1` to `--c3`.
    let rgba = [[0, 0, 0, 0], [0x56, 0xb4, 0xe9, 255], [0xe6, 0x9f, 0, 255], [0x1f, 0x9d, 0x5c, 255]];
    assert_eq!(drawn, PngMask::Colours { width: 2, height: 2, rgba: rgba.concat() });
    let refused = hub.get(Who::Stranger, &format!("{ROWS}/0/image/mask")).await;
    assert_eq!(problem(refused, 422).await, "invalid");
}

#[tokio::test]
async fn thumbnails_are_generated_once_and_cached() {
    let hub = hub(Settings::default()).await;
    let path = format!("{ROWS}/0/image/thumbnail?rev=main:0&size=32");
    let all = (0..8).map(|_| hub.get(Who::Stranger, &path));
    let all = futures::future::join_all(all).await;
    let etag = all[0].headers()["etag"].clone();
    assert!(all.iter().all(|got| got.status() == 200 && got.headers()["etag"] == etag));
    assert_eq!(hub.state.metrics.thumbnails_made.get(), 1);
    assert_eq!(all[0].headers()["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(all[0].headers()["vary"], "accept");
    let has =
        |path: &str| hub.request(Who::Stranger, reqwest::Method::GET, path).header("if-none-match", &etag);
    let same = has(&path).send().await.unwrap();
    assert_eq!((same.status().as_u16(), &same.headers()["etag"]), (304, &etag));
    let webp = has(&path).header("accept", "image/webp,*/*").send().await.unwrap();
    assert_eq!(
        (webp.status().as_u16(), &webp.headers()["content-type"]),
        (200, &"image/webp".parse().unwrap())
    );
    assert_ne!(webp.headers()["etag"], etag);
    let moving = has(&path.replace("rev=main:0&", "format=jpeg&")).send().await.unwrap();
    assert_eq!(
        (moving.status().as_u16(), &moving.headers()["cache-control"]),
        (304, &"no-cache".parse().unwrap())
    );
    assert!(!moving.headers().contains_key("vary"));
    // Another server has its own cache; a caller that has the thumbnail needs neither.
    let other = self::hub(Settings::default()).await;
    let same = other.request(Who::Stranger, reqwest::Method::HEAD, &path).header("if-none-match", &etag);
    assert_eq!(same.send().await.unwrap().status(), 304);
    assert_eq!(other.state.metrics.thumbnails_made.get(), 0);
    let head = other.request(Who::Stranger, reqwest::Method::HEAD, &path).send().await.unwrap();
    assert!(head.headers()["content-length"].to_str().unwrap().parse::<u64>().unwrap() > 100);
}

#[tokio::test]
async fn rows_have_urls_of_thumbnails() {
    let hub = hub(Settings::default()).await;
    let page = hub.json(Who::Stranger, &format!("{ROWS}?limit=1")).await;
    let values = &page["rows"][0]["values"];
    for column in ["image", "audio", "video", "digit", "float", "mask"] {
        let address = values[column]["thumbnail"].as_str().unwrap_or_else(|| panic!("{column}: {values}"));
        assert_eq!(hub.get(Who::Stranger, address).await.status(), 200, "{address}");
    }
    assert_eq!(values["text"], "hello");
    // A column of raw pixels alone: nothing of it is read.
    let page = hub.json(Who::Reader, &format!("{ROWS}?columns=digit&values=thin")).await;
    assert_eq!(page["rows"].as_array().unwrap().len(), 4, "{page}");
    assert_eq!(page["rows"][3]["values"]["digit"]["shape"], serde_json::json!([28, 28]), "{page}");
}

#[tokio::test]
async fn thumbnails_of_private_data_sets_are_hidden() {
    let hub = Hub::new().await;
    push(&hub.dataset("pets", "private").await).await;
    let path = format!("{ROWS}/0/image/thumbnail?rev=main:0");
    let got = hub.get(Who::Reader, &path).await;
    assert_eq!(got.headers()["cache-control"], "private, max-age=31536000, immutable");
    let etag = got.headers()["etag"].clone();
    for who in [Who::Stranger, Who::Outsider, Who::OwnerElsewhere] {
        let got = hub.request(who, reqwest::Method::GET, &path).header("if-none-match", &etag);
        assert_eq!(problem(got.send().await.unwrap(), 404).await, "not-found");
    }
}

#[tokio::test]
async fn without_ffmpeg_videos_are_refused_with_a_hint() {
    let hub = hub(Settings { ffmpeg: Some("/no/such/ffmpeg".into()), ..Settings::default() }).await;
    for cell in ["0/video", "1/audio"] {
        let got = hub.get(Who::Stranger, &format!("{ROWS}/{cell}/thumbnail")).await;
        assert_eq!(problem(got, 501).await, "no-ffmpeg", "{cell}");
    }
    for cell in ["0/image", "0/audio"] {
        assert_eq!(hub.get(Who::Stranger, &format!("{ROWS}/{cell}/thumbnail")).await.status(), 200, "{cell}");
    }
}

/// The files of a pack.
fn unpacked(mut pack: &[u8]) -> Vec<&[u8]> {
    let mut files = Vec::new();
    while let Some((length, rest)) = pack.split_first_chunk::<4>() {
        let (file, rest) = rest.split_at(u32::from_le_bytes(*length) as usize);
        files.push(file);
        pack = rest;
    }
    files
}

#[tokio::test]
async fn many_thumbnails_come_in_one_answer() {
    let hub = hub(Settings::default()).await;
    let packs = "/api/v1/datasets/vision/pets/thumbnails";
    let got = hub.get(Who::Stranger, &format!("{packs}?rows=1,0,2,1&size=48&format=jpeg&rev=main:0")).await;
    assert_eq!(got.headers()["content-type"], "application/vnd.hub.thumbnails");
    assert_eq!(got.headers()["cache-control"], "public, max-age=31536000, immutable");
    let pack = got.bytes().await.unwrap();
    let files = unpacked(&pack);
    assert_eq!(files.len(), 4);
    assert_eq!((files[0], files[2].len()), (files[3], 0), "the damaged image has none");
    let one = hub.get(Who::Stranger, &format!("{ROWS}/0/image/thumbnail?size=48&format=jpeg")).await;
    assert_eq!(files[1], one.bytes().await.unwrap());
    let square = hub.get(Who::Stranger, &format!("{packs}?rows=0&size=48&format=jpeg&fit=cover")).await;
    let square = square.bytes().await.unwrap();
    let (_, width, height) = hub_media::decode_rgb8(unpacked(&square)[0], &Default::default()).unwrap();
    assert_eq!((width, height), (48, 48));
    let digits = hub.get(Who::Stranger, &format!("{packs}?rows=0&column=digit&size=48")).await;
    assert!(unpacked(&digits.bytes().await.unwrap())[0].len() > 100);
    let many = vec!["0"; 65].join(",");
    for (wrong, status, kind) in [
        ("rows=", 400, "bad-request"),
        (&format!("rows={many}"), 400, "bad-request"),
        ("rows=0&column=text", 422, "invalid"),
        ("rows=0&column=none", 422, "invalid"),
    ] {
        let got = hub.get(Who::Stranger, &format!("{packs}?{wrong}")).await;
        assert_eq!(problem(got, status).await, kind, "{wrong}");
    }
}

#[tokio::test]
async fn a_box_of_an_image_is_cut_out() {
    let hub = hub(Settings::default()).await;
    let part = async |crop: &str| {
        hub.get(Who::Stranger, &format!("{ROWS}/0/image/thumbnail?format=jpeg&crop={crop}")).await
    };
    assert_eq!(size(part("10.5,20,29.2,40").await, "image/jpeg").await, (30, 40));
    for wrong in ["1,2,3", "1,2,0,4", "a,b,c,d", "1,2,3,4,5", "1,2,-3,4", "NaN,1,2,3"] {
        assert_eq!(problem(part(wrong).await, 400).await, "bad-request", "{wrong}");
    }
    assert_eq!(problem(part("99999,0,5,5").await, 422).await, "bad-media");
}

#[tokio::test]
async fn audio_has_peaks_and_a_spectrogram() {
    let hub = hub(Settings::default()).await;
    let peaks = hub.json(Who::Stranger, &format!("{ROWS}/0/audio/peaks?n=10")).await;
    assert_eq!((peaks["sample_rate"].as_u64(), peaks["channels"].as_u64()), (Some(8000), Some(1)));
    let high: Vec<f64> =
        peaks["high"].as_array().unwrap().iter().map(|high| high.as_f64().unwrap()).collect();
    assert!(high.len() == 10 && high.iter().any(|high| *high > 0.01), "{high:?}");
    let half = hub
        .json(Who::Stranger, &format!("{ROWS}/0/audio/peaks?n=5&to={}", peaks["to"].as_f64().unwrap() / 2.0))
        .await;
    let first: Vec<f64> =
        half["high"].as_array().unwrap().iter().map(|high| high.as_f64().unwrap()).collect();
    assert!(first.iter().zip(&high).all(|(a, b)| (a - b).abs() < 0.02), "{first:?} {high:?}");
    let png = hub.get(Who::Stranger, &format!("{ROWS}/0/audio/spectrogram?width=60&height=32")).await;
    assert_eq!(png.headers()["content-type"], "image/png");
    let (pixels, width, height) =
        hub_media::decode_rgb8(&png.bytes().await.unwrap(), &Default::default()).unwrap();
    assert_eq!((width, height), (60, 32));
    assert!(pixels.iter().any(|level| *level > 100), "something is heard");
    for (wrong, status, kind) in [
        ("0/audio/peaks?from=2&to=1", 400, "bad-request"),
        ("0/audio/peaks?from=NaN&to=1", 400, "bad-request"),
        ("0/image/peaks", 422, "invalid"),
        ("3/audio/peaks", 422, "bad-media"),
    ] {
        let got = hub.get(Who::Stranger, &format!("{ROWS}/{wrong}")).await;
        assert_eq!(problem(got, status).await, kind, "{wrong}");
    }
}

#[tokio::test]
async fn frames_of_a_video_are_listed_and_shown() {
    let hub = hub(Settings::default()).await;
    for row in [0, 1] {
        let frames = hub.json(Who::Stranger, &format!("{ROWS}/{row}/video/frames")).await;
        let times: Vec<f64> =
            frames["times"].as_array().unwrap().iter().map(|time| time.as_f64().unwrap()).collect();
        assert_eq!((frames["count"].as_u64(), times[0]), (Some(times.len() as u64), 0.0));
        assert!(times.len() > 2 && times.is_sorted_by(|a, b| a < b), "{times:?}");
        let page = hub.json(Who::Stranger, &format!("{ROWS}/{row}/video/frames?first=1&limit=1")).await;
        assert_eq!(page["times"][0].as_f64(), Some(times[1]));
        let last = times.len() - 1;
        let shown =
            hub.get(Who::Stranger, &format!("{ROWS}/{row}/video/frame?n={last}&format=jpeg&size=64")).await;
        assert!(size(shown, "image/jpeg").await.0 > 10);
        let none = hub.get(Who::Stranger, &format!("{ROWS}/{row}/video/frame?n={}", last + 1)).await;
        assert_eq!(problem(none, 404).await, "not-found");
    }
    let image = hub.get(Who::Stranger, &format!("{ROWS}/0/image/frames")).await;
    assert_eq!(problem(image, 422).await, "invalid");
}
