//! Rows by position, range, id, file name and condition, where a command takes rows.

use crate::session::Session;

fn names(session: &Session) -> Vec<String> {
    let mut query = session.command("query pets --json");
    let output = query.arg("SELECT image.name FROM samples ORDER BY 1").output().unwrap();
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    let name = |row: &serde_json::Value| row.as_object().unwrap().values().next().unwrap().to_string();
    rows.iter().map(|row| name(row).trim_matches('"').to_owned()).collect()
}

fn four_pets() -> Session {
    let session = Session::new();
    session.pets();
    session.quietly("push pets");
    session
}

#[test]
fn rows_are_removed_by_range_name_condition_and_split() {
    let with = |arguments: &[&str]| {
        let session = four_pets();
        let output = session.command("rm pets").args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        names(&session)
    };
    let all = ["train/cat/a.png", "train/cat/b.png", "train/dog/c.png", "val/dog/d.png"];
    assert_eq!(names(&four_pets()), all);
    assert_eq!(with(&["--rows", "0-1"]), all[2..]);
    assert_eq!(with(&["--rows", "cat/b.png,3"]), [all[0], all[2]]);
    assert_eq!(with(&["--where", "label = 'cat'"]), all[2..]);
    assert_eq!(with(&["--split", "val"]), all[..3]);
    assert_eq!(with(&["--split", "train", "--where", "label = 'dog'"]), [all[0], all[1], all[3]]);
    assert_eq!(with(&["--where", "label = 'cat' AND label = 'dog'"]), all, "no row is none, not all");
}

#[test]
fn rows_that_are_not_there_are_refused() {
    let mut session = four_pets();
    session.picture("twice/train/cat/a.png", 9);
    session.quietly("push pets twice --append");
    for (line, code) in [
        ("rm pets --rows 3-9", 3),
        ("rm pets --rows gone.png", 3),
        ("rm pets --rows a.png", 2),
        ("rm pets --rows 3-1", 2),
        ("rm pets --split test", 3),
        ("rm pets --rows 0 --split train", 2),
        ("show pets", 2),
        ("show pets 0-1 --out x.png", 2),
        ("cp pets 0", 2),
        ("cat pets gone.png", 3),
    ] {
        assert_eq!(session.hub(line), code, "{line}");
    }
    assert!(session.transcript().contains("2 rows have a file named 'a.png'"));
}

#[test]
fn rows_are_shown_and_saved() {
    let session = four_pets();
    assert!(session.quietly("show pets d.png").starts_with("row 3 of pets"));
    let shown = session.quietly("show pets 0-1 3");
    assert_eq!(shown.matches("row ").count(), 3, "{shown}");
    let json: Vec<serde_json::Value> =
        serde_json::from_str(&session.quietly("show pets 0-2 --json")).unwrap();
    assert_eq!(json.len(), 3);
    let one: serde_json::Value = serde_json::from_str(&session.quietly("show pets 2 --json")).unwrap();
    assert_eq!(one["position"], 2);
    let pushed = std::fs::read(session.path("pets/train/dog/c.png")).unwrap();
    assert_eq!(session.quietly_bytes("cat pets dog/c.png"), pushed);
    session.quietly("cp pets dog/c.png x.png");
    session.quietly("cp pets dog/c.png out/");
    session.quietly("cp pets 0-3 all");
    for file in ["x.png", "out/c.png", "all/train/dog/c.png"] {
        assert_eq!(std::fs::read(session.path(file)).unwrap(), pushed, "{file}");
    }
    session.quietly("cp pets --split val val");
    assert!(session.path("val/val/dog/d.png").is_file());
    session.quietly("set pets label=cat --split val");
    assert!(session.quietly("show pets d.png").contains("0 (cat)"));
}

#[test]
fn a_dry_run_says_as_json_what_would_go() {
    let session = four_pets();
    let json = |line: &str| serde_json::from_str::<serde_json::Value>(&session.quietly(line)).unwrap();
    let rows = json("rm pets --rows 0-1 --dry-run --json");
    assert_eq!((&rows["dry_run"], &rows["removed"]), (&true.into(), &2.into()));
    let whole = json("rm pets --dry-run --json");
    assert_eq!((&whole["dry_run"], &whole["deleted"]), (&true.into(), &false.into()));
    let column = json("rm pets --column label --dry-run --json");
    assert_eq!((&column["dry_run"], &column["columns"]), (&true.into(), &serde_json::json!(["label"])));
    assert_eq!(names(&session).len(), 4);
}

#[test]
fn a_share_of_every_class_becomes_a_split() {
    let mut session = Session::new();
    for i in 0..40_u8 {
        let class = if i.is_multiple_of(4) { "rare" } else { "common" };
        let png = hub_media::encode_png(&[i; 12], 4, 3, 1).unwrap();
        session.write(&format!("many/{class}/{i}.png"), &png);
    }
    session.quietly("push many");
    session.quietly("rm many --rows 0 -m one");
    let count = |session: &Session, condition: &str| {
        let mut query = session.command("query many --json");
        let sql = format!("SELECT count(*) AS n FROM samples WHERE {condition}");
        let rows: serde_json::Value =
            serde_json::from_slice(&query.arg(sql).output().unwrap().stdout).unwrap();
        rows[0]["n"].as_u64().unwrap()
    };
    let ids = |session: &Session| {
        let mut query = session.command("query many --json");
        let sql = "SELECT _row_id, image.name FROM samples ORDER BY 2";
        String::from_utf8(query.arg(sql).output().unwrap().stdout).unwrap()
    };
    let (before, common, rare) =
        (ids(&session), count(&session, "label = 'common'"), count(&session, "label = 'rare'"));
    assert!(session.quietly("split many --val 20% --stratify label --dry-run").contains("val 8"));
    session.quietly("split many --val 20% --stratify label --seed 7");
    assert_eq!(ids(&session), before, "rows keep their ids");
    assert!(session.quietly("info many").contains("train 31, val 8"));
    let of_val = |class: &str| count(&session, &format!("_split = 'val' AND label = '{class}'"));
    assert_eq!((of_val("common"), of_val("rare")), ((common + 2) / 5, (rare + 2) / 5));
    assert!(session.quietly("fsck many --all").contains("not damaged"));
    // Reading, deleting, compacting and copying go on.
    assert!(session.quietly("stream many --split val").contains("8 samples"));
    session.quietly("rm many --split val --where label='rare'");
    session.quietly("compact many");
    session.quietly("pull many copy");
    session.quietly("pull many out --format class-folder");
    assert!(session.path("out/val/common").is_dir() && session.path("out/train/rare").is_dir());
    assert_eq!(session.hub("split many --val 90% --test 20%"), 2);
    assert_eq!(session.hub("split many --val 10% --from nothing"), 3);
    assert_eq!(session.hub("split many --val 10% --stratify colour"), 3);
    assert_eq!(session.hub("split many"), 2);
}

#[test]
fn a_difference_is_counted_by_class_and_split() {
    let session = four_pets();
    session.quietly("rm pets --rows cat/a.png");
    session.quietly("set pets label=cat --rows dog/c.png");
    let table = session.quietly("diff pets 0 main --stat --rows");
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let lines: Vec<Vec<String>> = table.lines().map(words).collect();
    assert!(lines.contains(&words("train dog 1 0 −1")), "{table}");
    assert!(!table.contains("val"), "{table}");
    assert!(table.contains("train/cat/a.png") && table.contains("label train/dog/c.png"), "{table}");
}
