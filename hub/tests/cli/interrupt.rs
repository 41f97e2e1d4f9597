//! Ctrl-C in the middle of a push.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::session::Session;

/// Enough that a push takes seconds.
const PICTURES: u32 = 10_000;

#[test]
fn a_push_that_is_stopped_commits_nothing_and_goes_on() {
    let session = Session::new();
    session.picture("one.png", 3);
    let picture = std::fs::read(session.path("one.png")).unwrap();
    std::fs::create_dir_all(session.path("pets/cat")).unwrap();
    for i in 0..PICTURES {
        std::fs::write(session.path(&format!("pets/cat/{i}.png")), &picture).unwrap();
    }
    let mut push = session.command("push pets --jobs 1");
    let mut push = push.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    // The data set is made when the push begins.
    let begun = Instant::now();
    while !session.path("hub-home/datasets/local/pets/hub.json").exists() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the push never began");
        std::thread::sleep(Duration::from_millis(2));
    }
    let kill = format!("kill -INT {}", push.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    let mut told = String::new();
    push.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert_eq!(push.wait().unwrap().code(), Some(130), "{told}");
    assert!(told.contains("nothing was committed"), "{told}");
    assert!(told.contains("run the same push again to go on"), "{told}");
    let listed: serde_json::Value = serde_json::from_str(&session.quietly("ls --json")).unwrap();
    assert_eq!(listed[0]["version"], serde_json::Value::Null);
    session.quietly("push pets");
    let listed: serde_json::Value = serde_json::from_str(&session.quietly("ls --json")).unwrap();
    assert_eq!(listed[0]["rows"], PICTURES);
}
