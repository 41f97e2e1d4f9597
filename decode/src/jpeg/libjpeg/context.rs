//! One decompressor of libjpeg-turbo, and one image being decoded by it.

#![allow(unsafe_code, reason = "calls the C shim")]

use std::ffi::{CStr, c_int, c_void};
use std::marker::PhantomData;
use std::ptr::NonNull;
use std::time::{Duration, Instant};

use super::ffi;
use crate::jpeg::huffman::{Block, BlockPlan, Code, Damaged, Indexed, Scan, Sequential};

/// Why libjpeg stopped.
#[derive(Debug)]
pub(in crate::jpeg) enum Failure {
    /// Its own error.
    Jpeg(String),
    /// The entropy decoder that was set refused.
    Entropy,
    /// More scans than allowed.
    Scans,
}

/// Facts of the header.
#[derive(Clone, Copy, Debug)]
pub(in crate::jpeg) struct Header {
    /// Pixels.
    pub(in crate::jpeg) width: u32,
    pub(in crate::jpeg) height: u32,
    /// 1, 3 or 4.
    pub(in crate::jpeg) components: u32,
    /// Whether the scan is one that [`super::super::huffman`] decodes.
    pub(in crate::jpeg) one_scan: bool,
    /// Whether libjpeg holds all coefficients at once.
    pub(in crate::jpeg) many_scans: bool,
    /// CMYK is stored inverted.
    pub(in crate::jpeg) adobe: bool,
    /// Width of an MCU in pixels, as crops are aligned.
    pub(in crate::jpeg) mcu_width: u32,
    /// Of the first entropy-coded byte.
    pub(in crate::jpeg) scan_offset: usize,
}

/// An entropy decoder that replaces libjpeg's.
pub(in crate::jpeg) trait McuDecoder {
    /// Decodes the next MCU of the scan into zeroed blocks; `None`: skips it.
    fn next(&mut self, blocks: Option<&mut [Block]>) -> Result<(), Damaged>;
}

impl McuDecoder for Sequential<'_> {
    fn next(&mut self, blocks: Option<&mut [Block]>) -> Result<(), Damaged> {
        Sequential::next(self, blocks)
    }
}

impl McuDecoder for Indexed<'_> {
    fn next(&mut self, blocks: Option<&mut [Block]>) -> Result<(), Damaged> {
        Indexed::next(self, blocks)
    }
}

/// A decompressor; reused, since making one allocates.
pub(in crate::jpeg) struct Context(NonNull<ffi::Jpeg>);

// SAFETY: libjpeg keeps no state outside the structure, and `Context` is its only owner; every call needs `&mut`.
unsafe impl Send for Context {}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: made by hub_jpeg_new, freed once; a session, which borrows the context, has ended.
        unsafe { ffi::hub_jpeg_free(self.0.as_ptr()) }
    }
}

impl Context {
    /// `None` if there is no memory for it.
    pub(in crate::jpeg) fn new() -> Option<Self> {
        // SAFETY: takes nothing; null is no memory.
        NonNull::new(unsafe { ffi::hub_jpeg_new() }).map(Self)
    }

    /// Reads the headers up to the first scan.
    pub(in crate::jpeg) fn open<'a>(
        &'a mut self,
        data: &'a [u8],
        max_scans: u32,
    ) -> Result<(Session<'a>, Header), Failure> {
        let session = Session {
            jpeg: self.0,
            hook: std::ptr::null_mut(),
            height: 0,
            row_bytes: 0,
            borrowed: PhantomData,
        };
        let mut header = ffi::Header::default();
        // SAFETY: a session may have been leaked, so libjpeg's pointers of it are dropped first. `data` outlives the
        // session, which closes libjpeg's side when it ends. `header` is written before the call returns.
        let status = unsafe {
            ffi::hub_jpeg_close(self.0.as_ptr());
            ffi::hub_jpeg_open(self.0.as_ptr(), data.as_ptr(), data.len(), max_scans, &raw mut header)
        };
        session.check(status)?;
        let header = Header {
            width: header.width,
            height: header.height,
            components: header.components,
            one_scan: header.one_scan != 0,
            many_scans: header.many_scans != 0,
            adobe: header.adobe != 0,
            mcu_width: header.mcu_width,
            scan_offset: header.scan_offset,
        };
        Ok((session, header))
    }
}

