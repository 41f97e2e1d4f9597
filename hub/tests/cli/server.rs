//! A hub on a server: all commands work as they do on the embedded hub.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::served::{Served, well};
use crate::session::{Session, same};
use crate::snapshot;

/// A session that is logged in to a server, whose address is `SERVER` in the transcript.
fn logged_in(served: &Served) -> Session {
    let mut session = Session::new();
    session.names(&served.url(), "SERVER");
    session.hub_url(&served.url());
    session.write("token", served.token.as_bytes());
    assert_eq!(session.hub_stdin("login --token-stdin", "token"), 0);
    session
}

fn rows(session: &Session, name: &str) -> u64 {
    let info: Value = serde_json::from_str(&session.quietly(&format!("info {name} --json"))).unwrap();
    info["counts"]["rows"].as_u64().unwrap()
}

#[test]
fn all_commands_on_a_server() {
    let served = Served::start(&[]);
    let mut session = logged_in(&served);
    session.pets();
    for line in [
        "ls",
        "push ann/pets pets",
        "push ann/pets pets",
        "ls",
        "info ann/pets",
        "show ann/pets 0",
        "stats ann/pets",
        "tag ann/pets v1 -m first",
        "branch ann/pets dev",
    ] {
        assert_eq!(session.hub(line), 0, "{line}");
    }
    session.picture("more/train/bird/e.png", 5);
    for line in [
        "push ann/pets@dev more --append",
        "diff ann/pets main dev",
        "merge ann/pets dev",
        "log ann/pets",
        "stream ann/pets --shuffle=3 --batch-size 2",
        "pull ann/pets@v1 copy",
        "pull ann/pets parquet --format parquet",
        "rename ann/pets label animal",
        "rm ann/pets --rows 0",
        "compact ann/pets",
        "fsck ann/pets --all",
        "revert ann/pets v1",
        "tag ann/pets v1 --delete",
    ] {
        assert_eq!(session.hub(line), 0, "{line}");
    }
    assert_eq!(session.hub("gc ann/pets"), 0);
    assert_eq!(session.hub("gc ann/pets --grace 1h"), 2);
    // A bare name is in the namespace `local`, which few servers have.
    assert_eq!(session.hub("info pets"), 3);
    // A local folder is not a data set of the server.
    assert_eq!(session.hub("info copy"), 3);
    assert_eq!(session.hub("rm ann/pets --yes"), 0);
    assert_eq!(session.hub("info ann/pets"), 3);
    assert_eq!(session.hub("logout"), 0);
    assert_eq!(session.hub("logout"), 3);
    snapshot!("server_day", session.transcript());
}

#[test]
fn a_deleted_data_set_comes_back() {
    let served = Served::start(&[]);
    let mut session = logged_in(&served);
    session.pets();
    session.quietly("push ann/pets pets");
    assert_eq!(session.hub("restore ann/pets"), 3);
    session.quietly("rm ann/pets --yes");
    // On the server's machine: a deleted data set is no failure.
    let mut reindex = session.command("reindex --json");
    let reindexed = reindex.env("HUB_HOME", served.home()).env_remove("HUB_URL").output().unwrap();
    let reindexed: Value = serde_json::from_str(&well(reindexed)).unwrap();
    assert_eq!((&reindexed["deleted"], &reindexed["datasets"]), (&json!(["ann/pets"]), &json!([])));
    let listed = session.quietly("restore");
    assert!(listed.contains("ann/pets"), "{listed}");
    let id = served.get("/api/v1/datasets?deleted=true")["datasets"][0]["uuid"].as_str().unwrap().to_owned();
    assert!(listed.contains(&id), "{listed}");
    assert_eq!(session.quietly("restore ann/pets"), "restored ann/pets\n");
    assert_eq!(rows(&session, "ann/pets"), 4);
    // Two of one name are told apart by their ids.
    session.quietly("rm ann/pets --yes");
    session.quietly("push ann/pets pets");
    session.quietly("rm ann/pets --yes");
    assert_eq!(session.hub("restore ann/pets"), 2);
    assert_eq!(session.quietly(&format!("restore {id}")), "restored ann/pets\n");
    assert_eq!(session.hub("restore ann/pets"), 4);
}

