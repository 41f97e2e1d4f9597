//! Pictures that are classified over the API: by whom, how large, how many at once, on a model that stays loaded.

use std::io::Read;

use flate2::read::GzDecoder;
use hub_eval::isolated::run_worker;
use reqwest::{Method, StatusCode};
use serde_json::Value as Json;

use super::{Hub, Who};
use crate::work::admission::Requester;

const PATH: &str = "/api/v1/classify?model=lenet5";

/// Not a test: the process of a model that the others start.
#[test]
#[ignore = "started by the other tests"]
fn process() {
    run_worker();
}

async fn classifying() -> Hub {
    Hub::with(crate::Settings { classify: Some(true), ..Default::default() }).await
}

/// A digit of MNIST's test set as a PNG, and its label.
fn digit(number: usize) -> (Vec<u8>, u8) {
    let unpacked = |packed: &[u8]| {
        let mut bytes = Vec::new();
        GzDecoder::new(packed).read_to_end(&mut bytes).unwrap();
        bytes
    };
    let images = unpacked(include_bytes!("../../../tests/fixtures/mnist/t10k-images-idx3-ubyte.gz"));
    let labels = unpacked(include_bytes!("../../../tests/fixtures/mnist/t10k-labels-idx1-ubyte.gz"));
    let pixels = &images[16 + number * 784..16 + (number + 1) * 784];
    (hub_media::encode_png(pixels, 28, 28, 1).unwrap(), labels[8 + number])
}

async fn post(hub: &Hub, who: Who, path: &str, body: Vec<u8>) -> (StatusCode, Json) {
    let answer = hub.request(who, Method::POST, path).body(body).send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

#[tokio::test]
async fn digits_are_classified_on_a_model_that_stays_loaded() {
    let hub = classifying().await;
    for number in 0..3 {
        let (image, label) = digit(number);
        let (status, found) = post(&hub, Who::Reader, &format!("{PATH}&top=3"), image).await;
        assert_eq!(status, StatusCode::OK, "{found}");
        let classes = found["classes"].as_array().unwrap();
        assert_eq!((&found["model"], classes.len()), (&"lenet5".into(), 3));
        assert_eq!((&classes[0]["name"], &classes[0]["number"]), (&label.to_string().into(), &label.into()));
        assert!(classes[0]["probability"].as_f64().unwrap() > 0.9, "{found}");
        // Loaded anew for each request, there would be one more each time.
        assert_eq!(hub.state.classifiers.len(), 1);
    }
    let (_, all) = post(&hub, Who::Reader, &format!("{PATH}&top=1000"), digit(0).0).await;
    let sum: f64 =
        all["classes"].as_array().unwrap().iter().map(|c| c["probability"].as_f64().unwrap()).sum();
    assert!(all["classes"].as_array().unwrap().len() == 10 && (sum - 1.0).abs() < 1e-6, "{all}");
}

#[tokio::test]
async fn users_may_classify_where_it_is_switched_on() {
    let hub = classifying().await;
    for (who, status) in [
        (Who::Stranger, 401),
        (Who::Outsider, 200),
        (Who::Reader, 200),
        (Who::Writer, 200),
        (Who::Owner, 200),
        (Who::OwnerToRead, 200),
    ] {
        let (found, body) = post(&hub, who, PATH, digit(0).0).await;
        assert_eq!(found.as_u16(), status, "{who:?}: {body}");
        assert_eq!(body["classes"].is_array(), status == 200, "{body}");
    }
    assert_eq!(hub.json(Who::Reader, "/api/v1/models").await["classify"], true);
    let off = Hub::new().await;
    assert_eq!(off.json(Who::Reader, "/api/v1/models").await["classify"], false);
    let (status, problem) = post(&off, Who::Owner, PATH, digit(0).0).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(problem["detail"].as_str().unwrap().contains("--classify"), "{problem}");
}

#[tokio::test]
async fn what_is_too_large_or_no_image_loads_no_model() {
    let hub = classifying().await;
    // 50 megapixels and a row; the header alone says so.
    let size = [10_000u32.to_be_bytes(), 5_001u32.to_be_bytes()].concat();
    let header = [&size[..], &[8, 0, 0, 0, 0]].concat();
    let mut large = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, content) in [(b"IHDR", &header[..]), (b"IDAT", &[0u8; 8][..]), (b"IEND", &[][..])] {
        large.extend((content.len() as u32).to_be_bytes());
        let chunk = [&kind[..], content].concat();
        let mut crc = flate2::Crc::new();
        crc.update(&chunk);
        large.extend(chunk);
        large.extend(crc.sum().to_be_bytes());
    }
    for (path, body, status, told) in [
        ("/api/v1/classify?model=nosuch", digit(0).0, 404, "nosuch"),
        ("/api/v1/classify", digit(0).0, 400, "model"),
        (PATH, b"no image".to_vec(), 422, "no image"),
        (PATH, Vec::new(), 422, "no image"),
        (PATH, digit(0).0[..300].to_vec(), 422, "no image"),
        (PATH, large, 422, "pixels"),
        (PATH, vec![0; 16 * 1024 * 1024 + 1], 413, "at most 16777216 bytes"),
    ] {
        let (found, problem) = post(&hub, Who::Reader, path, body).await;
        assert_eq!(found.as_u16(), status, "{path}: {problem}");
        assert!(problem["detail"].as_str().unwrap().contains(told), "{path}: {problem}");
    }
    assert_eq!(hub.state.classifiers.len(), 0);
}

#[tokio::test]
async fn a_user_classifies_one_image_at_a_time() {
    let hub = classifying().await;
    let reader = hub.state.catalog.user("rita").await.unwrap();
    let permit = hub.state.classifications.take(Requester::User(reader.id.0)).await.unwrap();
    let (status, problem) = post(&hub, Who::Reader, PATH, digit(0).0).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("1 classifications of yours"), "{problem}");
    assert_eq!(post(&hub, Who::Writer, PATH, digit(0).0).await.0, StatusCode::OK, "another user");
    drop(permit);
    assert_eq!(post(&hub, Who::Reader, PATH, digit(0).0).await.0, StatusCode::OK);
}
