//! A tensor as a `.npy` file, which `numpy.load` and the `webdataset` package read.
//!
//! Source: NumPy's format description (`numpy.lib.format`), version 1.0: magic, the length of a header that is
//! a Python dict as text, padded so that the elements begin at a multiple of 64.

use hub_schema::DType;

/// The bytes of a `.npy` file of a row-major, little-endian tensor.
pub fn npy(dtype: DType, shape: &[usize], elements: &[u8]) -> Vec<u8> {
    let kind = match dtype {
        DType::U8 | DType::U16 | DType::U32 | DType::U64 => 'u',
        DType::I8 | DType::I16 | DType::I32 | DType::I64 => 'i',
        DType::F32 | DType::F64 => 'f',
    };
    let size = dtype.size_bytes();
    let order = if size == 1 { '|' } else { '<' };
    // A tuple of one has a comma behind it.
    let dimensions: String = shape.iter().map(|d| format!("{d},")).collect();
    let mut header =
        format!("{{'descr': '{order}{kind}{size}', 'fortran_order': False, 'shape': ({dimensions}), }}");
    const FRONT: usize = 10;
    let end = (FRONT + header.len() + 1).next_multiple_of(64);
    header.extend(std::iter::repeat_n(' ', end - FRONT - header.len() - 1));
    header.push('\n');
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.as_bytes());
    file.extend(elements);
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_what_numpy_writes() {
        let file = npy(DType::F32, &[2, 3], &[0; 24]);
        assert_eq!(file.len(), 128 + 24);
        let text = String::from_utf8_lossy(&file[10..128]);
        assert_eq!(text.trim_end(), "{'descr': '<f4', 'fortran_order': False, 'shape': (2,3,), }");
        assert_eq!(&file[..10], b"\x93NUMPY\x01\x00\x76\x00");
    }
}
