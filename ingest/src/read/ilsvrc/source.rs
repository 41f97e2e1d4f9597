//! The samples, archive by archive.

use std::collections::{BTreeSet, HashMap, VecDeque};

use hub_dataset::sample::{Column, Media, Sample, SampleError, SampleSource, SizeHint, Value};

use super::archives::{Part, Role, find};
use super::truth::Truth;
use crate::read::file_errors::empty;
use crate::read::input::Input;
use crate::read::kind::{MediaKind, column_of, kind_of_name};
use crate::read::labels::label_feature;
use crate::read::media_files::is_companion;
use crate::read::tar_members::{Member, TarMembers};
use crate::read::walk::is_hidden;

/// Opens an archive, or those of a folder.
pub fn open(input: &Input) -> Result<Box<dyn SampleSource>, SampleError> {
    let source = input.source_root()?;
    let parts = find(&source, input.root())?;
    let has_val = parts.iter().any(|part| part.as_ref().is_ok_and(|p| p.role == Role::Val));
    let truth = if has_val { Some(Truth::beside(&source)?) } else { None };

    let mut classes: BTreeSet<String> =
        truth.iter().flat_map(Truth::synsets).map(ToOwned::to_owned).collect();
    let mut size_bytes = 0;
    for part in parts.iter().flatten() {
        size_bytes += part.len;
        if let Role::Class(synset) = &part.role {
            classes.insert(synset.clone());
        }
    }
    let names: Vec<String> = classes.into_iter().collect();
    let numbers = names.iter().cloned().zip(0..).collect();
    let columns = [column_of(MediaKind::Image), Column::new("label", label_feature(names))];
    Ok(Box::new(Ilsvrc { parts, current: None, truth, numbers, columns, size_bytes }))
}

struct Ilsvrc {
    parts: VecDeque<Result<Part, SampleError>>,
    current: Option<(Role, TarMembers)>,
    truth: Option<Truth>,
    numbers: HashMap<String, i64>,
    columns: [Column; 2],
    size_bytes: u64,
}

impl Ilsvrc {
    /// The next member that is meant as an image, with the role of its archive and its place.
    fn next_member(&mut self) -> Option<Result<(Role, Member, String), SampleError>> {
        loop {
            let Some((role, members)) = &mut self.current else {
                let opened = self.parts.pop_front()?.and_then(|part| {
                    Ok((
                        part.role.clone(),
                        TarMembers::inside(&part.path, part.offset, part.len, part.place)?,
                    ))
                });
                match opened {
                    Ok(opened) => self.current = Some(opened),
                    Err(e) => return Some(Err(e)),
                }
                continue;
            };
            match members.next() {
                None => self.current = None,
                Some(Err(e)) => return Some(Err(e)),
                Some(Ok(member)) => {
                    let file = member.name.rsplit('/').next().unwrap_or_default();
                    let meant = !is_hidden(file) && !is_companion(file);
                    if meant || member.content.is_err() {
                        let place = members.place_of(&member.name);
                        return Some(Ok((role.clone(), member, place)));
                    }
                }
            }
        }
    }

    fn sample(&self, role: &Role, member: Member, place: String) -> Result<Sample, SampleError> {
        let bytes = member.content?;
        let file = member.name.rsplit('/').next().unwrap_or_default();
        if kind_of_name(file) != Some(MediaKind::Image) {
            return Err(SampleError::sample(place, "the file extension is not that of an image")
                .advise("remove it from the archive"));
        }
        if bytes.size_bytes() == 0 {
            return Err(empty(place));
        }
        let (split, synset) = match role {
            Role::Class(synset) => ("train", Some(synset.as_str())),
            Role::Val => ("val", Some(self.true_synset(file, &place)?)),
            Role::Test => ("test", None),
        };
        let label = synset.and_then(|id| self.numbers.get(id)).map_or(Value::Null, |n| Value::Int(*n));
        let name = match synset {
            Some(synset) => format!("{split}/{synset}/{file}"),
            None => format!("{split}/{file}"),
        };
        let values = vec![Value::Media(Media { name, bytes }), label];
        Ok(Sample { place, split: Some(split.to_owned()), values })
    }

    fn true_synset(&self, file: &str, place: &str) -> Result<&str, SampleError> {
        let truth = self.truth.as_ref();
        truth.and_then(|truth| truth.synset_of(file)).ok_or_else(|| {
            let from = truth.map_or("", |truth| truth.place.as_str());
            SampleError::sample(place, format!("no label for it in {from}"))
                .advise("use the ground truth that belongs to this archive")
        })
    }
}

impl SampleSource for Ilsvrc {
    fn format(&self) -> &'static str {
        "ILSVRC tars"
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint { samples: None, bytes: Some(self.size_bytes) }
    }

    fn next_sample(&mut self) -> Option<Result<Sample, SampleError>> {
        let member = self.next_member()?;
        Some(member.and_then(|(role, member, place)| self.sample(&role, member, place)))
    }
}
