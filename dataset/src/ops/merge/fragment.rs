//! Merges a fragment that both sides changed: the union of the deletions, and of each column the side that
//! changed it; where both did, they must have changed different rows.

use std::collections::{BTreeSet, HashMap};

use hub_schema::{ContentHash, DataFile, Field, FieldId, Fragment, Patch, Schema};
use roaring::RoaringBitmap;
use uuid::Uuid;

use super::overlay::{self, Overlaid};
use crate::dataset::Dataset;
use crate::error::{Conflict, Result};

/// A merged fragment, some of whose columns are still to be written.
pub(super) struct MergedFragment {
    merged: Fragment,
    our: Fragment,
    their: Fragment,
    /// Columns that both changed, with the rows that theirs changed and the patches of both.
    columns: Vec<Overlaid>,
}

/// Merges `our` and `their` state of a fragment, which was `was` (`None`: both sides added it).
pub(super) fn merge_fragment(
    was: Option<&Fragment>,
    our: &Fragment,
    their: &Fragment,
    schema: &Schema,
) -> Result<MergedFragment, Conflict> {
    let fragment = our.id.to_string();
    let shape = |f: &Fragment| (f.row_groups.clone(), f.split.clone(), f.row_ids.clone());
    if shape(our) != shape(their) {
        return Err(match was {
            Some(_) => Conflict::Rewritten { fragment },
            None => Conflict::SameId { fragment },
        });
    }
    let common = was.cloned().unwrap_or_else(|| in_common(our, their));
    let new_ours = &our.deleted - &common.deleted;
    let new_theirs = &their.deleted - &common.deleted;
    let deleted = (&our.deleted & &their.deleted) | &new_ours | &new_theirs;
    let mut mixed = MergedFragment {
        merged: Fragment { files: Vec::new(), deleted, ..our.clone() },
        our: our.clone(),
        their: their.clone(),
        columns: Vec::new(),
    };
    let ids: BTreeSet<FieldId> =
        our.files.iter().chain(&their.files).flat_map(|f| f.fields.clone()).collect();
    for field in ids.into_iter().filter_map(|id| schema.by_id(id)) {
        let (ours, theirs) = (changed(&common, our, field.id), changed(&common, their, field.id));
        for (deleted, changed) in [(&new_ours, &theirs), (&new_theirs, &ours)] {
            if let Some(row) = (deleted & changed).min() {
                let (column, row) = (field.name.clone(), our.row_id(row));
                return Err(Conflict::DeletedAndChanged { column, row });
            }
        }
        mixed.column(&common, field, ours, theirs)?;
    }
    mixed.derived(schema);
    Ok(mixed)
}

/// The state before two sides that each added the fragment: what both hold.
fn in_common(our: &Fragment, their: &Fragment) -> Fragment {
    let patches: Vec<&Patch> = their.files.iter().flat_map(|f| &f.patches).collect();
    let mut common = our.clone();
    common.deleted &= &their.deleted;
    for file in &mut common.files {
        file.fields.retain(|field| their.file_of(*field).is_some());
        file.patches.retain(|p| patches.iter().any(|t| t.by == p.by));
        // Neither side's file is known to be the older one.
        file.hash = ContentHash([0; 32]);
    }
    common
}

/// The patches of one column.
fn patches_of(fragment: &Fragment, field: FieldId) -> impl Iterator<Item = &Patch> {
    let patches = fragment.file_of(field).map(|f| f.patches.as_slice()).unwrap_or_default();
    patches.iter().filter(move |p| p.fields.contains(&field))
}

/// The rows of a column that differ between two states.
fn changed(was: &Fragment, is: &Fragment, field: FieldId) -> RoaringBitmap {
    let by_commit = |fragment: &Fragment| -> HashMap<Uuid, RoaringBitmap> {
        patches_of(fragment, field).map(|p| (p.by, p.rows.clone())).collect()
    };
    let (mut then, now) = (by_commit(was), by_commit(is));
    let mut rows = RoaringBitmap::new();
    for (by, patched) in now {
        rows |= patched ^ then.remove(&by).unwrap_or_default();
    }
    then.into_values().fold(rows, |rows, undone| rows | undone)
}

