//! Files that are not the hub's stay, removed data sets stay removed, and damaged ones are left out or brought back.

use std::process::Stdio;

use crate::session::Session;
use crate::snapshot;

const FOREIGN: [&str; 4] =
    ["set/data/precious.csv", "set/data/cat/a.jpg", "set/refs/notes.txt", "set/notes.txt"];

#[test]
fn a_removal_keeps_files_that_are_not_the_hubs() {
    let mut session = Session::new();
    session.pets();
    session.quietly("push ./set pets");
    for path in FOREIGN {
        session.write(path, b"the only copy");
    }
    session.hub("rm ./set --dry-run");
    session.hub("rm ./set --dry-run --json");
    session.hub("rm ./set");
    session.hub("rm ./set --yes");
    for path in FOREIGN {
        assert_eq!(std::fs::read(session.path(path)).unwrap(), b"the only copy", "{path}");
    }
    assert_eq!(session.hub("rm ./set --yes"), 3);
    // So it is for a data set in the hub's own directory.
    session.quietly("push pets");
    session.write("hub-home/datasets/local/pets/mine.txt", b"the only copy");
    session.hub("rm pets --yes --json");
    assert!(session.path("hub-home/datasets/local/pets/mine.txt").is_file());
    // A damaged data set can be removed, and what an interrupted removal left.
    session.quietly("push ./other pets");
    std::fs::write(session.path("other/refs/main/00000000000000000000.json"), b"{").unwrap();
    session.hub("rm ./other --dry-run");
    std::fs::remove_file(session.path("other/hub.json")).unwrap();
    session.hub("push ./other pets");
    session.hub("rm ./other --yes");
    assert!(!session.path("other").exists());
    snapshot!("removal", session.transcript());
}

#[test]
fn a_push_makes_no_data_set_among_other_files() {
    let mut session = Session::new();
    session.pets();
    let before = std::fs::read_dir(session.path(".")).unwrap().count();
    for line in
        ["push . ./pets", "push . ./pets --dry-run", "push ./pets/train pets/val", "push ./pets pets/val"]
    {
        assert_eq!(session.hub(line), 4, "{line}");
    }
    session.quietly("push pets");
    assert_eq!(session.hub("push . pets/train"), 4);
    session.quietly("pull pets set");
    session.write("full/data/x.csv", b"1");
    assert_eq!(session.hub("push ./full ./set"), 4);
    assert_eq!(std::fs::read_dir(session.path("full")).unwrap().count(), 1);
    assert_eq!(std::fs::read_dir(session.path(".")).unwrap().count(), before + 3);
    snapshot!("among_others", session.transcript());
}

/// Whenever the removal comes, the data set is gone afterwards, and the next one begins anew.
#[test]
fn a_push_does_not_revive_a_data_set_that_was_removed() {
    let session = Session::new();
    session.pets();
    for i in 0..120_u8 {
        session.picture(&format!("many/{}/{i}.png", i % 2), i % 12 + 1);
    }
    let hub_file = session.path("hub-home/datasets/local/set/hub.json");
    for round in 0..6 {
        let mut push =
            session.command("push set many").stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        while !hub_file.exists() && push.try_wait().unwrap().is_none() {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        std::thread::sleep(std::time::Duration::from_millis(round * 15));
        session.quietly("rm set --yes");
        let pushed = push.wait_with_output().unwrap();
        let said = String::from_utf8(pushed.stderr).unwrap();
        let was_overtaken = pushed.status.code() == Some(4) && said.contains("the data set was removed");
        assert!(pushed.status.success() || was_overtaken, "{:?}: {said}", pushed.status);
        assert!(!session.quietly("ls").contains("set"));
        assert_eq!(session.command("info set").output().unwrap().status.code(), Some(3));
        session.quietly("push set pets");
        let info: serde_json::Value = serde_json::from_str(&session.quietly("info set --json")).unwrap();
        assert_eq!((&info["version"], &info["counts"]["rows"]), (&0.into(), &4.into()), "{info}");
        session.quietly("rm set --yes");
    }
}

#[test]
fn a_damaged_data_set_is_left_out_of_all() {
    let mut session = Session::new();
    session.pets();
    for name in ["birds", "cats", "pets"] {
        session.quietly(&format!("push {name} pets"));
    }
    for file in session.stored("manifests") {
        std::fs::remove_file(file).unwrap();
    }
    for file in std::fs::read_dir(session.path("hub-home/datasets/local/birds/data")).unwrap() {
        std::fs::remove_file(file.unwrap().path()).unwrap();
    }
    let sql = "SELECT dataset, sum(label_id(label)) AS n FROM samples GROUP BY 1";
    for format in ["table", "csv", "json"] {
        session.hub_query(sql, &["--format", format]);
    }
    session.hub_query(sql, &["--out", "n.json", "--format", "json"]);
    assert_eq!(std::fs::read_to_string(session.path("n.json")).unwrap().matches("dataset").count(), 1);
    for file in std::fs::read_dir(session.path("hub-home/datasets/local/cats/manifests")).unwrap() {
        std::fs::remove_file(file.unwrap().path()).unwrap();
    }
    session.hub_query(sql, &[]);
    snapshot!("left_out", session.transcript());
}

#[test]
fn a_swept_revision_is_refused_and_a_damaged_branch_comes_back() {
    let mut session = Session::new();
    session.pets();
    session.quietly("push pets pets/train");
    session.quietly("branch pets dev");
    session.quietly("push pets@dev pets/val --append");
    session.quietly("branch pets dev --delete");
    session.hub("gc pets --grace 0s");
    for line in
        ["merge pets dev:1", "tag pets t --rev dev:1", "branch pets again --rev dev:1", "revert pets dev:1"]
    {
        assert_eq!(session.hub(line), 5, "{line}");
    }
    session.quietly("push pets pets/val --append");
    let newest = |session: &Session| {
        let mut files = session.stored("manifests");
        files.sort_by_key(|file| std::fs::metadata(file).unwrap().modified().unwrap());
        files.pop().unwrap()
    };
    std::fs::remove_file(newest(&session)).unwrap();
    assert_eq!(session.hub("push pets pets/val --append"), 5);
    assert_eq!(session.hub("gc pets"), 5);
    assert_eq!(session.hub("revert pets 0"), 0);
    assert_eq!(session.hub("gc pets"), 0);
    session.quietly("push pets pets/val --append");
    assert_eq!(session.hub("fsck pets --all"), 0);
    snapshot!("brought_back", session.transcript());
}

#[test]
fn a_sweep_beside_a_push_loses_nothing() {
    let session = Session::new();
    session.pets();
    for i in 0..120_u8 {
        session.picture(&format!("many/{}/{i}.png", i % 2), i % 12 + 1);
    }
    session.quietly("push set pets");
    let mut rows = 4;
    for _ in 0..3 {
        let mut push = session.command("push set many --append").stdout(Stdio::null()).spawn().unwrap();
        while push.try_wait().unwrap().is_none() {
            session.quietly("gc set --grace 0s");
        }
        assert!(push.wait().unwrap().success());
        rows += 120;
        session.quietly("fsck set --all");
        let info: serde_json::Value = serde_json::from_str(&session.quietly("info set --json")).unwrap();
        assert_eq!(info["counts"]["rows"], rows);
    }
    let swept: serde_json::Value =
        serde_json::from_str(&session.quietly("gc set --grace 0s --json")).unwrap();
    assert_eq!(swept.get("kept_for_writers"), None, "{swept}");
}
