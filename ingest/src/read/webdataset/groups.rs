//! Members → groups of members that make a sample.
//!
//! If a member is refused (a link, a duplicate), its whole sample is an error: an image without its label would
//! be a wrong row. A member that belongs to no sample is an error of its own.

use hub_dataset::sample::{MediaBytes, SampleError};

use crate::read::tar_members::{MAX_BYTES_IN_MEMORY, Member, TarMembers};
use crate::read::walk::is_hidden;

/// A sample of more members is refused.
const MAX_MEMBERS: usize = 1_000;

/// The members of a sample.
#[derive(Debug)]
pub struct Group {
    /// What their names share, with folders.
    pub key: String,
    pub parts: Vec<Part>,
}

/// One member of a sample.
#[derive(Debug)]
pub struct Part {
    /// What stands behind the first dot, lower case.
    pub ending: String,
    pub name: String,
    pub bytes: MediaBytes,
}

/// The groups of a tar.
pub struct Groups {
    members: TarMembers,
    open: Option<(Group, Option<SampleError>)>,
}

impl Groups {
    /// Groups the members of a tar into samples.
    pub const fn new(members: TarMembers) -> Self {
        Self { members, open: None }
    }

    /// The place of a sample or member, for messages.
    pub fn place_of(&self, name: &str) -> String {
        self.members.place_of(name)
    }

    /// Adds a member to the open group, or opens one with it and gives the one before.
    fn add(&mut self, member: Member) -> Option<Result<Group, SampleError>> {
        let place = self.members.place_of(&member.name);
        let Some((key, ending)) = split_name(&member.name) else {
            return Some(Err(member.content.err().unwrap_or_else(|| {
                SampleError::sample(place, "the member name has no extension, so it belongs to no sample")
                    .advise("remove it from the archive")
            })));
        };
        let ending = ending.to_ascii_lowercase();
        let mut closed = None;
        if self.open.as_ref().is_none_or(|(group, _)| group.key != key) {
            let group = Group { key: key.to_owned(), parts: Vec::new() };
            closed = self.open.replace((group, None)).map(close);
        }
        if let Some((group, error)) = &mut self.open {
            match member.content {
                Ok(bytes) => {
                    let problem = group.refuses(&ending, &bytes);
                    let refusal =
                        problem.map(|p| SampleError::sample(place, p).advise("write the archive again"));
                    if error.is_none() {
                        *error = refusal;
                    }
                    if error.is_none() {
                        group.parts.push(Part { ending, name: member.name, bytes });
                    }
                }
                Err(e) => *error = Some(error.take().unwrap_or(e)),
            }
        }
        closed
    }
}

fn close((group, error): (Group, Option<SampleError>)) -> Result<Group, SampleError> {
    error.map_or(Ok(group), Err)
}

impl Group {
    /// Why a member can't be part of the sample.
    fn refuses(&self, ending: &str, bytes: &MediaBytes) -> Option<String> {
        if self.parts.iter().any(|part| part.ending == ending) {
            return Some("the sample already has a member of that name".to_owned());
        }
        if self.parts.len() == MAX_MEMBERS {
            return Some(format!("the sample has more than {MAX_MEMBERS} members"));
        }
        let in_memory = |bytes: &MediaBytes| match bytes {
            MediaBytes::Memory(bytes) => bytes.len() as u64,
            _ => 0,
        };
        let held: u64 = self.parts.iter().map(|part| in_memory(&part.bytes)).sum();
        (held + in_memory(bytes) > MAX_BYTES_IN_MEMORY)
            .then(|| format!("the sample has more than {MAX_BYTES_IN_MEMORY} bytes, in a compressed archive"))
    }
}

impl Iterator for Groups {
    type Item = Result<Group, SampleError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.members.next() {
                None => return self.open.take().map(close),
                Some(Err(e)) => {
                    // What was open may lack the members behind the damage.
                    self.open = None;
                    return Some(Err(e));
                }
                Some(Ok(member)) => {
                    if member.content.is_ok() && is_aside(&member.name) {
                        continue;
                    }
                    if let Some(group) = self.add(member) {
                        return Some(group);
                    }
                }
            }
        }
    }
}

/// Hidden files, and what WebDataset itself writes beside samples (`__urls__.txt`).
pub fn is_aside(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let stem = file.split('.').next().unwrap_or_default();
    is_hidden(file) || (stem.len() > 4 && stem.starts_with("__") && stem.ends_with("__"))
}

/// Key and extension: the first dot of the last name is between them.
pub fn split_name(name: &str) -> Option<(&str, &str)> {
    let file_at = name.rfind('/').map_or(0, |slash| slash + 1);
    let dot = file_at + name[file_at..].find('.')?;
    (dot > file_at && dot + 1 < name.len()).then(|| (&name[..dot], &name[dot + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_dot_of_the_last_name_parts_key_and_ending() {
        assert_eq!(split_name("a.b/0001.seg.png"), Some(("a.b/0001", "seg.png")));
        assert_eq!(split_name("0001.jpg"), Some(("0001", "jpg")));
        for name in ["readme", "a.b/readme", "x.", "a/.jpg"] {
            assert_eq!(split_name(name), None, "{name}");
        }
    }
}
