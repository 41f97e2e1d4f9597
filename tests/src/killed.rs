//! A push that is killed at any moment never costs a commit.
//!
//! `hub push` is started and killed (SIGKILL, so it can't tidy up) after a random time, again and again, on a disk
//! and on S3, by turns with one of two folders. After each kill the log must be the one before, or that and one
//! whole commit; now and then, and at the end, every byte is read back. What the killed pushes left behind must
//! go with a sweep.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{hub_binary, s3};

/// How often a push is killed, on each store.
const KILLS: u64 = 100;

/// Class folders of small images, a little different for each `salt`.
fn images(folder: &Path, salt: u8, count: usize) -> PathBuf {
    for i in 0..count {
        let class = folder.join(["cat", "dog", "owl"][i % 3]);
        std::fs::create_dir_all(&class).unwrap();
        std::fs::write(class.join(format!("{i:03}.bmp")), bitmap(salt, i)).unwrap();
    }
    folder.to_owned()
}

/// A BMP of 64 × 64 pixels, 24 bits each: the header of the format, then shades.
fn bitmap(salt: u8, seed: usize) -> Vec<u8> {
    let pixels = 64 * 64 * 3;
    let mut file = b"BM".to_vec();
    file.extend((54 + pixels as u32).to_le_bytes());
    file.extend([0; 4]);
    file.extend(54_u32.to_le_bytes());
    file.extend(40_u32.to_le_bytes());
    file.extend(64_i32.to_le_bytes());
    file.extend(64_i32.to_le_bytes());
    file.extend(1_u16.to_le_bytes());
    file.extend(24_u16.to_le_bytes());
    file.extend([0; 24]);
    file.extend((0..pixels).map(|i| (i * 31 + seed * 7) as u8 ^ salt));
    file
}

fn hub(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(hub_binary());
    command.args(arguments).env("HUB_HOME", home).stdin(Stdio::null());
    command
}

fn done(mut command: Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// The commits' ids, newest first.
fn log(home: &Path, location: &str) -> Vec<String> {
    let output = done(hub(home, &["log", location, "--json", "-n", "1000000"]));
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    let id = |commit: &Value| commit["commit"].as_str().unwrap().to_owned();
    log.as_array().unwrap().iter().map(id).collect()
}

/// Pushes until each of the two folders was committed whole, to learn how long that takes.
fn whole_push(home: &Path, location: &str, folder: &Path) -> Duration {
    let begun = Instant::now();
    done(hub(home, &["push", location, folder.to_str().unwrap()]));
    begun.elapsed()
}

/// Numbers that look random and are the same in every run.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

/// `grace` is the shortest that the place allows: in a bucket, a push that is under way can't be seen.
fn kill_again_and_again(location: &str, grace: &str) {
    let scratch = tempfile::tempdir().unwrap();
    let home = scratch.path().join("home");
    let folders = [images(&scratch.path().join("a"), 0, 40), images(&scratch.path().join("b"), 0x55, 60)];
    let took = whole_push(&home, location, &folders[0]).max(whole_push(&home, location, &folders[1]));
    let mut before = log(&home, location);
    let (mut random, mut landed, mut cut) = (42, 0, 0);
    for kill in 0..KILLS {
        // By turns, so that every push has something to do; from "at once" to "just finished".
        let folder = &folders[(before.len() % 2) ^ usize::from(before.is_empty())];
        let wait = took.mul_f64(1.1 * (next(&mut random) % 1000) as f64 / 1000.0);
        let mut push = hub(&home, &["push", location, folder.to_str().unwrap()]);
        let mut running = push.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(wait);
        let _ = running.kill();
        running.wait().unwrap();
        let after = log(&home, location);
        assert!(after.ends_with(&before), "kill {kill}: commits are gone: {before:?} then {after:?}");
        assert!(after.len() <= before.len() + 1, "kill {kill}: more than one commit came: {after:?}");
        if after.len() > before.len() {
            landed += 1
        } else {
            cut += 1
        }
        if kill % 20 == 0 {
            done(hub(&home, &["fsck", location]));
        }
        before = after;
    }
    assert!(
        landed > 0 && cut > 0,
        "{landed} pushes landed, {cut} were cut: the kills came all too early or late"
    );
    done(hub(&home, &["fsck", location, "--all"]));
    done(hub(&home, &["gc", location, "--grace", grace]));
    done(hub(&home, &["fsck", location, "--all"]));
    assert_eq!(log(&home, location), before, "a sweep costs no commit");
}

#[test]
fn a_push_to_a_disk_killed_at_any_moment_loses_no_commit() {
    let folder = tempfile::tempdir().unwrap();
    kill_again_and_again(&format!("{}/set", folder.path().display()), "0s");
}

#[test]
fn a_push_to_s3_killed_at_any_moment_loses_no_commit() {
    let Some(s3) = s3() else { return };
    kill_again_and_again(&s3.fresh_location("killed"), "24h");
}
