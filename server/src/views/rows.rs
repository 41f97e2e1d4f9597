//! Rows of a revision as JSON.
//!
//! Media are not read: their metadata is in columns of its own, and a row has URLs instead of bytes.

use std::collections::HashMap;

use futures::stream::{self, StreamExt, TryStreamExt};
use hub_dataset::sample::{Value, extract, json as shape};
use hub_dataset::{Place, Snapshot};
use hub_schema::api::RowView;
use hub_schema::{DatasetName, Feature, Field, Fragment};
use serde_json::{Map, Value as JsonValue, json};

use super::values::{self, Length};
use crate::auth::url_of;
use crate::problem::{Problem, Result};
use crate::thumbnail::Subject;

/// Maximum rows that are read at a time, since a page of long texts might not fit in memory.
const READ_ROWS: usize = 100;
/// Maximum bytes of annotations that are decompressed at a time, counted by whole row groups.
const READ_BYTES: u64 = 256 * 1024 * 1024;
/// Fragments whose files are opened concurrently.
const CONCURRENT_OPENS: usize = 16;
/// A page ends early at this length.
const PAGE_BYTES: usize = 16 * 1024 * 1024;

/// The rows at some positions, in the order given. A page of long values ends early.
pub async fn read(
    name: &DatasetName,
    snapshot: &Snapshot,
    shown: &[&Field],
    positions: &[u64],
    length: Length,
) -> Result<Vec<RowView>> {
    let page = Page { name, snapshot, shown, length };
    let (mut views, mut bytes) = (Vec::with_capacity(positions.len()), 0);
    let mut rest = positions;
    while !rest.is_empty() && bytes <= PAGE_BYTES {
        let (part, others) = rest.split_at(page.at_once(rest).await?);
        rest = others;
        for view in page.read(part).await? {
            bytes += view_bytes(&view.values);
            views.push(view);
            if bytes > PAGE_BYTES {
                break;
            }
        }
    }
    Ok(views)
}

/// The columns of these names, separated by commas; by default all except media metadata.
pub fn shown_columns<'a>(snapshot: &'a Snapshot, names: Option<&str>) -> Result<Vec<&'a Field>> {
    let Some(names) = names else { return Ok(snapshot.schema().given().collect()) };
    let names = names.split(',').map(|name| Ok(snapshot.schema().column(name.trim())?));
    let fields: Vec<&Field> = names.collect::<Result<_>>()?;
    match fields.iter().enumerate().find(|(i, f)| fields[..*i].contains(f)) {
        Some((_, twice)) => Err(Problem::bad_request(format!("column '{}' is requested twice", twice.name))),
        None => Ok(fields),
    }
}

/// The address of a cell, relative to the server's root.
pub fn cell_url(name: &DatasetName, snapshot: &Snapshot, row_id: &str, column: &str) -> String {
    let at = snapshot.at();
    let column: String = url::form_urlencoded::byte_serialize(column.as_bytes()).collect();
    // The serializer is for forms and writes a space as `+`, which in a path is a plus.
    let column = column.replace('+', "%20");
    url_of(name, &format!("rows/{row_id}/{column}?rev={}:{}", at.branch, at.version))
}

/// Is a column's value shown as a URL instead of read?
fn is_shown_as_url(feature: &Feature) -> bool {
    feature.is_file() || feature.is_bulky()
}

fn view_bytes(values: &Map<String, JsonValue>) -> usize {
    values.iter().map(|(name, value)| name.len() + values::json_bytes(value)).sum()
}

/// For each of a fragment's rows, the decompressed bytes of its row group; 0 for a row in the same group as the row
/// before.
async fn row_group_bytes(
    snapshot: &Snapshot,
    fragment: &Fragment,
    read: &[&Field],
    run: Vec<Place>,
) -> Result<Vec<u64>> {
    let reader = snapshot.open(fragment, read).await?;
    let mut before = None;
    let mut group_bytes = Vec::with_capacity(run.len());
    for place in run {
        let mut end = 0;
        let group = fragment.row_groups.iter().position(|rows| {
            end += rows;
            place.offset < end
        });
        let is_new = std::mem::replace(&mut before, group) != group;
        let bytes = group.filter(|_| is_new).map_or(0, |group| {
            let files = reader.files().iter();
            files.map(|(file, held)| file.unpacked_bytes(group, &reader.held(held))).sum()
        });
        group_bytes.push(bytes);
    }
    Ok(group_bytes)
}

struct Page<'a> {
    name: &'a DatasetName,
    snapshot: &'a Snapshot,
    shown: &'a [&'a Field],
    length: Length,
}

