//! A full disk: writes are refused with that reason, nothing is stored incompletely, and writing works again when there
//! is room.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::service::{Service, set};

const SETS: &str = "/api/v1/datasets";
const MIB: usize = 1 << 20;

/// A small file system of its own; unmounted when it is dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None` where this user may not mount one. Root may, except in a container that is not allowed to.
    fn mount(folder: &Path) -> Option<Self> {
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=24m", "tmpfs"]).arg(folder).output();
        match mounted {
            Ok(output) if output.status.success() => Some(Self(folder.to_owned())),
            _ => {
                eprintln!("left out: no small file system can be mounted here");
                None
            }
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: the server may have files open there for a moment.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// All files below a folder, with their lengths.
fn files(folder: &Path) -> Vec<(PathBuf, u64)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.file_type().unwrap().is_dir() {
            true => found.extend(files(&entry.path())),
            false => found.push((entry.path(), entry.metadata().unwrap().len())),
        }
    }
    found
}

fn noise(seed: u32, length: usize) -> Vec<u8> {
    let mut n = seed;
    let next = || {
        n = n.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (n >> 24) as u8
    };
    std::iter::repeat_with(next).take(length).collect()
}

#[test]
fn a_disk_that_is_full() {
    let folder = tempfile::tempdir().unwrap();
    let Some(_disk) = SmallDisk::mount(folder.path()) else { return };
    let service = Service::start(vec![
        set("HUB_STORE", format!("file://{}", folder.path().display())),
        set("HUB_PART_BYTES", 8 * MIB),
    ]);
    service.request("POST", SETS, br#"{"name":"ann/pets"}"#);
    let ballast = folder.path().join("ballast");
    std::fs::write(&ballast, noise(1, 12 * MIB)).unwrap();
    let before = files(folder.path());

    // At once: it is cut off in the middle, and its beginning goes.
    let long = noise(2, 16 * MIB);
    let blob = format!("{SETS}/ann/pets/objects/blobs/{}", blake3::hash(&long));
    let refused = service.request("PUT", &blob, &long);
    assert_eq!((refused.status, refused.problem().as_str()), (507, "store-full"), "{refused:?}");
    assert_eq!(service.get(&blob).status, 404);
    assert_eq!(files(folder.path()), before, "what had come is gone");

    // In parts: those that found room are kept, so that it can go on.
    let begin = format!(r#"{{"path":"blobs/{}","size_bytes":{}}}"#, blake3::hash(&long), long.len());
    let uploads = format!("{SETS}/ann/pets/uploads");
    let begun = service.request("POST", &uploads, begin.as_bytes());
    let id = begun.json()["id"].as_str().unwrap().to_owned();
    let put = |n: usize| {
        service.request("PUT", &format!("{uploads}/{id}/{n}"), &long[8 * MIB * n..8 * MIB * (n + 1)])
    };
    assert_eq!(put(0).status, 201);
    let refused = put(1);
    assert_eq!((refused.status, refused.problem().as_str()), (507, "store-full"), "{refused:?}");
    assert_eq!(service.get(&blob).status, 404);
    // Reading and looking go on.
    assert_eq!(service.get("/readyz").status, 200);
    assert_eq!(service.get(&format!("{SETS}/ann/pets/objects/hub.json")).status, 200);

    std::fs::remove_file(&ballast).unwrap();
    let again = service.request("POST", &uploads, begin.as_bytes()).json();
    assert_eq!(again["received"], serde_json::json!([0]), "{again}");
    assert_eq!(put(1).status, 201);
    assert_eq!(service.request("POST", &format!("{uploads}/{id}/complete"), b"").status, 201);
    assert_eq!(service.get(&blob).body, long);
}

#[test]
fn a_push_to_a_full_disk_goes_on_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let Some(_disk) = SmallDisk::mount(folder.path()) else { return };
    let service = Service::start(vec![set("HUB_STORE", format!("file://{}", folder.path().display()))]);
    let coco = crate::fixtures("class-folder").display().to_string();
    service.well(&["push", "ann/pets", &coco]);
    let log = service.well(&["log", "ann/pets", "--json"]);
    let ballast = folder.path().join("ballast");
    let room = 24 * MIB as u64 - files(folder.path()).iter().map(|(_, length)| length).sum::<u64>();
    std::fs::write(&ballast, noise(3, room as usize - 300_000)).unwrap();
    let fixture = crate::fixtures("coco").display().to_string();
    let refused = service.hub(&["push", "ann/pets", &fixture, "--branch", "more"]);
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && told.contains("disk of the server's store is full"), "{told}");
    assert_eq!(service.well(&["log", "ann/pets", "--json"]), log);
    service.well(&["fsck", "ann/pets", "--all"]);
    std::fs::remove_file(&ballast).unwrap();
    service.well(&["push", "ann/pets", &fixture, "--branch", "more"]);
    service.well(&["fsck", "ann/pets", "--all"]);
}
