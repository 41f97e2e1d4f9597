//! Ctrl-C in the middle of a push.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::session::Session;

/// Number of images, so many that a push takes seconds.
const IMAGES: u32 = 10_000;

#[test]
fn a_push_that_is_stopped_commits_nothing_and_goes_on() {
    let session = Session::new();
    session.picture("one.png", 3);
    let image = std::fs::read(session.path("one.png")).unwrap();
    std::fs::create_dir_all(session.path("pets/cat")).unwrap();
    for i in 0..IMAGES {
        std::fs::write(session.path(&format!("pets/cat/{i}.png")), &image).unwrap();
    }
    let mut push = session.command("push pets --jobs 1");
    let mut push = push.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    // The data set is created when the push begins.
    let begun = Instant::now();
    while !session.path("hub-home/datasets/local/pets/hub.json").exists() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the push never began");
        std::thread::sleep(Duration::from_millis(2));
    }
    let kill = format!("kill -INT {}", push.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    let mut stderr = String::new();
    push.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!(push.wait().unwrap().code(), Some(130), "{stderr}");
    assert!(stderr.contains("nothing was committed"), "{stderr}");
    assert!(stderr.contains("run the same push again to go on"), "{stderr}");
    let listed: serde_json::Value = serde_json::from_str(&session.quietly("ls --json")).unwrap();
    assert_eq!(listed[0]["version"], serde_json::Value::Null);
    session.quietly("push pets");
    let listed: serde_json::Value = serde_json::from_str(&session.quietly("ls --json")).unwrap();
    assert_eq!(listed[0]["rows"], IMAGES);
}