impl Page<'_> {
    /// The columns to read: those shown that are not URLs, and the metadata of the media that are shown.
    fn columns(&self) -> Vec<&Field> {
        let schema = self.snapshot.schema();
        let facts: Vec<&Field> = schema
            .fields
            .iter()
            .filter(|f| f.fact_of.is_some_and(|of| self.shown.iter().any(|s| s.id == of)))
            .collect();
        let plain = self.shown.iter().filter(|f| !is_shown_as_url(&f.feature) && f.fact_of.is_none());
        let requested_facts = self.shown.iter().filter(|f| f.fact_of.is_some() && !facts.contains(f));
        plain.chain(requested_facts).copied().chain(facts.iter().copied()).collect()
    }

    /// How many of the next rows to read at once, so that their row groups stay within [`READ_BYTES`].
    async fn at_once(&self, positions: &[u64]) -> Result<usize> {
        let (read, index) = (self.columns(), self.snapshot.index().await?);
        let positions = &positions[..positions.len().min(READ_ROWS)];
        let places: Vec<Place> = positions.iter().map_while(|position| index.at(*position)).collect();
        let runs: Vec<Vec<Place>> =
            places.chunk_by(|a, b| a.fragment == b.fragment).map(<[Place]>::to_vec).collect();
        let group_bytes = runs
            .into_iter()
            .map(|run| row_group_bytes(self.snapshot, &index.fragments()[run[0].fragment], &read, run));
        let group_bytes: Vec<Vec<u64>> =
            stream::iter(group_bytes.collect::<Vec<_>>()).buffered(CONCURRENT_OPENS).try_collect().await?;
        let mut sum = 0u64;
        let fits = group_bytes.into_iter().flatten().take_while(|bytes| {
            sum = sum.saturating_add(*bytes);
            sum <= READ_BYTES
        });
        Ok(fits.count().clamp(1, positions.len().max(1)))
    }

    async fn read(&self, positions: &[u64]) -> Result<Vec<RowView>> {
        let read = self.columns();
        let rows = match read.is_empty() {
            // Raw pixels without other columns: a link is all that is shown, and nothing is read.
            true => vec![Vec::new(); positions.len()],
            false => {
                let batch = self.snapshot.read_positions(positions, &read).await?;
                let open = |hash, bytes| self.snapshot.blob(hash, bytes);
                let error = |source| hub_dataset::Error::Extract { path: self.name.to_string(), source };
                extract::rows(&batch, &read, &open).map_err(error)?
            }
        };
        let index = self.snapshot.index().await?;
        let mut views = Vec::with_capacity(rows.len());
        for (position, values) in positions.iter().zip(rows) {
            let Some(Place { fragment, offset }) = index.at(*position) else { continue };
            let fragment = &index.fragments()[fragment];
            let row_id = fragment.row_id(offset).to_string();
            let values: HashMap<&str, Value> = read.iter().map(|f| f.name.as_str()).zip(values).collect();
            let shown = self.shown.iter().map(|f| Ok((f.name.clone(), self.value(f, &row_id, &values)?)));
            views.push(RowView {
                position: *position,
                split: fragment.split.clone(),
                values: shown.collect::<Result<_>>()?,
                row_id,
            });
        }
        Ok(views)
    }

    fn value(&self, field: &Field, row_id: &str, values: &HashMap<&str, Value>) -> Result<JsonValue> {
        let url = cell_url(self.name, self.snapshot, row_id, &field.name);
        if !is_shown_as_url(&field.feature) {
            let value = values.get(field.name.as_str()).unwrap_or(&Value::Null);
            return values::on_page(&field.feature, value, &url, self.length);
        }
        let mut shown = Map::from_iter([("url".to_owned(), json!(url))]);
        if Subject::of(&field.feature).is_some() {
            shown.insert("thumbnail".to_owned(), json!(url.replace("?rev=", "/thumbnail?rev=")));
        }
        if !field.feature.is_media() {
            shown.extend(shape::described(&field.feature));
            return Ok(JsonValue::Object(shown));
        }
        let schema = self.snapshot.schema();
        let mut facts = Vec::new();
        for fact in schema.fields.iter().filter(|f| f.fact_of == Some(field.id)) {
            let name = fact.name.get(field.name.len() + 1..).unwrap_or_default();
            let value = values.get(fact.name.as_str()).unwrap_or(&Value::Null);
            if (name, value) == ("bytes", &Value::Null) {
                return Ok(JsonValue::Null);
            }
            let url = cell_url(self.name, self.snapshot, row_id, &fact.name);
            facts.push((name, values::on_page(&fact.feature, value, &url, self.length)?));
        }
        shown.extend(shape::media_facts(&field.feature, facts));
        Ok(JsonValue::Object(shown))
    }
}
