//! `hub model` and `hub classify`.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;

use crate::session::Session;
use crate::snapshot;

fn copy(session: &Session, name: &str) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models").join(name);
    fs::copy(from, session.path(name)).unwrap();
}

/// A vertical bar, white on black, 28 × 28 pixels, grey.
fn one() -> Vec<u8> {
    let is_bar = |k: usize| (4..24).contains(&(k / 28)) && (13..16).contains(&(k % 28));
    let pixels: Vec<u8> = (0..28 * 28).map(|k| if is_bar(k) { 255 } else { 0 }).collect();
    hub_media::encode_png(&pixels, 28, 28, 1).unwrap()
}

#[test]
fn models_are_stored_and_run() {
    let mut session = Session::new();
    copy(&session, "means.onnx");
    fs::create_dir(session.path("digits")).unwrap();
    fs::write(session.path("digits/1.png"), one()).unwrap();
    fs::write(session.path("digits/broken.png"), "no image").unwrap();
    fs::write(session.path("names.txt"), "dog\ncat\nbird\nfrog\ndeer\nhorse\nship\ntruck\nplane\ncar\n")
        .unwrap();
    for (line, exit) in [
        (
            "model add means means.onnx --preset timm-squash --labels names.txt --licence CC0-1.0 --engine rten",
            0,
        ),
        ("model add means means.onnx --preset timm-squash --engine rten", 4),
        ("model add grey/means means.onnx --preset torchvision --values inception --engine rten", 0),
        ("model ls", 0),
        ("model show means", 0),
        ("classify digits/1.png --model lenet5 --top 2 --engine rten", 0),
        ("classify digits --model lenet5 --top 1 --engine rten", 6),
        (
            "classify digits/1.png --model means.onnx --preset timm-squash --values unit --top 2 --engine rten",
            0,
        ),
        ("classify digits/1.png --model means --preset timm", 2),
        ("model rm means", 0),
        ("model show means", 3),
        ("model rm lenet5", 4),
        ("classify digits/1.png --model resnet50", 3),
    ] {
        assert_eq!(session.hub(line), exit, "{line}");
    }
    let found = session.quietly("classify digits/1.png --model lenet5 --top 1 --json --engine rten");
    assert!(found.contains("\"name\": \"1\"") && found.contains("\"probability\": 0.9"), "{found}");
    let card = session.quietly("model show lenet5 --json");
    assert!(card.contains("\"card_hash\": \"") && card.contains("\"mode\": \"lenet\""), "{card}");
    snapshot!("models", session.transcript());
}

#[test]
fn models_that_are_refused() {
    let mut session = Session::new();
    for name in ["means.onnx", "memory_bomb.onnx", "endless_loop.onnx"] {
        copy(&session, name);
    }
    fs::write(session.path("empty.onnx"), "").unwrap();
    fs::write(session.path("nine.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\n").unwrap();
    for (line, exit) in [
        ("model add bomb memory_bomb.onnx --preset timm-squash --engine rten", 6),
        ("model add loop endless_loop.onnx --preset timm-squash --engine rten --time-limit 3s", 6),
        ("model add empty empty.onnx --preset timm", 6),
        ("model add gone gone.onnx --preset timm", 3),
        ("model add means means.onnx", 2),
        ("model add means means.onnx --preset torchvision --crop 224", 2),
        ("model add means means.onnx --preset lenet", 2),
        ("model add means means.onnx --preset caffe", 2),
        ("model add means means.onnx --preset timm --mean 0.5,0.5", 2),
        ("model add means means.onnx --preset timm --labels nine.txt --engine rten", 6),
        ("model add means means.onnx --preset timm --labels gone.txt", 3),
        ("model add ../x means.onnx --preset timm", 2),
        ("model pull resnet50", 2),
        ("model pull alexnet", 3),
        ("model pull resnet5", 3),
        ("model pull lenet5", 0),
        ("classify means.onnx --model lenet5 --engine rten", 6),
        ("classify gone.png --model lenet5", 3),
        ("classify http://127.0.0.1/a.png --model lenet5 --engine rten", 6),
        ("classify http://localhost/a.png --model lenet5 --engine rten", 6),
        ("model ls", 0),
    ] {
        assert_eq!(session.hub(line), exit, "{line}");
    }
    snapshot!("models_refused", session.transcript());
}

#[test]
fn a_known_model_is_pulled_from_a_mirror_only_if_it_is_the_published_file() {
    let mut session = Session::new();
    fs::create_dir(session.path("mirror")).unwrap();
    assert_eq!(session.hub("model pull squeezenet1_1 --mirror mirror"), 3);
    fs::write(session.path("mirror/squeezenet1.1-7.onnx"), "another file").unwrap();
    assert_eq!(session.hub("model pull squeezenet1_1 --mirror mirror"), 6);
    fs::write(session.path("mirror/squeezenet1.1-7.onnx"), vec![0; 4_956_208]).unwrap();
    assert_eq!(session.hub("model pull squeezenet1_1 --mirror mirror"), 6);
    snapshot!("model_pull", session.transcript());
}

#[test]
fn images_are_fetched_from_addresses() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/one.png", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let body = one();
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(&[head.into_bytes(), body].concat());
        }
    });
    let session = Session::new();
    let line = format!("classify {address} --model lenet5 --top 1 --json --allow-private --engine rten");
    let found = session.quietly(&line);
    assert!(found.contains(&address) && found.contains("\"class\": 1"), "{found}");
}
