//! Ctrl-C and SIGTERM: in the middle of a push, while a server or bucket is silent, and of a server.

use std::io::Read;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::served::Served;
use crate::session::Session;

/// The longest time until a command has ended. It ends within two seconds; this machine may be busy.
const ENDED: Duration = Duration::from_secs(8);

fn signal(child: &Child, name: &str) {
    let kill = format!("kill -{name} {}", child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
}

/// The exit code, once the process has ended by itself.
fn code(child: &mut Child, what: &str) -> i32 {
    let begun = Instant::now();
    while begun.elapsed() < ENDED {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code().unwrap_or_else(|| panic!("{what}: ended by {status}"));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let _ = child.kill();
    panic!("{what} went on for {ENDED:?} after the signal");
}

/// A server that accepts connections and never answers; returns its address, and what counts connections.
fn silent() -> (String, std::sync::mpsc::Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (sender, came) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut open = Vec::new();
        for stream in listener.incoming().map_while(Result::ok) {
            open.push(stream);
            if sender.send(()).is_err() {
                return;
            }
        }
    });
    (address, came)
}

#[test]
fn a_signal_ends_every_command_while_a_server_is_silent() {
    let session = Session::new();
    session.pets();
    session.quietly("push ./local pets");
    for (name, exit) in [("INT", 130), ("TERM", 143)] {
        for line in [
            "push SERVER/vision/pets pets",
            "push SERVER/vision/pets ./local",
            "pull SERVER/vision/pets copy",
            "pull SERVER/vision/pets images --format image-folder",
            "stream SERVER/vision/pets",
            "info SERVER/vision/pets",
            "rm SERVER/vision/pets --yes",
            "restore --url SERVER",
            "user ls --url SERVER",
            "push s3://bucket/pets pets",
            "push s3://bucket/pets ./local",
            "pull s3://bucket/pets copy",
        ] {
            let (address, came) = silent();
            let mut command = session.command(&line.replace("SERVER", &format!("http://{address}")));
            command.env("HUB_TOKEN", "hub_abc").env("AWS_ENDPOINT_URL", format!("http://{address}"));
            command
                .env("AWS_ALLOW_HTTP", "true")
                .env("AWS_ACCESS_KEY_ID", "x")
                .env("AWS_SECRET_ACCESS_KEY", "x");
            // Nobody reads what it says.
            let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            came.recv_timeout(Duration::from_secs(60)).unwrap_or_else(|_| panic!("{line}: it never asked"));
            signal(&child, name);
            assert_eq!(code(&mut child, line), exit, "{line}");
        }
    }
}

#[test]
fn a_server_that_is_stopped_exits_with_0() {
    for name in ["TERM", "INT"] {
        let mut served = Served::start(&[("HUB_SHUTDOWN_SECS", "1")]);
        let server = served.child();
        signal(server, name);
        assert_eq!(code(server, "hub serve"), 0, "SIG{name}");
    }
    // The second signal doesn't wait for what runs.
    let mut served = Served::start(&[("HUB_SHUTDOWN_SECS", "600")]);
    let _open = served.open_request();
    let server = served.child();
    signal(server, "TERM");
    std::thread::sleep(Duration::from_millis(500));
    assert!(server.try_wait().unwrap().is_none(), "it waits for the request");
    signal(server, "TERM");
    assert_eq!(code(server, "hub serve"), 143);
}

#[test]
fn a_server_that_starts_can_be_stopped() {
    let session = Session::new();
    // A database that accepts connections and never answers.
    let (address, came) = silent();
    let mut command = session.command(&format!("serve --database-url postgres://hub@{address}/hub"));
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    came.recv_timeout(Duration::from_secs(60)).unwrap();
    signal(&child, "TERM");
    assert_eq!(code(&mut child, "hub serve"), 0);
}

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
    signal(&push, "INT");
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