/// The decoder that libjpeg calls back, and the number of blocks that it passes.
struct Hook<'a> {
    decoder: &'a mut dyn McuDecoder,
    blocks: usize,
    /// Time in it, if it is measured.
    spent: Option<Duration>,
}

/// An image being decoded.
pub(in crate::jpeg) struct Session<'a> {
    jpeg: NonNull<ffi::Jpeg>,
    /// Owned; null before an entropy decoder is set. A raw pointer, since libjpeg has its copy.
    hook: *mut Hook<'a>,
    /// Rows of the (scaled) image that are left.
    height: u32,
    /// Bytes of a row.
    row_bytes: usize,
    borrowed: PhantomData<(&'a mut Context, &'a [u8])>,
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        // SAFETY: libjpeg drops its pointers to the data and the hook; then the hook is freed, once, as it was made.
        unsafe {
            ffi::hub_jpeg_close(self.jpeg.as_ptr());
            if !self.hook.is_null() {
                drop(Box::from_raw(self.hook));
            }
        }
    }
}

impl<'a> Session<'a> {
    /// Starts decoding at `eighths`/8 of the size: width and height in pixels, bytes a pixel (3, or 4 for CMYK).
    pub(in crate::jpeg) fn start(&mut self, eighths: u32) -> Result<(u32, u32, u32), Failure> {
        let (mut width, mut height, mut channels) = (0, 0, 0);
        // SAFETY: the numbers are written before the call returns.
        let status = unsafe {
            ffi::hub_jpeg_start(
                self.jpeg.as_ptr(),
                eighths,
                &raw mut width,
                &raw mut height,
                &raw mut channels,
            )
        };
        self.check(status)?;
        self.height = height;
        self.row_bytes = width as usize * channels as usize;
        Ok((width, height, channels))
    }

    /// Limits the columns, after [`Session::start`]: the first one moves left to a multiple of the MCU's width.
    pub(in crate::jpeg) fn crop(&mut self, x: u32, width: u32, channels: u32) -> Result<(u32, u32), Failure> {
        let (mut x, mut width) = (x, width);
        // SAFETY: the numbers are written before the call returns.
        let status = unsafe { ffi::hub_jpeg_crop(self.jpeg.as_ptr(), &raw mut x, &raw mut width) };
        self.check(status)?;
        self.row_bytes = width as usize * channels as usize;
        Ok((x, width))
    }

    /// The scan, of an image whose header says `one_scan`, after [`Session::start`] and [`Session::crop`].
    pub(in crate::jpeg) fn scan(&self) -> Scan {
        // SAFETY: integers and pointers, for which zero is valid; the shim fills them.
        let scan = unsafe {
            let mut scan: ffi::Scan = std::mem::zeroed();
            ffi::hub_jpeg_scan_facts(self.jpeg.as_ptr(), &raw mut scan);
            scan
        };
        let code = |counts: *const u8, symbols: *const u8| {
            (!counts.is_null() && !symbols.is_null()).then(|| {
                // SAFETY: libjpeg's JHUFF_TBL has 17 counts and 256 symbols, and lives as long as the decompressor.
                unsafe { Code { counts: *counts.cast::<[u8; 17]>(), symbols: *symbols.cast::<[u8; 256]>() } }
            })
        };
        let plans = std::array::from_fn(|block| {
            let component = usize::from(scan.component[block]) & 3;
            BlockPlan {
                component,
                dc_table: usize::from(scan.dc_table[component]),
                ac_table: usize::from(scan.ac_table[component]),
            }
        });
        Scan {
            plans,
            blocks: scan.blocks as usize,
            mcus_per_row: scan.mcus_per_row,
            mcu_rows: scan.mcu_rows,
            first_col: scan.first_col,
            last_col: scan.last_col,
            dc_codes: std::array::from_fn(|i| code(scan.dc_bits[i], scan.dc_values[i])),
            ac_codes: std::array::from_fn(|i| code(scan.ac_bits[i], scan.ac_values[i])),
        }
    }

