//! Crates depend on each other in one direction: `schema ← {media, wordnet} ← {dataset, decode} ← {catalog, query, ingest} ←
//! stream ← {client, eval, server} ← {hub, python}`.
//!
//! Whoever reads a crate then needs to know only what lies below it, and a lower one can be used alone. The
//! compiler forbids circles, not detours, so this test reads what each `Cargo.toml` declares and holds it
//! against the table. A new crate fails here until it has its line in the table, which is where its author
//! decides what it may know.

use std::process::Command;

use serde_json::Value;

/// Each crate's layer. An arrow points from a higher layer to a lower one.
const LAYERS: [(&str, u32); 16] = [
    ("hub_schema", 0),
    ("hub_media", 1),
    ("hub_wordnet", 1),
    ("hub_dataset", 2),
    ("hub_decode", 2),
    ("hub_query", 3),
    ("hub_ingest", 3),
    ("hub_catalog", 3),
    ("hub_stream", 4),
    ("hub_client", 5),
    ("hub_eval", 5),
    ("hub_server", 5),
    ("hub", 6),
    ("imagehub", 6),
    ("hub_tests", 7),
    ("hub_bench", 7),
];

/// Arrows inside a layer that were decided on, with the reason beside each.
const INSIDE_A_LAYER: [(&str, &str); 1] = [
    // It shows runs, ranks them, and classifies images.
    ("hub_server", "hub_eval"),
];

/// Arrows that go down and are still wrong: what client and server share belongs in `hub_schema`.
const NEVER: [(&str, &str); 2] = [("hub_server", "hub_client"), ("hub_client", "hub_server")];

/// What every crate may use in its tests, though it lies above.
const TEST_HELPERS: &str = "hub_tests";

#[derive(Debug)]
struct Arrow {
    from: String,
    to: String,
    only_in_tests: bool,
}

fn layer(name: &str) -> Option<u32> {
    LAYERS.iter().find(|(n, _)| *n == name).map(|(_, layer)| *layer)
}

/// What is wrong with an arrow, if anything.
fn objection(arrow: &Arrow) -> Option<String> {
    let Arrow { from, to, only_in_tests } = arrow;
    let (Some(above), Some(below)) = (layer(from), layer(to)) else {
        return Some(format!("{from} -> {to}: give both a line in LAYERS"));
    };
    let listed = |table: &[(&str, &str)]| table.contains(&(from, to));
    let loosened = *only_in_tests && (above == below || to == TEST_HELPERS);
    if listed(&NEVER) {
        Some(format!("{from} -> {to}: these two never import each other"))
    } else if above > below || loosened || listed(&INSIDE_A_LAYER) {
        None
    } else {
        Some(format!("{from} (layer {above}) -> {to} (layer {below}): arrows point to lower layers"))
    }
}

/// The workspace's crates, as Cargo sees them.
fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn arrows(package: &Value) -> Vec<Arrow> {
    let inside = package["dependencies"].as_array().unwrap().iter().filter(|d| d["path"].is_string());
    inside
        .map(|dependency| Arrow {
            from: package["name"].as_str().unwrap().to_owned(),
            to: dependency["name"].as_str().unwrap().to_owned(),
            only_in_tests: dependency["kind"] == "dev",
        })
        .collect()
}

#[test]
fn every_crate_has_its_layer() {
    let names = packages().into_iter().map(|p| p["name"].as_str().unwrap().to_owned());
    let missing: Vec<String> = names.filter(|name| layer(name).is_none()).collect();
    assert!(
        missing.is_empty(),
        "give these a line in LAYERS (tests/src/dependency_direction.rs): {missing:?}"
    );
}

#[test]
fn arrows_point_down() {
    let arrows: Vec<Arrow> = packages().iter().flat_map(arrows).collect();
    assert!(arrows.iter().any(|a| a.from == "hub" && a.to == "hub_client"), "read nothing: {arrows:?}");
    let wrong: Vec<String> = arrows.iter().filter_map(objection).collect();
    assert!(wrong.is_empty(), "dependencies against the direction:\n{}", wrong.join("\n"));
}

#[test]
fn an_arrow_against_the_direction_is_seen() {
    let wrong = |from: &str, to: &str, only_in_tests| {
        objection(&Arrow { from: from.to_owned(), to: to.to_owned(), only_in_tests }).is_some()
    };
    assert!(!wrong("hub_dataset", "hub_schema", false));
    assert!(wrong("hub_schema", "hub_dataset", false));
    assert!(wrong("hub_schema", "hub_dataset", true));
    assert!(wrong("hub_media", "hub_wordnet", false));
    assert!(!wrong("hub_media", "hub_wordnet", true));
    assert!(wrong("hub_dataset", "hub_tests", false));
    assert!(!wrong("hub_dataset", "hub_tests", true));
    assert!(wrong("hub_server", "hub_client", true));
    assert!(wrong("hub_new", "hub_schema", false));
}

/// A training program streams without a query engine, which would be most of what it builds.
#[test]
fn streams_need_no_query_engine() {
    for name in ["hub_stream", "hub_client"] {
        let output = Command::new(env!("CARGO"))
            .args(["tree", "--package", name, "--no-default-features", "--edges=normal", "--prefix=none"])
            .args(["--offline", "--locked"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let tree = String::from_utf8(output.stdout).unwrap();
        assert!(tree.contains("hub_dataset "), "read nothing: {tree}");
        let engine: Vec<&str> =
            tree.lines().filter(|l| l.contains("datafusion") || l.contains("hub_query")).collect();
        assert!(engine.is_empty(), "{name} without its default features builds {engine:?}");
    }
}
