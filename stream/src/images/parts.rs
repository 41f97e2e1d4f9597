//! Fetches what a crop needs of a large image, which was left out when its chunk was loaded.

use std::ops::Range;

use arrow::array::{Array, AsArray};
use bytes::Bytes;
use hub_dataset::{Store, layout};
use hub_decode::{DecodeError, Draw, IndexedJpeg};
use hub_schema::RowId;

use super::columns::Image;
use super::decoders;
use super::work::{Source, Work};
use crate::apart;
use crate::large::LEAST_BYTES;
use crate::problem::Problem;

/// Parts that lie closer together are fetched with what is between them: a request costs more.
const GAP_BYTES: usize = 64 << 10;
/// The length of a value, in front of its bytes.
const LENGTH_BYTES: u64 = 4;

/// An image as it is stored.
pub enum Original<'a> {
    Here(&'a [u8]),
    Whole(Bytes),
    /// A JPEG's length of bytes, of which those are there that its index says that the crop needs.
    Parts(Vec<u8>),
}

/// Fetches the image of a row: what its crop needs by the index `index`, or all of it where that says nothing.
pub async fn fetch<'a>(
    (work, source): (&Work, &Source),
    (column, image): (usize, &Image),
    draw: Draw,
    index: Option<&[u8]>,
) -> Result<Original<'a>, Problem> {
    if let Some(index) = index.filter(|index| !index.is_empty()) {
        match parts((work, source), (column, image), draw, index).await {
            Ok(Some(fetched)) => return Ok(Original::Parts(fetched)),
            Ok(None) => {}
            // It isn't this image's.
            Err(Problem::Decode(DecodeError::Index(_))) => work.counters.index_refused(),
            Err(problem) => return Err(problem),
        }
    }
    whole(source, (column, image), draw.row).await.map(Original::Whole)
}

/// Fetches a whole image.
pub async fn whole(source: &Source, (column, image): (usize, &Image), row: u64) -> Result<Bytes, Problem> {
    let missing = || Problem::Store(hub_dataset::Error::NoRow(RowId::from_raw(row)));
    let place = source.snapshot.index().await?.of_row(RowId::from_raw(row)).ok_or_else(missing)?;
    let field = source.fields.get(column).and_then(|field| source.snapshot.schema().by_id(*field));
    let batch = source.snapshot.read_places(&[place], &[field.ok_or_else(missing)?]).await?;
    let media = batch.column(0).as_struct_opt().filter(|media| media.len() == 1).ok_or_else(missing)?;
    let bytes = media.column_by_name("bytes").and_then(|bytes| bytes.as_binary_view_opt());
    if let Some(bytes) = bytes.filter(|bytes| bytes.is_valid(0)) {
        return Ok(Bytes::copy_from_slice(bytes.value(0)));
    }
    let paths = media.column_by_name("path").and_then(|paths| paths.as_string_opt::<i32>());
    fetch_apart(paths.ok_or_else(missing)?.value(0), image, &source.store).await
}

/// Fetches an image that is an object of its own, by what its column has as its path.
pub async fn fetch_apart(path: &str, image: &Image, store: &Store) -> Result<Bytes, Problem> {
    let path = apart::object(path, "image")?;
    let needed = store.head(&path).await?.map_or(0, |object| object.size_bytes);
    let limit = image.spec.limits.max_bytes;
    if needed > limit {
        return Err(DecodeError::TooManyBytes { needed, limit }.into());
    }
    Ok(store.need(&path).await?)
}

/// The image with the bytes that its crop needs; `None` if it has no page of its own.
async fn parts(
    (work, source): (&Work, &Source),
    (column, image): (usize, &Image),
    draw: Draw,
    index: &[u8],
) -> Result<Option<Vec<u8>>, Problem> {
    let jpeg = IndexedJpeg::of(index).map_err(Problem::Decode)?;
    let rows = source.snapshot.index().await.map_err(Problem::Store)?;
    let Some(place) = rows.of_row(RowId::from_raw(draw.row)) else { return Ok(None) };
    let Some(field) = source.fields.get(column).copied() else { return Ok(None) };
    let Some(file) = rows.fragments().get(place.fragment).and_then(|f| f.file_of(field)) else {
        return Ok(None);
    };
    let open = source.snapshot.dataset().file(file).await.map_err(Problem::Store)?;
    let row_group = open.row_group_of(place.offset).map_err(Problem::Store)?;
    let mut pages = open.large_pages(row_group, field, LEAST_BYTES).into_iter();
    let Some(page) = pages.find(|page| page.row == place.offset) else { return Ok(None) };
    let of_another = || {
        let problem =
            format!("it is of a JPEG of {} bytes, the image's page has {}", jpeg.len, page_len(&page.range));
        Problem::Decode(DecodeError::Index(problem))
    };
    // The page ends with the image, in front of which its length stands.
    let start =
        page.range.end.checked_sub(jpeg.len).filter(|start| *start >= page.range.start + LENGTH_BYTES);
    let start = start.ok_or_else(of_another)?;
    let path = layout::data(file.hash);
    let header = start - LENGTH_BYTES..start + jpeg.header_len;
    let head = source.store.range(&path, header).await.map_err(Problem::Store)?;
    let (length, head) = head.split_at_checked(LENGTH_BYTES as usize).ok_or_else(of_another)?;
    if u32::from_le_bytes(length.try_into().unwrap_or_default()) as u64 != jpeg.len {
        return Err(of_another());
    }
    let mut bytes = vec![0; jpeg.len as usize];
    bytes.get_mut(..head.len()).ok_or_else(of_another)?.copy_from_slice(head);
    let mut decoder = decoders::borrow();
    let needed =
        decoder.with(|decoder| decoder.parts(&bytes, index, &image.spec, draw)).map_err(Problem::Decode)?;
    drop(decoder);
    let needed = to_request(needed, head.len());
    let ranges: Vec<Range<u64>> =
        needed.iter().map(|part| start + part.start as u64..start + part.end as u64).collect();
    let fetched = source.store.joined_ranges(&path, &ranges).await.map_err(Problem::Store)?;
    let mut fetched_bytes = head.len();
    for (part, fetched) in needed.into_iter().zip(fetched) {
        let place =
            bytes.get_mut(part).filter(|place| place.len() == fetched.len()).ok_or_else(of_another)?;
        place.copy_from_slice(&fetched);
        fetched_bytes += fetched.len();
    }
    work.counters.in_parts(bytes.len().saturating_sub(fetched_bytes));
    Ok(Some(bytes))
}

fn page_len(range: &Range<u64>) -> u64 {
    range.end.saturating_sub(range.start)
}

/// The parts behind the first `there` bytes, with the gaps between them that cost less than a request.
fn to_request(parts: Vec<Range<usize>>, there: usize) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
    for part in parts {
        let part = part.start.max(there)..part.end;
        match joined.last_mut() {
            _ if part.is_empty() => {}
            Some(last) if part.start <= last.end.saturating_add(GAP_BYTES) => {
                last.end = last.end.max(part.end)
            }
            _ => joined.push(part),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_joined_where_a_request_costs_more() {
        let parts = vec![0..600, 700_000..710_000, 740_000..750_000, 900_000..900_000, 2_000_000..2_000_100];
        assert_eq!(to_request(parts.clone(), 600), [700_000..750_000, 2_000_000..2_000_100]);
        assert_eq!(to_request(parts, 705_000), [705_000..750_000, 2_000_000..2_000_100]);
        assert!(to_request(Vec::new(), 10).is_empty());
    }
}
