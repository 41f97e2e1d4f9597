//! What people do every day: renaming, cards, formats by ending, who they are.

use crate::served::Served;
use crate::session::Session;

#[test]
fn a_result_has_the_format_of_its_ending() {
    let mut session = Session::new();
    session.pets();
    session.quietly("push pets");
    let query = |file: &str| {
        let mut command = session.command("query pets");
        let output = command.arg("SELECT label FROM samples").args(["-o", file]).output().unwrap();
        (output.status.code().unwrap(), std::fs::read(session.path(file)).unwrap_or_default())
    };
    assert!(query("x.parquet").1.starts_with(b"PAR1"));
    assert!(query("x.csv").1.starts_with(b"label\n"));
    assert!(serde_json::from_slice::<Vec<serde_json::Value>>(&query("x.json").1).is_ok());
    assert!(String::from_utf8(query("x.txt").1).unwrap().contains("label"));
    assert_eq!(query("x.xlsx"), (2, Vec::new()));
    for (line, code) in [
        ("pull pets a --format imagefolder", 0),
        ("pull pets b --format ilsvrc-tar", 2),
        ("pull pets c --format tarball", 2),
    ] {
        assert_eq!(session.hub(line), code, "{line}");
    }
    assert!(session.path("a/train/cat/a.png").is_file(), "imagefolder means folders of classes");
}

#[test]
fn a_commit_without_a_message_has_none() {
    let session = Session::new();
    session.pets();
    session.quietly("push pets");
    let log: serde_json::Value = serde_json::from_str(&session.quietly("log pets --json")).unwrap();
    assert_eq!(log[0]["message"], "");
    assert!(session.quietly("log pets").contains("append +4"));
}

#[test]
fn the_author_is_in_the_password_database() {
    let session = Session::new();
    session.pets();
    let mut push = session.command("push pets");
    assert!(push.env_remove("HUB_AUTHOR").output().unwrap().status.success());
    let log: serde_json::Value = serde_json::from_str(&session.quietly("log pets --json")).unwrap();
    let author = log[0]["author"].as_str().unwrap();
    assert!(!author.starts_with("unknown"), "{author}");
}

#[test]
fn data_sets_are_renamed() {
    let mut session = Session::new();
    session.pets();
    session.quietly("push pets");
    session.quietly("push birds pets");
    session.quietly("mv pets vision/animals");
    assert_eq!(session.quietly("ls").lines().count(), 3);
    assert!(session.quietly("info vision/animals").contains("rows      4"));
    assert_eq!(session.hub("mv vision/animals birds"), 4);
    assert_eq!(session.hub("mv nothing x"), 3);
    assert_eq!(session.hub("mv birds ./birds"), 2);
    assert!(session.quietly("info vision/animals").contains("rows      4"));
}

#[test]
fn the_readme_of_a_folder_is_the_card() {
    let session = Session::new();
    session.pets();
    session.write("pets/README.md", b"# Pets\n\nFrom the street.\n");
    session.quietly("push pets");
    assert_eq!(session.quietly("card pets"), "# Pets\n\nFrom the street.\n");
    session.write("new.md", b"# New\n");
    session.quietly("card pets new.md");
    assert_eq!(session.quietly("card pets"), "# New\n");
    session.quietly("gc pets --grace 0");
    session.quietly("mv pets cats");
    assert_eq!(session.quietly("card cats"), "# New\n");
    session.write("binary.md", &[0xff, 0xfe]);
    let mut refused = session.command("card cats binary.md");
    assert_eq!(refused.output().unwrap().status.code(), Some(6));
}

#[test]
fn a_long_list_of_names_is_not_printed() {
    let session = Session::new();
    session.pets();
    session.quietly("push pets");
    for i in 0..60 {
        let folder = session.path(&format!("hub-home/datasets/local/set-{i}"));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::copy(session.path("hub-home/datasets/local/pets/hub.json"), folder.join("hub.json"))
            .unwrap();
    }
    let output = session.command("info pest").output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("did you mean 'pets'?") && text.contains("61 in all"), "{text}");
    assert!(text.len() < 600, "{text}");
}

