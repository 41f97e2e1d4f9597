//! A server that is killed in the middle of pushes, on PostgreSQL and a bucket: no commit is lost or half there, and the
//! pushes go on through the one that is started in its place.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;

use crate::postgres::fresh_database;
use crate::service::{Service, bucket, set};
use crate::{fixtures, s3};

/// How often it is killed.
const KILLS: u64 = 6;

fn commits(service: &Service) -> Vec<String> {
    let log: Value = serde_json::from_str(&service.well(&["log", "ann/pets", "--json"])).unwrap();
    log.as_array().unwrap().iter().map(|c| c["commit"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_server_killed_while_it_is_pushed_to_loses_nothing() {
    let (Some(s3), Some(database)) = (s3(), fresh_database()) else { return };
    let mut settings = bucket(&s3.fresh_location("killed-server"), &s3.endpoint);
    settings.extend([set("HUB_DATABASE_URL", &database), set("HUB_LINKS", "server")]);
    let mut service = Service::start(settings);
    let folders = ["class-folder", "coco"].map(|name| fixtures(name).display().to_string());
    service.well(&["push", "ann/pets", &folders[0]]);
    let mut before = commits(&service);
    for kill in 0..KILLS {
        // A branch of its own each time, so that there is always something to commit.
        let branch = format!("b{kill}");
        let arguments = ["push", "ann/pets", &folders[1], "--branch", &branch];
        let push = service.command(&arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(60 + 110 * kill));
        service.kill();
        std::thread::sleep(Duration::from_millis(200));
        service.launch();
        let after = commits(&service);
        assert_eq!(after, before, "main is as it was");
        let pushed = push.wait_with_output().unwrap();
        assert!(pushed.status.success(), "kill {kill}: {}", String::from_utf8_lossy(&pushed.stderr));
        before = after;
    }
    let refs: Value = service.get("/api/v1/datasets/ann/pets/refs").json();
    let heads: BTreeSet<&str> =
        refs["branches"].as_array().unwrap().iter().map(|b| b["name"].as_str().unwrap()).collect();
    assert_eq!(heads.len() as u64, KILLS + 1, "{refs}");
    service.well(&["fsck", "ann/pets", "--all"]);
}
