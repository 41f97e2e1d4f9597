//! A data set of small pictures, whole and damaged.

use std::collections::HashSet;
use std::io::Cursor;
use std::sync::Arc;

use bytes::Bytes;
use hub_dataset::ops::fragment_builder::FragmentBuilder;
use hub_dataset::ops::packed_rows::PackedRows;
use hub_dataset::read::StoredBlob;
use hub_dataset::sample::{Media, MediaBytes, Value};
use hub_dataset::{Dataset, Snapshot, Store, layout};
use hub_schema::{BranchName, ContentHash, Feature, FieldId, Schema};
use image::ImageFormat;

use super::fixtures::author;

/// What is stored as a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    Jpeg,
    Png,
    /// A JPEG that is large enough for an index of entry points.
    Large,
    /// A JPEG of more than 1 MiB.
    Vast,
    /// A JPEG that ends in its middle.
    Truncated,
    /// Bytes of no format.
    Noise,
    /// A PNG's header of 100,000 x 100,000 pixels.
    Huge,
    EmptyFile,
    /// Too long for a row: an object of its own.
    Apart,
    /// Null.
    None,
}

impl Picture {
    /// A whole picture: two of three are JPEGs.
    pub fn of(n: i64) -> Self {
        if n % 3 == 1 { Self::Png } else { Self::Jpeg }
    }
}

/// Width and height of picture `n`.
fn size_of(n: i64, picture: Picture) -> (u32, u32) {
    let scale = if picture == Picture::Large { 6 } else { 1 };
    (scale * (40 + (n * 13 % 30) as u32), scale * (32 + (n * 7 % 40) as u32))
}

/// Picture `n`: sizes and colours of its own.
pub fn bytes_of(n: i64, picture: Picture) -> Bytes {
    if picture == Picture::Vast {
        return vast(n);
    }
    let (width, height) = size_of(n, picture);
    let shade = |x: u32, y: u32| {
        let at = |a: u32, b: u32| ((x * a + y * b + n as u32 * 29) % 256) as u8;
        image::Rgb([at(3, 1), at(1, 4), at(2, 2)])
    };
    let noise = |x: u32, y: u32| {
        let at = |a: u32| (x.wrapping_mul(x) * 31 + y * y * a + x * y * 7 + n as u32 * 29) as u8;
        image::Rgb([at(17), at(5), at(3)])
    };
    let drawn = match picture {
        // Much detail, so that the index is a small part of it.
        Picture::Large => image::RgbImage::from_fn(width, height, noise),
        _ => image::RgbImage::from_fn(width, height, shade),
    };
    let encoded = |format| {
        let mut bytes = Cursor::new(Vec::new());
        drawn.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    };
    let bytes = match picture {
        Picture::Jpeg | Picture::Large => encoded(ImageFormat::Jpeg),
        Picture::Png | Picture::Apart => encoded(ImageFormat::Png),
        Picture::Truncated => {
            let mut bytes = encoded(ImageFormat::Jpeg);
            bytes.truncate(bytes.len() * 7 / 10);
            bytes
        }
        Picture::Noise => (0..500).map(|i| (i * i * 7 + n * 3) as u8).collect(),
        Picture::Huge => {
            let mut bytes = encoded(ImageFormat::Png);
            bytes[16..20].copy_from_slice(&100_000_u32.to_be_bytes());
            bytes[20..24].copy_from_slice(&100_000_u32.to_be_bytes());
            let sum = crc32fast::hash(&bytes[12..29]).to_be_bytes();
            bytes[29..33].copy_from_slice(&sum);
            bytes
        }
        Picture::EmptyFile | Picture::None | Picture::Vast => Vec::new(),
    };
    bytes.into()
}

fn vast(n: i64) -> Bytes {
    let (width, height) = (1300 + n as u32 * 8, 1000);
    let mut state = n as u32 + 1;
    let noise = (0..width * height * 3).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    let jpeg = hub_decode::encode_jpeg(&noise.collect::<Vec<_>>(), width, height, 90).unwrap();
    assert!(jpeg.len() > 1 << 20, "{} bytes", jpeg.len());
    jpeg.into()
}

fn hash_of(bytes: &[u8]) -> ContentHash {
    ContentHash(*blake3::hash(bytes).as_bytes())
}

/// Row groups of so many pictures, numbered in `n`.
pub async fn pictures(store: Store, groups: &[u32], of: impl Fn(i64) -> Picture) -> Snapshot {
    let schema = Schema::new([("image", Feature::Image), ("n", Feature::int64())]).unwrap();
    let ids: Vec<FieldId> = schema.fields.iter().map(|f| f.id).collect();
    let dataset = Dataset::create(store.clone()).await.unwrap();
    for n in 0..i64::from(groups.iter().sum::<u32>()) {
        if of(n) == Picture::Apart {
            let bytes = bytes_of(n, Picture::Apart);
            store.put(&layout::blob(hash_of(&bytes)), bytes).await.unwrap();
        }
    }
    let mut builder = FragmentBuilder::new(&schema, &ids, None).unwrap();
    let mut n = 0;
    for rows in groups {
        let row = |n: i64| {
            let value = |name: &str| match (name, of(n)) {
                ("n", _) => Value::Int(n),
                ("image.width", picture) if picture != Picture::None => {
                    Value::Int(size_of(n, picture).0.into())
                }
                ("image.height", picture) if picture != Picture::None => {
                    Value::Int(size_of(n, picture).1.into())
                }
                ("image", Picture::None) => Value::Null,
                ("image", picture) => {
                    let bytes = bytes_of(n, picture);
                    let bytes = match picture {
                        Picture::Apart => {
                            let (hash, size) = (hash_of(&bytes), bytes.len() as u64);
                            MediaBytes::Object(Arc::new(StoredBlob::new(store.clone(), hash, size)))
                        }
                        _ => MediaBytes::Memory(bytes),
                    };
                    Value::Media(Media { name: format!("{n}.img"), bytes })
                }
                _ => Value::Null,
            };
            schema.fields.iter().map(|f| value(&f.name)).collect::<Vec<_>>()
        };
        builder.row_group(&(n..n + i64::from(*rows)).map(row).collect::<Vec<_>>()).unwrap();
        n += i64::from(*rows);
    }
    let (fragment, _) = dataset.put_fragment(builder.finish().unwrap(), &HashSet::new()).await.unwrap();
    let packed = PackedRows { schema, fragments: vec![fragment], ..PackedRows::default() };
    dataset.append(&BranchName::main(), &author(), &packed).await.unwrap().snapshot().unwrap().clone()
}