#[test]
fn at_a_server() {
    let served = Served::start(&[]);
    let mut session = Session::new();
    session.hub_url(&served.url());
    session.pets();
    session.write("pets/README.md", b"# Pets\n");
    let token = ("HUB_TOKEN", served.token.as_str());
    assert_eq!(session.hub_secretly(token, "push ann/pets pets"), 0);
    for (line, wanted) in [
        ("whoami", "ann at "),
        ("card ann/pets", "# Pets"),
        ("visibility ann/pets", "ann/pets is private"),
        ("visibility ann/pets public", "ann/pets is now public"),
        ("mv ann/pets ann/animals", "renamed ann/pets to ann/animals"),
        ("rm ann/animals --yes", "removed"),
        ("ls --deleted", "ann/animals"),
        ("restore ann/animals", "restored"),
        ("ls", "everyone"),
    ] {
        let output = session.command(line).env("HUB_TOKEN", &served.token).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains(wanted), "{line}: {text}{}", String::from_utf8_lossy(&output.stderr));
    }
    // Not logged in, and with a token that isn't valid.
    assert_eq!(session.hub("visibility ann/animals private"), 7);
    assert_eq!(session.hub_with(("HUB_TOKEN", "hub_wrong"), "ls"), 7);
    assert!(session.transcript().contains("HUB_TOKEN is set"));
}

#[test]
fn files_are_included_and_left_out() {
    let session = Session::new();
    session.pets();
    session.picture("pets/train/cat/draft.png", 9);
    session.write("pets/.hubignore", b"# not ready\ndraft*\n");
    let rows = |session: &Session, name: &str| {
        let json: serde_json::Value =
            serde_json::from_str(&session.quietly(&format!("info {name} --json"))).unwrap();
        json["counts"]["rows"].as_u64().unwrap()
    };
    session.quietly("push a pets");
    assert_eq!(rows(&session, "a"), 4);
    session.quietly("push b pets --exclude val");
    assert_eq!(rows(&session, "b"), 3);
    session.quietly("push c pets --include train");
    assert_eq!(rows(&session, "c"), 3);
    session.quietly("push d pets --include a.png --include val");
    assert_eq!(rows(&session, "d"), 2);
    session.write("pets/.hubignore", b"!draft\n");
    assert_eq!(session.command("push e pets").output().unwrap().status.code(), Some(6));
}

#[test]
fn exported_class_folders_hold_files_or_are_said() {
    let session = Session::new();
    session.pets();
    session.quietly("push pets");
    let notes = |line: &str| String::from_utf8(session.command(line).output().unwrap().stderr).unwrap();
    // No cat is in val: torchvision's ImageFolder refuses an empty folder.
    let said = notes("pull pets out --format class-folder");
    assert!(said.contains("split val has folders for 1 of 2 classes"), "{said}");
    assert!(session.path("out/val/dog").is_dir() && !session.path("out/val/cat").exists());
    let said = notes("pull pets all --format class-folder --keep-classes");
    assert!(!said.contains("folders for"), "{said}");
    assert!(session.path("all/val/cat").is_dir());
}

#[test]
fn what_to_do_about_files_of_a_known_data_set() {
    let mut session = Session::new();
    std::fs::create_dir(session.path("empty")).unwrap();
    session.write("wrong/train-images-idx3-ubyte.gz", b"something else");
    assert_eq!(session.hub("push mnist --mirror http://127.0.0.1:9/none"), 1);
    assert_eq!(session.hub("push mnist --mirror empty"), 3);
    assert_eq!(session.hub("push mnist --mirror wrong"), 6);
    let said = session.transcript();
    for hint in ["hub push mnist DIR", "hub push mnist empty", "hub push mnist wrong"] {
        assert!(said.contains(hint), "{hint}: {said}");
    }
}
