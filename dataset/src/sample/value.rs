//! Values of a sample.

use bytes::Bytes;

use super::Media;

/// One row: its values stand in the order of the source's columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Where it came from, for messages: a path in the source, `archive.tar!member`, `labels.csv:12`.
    pub place: String,
    /// The split it belongs to: `train`, `val`, `test` or another name.
    pub split: Option<String>,
    /// A value for each column.
    pub values: Vec<Value>,
}

/// One value. Which [`hub_schema::Feature`] it goes with is said at each variant.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Value {
    /// No value, for any feature.
    #[default]
    Null,
    /// For the feature `Bool`.
    Bool(bool),
    /// `Number` of an integer type, `ClassLabel` (the class number), `Timestamp` (microseconds).
    Int(i64),
    /// `Number` of type uint64, above `i64::MAX`; smaller ones are `Int`.
    UInt(u64),
    /// `Number` of a float type.
    Float(f64),
    /// For the features `Text` and `Json`.
    Text(String),
    /// `Tensor` (row-major, little-endian, of exactly the tensor's size), `Binary`.
    Bytes(Bytes),
    /// `Image`, `Audio`, `Video`, `Mask` as PNG.
    Media(Media),
    /// `List`, `Polygon` (rings, lists of points), `Keypoints` (points).
    List(Vec<Value>),
    /// `Struct` (members in order); `Bbox` (x, y, width, height); a point (x, y) or keypoint (x, y,
    /// visibility); `Mask` as RLE (height, width, list of counts); `Link` (url, bytes, hash).
    Struct(Vec<Value>),
}

impl Value {
    /// A [`Value::Text`] of anything that becomes a string.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A box: float64 pixels, from the top left corner.
    pub fn bbox([x, y, width, height]: [f64; 4]) -> Self {
        Self::Struct(vec![Self::Float(x), Self::Float(y), Self::Float(width), Self::Float(height)])
    }

    /// The kind of value in a word, for messages.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) | Self::UInt(_) => "an integer",
            Self::Float(_) => "a float",
            Self::Text(_) => "a text",
            Self::Bytes(_) => "bytes",
            Self::Media(_) => "a media file",
            Self::List(_) => "a list",
            Self::Struct(_) => "a struct",
        }
    }
}