#[test]
fn what_is_pulled_is_what_was_pushed() {
    let served = Served::start(&[("HUB_SIGNED_URL_SECS", "1")]);
    let session = logged_in(&served);
    session.pets();
    session.quietly("push ann/pets pets");
    session.quietly("pull ann/pets copy");
    // The files of the copy are the server's own, byte for byte.
    assert!(same(&session.path("copy/data"), &served.home().join("datasets/ann/pets/data")));
    // From one data set of a server to another, by URL, and back to a local directory.
    let url = served.url();
    session.quietly(&format!("push {url}/ann/again {url}/ann/pets"));
    assert_eq!(rows(&session, "ann/again"), 4);
    session.quietly(&format!("push ./local {url}/ann/again"));
    assert_eq!(rows(&session, "./local"), 4);
    session.quietly("pull ann/again folders --format image-folder");
}

#[test]
fn several_commits_on_a_branch_are_merged() {
    let served = Served::start(&[]);
    let session = logged_in(&served);
    session.pets();
    for line in [
        "push ann/pets pets",
        "branch ann/pets dev",
        "rm ann/pets@dev --rows 0 --yes",
        "rm ann/pets@dev --rows 0 --yes",
        "merge ann/pets dev",
    ] {
        session.quietly(line);
    }
    assert_eq!(rows(&session, "ann/pets"), 2);
    session.quietly("push ann/pets pets --append");
    assert_eq!(rows(&session, "ann/pets"), 6);
}

#[test]
fn people_and_tokens() {
    let served = Served::start(&[]);
    let mut session = logged_in(&served);
    session.pets();
    session.write("password", b"correct horse battery\n");
    assert_eq!(session.hub_stdin("user add ada --password-stdin", "password"), 0);
    for line in [
        "user add ci --no-password",
        "user ls",
        "member add ann ada --role reader",
        "member ls ann",
        "token create laptop --scope read --expires 30d --quiet",
        "token create nightly --user ci --quiet",
        "token ls",
        "member add team ada --role writer",
    ] {
        assert_eq!(session.hub(line), 0, "{line}");
    }
    session.quietly("push ann/pets pets");
    // A user with a password gets a token by logging in, without a page.
    let mut ada = Session::new();
    ada.names(&served.url(), "SERVER");
    ada.hub_url(&served.url());
    ada.write("password", b"correct horse battery\n");
    ada.write("wrong", b"incorrect horse\n");
    assert_eq!(ada.hub_stdin("login --user ada --password-stdin", "wrong"), 7);
    assert_eq!(ada.hub_stdin("login --user ada --password-stdin --scope write", "password"), 0);
    // A new password: set by an owner of the hub, and with access to the database.
    session.write("another", b"battery horse correct\n");
    assert_eq!(session.hub_stdin("user passwd ada --password-stdin", "another"), 0);
    assert_eq!(session.hub_stdin("user passwd nobody --password-stdin", "another"), 3);
    assert_eq!(ada.hub_stdin("login --user ada --password-stdin", "password"), 7);
    ada.write("wrong", b"battery horse correct\n");
    ada.quietly_stdin("login --user ada --password-stdin --scope write", "wrong");
    let database = format!("sqlite://{}", served.home().join("catalog.db").display());
    ada.quietly_stdin(&format!("user passwd ada --password-stdin --database-url {database}"), "password");
    ada.quietly_stdin("login --user ada --password-stdin --scope write", "password");
    ada.pets();
    assert_eq!(ada.hub("push pets pets"), 7);
    assert_eq!(ada.hub("push ada/pets pets --quiet"), 0);
    // What users who are not owners may not do, and what a token with a smaller scope may not.
    for line in ["user ls", "gc ann/pets", "token ls"] {
        assert_eq!(ada.hub(line), 7, "{line}");
    }
    let log: Value = serde_json::from_str(&ada.quietly("log ada/pets --json")).unwrap();
    assert_eq!(log[0]["author"], "ann@desk (ada)");
    let mut nameless = ada.command("tag ada/pets v1");
    well(nameless.env_remove("HUB_AUTHOR").output().unwrap());
    let tags: Value = serde_json::from_str(&ada.quietly("tag ada/pets --json")).unwrap();
    assert_eq!(tags[0]["author"], "ada");
    session.quietly("rm ada/pets --yes");
    // A token of scope read.
    let made = session.quietly("token create look --scope read --json");
    let made: Value = serde_json::from_str(&made).unwrap();
    let (secret, id) = (made["token"].as_str().unwrap(), made["id"].as_str().unwrap());
    assert_eq!(session.hub_secretly(("HUB_TOKEN", secret), "info ann/pets"), 0);
    assert_eq!(session.hub_secretly(("HUB_TOKEN", secret), "push ann/pets pets --append"), 7);
    session.quietly(&format!("token revoke {id}"));
    assert_eq!(session.hub_secretly(("HUB_TOKEN", secret), "info ann/pets"), 7);
    for line in ["member rm ann ada", "user rm ada --yes"] {
        assert_eq!(session.hub(line), 0, "{line}");
    }
    snapshot!("server_people", session.transcript() + "\n\n" + &ada.transcript());
}

