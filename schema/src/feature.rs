//! The type of a column: an image, a label, a box, a number.
//!
//! A [`Feature`] is the type that users work with; [`crate::arrow_types`] maps it to Arrow and Parquet,
//! [`crate::huggingface`] to the features of Hugging Face `datasets`.

use serde::{Deserialize, Serialize};

/// The element type of a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum DType {
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    U64,
    I64,
    F32,
    F64,
}

impl DType {
    /// Bytes of one element; on disk every element is little-endian.
    pub const fn size_bytes(self) -> usize {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::U16 | Self::I16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::U64 | Self::I64 | Self::F64 => 8,
        }
    }

    /// numpy's name: `uint8`, `float32`, …
    pub const fn numpy(self) -> &'static str {
        match self {
            Self::U8 => "uint8",
            Self::I8 => "int8",
            Self::U16 => "uint16",
            Self::I16 => "int16",
            Self::U32 => "uint32",
            Self::I32 => "int32",
            Self::U64 => "uint64",
            Self::I64 => "int64",
            Self::F32 => "float32",
            Self::F64 => "float64",
        }
    }
}

/// What a tensor is used for; it changes how it is shown, not how it is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TensorRole {
    /// Numbers without a further meaning.
    #[default]
    Plain,
    /// Raw pixels: `[height, width]` or `[height, width, channels]`.
    Image,
    /// A feature vector of the shape `[n]`.
    Embedding,
}

/// The encoding of a mask's pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MaskEncoding {
    /// COCO's run lengths, column by column, starting with background.
    Rle,
    /// A PNG of one channel.
    Png,
}

/// One member of a [`Feature::Struct`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StructField {
    /// The member's name, unique in its struct.
    pub name: String,
    /// The member's type.
    pub feature: Feature,
}

/// The type of a column, or of a member of one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Feature {
    /// An encoded image (JPEG, PNG, …), its bytes untouched.
    Image,
    /// An encoded audio file.
    Audio,
    /// An encoded video.
    Video,
    /// An array of a fixed shape, row-major (C order).
    Tensor {
        /// Element type.
        dtype: DType,
        /// Lengths of the dimensions, outermost first.
        shape: Vec<usize>,
        /// What it is used for.
        #[serde(default)]
        role: TensorRole,
    },
    /// A class number; null is "no label".
    ClassLabel {
        /// Class names, in the order of their numbers.
        names: Vec<String>,
        /// WordNet 3.0 id (`n02084071`) of each class where it is known; empty or as long as `names`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        synsets: Vec<Option<String>>,
    },
    /// A box `{x, y, width, height}`, float64 pixels from the top left corner.
    Bbox,
    /// Rings of points `{x, y}`, float64 pixels: `list<list<struct>>`.
    Polygon,
    /// A mask of a region of the image.
    Mask {
        /// The encoding of its pixels.
        encoding: MaskEncoding,
    },
    /// Points `{x, y, visibility}`: float64 pixels; COCO's 0 not labelled, 1 hidden, 2 visible.
    Keypoints {
        /// Point names, in order.
        names: Vec<String>,
        /// Pairs of points (0-based) that a drawing joins.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        skeleton: Vec<(u32, u32)>,
    },
    /// UTF-8 text.
    Text,
    /// A JSON document as UTF-8 text.
    Json,
    /// Bytes without a known format.
    Binary,
    /// A scalar number, see [`DType`].
    Number {
        /// Its type.
        dtype: DType,
    },
    /// A boolean: true or false.
    Bool,
    /// An instant in UTC, in microseconds since 1970.
    Timestamp,
    /// A media file that is stored elsewhere: `{url, bytes, hash}`.
    Link,
    /// A list of any length.
    List {
        /// The type of each.
        item: Box<Feature>,
    },
    /// A struct of named members.
    Struct {
        /// The members, in the stored order.
        fields: Vec<StructField>,
    },
}

impl Feature {
    /// A class label whose synsets are not known.
    pub fn labels<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        Self::ClassLabel { names: names.into_iter().map(Into::into).collect(), synsets: Vec::new() }
    }

    /// A list of `item`.
    pub fn list(item: Self) -> Self {
        Self::List { item: Box::new(item) }
    }

    /// A struct of the given members.
    pub fn structure<S: Into<String>>(fields: impl IntoIterator<Item = (S, Self)>) -> Self {
        let fields = fields.into_iter().map(|(name, feature)| StructField { name: name.into(), feature });
        Self::Struct { fields: fields.collect() }
    }

    /// A 64-bit signed integer.
    pub const fn int64() -> Self {
        Self::Number { dtype: DType::I64 }
    }

    /// A 64-bit float.
    pub const fn float64() -> Self {
        Self::Number { dtype: DType::F64 }
    }

    /// Is it an encoded image, audio or video (`struct<bytes, path>`)?
    pub const fn is_media(&self) -> bool {
        matches!(self, Self::Image | Self::Audio | Self::Video)
    }

    /// Does it belong to the media group of a fragment: encoded media, and tensors of at least 256 bytes?
    pub fn is_bulky(&self) -> bool {
        match self {
            Self::Tensor { dtype, shape, .. } => {
                shape.iter().fold(dtype.size_bytes(), |n, d| n.saturating_mul(*d)) >= 256
            }
            Self::Mask { encoding: MaskEncoding::Png } => true,
            other => other.is_media(),
        }
    }

    /// The type in a word, as messages and `hub info` show it.
    pub fn describe(&self) -> String {
        match self {
            Self::Image => "image".into(),
            Self::Audio => "audio".into(),
            Self::Video => "video".into(),
            Self::Tensor { dtype, shape, role } => {
                let word = match role {
                    TensorRole::Plain => "tensor",
                    TensorRole::Image => "raw image",
                    TensorRole::Embedding => "embedding",
                };
                format!("{word} {}{shape:?}", dtype.numpy())
            }
            Self::ClassLabel { names, .. } => format!("class label of {}", names.len()),
            Self::Bbox => "box".into(),
            Self::Polygon => "polygon".into(),
            Self::Mask { encoding: MaskEncoding::Rle } => "mask (RLE)".into(),
            Self::Mask { encoding: MaskEncoding::Png } => "mask (PNG)".into(),
            Self::Keypoints { names, .. } => format!("{} keypoints", names.len()),
            Self::Text => "text".into(),
            Self::Json => "json".into(),
            Self::Binary => "binary".into(),
            Self::Number { dtype } => dtype.numpy().into(),
            Self::Bool => "bool".into(),
            Self::Timestamp => "timestamp".into(),
            Self::Link => "link".into(),
            Self::List { item } => format!("list of {}", item.describe()),
            Self::Struct { fields } => {
                let inner: Vec<_> =
                    fields.iter().map(|f| format!("{}: {}", f.name, f.feature.describe())).collect();
                format!("{{{}}}", inner.join(", "))
            }
        }
    }
}
