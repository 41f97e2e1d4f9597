//! A number of any type from the bytes of a tensor.
//!
//! Tensors are stored as little-endian bytes; which type they are of is known when a data set is read, not when the
//! program is compiled. [`DType::elements`] is the one place that dispatches over the types. It keeps each number
//! exact, and the caller decides how it is rounded: not at all (JSON), to f32 (pixels), to f64 (distances).

use crate::feature::DType;

/// One number of a tensor, exact.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Element {
    /// An unsigned integer: u8, u16, u32 or u64.
    Unsigned(u64),
    /// A signed integer: i8, i16, i32 or i64.
    Signed(i64),
    /// A float32.
    Single(f32),
    /// A float64.
    Double(f64),
}

impl Element {
    /// The nearest f64; integers beyond 2^53 are rounded.
    pub const fn as_f64(self) -> f64 {
        match self {
            Self::Unsigned(n) => n as f64,
            Self::Signed(n) => n as f64,
            Self::Single(x) => x as f64,
            Self::Double(x) => x,
        }
    }

    /// The nearest f32; integers beyond 2^24 and most float64 are rounded.
    pub const fn as_f32(self) -> f32 {
        match self {
            Self::Unsigned(n) => n as f32,
            Self::Signed(n) => n as f32,
            Self::Single(x) => x,
            Self::Double(x) => x as f32,
        }
    }
}

impl DType {
    /// The numbers in `bytes`, in order; bytes at the end that make no whole number are left out.
    ///
    /// ```
    /// use hub_schema::{DType, Element};
    /// let numbers: Vec<Element> = DType::I16.elements(&[1, 0, 0xff, 0xff]).collect();
    /// assert_eq!(numbers, [Element::Signed(1), Element::Signed(-1)]);
    /// ```
    pub fn elements(self, bytes: &[u8]) -> impl ExactSizeIterator<Item = Element> {
        bytes.chunks_exact(self.size_bytes()).map(move |bytes| self.element(bytes))
    }

    /// The number that these bytes are.
    fn element(self, bytes: &[u8]) -> Element {
        // The chunk is as long as the type is, so the conversion to an array never fails.
        macro_rules! read {
            ($variant:ident, $type:ty) => {
                Element::$variant(bytes.try_into().map(<$type>::from_le_bytes).unwrap_or_default().into())
            };
        }
        match self {
            Self::U8 => read!(Unsigned, u8),
            Self::I8 => read!(Signed, i8),
            Self::U16 => read!(Unsigned, u16),
            Self::I16 => read!(Signed, i16),
            Self::U32 => read!(Unsigned, u32),
            Self::I32 => read!(Signed, i32),
            Self::U64 => read!(Unsigned, u64),
            Self::I64 => read!(Signed, i64),
            Self::F32 => read!(Single, f32),
            Self::F64 => read!(Double, f64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact() {
        let big = u64::MAX.to_le_bytes();
        let read = |dtype: DType, bytes: &[u8]| dtype.elements(bytes).collect::<Vec<_>>();
        assert_eq!(read(DType::U64, &big), [Element::Unsigned(u64::MAX)]);
        assert_eq!(read(DType::I64, &big), [Element::Signed(-1)]);
        assert_eq!(read(DType::U8, &[0, 255]), [Element::Unsigned(0), Element::Unsigned(255)]);
        assert_eq!(read(DType::F32, &0.1_f32.to_le_bytes()), [Element::Single(0.1)]);
        assert_eq!(read(DType::F64, &0.1_f64.to_le_bytes()), [Element::Double(0.1)]);
        assert_eq!(read(DType::U16, &[1, 0, 7]), [Element::Unsigned(1)]);
        assert_eq!((Element::Single(0.5).as_f64(), Element::Signed(-3).as_f32()), (0.5, -3.0));
    }
}