#[test]
fn anonymous_users_see_public_data_sets() {
    let served = Served::start(&[]);
    let session = logged_in(&served);
    session.pets();
    session.quietly("push ann/pets pets");
    let mut anonymous = Session::new();
    anonymous.names(&served.url(), "SERVER");
    anonymous.hub_url(&served.url());
    anonymous.pets();
    anonymous.write("wrong", b"hub_wrong");
    assert_eq!(anonymous.hub("ls"), 0);
    assert_eq!(anonymous.hub("info ann/pets"), 3);
    assert_eq!(anonymous.hub("push ann/pets pets"), 7);
    assert_eq!(anonymous.hub_stdin("login --token-stdin", "wrong"), 7);
    assert_eq!(anonymous.hub("login"), 2);
    assert_eq!(anonymous.hub("token ls"), 7);
    snapshot!("server_stranger", anonymous.transcript());
}

#[test]
fn an_unreachable_server() {
    let mut session = Session::new();
    session.pets();
    // No process listens on the discard port.
    session.hub_url("http://127.0.0.1:9");
    assert_eq!(session.hub("ls"), 1);
    assert_eq!(session.hub("push pets"), 1);
    assert_eq!(session.hub("push ./here pets --quiet"), 0);
    assert_eq!(session.hub_with(("HUB_URL", "hub.example"), "ls"), 2);
    assert_eq!(session.hub_with(("HUB_URL", ""), "token ls"), 2);
    assert_eq!(session.hub_with(("HUB_URL", ""), "login"), 2);
    assert_eq!(session.hub("token revoke 0000"), 2);
    snapshot!("server", session.transcript());
}

#[test]
fn concurrent_pushes_are_all_committed() {
    let served = Served::start(&[]);
    let session = logged_in(&served);
    session.pets();
    session.quietly("push ann/pets pets");
    let pushers: Vec<_> = (0..3)
        .map(|i| {
            session.picture(&format!("more{i}/train/cat/{i}.png"), 7 + i);
            let mut push = session.command(&format!("push ann/pets more{i} --append"));
            push.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for pusher in pushers {
        well(pusher.wait_with_output().unwrap());
    }
    assert_eq!(rows(&session, "ann/pets"), 7);
    session.quietly("fsck ann/pets --all");
}

/// Writes a WAV file that is too large to be stored among the rows, so that it is uploaded in parts.
fn wav(session: &Session, name: &str, mib: u32) {
    let bytes = mib * 1024 * 1024;
    let mut wav = Vec::with_capacity(bytes as usize + 44);
    wav.extend(b"RIFF");
    wav.extend((bytes + 36).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16u32.to_le_bytes());
    wav.extend([1u8, 0, 1, 0]);
    wav.extend(16_000u32.to_le_bytes());
    wav.extend(32_000u32.to_le_bytes());
    wav.extend([2u8, 0, 16, 0]);
    wav.extend(b"data");
    wav.extend(bytes.to_le_bytes());
    let mut noise = 1u32;
    wav.extend((0..bytes / 4).flat_map(|_| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        noise.to_le_bytes()
    }));
    session.write(name, &wav);
}

#[test]
fn a_push_that_was_killed_goes_on() {
    let served = Served::start(&[("HUB_PART_BYTES", "8388608")]);
    let session = logged_in(&served);
    wav(&session, "sounds/train/noise/a.wav", 48);
    for millis in [100, 200, 300] {
        let mut push = session.command("push ann/sounds sounds");
        let mut push = push.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(millis));
        push.kill().unwrap();
        push.wait().unwrap();
    }
    let pushed: Value = serde_json::from_str(&session.quietly("push ann/sounds sounds --json")).unwrap();
    assert_eq!(pushed["rows"], 1, "{pushed}");
    session.quietly("fsck ann/sounds");
    assert_eq!(rows(&session, "ann/sounds"), 1);
    let log: Value = serde_json::from_str(&session.quietly("log ann/sounds --json")).unwrap();
    assert_eq!(log.as_array().unwrap().len(), 1);
    session.quietly("show ann/sounds 0 --column audio --out back.wav");
    let (sent, back) = (session.path("sounds/train/noise/a.wav"), session.path("back.wav"));
    assert!(std::fs::read(sent).unwrap() == std::fs::read(back).unwrap());
}

