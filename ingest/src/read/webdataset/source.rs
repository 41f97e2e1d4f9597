//! The samples, tar by tar.

use std::vec;

use hub_dataset::sample::{Column, Sample, SampleError, SampleSource, SizeHint};

use super::columns::ColumnMapping;
use super::groups::Groups;
use super::shards::{self, Shard};
use crate::read::input::Input;
use crate::read::tar_members::TarMembers;

pub fn open(input: &Input) -> Result<Box<dyn SampleSource>, SampleError> {
    let shards = shards::find(input)?;
    let mapping = ColumnMapping::of(input, &shards)?;
    let size_bytes = shards.iter().map(|shard| shard.size_bytes).sum();
    Ok(Box::new(WebDataset { shards: shards.into_iter(), current: None, mapping, size_bytes }))
}

struct WebDataset {
    shards: vec::IntoIter<Shard>,
    current: Option<(Groups, Option<String>)>,
    mapping: ColumnMapping,
    size_bytes: u64,
}

impl SampleSource for WebDataset {
    fn format(&self) -> &'static str {
        "WebDataset"
    }

    fn columns(&self) -> &[Column] {
        &self.mapping.columns
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint { samples: None, bytes: Some(self.size_bytes) }
    }

    fn next_sample(&mut self) -> Option<Result<Sample, SampleError>> {
        loop {
            let Some((groups, split)) = &mut self.current else {
                let shard = self.shards.next()?;
                match TarMembers::open(&shard.path) {
                    Ok(members) => self.current = Some((Groups::new(members), shard.split)),
                    Err(e) => return Some(Err(e)),
                }
                continue;
            };
            match groups.next() {
                None => self.current = None,
                Some(Err(e)) => return Some(Err(e)),
                Some(Ok(group)) => {
                    let place = groups.place_of(&group.key);
                    let values = self.mapping.values(&place, group);
                    return Some(values.map(|values| Sample { place, split: split.clone(), values }));
                }
            }
        }
    }
}