    /// Replaces the entropy decoder, after [`Session::start`]. `blocks`: those of [`Session::scan`]; `timed`: measure the
    /// time in it.
    pub(in crate::jpeg) fn set_entropy(
        &mut self,
        decoder: &'a mut dyn McuDecoder,
        blocks: usize,
        timed: bool,
    ) {
        let spent = timed.then_some(Duration::ZERO);
        let hook = Box::into_raw(Box::new(Hook { decoder, blocks, spent }));
        let before = std::mem::replace(&mut self.hook, hook);
        // SAFETY: the hook is kept until the session is closed; libjpeg calls it only from `skip` and `read`. The one
        // before, if any, is no longer known to libjpeg.
        unsafe {
            ffi::hub_jpeg_set_entropy(self.jpeg.as_ptr(), decode_mcu, self.hook.cast::<c_void>());
            if !before.is_null() {
                drop(Box::from_raw(before));
            }
        }
    }

    /// Passes over rows.
    pub(in crate::jpeg) fn skip(&mut self, rows: u32) -> Result<(), Failure> {
        // SAFETY: no pointers but those the session holds.
        let status = unsafe { ffi::hub_jpeg_skip(self.jpeg.as_ptr(), rows) };
        self.height = self.height.saturating_sub(rows);
        self.check(status)
    }

    /// Decodes the next rows, one behind the other.
    pub(in crate::jpeg) fn read(&mut self, pixels: &mut [u8], rows: u32) -> Result<(), Failure> {
        if rows > self.height || pixels.len() < self.row_bytes.saturating_mul(rows as usize) {
            return Err(Failure::Jpeg(format!("{rows} rows don't fit into {} bytes", pixels.len())));
        }
        // SAFETY: the rows are inside the image, and `pixels` has room for them.
        let status =
            unsafe { ffi::hub_jpeg_read(self.jpeg.as_ptr(), pixels.as_mut_ptr(), self.row_bytes, rows) };
        self.height -= rows;
        self.check(status)
    }

    /// Number of warnings, text of the first, and whether one says that the file ended too early.
    pub(in crate::jpeg) fn warnings(&self) -> (u32, String, bool) {
        let mut early = 0;
        // SAFETY: the number is written before the call returns.
        let count = unsafe { ffi::hub_jpeg_warnings(self.jpeg.as_ptr(), &raw mut early) };
        (count, self.message(), early != 0)
    }

    /// Time in the entropy decoder that replaces libjpeg's, if it is measured.
    pub(in crate::jpeg) fn entropy_time(&self) -> Duration {
        // SAFETY: null, or made by `set_entropy` and not freed before the session ends; libjpeg uses it only in calls that
        // take the session as mutable.
        unsafe { self.hook.as_ref() }.and_then(|hook| hook.spent).unwrap_or_default()
    }

    fn message(&self) -> String {
        // SAFETY: a string with its end inside the structure, which isn't changed while it is read.
        let text = unsafe { CStr::from_ptr(ffi::hub_jpeg_message(self.jpeg.as_ptr())) };
        text.to_string_lossy().into_owned()
    }

    fn check(&self, status: c_int) -> Result<(), Failure> {
        match status {
            ffi::OK => Ok(()),
            ffi::ENTROPY => Err(Failure::Entropy),
            ffi::SCANS => Err(Failure::Scans),
            _ => Err(Failure::Jpeg(self.message())),
        }
    }
}

/// libjpeg's call for the next MCU.
unsafe extern "C" fn decode_mcu(user: *mut c_void, blocks: *mut i16) -> c_int {
    // SAFETY: the session's hook, which nothing else uses during `skip` and `read`.
    let hook = unsafe { &mut *user.cast::<Hook<'_>>() };
    let blocks = (!blocks.is_null()).then(|| {
        // SAFETY: libjpeg passes the first of the MCU's blocks, which are one array (`decompress_onepass`), as many as
        // the scan has.
        unsafe { std::slice::from_raw_parts_mut(blocks.cast::<Block>(), hook.blocks) }
    });
    let begun = hook.spent.is_some().then(Instant::now);
    let decoded = hook.decoder.next(blocks);
    if let (Some(spent), Some(begun)) = (&mut hook.spent, begun) {
        *spent += begun.elapsed();
    }
    match decoded {
        Ok(()) => 0,
        Err(Damaged) => 1,
    }
}