#[test]
fn a_push_outlives_the_server() {
    let mut served = Served::start(&[("HUB_PART_BYTES", "8388608")]);
    let session = logged_in(&served);
    wav(&session, "sounds/train/noise/a.wav", 64);
    session.pets();
    session.quietly("push ann/pets pets");
    let mut push = session.command("push ann/sounds sounds");
    let push = push.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Before the first response a push doesn't wait for a server to come back.
    let begun = Instant::now();
    while !served.home().join("datasets/ann/sounds/hub.json").exists() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the push never began");
        std::thread::sleep(Duration::from_millis(5));
    }
    for millis in [150, 250] {
        std::thread::sleep(Duration::from_millis(millis));
        served.kill();
        std::thread::sleep(Duration::from_millis(500));
        served.launch();
    }
    well(push.wait_with_output().unwrap());
    session.quietly("fsck ann/sounds");
    assert_eq!(rows(&session, "ann/sounds"), 1);
    assert_eq!(rows(&session, "ann/pets"), 4);
}

#[test]
fn a_damaged_chunk_is_named() {
    let served = Served::start(&[]);
    let session = logged_in(&served);
    session.pets();
    session.quietly("push ann/pets pets");
    let data = served.home().join("datasets/ann/pets/data");
    let files = std::fs::read_dir(data).unwrap().map(|entry| entry.unwrap().path());
    let file = files.max_by_key(|file| std::fs::metadata(file).unwrap().len()).unwrap();
    // In place: a server that has the file mapped would be ended by the system if it were cut, even for a moment.
    let byte = std::fs::read(&file).unwrap()[60];
    let damaged = std::fs::File::options().write(true).open(&file).unwrap();
    std::os::unix::fs::FileExt::write_all_at(&damaged, &[byte ^ 1], 60).unwrap();
    let name = file.file_name().unwrap().to_str().unwrap();
    for line in ["stream ann/pets", "pull ann/pets copy", "fsck ann/pets"] {
        let output = session.command(line).output().unwrap();
        let output_text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(output_text.contains(name), "{line}: {output_text}");
        assert_eq!(output.status.code(), Some(5), "{line}: {output_text}");
    }
}

#[test]
fn the_token_is_readable_only_by_its_user() {
    let served = Served::start(&[]);
    let session = logged_in(&served);
    let kept = session.path(".config/imagehub/credentials.json");
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&kept).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    assert!(std::fs::read_to_string(&kept).unwrap().contains(&served.token));
    let login = session.command("login --token-stdin");
    let mut login = served.with_token(login);
    login.stdin(std::fs::File::open(session.path("token")).unwrap());
    let output = login.output().unwrap();
    let output_text = String::from_utf8([output.stdout.clone(), output.stderr.clone()].concat()).unwrap();
    assert!(!output_text.contains(&served.token) && output_text.contains("HUB_TOKEN"), "{output_text}");
}

#[test]
fn queries_and_views_on_a_server() {
    let served = Served::start(&[]);
    let session = logged_in(&served);
    session.pets();
    session.quietly("push ann/pets pets");
    let sql = "SELECT * FROM samples WHERE label = 'dog'";
    let query = |line: &str, sql: &str| well(session.command(line).arg(sql).output().unwrap());
    assert!(query("query ann/pets", "SELECT count(*) AS n FROM samples").contains('4'));
    query("query ann/pets --save-view dogs", sql);
    query("query ann/pets --save-view dogs", sql);
    assert!(session.quietly("view ann/pets").contains("dogs:1"));
    assert!(session.quietly("stream ann/pets --view dogs").contains("2 samples"));
    session.quietly("pull ann/pets ./dogs --view dogs --format class-folder --keep-classes");
    // The folder of a class without samples is written too, so that the classes keep their indices.
    let files =
        |class: &str| std::fs::read_dir(session.path(&format!("dogs/train/{class}"))).unwrap().count();
    assert_eq!((files("dog"), files("cat")), (1, 0));
    assert!(
        query("query --all", "SELECT dataset, count(*) AS n FROM samples GROUP BY dataset")
            .contains("ann/pets")
    );
}
