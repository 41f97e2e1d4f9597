//! One vocabulary: the members of all commands' JSON are those of `docs/json.md`.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::session::Session;

/// The words in backquotes of the page.
fn documented() -> BTreeSet<String> {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/json.md");
    let page = std::fs::read_to_string(page).unwrap();
    page.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The members of a value, or of each item of a list.
fn members(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| members(item, into)),
        Value::Object(object) => into.extend(object.keys().cloned()),
        _ => {}
    }
}

#[test]
fn members_are_those_of_the_page() {
    let session = Session::new();
    session.pets();
    session.write("notes.csv", b"name,note\ntrain/cat/a.png,old\n");
    let documented = documented();
    let run = |line: &str| -> Value {
        let json = session.quietly(line);
        serde_json::from_str(&json).unwrap_or_else(|e| panic!("{line}: {e}\n{json}"))
    };
    for line in [
        "push pets pets --dry-run --json",
        "push pets pets --json",
        "ls --json",
        "info pets --json",
        "log pets --json",
        "set pets label=dog --rows 0 --dry-run --json",
        "set pets label=dog --rows 0 --json",
        "branch pets dev --json",
        "branch pets --json",
        "tag pets v1 --json",
        "tag pets --json",
        "diff pets 0 main --json --rows",
        "rm pets --rows 0-1 --dry-run --json",
        "rm pets@dev --rows 0 --json",
        "merge pets dev --json",
        "revert pets 0 --json",
        "branch pets dev --delete --json",
        "tag pets v1 --delete --json",
        "split pets --val 1 --dry-run --json",
        "split pets --val 1 --json",
        "rename pets label breed --json",
        "compact pets --json",
        "show pets 0 --json",
        "show pets 0-1 --json",
        "cp pets 0 one.png --json",
        "pull pets copy --dry-run --json",
        "pull pets copy --json",
        "pull pets state --depth 1 --json",
        "pull pets out --format csv --json",
        "push more ./copy --json",
        "push more ./copy --dry-run --json",
        "card pets --json",
        "known --json",
        "version --json",
        "env --json",
        "whoami --json",
        "mv more other --json",
        "rm other --dry-run --json",
        "rm other --yes --json",
    ] {
        let mut found = BTreeSet::new();
        members(&run(line), &mut found);
        assert!(!found.is_empty(), "{line}");
        let unknown: Vec<_> = found.difference(&documented).collect();
        assert!(unknown.is_empty(), "hub {line}: docs/json.md doesn't have {unknown:?}");
    }
}

#[test]
fn errors_are_json_too() {
    let session = Session::new();
    let output = session.command("info pets --json").output().unwrap();
    let error: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!((output.status.code(), &error["exit_code"]), (Some(3), &3.into()));
    assert!(error["error"].as_str().unwrap().contains("'local/pets' not found"), "{error}");
}

#[test]
fn a_commit_has_the_same_three_members_everywhere() {
    let session = Session::new();
    session.pets();
    session.quietly("push pets");
    session.quietly("rm pets --rows 0");
    let run = |line: &str| serde_json::from_str::<Value>(&session.quietly(line)).unwrap();
    let head = &run("log pets --json")[0];
    let places = [
        run("branch pets dev --json")["at"].clone(),
        run("tag pets v1 --json")["at"].clone(),
        run("tag pets --json")[0]["at"].clone(),
        run("diff pets --json")["to"].clone(),
    ];
    for place in places {
        let keys: BTreeSet<&str> = place.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, BTreeSet::from(["branch", "commit", "version"]));
        assert_eq!(place["commit"], head["commit"]);
    }
}
