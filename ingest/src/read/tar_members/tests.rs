use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};

use hub_dataset::sample::{MediaBytes, SampleError};

use super::{Member, TarMembers};
use crate::read::testing::tar_of;

fn members(bytes: &[u8]) -> Vec<Result<Member, SampleError>> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    TarMembers::open(file.path()).unwrap().collect()
}

fn raw_header(name: &[u8], kind: EntryType, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name);
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_cksum();
    header
}

fn problem(member: &Result<Member, SampleError>) -> String {
    member.as_ref().unwrap().content.as_ref().unwrap_err().to_string()
}

#[test]
fn members_are_ranges_of_the_file() {
    let long = format!("./{}/a.txt", "d".repeat(150));
    let bytes = tar_of(&[("a.txt", b"one"), (&long, b"two"), ("empty", b"")]);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let found: Vec<_> = TarMembers::open(file.path()).unwrap().map(Result::unwrap).collect();
    assert_eq!(found[0].content.as_ref().unwrap().read_all().unwrap(), "one");
    assert!(matches!(found[0].content, Ok(MediaBytes::File { offset: 512, len: 3, .. })));
    assert_eq!(found[1].name, long[2..]);
    assert_eq!(found[1].content.as_ref().unwrap().read_all().unwrap(), "two");
    assert_eq!(found[2].content.as_ref().unwrap().size_bytes(), 0);
    assert_eq!(found.len(), 3);
}

#[test]
fn a_gzipped_tar_gives_its_members_in_memory() {
    let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
    gz.write_all(&tar_of(&[("a", b"one"), ("b", b"two")])).unwrap();
    let bytes = gz.finish().unwrap();
    let found = members(&bytes);
    assert!(matches!(&found[1], Ok(Member { content: Ok(MediaBytes::Memory(b)), .. }) if b == "two"));
    let cut = members(&bytes[..bytes.len() / 2]);
    assert!(cut.last().unwrap().as_ref().unwrap_err().fatal, "{cut:?}");
}

#[test]
fn a_tar_inside_a_tar_is_read_in_place() {
    let inner = tar_of(&[("x.jpg", b"picture")]);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), tar_of(&[("inner.tar", &inner)])).unwrap();
    let outer = TarMembers::open(file.path()).unwrap().next().unwrap().unwrap();
    let MediaBytes::File { path, offset, len } = outer.content.unwrap() else { panic!() };
    let inner = TarMembers::inside(&path, offset, len, "inner.tar".into()).unwrap();
    let found: Vec<_> = inner.map(Result::unwrap).collect();
    assert_eq!(found[0].content.as_ref().unwrap().read_all().unwrap(), "picture");
    assert!(matches!(found[0].content, Ok(MediaBytes::File { offset: 1024, .. })));
}

#[test]
fn what_is_no_file_of_the_archive_is_refused_by_name() {
    let mut tar = Builder::new(Vec::new());
    for (name, kind) in [
        ("/etc/passwd", EntryType::Regular),
        ("a/../../b", EntryType::Regular),
        ("link", EntryType::Symlink),
        ("hard", EntryType::Link),
        ("null", EntryType::Char),
        ("good", EntryType::Regular),
        (r"C:\d.jpg", EntryType::Regular),
    ] {
        tar.append(&raw_header(name.as_bytes(), kind, 0), std::io::empty()).unwrap();
    }
    tar.append(&raw_header(b"caf\xe9", EntryType::Regular, 3), &b"abc"[..]).unwrap();
    let found = members(&tar.into_inner().unwrap());
    assert_eq!(found.len(), 8);
    assert!(problem(&found[0]).contains("!/etc/passwd: an absolute path"));
    assert!(problem(&found[1]).contains("!a/../../b: a path with '..'"));
    assert!(problem(&found[2]).contains("!link: expected a file, found a link"));
    assert!(problem(&found[3]).contains("!hard: expected a file, found a link"));
    assert!(problem(&found[4]).contains("!null: expected a file, found a device"));
    assert!(found[5].as_ref().unwrap().content.is_ok());
    assert!(problem(&found[6]).contains("a Windows path"));
    assert!(problem(&found[7]).contains("!caf\u{fffd}: the name is not UTF-8"));
}

#[test]
fn damage_is_fatal_and_told() {
    let bytes = tar_of(&[("a.jpg", &[7; 2000]), ("b.jpg", &[8; 2000])]);
    let cut = members(&bytes[..4000]);
    assert!(
        cut[1].as_ref().unwrap_err().to_string().contains("the archive ends inside 'b.jpg' (2000 bytes)")
    );
    assert_eq!(cut.len(), 2, "nothing after a fatal error");
    let cut = members(&bytes[..2700]);
    assert!(cut[1].as_ref().unwrap_err().to_string().contains("the archive ends inside a header"));
    let cut = members(&bytes[..512 + 2000 + 10]);
    assert!(
        cut[0].as_ref().unwrap_err().to_string().contains("the archive ends inside the padding"),
        "{cut:?}"
    );
    let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
    gz.write_all(&bytes[..512 + 2000 + 10]).unwrap();
    let cut = members(&gz.finish().unwrap());
    assert!(
        cut[0].as_ref().unwrap_err().to_string().contains("the archive ends inside the padding"),
        "{cut:?}"
    );
    let mut flipped = bytes;
    flipped[2560 + 3] ^= 1;
    let broken = members(&flipped);
    let message = broken[1].as_ref().unwrap_err().to_string();
    assert!(message.contains("at byte 2560: the header's checksum is wrong"), "{message}");
}

#[test]
fn lengths_that_lie_are_not_believed() {
    let mut bytes = raw_header(b"a", EntryType::Regular, u64::MAX - 600).as_bytes().to_vec();
    assert!(members(&bytes)[0].as_ref().unwrap_err().fatal);
    bytes = raw_header(b"a", EntryType::GNULongName, 1 << 30).as_bytes().to_vec();
    bytes.resize(4096, 1);
    assert!(members(&bytes)[0].as_ref().unwrap_err().fatal);
}

#[test]
fn a_flipped_byte_never_panics() {
    let long = format!("{}/a.txt", "d".repeat(150));
    let bytes = tar_of(&[("a", b"one"), (&long, b"two"), ("b", b"three")]);
    for at in (0..bytes.len()).step_by(3) {
        for flip in [0x01, 0x80, 0xff] {
            let mut flipped = bytes.clone();
            flipped[at] ^= flip;
            let _ = members(&flipped);
        }
    }
}
