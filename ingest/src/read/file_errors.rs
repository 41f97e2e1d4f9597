//! The errors of files that can't be read or have nothing in them.

use std::io;

use hub_dataset::sample::SampleError;

/// The error of a file without bytes.
pub fn empty(place: impl Into<String>) -> SampleError {
    SampleError::sample(place, "the file is empty").advise("replace the file, or remove it")
}

/// The (fatal) error of something that can't be opened.
pub fn unreadable(place: &str, error: io::Error) -> SampleError {
    let (problem, advice) = match error.kind() {
        io::ErrorKind::NotFound => ("no such file or folder".to_owned(), "check the path"),
        io::ErrorKind::PermissionDenied => {
            ("permission denied".to_owned(), "give yourself read permission (chmod), or remove it")
        }
        _ => (format!("can't be read: {error}"), "check the disk, then try again"),
    };
    SampleError::fatal(place, problem).advise(advice).because(error)
}
