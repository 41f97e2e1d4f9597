//! A bucket whose server fails in the middle: what a person sees, and that nothing is lost.

use std::path::Path;
use std::process::{Command, Output};

use crate::{FaultyS3, S3, fixtures, hub_binary, s3};

fn hub(home: &Path, endpoint: &str, arguments: &[&str]) -> Output {
    Command::new(hub_binary())
        .args(arguments)
        .env("HUB_HOME", home)
        .envs([("AWS_ENDPOINT_URL", endpoint), ("AWS_ALLOW_HTTP", "true"), ("AWS_REGION", "us-east-1")])
        .envs([("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")])
        .output()
        .unwrap_or_else(|e| panic!("{}: {e}; build it first: cargo build -p hub", hub_binary().display()))
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

struct Case {
    s3: S3,
    faulty: FaultyS3,
    location: String,
    home: tempfile::TempDir,
}

impl Case {
    /// A data set of one commit behind a proxy that works; `None` without a server.
    fn new(name: &str) -> Option<Self> {
        let s3 = s3()?;
        let faulty = FaultyS3::start(&s3.endpoint).unwrap();
        let case = Self { location: s3.fresh_location(name), faulty, s3, home: tempfile::tempdir().unwrap() };
        let first = case.push("class-folder");
        assert!(first.status.success(), "{}", words(&first));
        Some(case)
    }

    fn push(&self, folder: &str) -> Output {
        let folder = fixtures(folder);
        self.hub(&["push", &self.location, folder.to_str().unwrap()])
    }

    fn hub(&self, arguments: &[&str]) -> Output {
        hub(self.home.path(), &self.faulty.endpoint(), arguments)
    }

    /// The commits' ids, asked of the server itself.
    fn log(&self) -> Vec<String> {
        let output = hub(self.home.path(), &self.s3.endpoint, &["log", &self.location, "--json"]);
        assert!(output.status.success(), "{}", words(&output));
        let log: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        log.as_array().unwrap().iter().map(|c| c["commit"].as_str().unwrap().to_owned()).collect()
    }

    fn is_whole(&self) {
        let output = hub(self.home.path(), &self.s3.endpoint, &["fsck", &self.location, "--all"]);
        assert!(output.status.success(), "{}", words(&output));
    }
}

#[test]
fn a_server_that_recovers_costs_nothing() {
    let Some(case) = Case::new("hiccup") else { return };
    case.faulty.fail_next(3, 500);
    let pushed = case.hub(&["push", &case.location, fixtures("class-folder").to_str().unwrap(), "--append"]);
    assert!(pushed.status.success(), "{}", words(&pushed));
    assert_eq!(case.log().len(), 2);
    case.is_whole();
}

#[test]
fn a_server_that_stays_down_is_named_and_nothing_is_lost() {
    let Some(case) = Case::new("down") else { return };
    let before = case.log();
    case.faulty.fail_next(1000, 503);
    let failed = case.push("class-folder");
    assert!(!failed.status.success());
    assert!(words(&failed).contains(&case.location), "{}", words(&failed));
    assert_eq!(case.log(), before);
    case.faulty.heal();
    let pushed = case.hub(&["push", &case.location, fixtures("class-folder").to_str().unwrap(), "--append"]);
    assert!(pushed.status.success(), "{}", words(&pushed));
    assert_eq!(case.log().len(), before.len() + 1);
    case.is_whole();
}

#[test]
fn a_lost_answer_makes_no_second_commit() {
    let Some(case) = Case::new("lost") else { return };
    // The answers to writes below refs/ are lost: the commit may be there although its writer saw an error.
    case.faulty.only("PUT");
    case.faulty.lose_next_answers(2);
    let pushed = case.hub(&["push", &case.location, fixtures("class-folder").to_str().unwrap(), "--append"]);
    case.faulty.heal();
    assert!(pushed.status.success(), "{}", words(&pushed));
    assert_eq!(case.log().len(), 2);
    case.is_whole();
}

#[test]
fn an_upload_that_is_cut_off_is_an_error_or_tried_again() {
    let Some(case) = Case::new("cut") else { return };
    let before = case.log();
    case.faulty.cut_uploads_after(10_000);
    let failed = case.hub(&["push", &case.location, fixtures("coco").to_str().unwrap(), "--branch", "other"]);
    assert!(!failed.status.success());
    assert!(words(&failed).contains("can't write it"), "{}", words(&failed));
    case.faulty.heal();
    assert_eq!(case.log(), before);
    case.is_whole();
}

#[test]
fn a_download_that_is_cut_off_goes_on_where_it_broke() {
    let Some(case) = Case::new("torn") else { return };
    case.faulty.only("GET");
    case.faulty.cut_after(2_000);
    let streamed = case.hub(&["stream", &case.location, "--json"]);
    assert!(streamed.status.success(), "{}", words(&streamed));
    let again = case.faulty.requests().len();
    case.faulty.heal();
    let whole = case.hub(&["stream", &case.location, "--json"]);
    assert!(whole.status.success(), "{}", words(&whole));
    assert!(case.faulty.requests().len() - again < again, "cut answers take more requests");
}
