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

/// How often it is killed while data sets are made, renamed, deleted and restored.
const CHANGES: u64 = 24;

/// Makes, renames, deletes and restores a data set until the server is killed, and gives its last name.
fn change_again_and_again(service: &Service, round: u64) {
    let name = format!("ann/r{round}");
    let request = |method: &str, path: &str, body: String| service.try_request(method, path, body.as_bytes());
    let made = request("POST", "/api/v1/datasets", format!(r#"{{"name":"{name}","visibility":"private"}}"#));
    let Some(uuid) = made.and_then(|made| {
        // Cut off, if it was killed while it answered.
        let made: Value = serde_json::from_slice(&made.body).ok()?;
        made["uuid"].as_str().map(str::to_owned)
    }) else {
        return;
    };
    for n in 0.. {
        let (old, new) =
            if n % 2 == 0 { (&name, format!("{name}-b")) } else { (&format!("{name}-b"), name.clone()) };
        let at = |name: &str, rest: &str| format!("/api/v1/datasets/{name}{rest}");
        let steps = [
            ("POST", at(old, "/rename"), format!(r#"{{"to":"{new}"}}"#)),
            ("PATCH", at(&new, ""), format!(r#"{{"card":"{n}"}}"#)),
            ("DELETE", at(&new, ""), String::new()),
            ("POST", format!("/api/v1/deleted/{uuid}/restore"), String::new()),
        ];
        for (method, path, body) in steps {
            if request(method, &path, body).is_none() {
                return;
            }
        }
    }
}

/// No name is lost: every data set that the catalog has can be read, pushed to, deleted and made again.
fn every_name_is_usable(service: &Service) {
    for round in 0..CHANGES {
        for name in [format!("ann/r{round}"), format!("ann/r{round}-b")] {
            let path = format!("/api/v1/datasets/{name}");
            let found = service.get(&path);
            let made =
                service.request("POST", "/api/v1/datasets", format!(r#"{{"name":"{name}"}}"#).as_bytes());
            match found.status {
                200 => assert_eq!(made.status, 409, "{made:?}"),
                404 => assert_eq!(made.status, 201, "{made:?}"),
                _ => panic!("{found:?}"),
            }
            assert_eq!(service.get(&format!("{path}/objects/hub.json")).status, 200, "{name}");
            assert_eq!(service.request("DELETE", &path, b"").status, 200, "{name}");
        }
    }
    let deleted = service.get("/api/v1/datasets?deleted=true&limit=1000").json();
    assert!(deleted["datasets"].as_array().unwrap().len() as u64 >= CHANGES);
}

fn killed_while_data_sets_change(settings: Vec<(String, String)>) {
    let mut service = Service::start(settings);
    for round in 0..CHANGES {
        std::thread::scope(|scope| {
            let shared = &service;
            let changing = scope.spawn(move || change_again_and_again(shared, round));
            std::thread::sleep(Duration::from_millis(5 + 7 * round));
            shared.kill_now();
            changing.join().unwrap();
        });
        service.kill();
        service.launch();
    }
    every_name_is_usable(&service);
}

#[test]
fn a_server_killed_while_data_sets_change_loses_no_name() {
    killed_while_data_sets_change(Vec::new());
}

#[test]
fn a_server_of_a_bucket_killed_while_data_sets_change_loses_no_name() {
    let (Some(s3), Some(database)) = (s3(), fresh_database()) else { return };
    let mut settings = bucket(&s3.fresh_location("changes"), &s3.endpoint);
    settings.push(set("HUB_DATABASE_URL", &database));
    killed_while_data_sets_change(settings);
}
