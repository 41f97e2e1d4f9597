//! The functions of `shim.c`; see `shim.h` for what they do.

use std::ffi::{c_char, c_int, c_void};

/// Links libjpeg-turbo.
extern crate turbojpeg_sys as _;

pub(super) const OK: c_int = 0;
pub(super) const ENTROPY: c_int = 2;
pub(super) const SCANS: c_int = 3;

/// `hub_jpeg`.
#[repr(C)]
pub(super) struct Jpeg {
    _opaque: [u8; 0],
}

/// `hub_jpeg_header`.
#[repr(C)]
#[derive(Default)]
pub(super) struct Header {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) components: u32,
    pub(super) one_scan: u32,
    pub(super) many_scans: u32,
    pub(super) adobe: u32,
    pub(super) mcu_width: u32,
    pub(super) scan_offset: usize,
}

/// `hub_jpeg_scan`.
#[repr(C)]
pub(super) struct Scan {
    pub(super) blocks: u32,
    pub(super) mcus_per_row: u32,
    pub(super) mcu_rows: u32,
    pub(super) first_col: u32,
    pub(super) last_col: u32,
    pub(super) component: [u8; 10],
    pub(super) dc_table: [u8; 4],
    pub(super) ac_table: [u8; 4],
    pub(super) dc_bits: [*const u8; 4],
    pub(super) dc_values: [*const u8; 4],
    pub(super) ac_bits: [*const u8; 4],
    pub(super) ac_values: [*const u8; 4],
}

pub(super) type DecodeMcu = unsafe extern "C" fn(user: *mut c_void, blocks: *mut i16) -> c_int;

#[allow(unsafe_code, reason = "declarations of the C shim")]
unsafe extern "C" {
    pub(super) fn hub_jpeg_new() -> *mut Jpeg;
    pub(super) fn hub_jpeg_free(jpeg: *mut Jpeg);
    pub(super) fn hub_jpeg_open(
        jpeg: *mut Jpeg,
        data: *const u8,
        len: usize,
        max_scans: u32,
        header: *mut Header,
    ) -> c_int;
    pub(super) fn hub_jpeg_start(
        jpeg: *mut Jpeg,
        eighths: u32,
        width: *mut u32,
        height: *mut u32,
        channels: *mut u32,
    ) -> c_int;
    pub(super) fn hub_jpeg_crop(jpeg: *mut Jpeg, x: *mut u32, width: *mut u32) -> c_int;
    pub(super) fn hub_jpeg_scan_facts(jpeg: *const Jpeg, scan: *mut Scan);
    pub(super) fn hub_jpeg_set_entropy(jpeg: *mut Jpeg, decode_mcu: DecodeMcu, user: *mut c_void);
    pub(super) fn hub_jpeg_skip(jpeg: *mut Jpeg, rows: u32) -> c_int;
    pub(super) fn hub_jpeg_read(jpeg: *mut Jpeg, pixels: *mut u8, stride: usize, rows: u32) -> c_int;
    pub(super) fn hub_jpeg_close(jpeg: *mut Jpeg);
    pub(super) fn hub_jpeg_message(jpeg: *const Jpeg) -> *const c_char;
    pub(super) fn hub_jpeg_warnings(jpeg: *const Jpeg, ended_early: *mut u32) -> u32;
    pub(super) fn hub_jpeg_encode(
        rgb: *const u8,
        width: u32,
        height: u32,
        quality: u32,
        len: *mut usize,
    ) -> *mut u8;
    pub(super) fn hub_jpeg_encoded_free(file: *mut u8);
}