impl MergedFragment {
    fn column(
        &mut self,
        common: &Fragment,
        field: &Field,
        ours: RoaringBitmap,
        theirs: RoaringBitmap,
    ) -> Result<(), Conflict> {
        let (our, their) = (self.our.file_of(field.id).cloned(), self.their.file_of(field.id).cloned());
        let hash = |f: &Option<DataFile>| f.as_ref().map(|f| f.hash);
        let (our_hash, their_hash) = (hash(&our), hash(&their));
        let was = common.file_of(field.id).map(|f| f.hash);
        if our_hash == their_hash || their_hash == was || theirs.is_empty() && !ours.is_empty() {
            self.take(our, field.id);
            return Ok(());
        }
        if our_hash == was || ours.is_empty() && !theirs.is_empty() {
            self.take(their, field.id);
            return Ok(());
        }
        if ours.is_empty() {
            return Err(Conflict::Rewritten { fragment: self.our.id.to_string() });
        }
        let clash = (&ours & &theirs) - &self.merged.deleted;
        if let Some(row) = clash.min() {
            let (column, row) = (field.name.clone(), self.our.row_id(row));
            return Err(Conflict::Values { column, row, rows: clash.len() });
        }
        let before = |by: Uuid| patches_of(common, field.id).any(|p| p.by == by);
        let held = |fragment: &Fragment, by: Uuid| patches_of(fragment, field.id).any(|p| p.by == by);
        let kept = patches_of(&self.our, field.id).filter(|p| !before(p.by) || held(&self.their, p.by));
        let new = patches_of(&self.their, field.id).filter(|p| !before(p.by) && !held(&self.our, p.by));
        let patches = kept.chain(new).map(|p| Patch { fields: vec![field.id], ..p.clone() }).collect();
        self.columns.push(Overlaid { field: field.id, rows: theirs, patches, files: (our_hash, their_hash) });
        Ok(())
    }

    /// Keeps derived columns of media that come from the same file as on the side that has the derived column.
    fn derived(&mut self, schema: &Schema) {
        for derived in &schema.derived {
            let Some(media) = self.merged.file_of(derived.of).map(|file| file.hash) else { continue };
            let has_media =
                |side: &&Fragment| side.file_of(derived.of).is_some_and(|file| file.hash == media);
            let sides = [&self.our, &self.their].into_iter().filter(has_media);
            let file = sides.filter_map(|side| side.file_of(derived.id)).next().cloned();
            self.take(file, derived.id);
        }
    }

    /// Reads a column from a file of one of the sides.
    fn take(&mut self, file: Option<DataFile>, field: FieldId) {
        let Some(file) = file else { return };
        let patches = file.patches.iter().filter(|p| p.fields.contains(&field));
        let patches: Vec<Patch> = patches.map(|p| Patch { fields: vec![field], ..p.clone() }).collect();
        let files = &mut self.merged.files;
        let at = files.iter().position(|f| f.hash == file.hash).unwrap_or_else(|| {
            files.push(DataFile { fields: Vec::new(), patches: Vec::new(), ..file });
            files.len() - 1
        });
        files[at].fields.push(field);
        add_patches(&mut files[at], patches);
    }

    /// Writes the columns that both sides changed.
    pub async fn write(mut self, dataset: &Dataset, schema: &Schema) -> Result<Fragment> {
        let mut columns = std::mem::take(&mut self.columns);
        columns.sort_by_key(|c| c.files);
        for together in columns.chunk_by(|a, b| a.files == b.files) {
            for mut file in overlay::write(dataset, &self.our, &self.their, together, schema).await? {
                let fields = file.fields.clone();
                for column in together.iter().filter(|c| fields.contains(&c.field)) {
                    add_patches(&mut file, column.patches.clone());
                }
                self.merged.files.push(file);
            }
        }
        Ok(self.merged)
    }
}

/// Adds patches to a file; what one commit did to the same rows of several columns is one patch.
pub(super) fn add_patches(file: &mut DataFile, patches: Vec<Patch>) {
    for patch in patches {
        match file.patches.iter_mut().find(|p| p.by == patch.by && p.rows == patch.rows) {
            Some(known) => known.fields.extend(patch.fields),
            None => file.patches.push(patch),
        }
    }
}
