//! FFmpeg's decoder, its packets and frames, the conversion to RGB, and what they complain about.
//!
//! Numbers of an enumeration that come from a video are read and written as plain numbers: a video may hold any, and Rust's
//! enumerations only those that were known when this was compiled.

#![allow(unsafe_code, reason = "calls FFmpeg's C interface")]

use std::cell::RefCell;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::io;
use std::ptr::{self, NonNull, addr_of, addr_of_mut};
use std::sync::Once;

use ffmpeg_sys_next as av;

pub use av::AVCodecID as CodecId;

/// The greatest block of memory that FFmpeg may allocate.
const BLOCK_BYTES: usize = 512 << 20;
/// Characters of complaints that are kept.
const COMPLAINT_CHARS: usize = 400;
/// FFmpeg's number of the filter that the program resizes with; of a size that stays it means plain conversion.
const BICUBIC: c_int = 4;
/// The number of the matrix that is assumed where a video names none.
const BT601: c_int = 5;
/// The alignment of pixels in memory that the conversion is fastest with is left to FFmpeg.
const ANY_ALIGNMENT: c_int = 0;

/// How a decoder is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    pub id: CodecId,
    /// A four-letter code, which tells some encoders apart; 0: none.
    pub tag: u32,
    pub private: Vec<u8>,
    /// Pixels.
    pub width: i32,
    /// Pixels.
    pub height: i32,
    pub matrix: Option<i32>,
    pub is_full_range: Option<bool>,
}

/// Why FFmpeg didn't do something.
#[derive(Debug)]
pub enum Failure {
    /// There is no memory, or a size is above a limit.
    Memory,
    /// FFmpeg's number of an error.
    Code(c_int),
    /// The frame's bytes can't be read.
    Read(io::Error),
}

/// A frame to be decoded.
#[derive(Clone, Copy, Debug)]
pub struct Encoded {
    pub bytes: usize,
    /// What the decoded frame is told apart by.
    pub pts: i64,
    pub is_key: bool,
    /// It may be left out if no other frame needs it.
    pub is_optional: bool,
}

struct Context(NonNull<av::AVCodecContext>);

impl Drop for Context {
    fn drop(&mut self) {
        let mut context = self.0.as_ptr();
        // SAFETY: it was allocated by `avcodec_alloc_context3`, and nothing uses it any more.
        unsafe { av::avcodec_free_context(&mut context) };
    }
}

struct Packet(NonNull<av::AVPacket>);

impl Drop for Packet {
    fn drop(&mut self) {
        let mut packet = self.0.as_ptr();
        // SAFETY: it was allocated by `av_packet_alloc`, and nothing uses it any more.
        unsafe { av::av_packet_free(&mut packet) };
    }
}

/// A decoded frame, or the pixels that it is converted to.
pub struct Frame(NonNull<av::AVFrame>);

impl Drop for Frame {
    fn drop(&mut self) {
        let mut frame = self.0.as_ptr();
        // SAFETY: it was allocated by `av_frame_alloc`, and nothing uses it any more.
        unsafe { av::av_frame_free(&mut frame) };
    }
}

impl Frame {
    fn new() -> Result<Self, Failure> {
        // SAFETY: it takes no arguments.
        NonNull::new(unsafe { av::av_frame_alloc() }).map(Self).ok_or(Failure::Memory)
    }

    /// The number that its packet had.
    pub fn pts(&self) -> i64 {
        // SAFETY: the frame is allocated for as long as `self` lives.
        unsafe { (*self.0.as_ptr()).pts }
    }

    fn form(&self, to: (i32, i32)) -> Form {
        let frame = self.0.as_ptr();
        // SAFETY: the frame is allocated; its enumerations are as large as a C `int` and are read as such.
        unsafe {
            Form {
                size: ((*frame).width, (*frame).height),
                format: (*frame).format,
                matrix: addr_of!((*frame).colorspace).cast::<c_int>().read(),
                range: addr_of!((*frame).color_range).cast::<c_int>().read(),
                to,
            }
        }
    }
}

/// A decoder, open. It decodes on the thread that calls it.
pub struct Decoder {
    context: Context,
    packet: Packet,
    frame: Frame,
}

impl Decoder {
    /// Opens a decoder of frames of at most so many pixels; `None` if FFmpeg was built without it.
    pub fn open(setup: &Setup, max_pixels: i64) -> Result<Option<Self>, Failure> {
        prepare();
        // SAFETY: the arguments are plain numbers; what comes back is checked. The fields that are set are those that a user
        // of the library sets before opening. `extradata` is allocated by FFmpeg with its padding, holds as many bytes as are
        // copied, and is freed with the context.
        unsafe {
            let codec = av::avcodec_find_decoder(setup.id);
            if codec.is_null() {
                return Ok(None);
            }
            let context = NonNull::new(av::avcodec_alloc_context3(codec)).map(Context);
            let context = context.ok_or(Failure::Memory)?;
            let packet = NonNull::new(av::av_packet_alloc()).map(Packet).ok_or(Failure::Memory)?;
            let frame = Frame::new()?;
            let fields = context.0.as_ptr();
            (*fields).codec_tag = setup.tag;
            ((*fields).width, (*fields).height) = (setup.width, setup.height);
            (*fields).pkt_timebase = av::AVRational { num: 1, den: 1000 };
            (*fields).thread_count = 1;
            (*fields).max_pixels = max_pixels;
            // Frames are put into order with as many in hand as the standard allows, whatever the stream says.
            (*fields).strict_std_compliance = 1;
            if let Some(matrix) = setup.matrix {
                addr_of_mut!((*fields).colorspace).cast::<c_int>().write(matrix);
            }
            if let Some(is_full) = setup.is_full_range {
                addr_of_mut!((*fields).color_range).cast::<c_int>().write(1 + c_int::from(is_full));
            }
            let len = setup.private.len();
            if len > 0 {
                let size = c_int::try_from(len).map_err(|_| Failure::Memory)?;
                let copy = av::av_mallocz(len + av::AV_INPUT_BUFFER_PADDING_SIZE as usize).cast::<u8>();
                if copy.is_null() {
                    return Err(Failure::Memory);
                }
                ptr::copy_nonoverlapping(setup.private.as_ptr(), copy, len);
                ((*fields).extradata, (*fields).extradata_size) = (copy, size);
            }
            done(av::avcodec_open2(fields, codec, ptr::null_mut()))?;
            Ok(Some(Self { context, packet, frame }))
        }
    }

    /// Decodes a frame whose bytes `fill` writes. All frames that came before must have been [received](Self::receive).
    pub fn send(
        &mut self,
        encoded: Encoded,
        fill: impl FnOnce(&mut [u8]) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let Encoded { bytes, pts, is_key, is_optional } = encoded;
        let size = c_int::try_from(bytes).map_err(|_| Failure::Memory)?;
        let (context, packet) = (self.context.0.as_ptr(), self.packet.0.as_ptr());
        // SAFETY: both are allocated, and the context is open. `av_new_packet` allocates `bytes` bytes and padding behind
        // them; they are written before a slice of them is made. The decoder takes a reference of its own.
        unsafe {
            if av::av_new_packet(packet, size) < 0 {
                return Err(Failure::Memory);
            }
            ptr::write_bytes((*packet).data, 0, bytes);
            let filled = fill(std::slice::from_raw_parts_mut((*packet).data, bytes)).map_err(Failure::Read);
            (*packet).pts = pts;
            (*packet).flags = if is_key { av::AV_PKT_FLAG_KEY } else { 0 };
            (*context).skip_frame =
                if is_optional { av::AVDiscard::AVDISCARD_NONREF } else { av::AVDiscard::AVDISCARD_DEFAULT };
            let sent = filled.and_then(|()| done(av::avcodec_send_packet(context, packet)));
            av::av_packet_unref(packet);
            sent
        }
    }

    /// No frame will be sent any more.
    pub fn finish(&mut self) -> Result<(), Failure> {
        // SAFETY: the context is open. No packet means the end.
        done(unsafe { av::avcodec_send_packet(self.context.0.as_ptr(), ptr::null()) })
    }

    /// The next decoded frame, if there is one already.
    pub fn receive(&mut self) -> Result<Option<&Frame>, Failure> {
        // SAFETY: the context is open, and the frame allocated. What it held before is released.
        let code = unsafe { av::avcodec_receive_frame(self.context.0.as_ptr(), self.frame.0.as_ptr()) };
        if code == av::AVERROR(av::EAGAIN) || code == av::AVERROR_EOF {
            return Ok(None);
        }
        done(code)?;
        Ok(Some(&self.frame))
    }

    /// Forgets the frames, so that others can be sent.
    pub fn reset(&mut self) {
        // SAFETY: the context is open, and the frame allocated.
        unsafe {
            av::avcodec_flush_buffers(self.context.0.as_ptr());
            av::av_frame_unref(self.frame.0.as_ptr());
        }
    }
}

/// What a conversion depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Form {
    size: (i32, i32),
    format: c_int,
    matrix: c_int,
    range: c_int,
    to: (i32, i32),
}

/// Converts frames to RGB, as the filter `scale` of the `ffmpeg` program does.
pub struct Scaler {
    context: NonNull<av::SwsContext>,
    form: Form,
    /// Its rows are longer than those of the result: the conversion writes whole blocks of pixels.
    rgb: Frame,
}

impl Drop for Scaler {
    fn drop(&mut self) {
        // SAFETY: it was allocated by `sws_alloc_context`, and nothing uses it any more.
        unsafe { av::sws_freeContext(self.context.as_ptr()) };
    }
}

impl Scaler {
    fn new(form: Form) -> Result<Self, Failure> {
        let rgb_format = av::AVPixelFormat::AV_PIX_FMT_RGB24 as c_int;
        let rgb = Frame::new()?;
        let frame = rgb.0.as_ptr();
        // SAFETY: the frame is allocated and empty; FFmpeg allocates what its three fields say.
        unsafe {
            ((*frame).width, (*frame).height, (*frame).format) = (form.to.0, form.to.1, rgb_format);
            done(av::av_frame_get_buffer(frame, ANY_ALIGNMENT))?;
        }
        // SAFETY: it takes no arguments.
        let context = NonNull::new(unsafe { av::sws_alloc_context() }).ok_or(Failure::Memory)?;
        let this = Self { context, form, rgb };
        let options = [
            (c"srcw", form.size.0),
            (c"srch", form.size.1),
            (c"src_format", form.format),
            (c"dstw", form.to.0),
            (c"dsth", form.to.1),
            (c"dst_format", rgb_format),
            (c"sws_flags", BICUBIC),
        ];
        for (name, value) in options {
            let options = this.context.as_ptr().cast::<c_void>();
            // SAFETY: the context is one of those that have options, the name ends with a zero byte.
            done(unsafe { av::av_opt_set_int(options, name.as_ptr(), value.into(), 0) })?;
        }
        // SAFETY: the context has its options; no filters are given.
        done(unsafe { av::sws_init_context(this.context.as_ptr(), ptr::null_mut(), ptr::null_mut()) })?;
        this.set_colours();
        Ok(this)
    }

    /// The matrix and range of the frames, in place of what is assumed.
    fn set_colours(&self) {
        let context = self.context.as_ptr();
        let (mut of_frames, mut of_rgb) = (ptr::null_mut(), ptr::null_mut());
        let (mut is_full, mut is_rgb_full) = (0, 0);
        let (mut brightness, mut contrast, mut saturation) = (0, 0, 0);
        let matrix = match self.form.matrix {
            matrix @ (1..=7 | 9 | 10) => matrix,
            _ => BT601,
        };
        // SAFETY: the context is initialised, all pointers are to variables of the right type. A matrix is a table that is
        // never freed. That a conversion has no such settings, as one from RGB, is no error.
        unsafe {
            av::sws_getColorspaceDetails(
                context,
                &mut of_frames,
                &mut is_full,
                &mut of_rgb,
                &mut is_rgb_full,
                &mut brightness,
                &mut contrast,
                &mut saturation,
            );
            let table = av::sws_getCoefficients(matrix);
            if matches!(self.form.range, 1 | 2) {
                is_full = c_int::from(self.form.range == 2);
            }
            av::sws_setColorspaceDetails(
                context,
                table,
                is_full,
                table,
                is_rgb_full,
                brightness,
                contrast,
                saturation,
            );
        }
    }

    /// Writes a frame, resized to `width` x `height` pixels, as rows of RGB. `scaler` is the one of the frame before.
    pub fn convert(
        scaler: &mut Option<Self>,
        frame: &Frame,
        (width, height): (u32, u32),
        out: &mut [u8],
    ) -> Result<(), Failure> {
        let side = |side: u32| i32::try_from(side).map_err(|_| Failure::Memory);
        let form = frame.form((side(width)?, side(height)?));
        if scaler.as_ref().is_none_or(|scaler| scaler.form != form) {
            *scaler = Some(Self::new(form)?);
        }
        let row = width as usize * 3;
        let Some(scaler) = scaler.as_mut().filter(|_| row > 0 && out.len() == row * height as usize) else {
            return Err(Failure::Memory);
        };
        let (from, to) = (frame.0.as_ptr(), scaler.rgb.0.as_ptr());
        // SAFETY: the conversion is made for frames of this format and size, and for a result of the size that `rgb` was
        // allocated with, whose first plane has `height` rows of at least `row` bytes, `linesize` bytes from each other.
        unsafe {
            let rows = av::sws_scale(
                scaler.context.as_ptr(),
                addr_of!((*from).data).cast(),
                addr_of!((*from).linesize).cast(),
                0,
                form.size.1,
                addr_of!((*to).data).cast(),
                addr_of!((*to).linesize).cast(),
            );
            done(rows)?;
            let (pixels, stride) = ((*to).data[0], (*to).linesize[0] as usize);
            for (y, out) in out.chunks_exact_mut(row).enumerate() {
                out.copy_from_slice(std::slice::from_raw_parts(pixels.add(y * stride), row));
            }
        }
        Ok(())
    }
}

fn done(code: c_int) -> Result<(), Failure> {
    if code < 0 { Err(Failure::Code(code)) } else { Ok(()) }
}

impl Failure {
    /// What is wrong, in FFmpeg's words.
    pub fn describe(&self) -> String {
        match self {
            Self::Memory => "there is no memory for it".to_owned(),
            Self::Read(error) => error.to_string(),
            Self::Code(code) => {
                let mut text: [c_char; 128] = [0; 128];
                // SAFETY: the buffer is as long as is said, and a zero byte is written behind the text.
                let text = unsafe {
                    av::av_strerror(*code, text.as_mut_ptr(), text.len());
                    CStr::from_ptr(text.as_ptr())
                };
                text.to_string_lossy().into_owned()
            }
        }
    }
}

/// The version of the libraries that this process has loaded.
pub fn version() -> String {
    // SAFETY: it takes no arguments, and gives a text that is never freed.
    let version = unsafe { CStr::from_ptr(av::av_version_info()) };
    // SAFETY: it takes no arguments.
    let codec = unsafe { av::avcodec_version() };
    let (major, minor, micro) = (codec >> 16, codec >> 8 & 0xff, codec & 0xff);
    format!("{} (libavcodec {major}.{minor}.{micro})", version.to_string_lossy())
}

/// Sets what holds for the whole process.
fn prepare() {
    static ONCE: Once = Once::new();
    // SAFETY: `heard` is what FFmpeg calls with the arguments of a message, from any thread.
    ONCE.call_once(|| unsafe {
        av::av_max_alloc(BLOCK_BYTES);
        av::av_log_set_callback(Some(heard));
    });
}

thread_local! {
    /// What the decoder of this thread complained about, while somebody listens.
    static COMPLAINTS: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Hears what FFmpeg complains about on this thread.
pub struct Listening(());

impl Listening {
    pub fn begin() -> Self {
        COMPLAINTS.set(Some(String::new()));
        Self(())
    }

    /// What it complained about since the last call, if anything.
    pub fn complaint(&self) -> Option<String> {
        let heard = COMPLAINTS.with_borrow_mut(|heard| heard.as_mut().map(std::mem::take));
        heard.filter(|heard| !heard.is_empty())
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        COMPLAINTS.set(None);
    }
}

/// The arguments of a message, as a C function gets them.
#[cfg(target_arch = "x86_64")]
type Arguments = *mut av::__va_list_tag;
#[cfg(not(target_arch = "x86_64"))]
type Arguments = av::va_list;

/// Keeps a complaint on a thread that listens. Other threads' are FFmpeg's: it may have other users in this process.
unsafe extern "C" fn heard(of: *mut c_void, level: c_int, format: *const c_char, arguments: Arguments) {
    let is_listening = COMPLAINTS.try_with(|heard| heard.try_borrow().is_ok_and(|heard| heard.is_some()));
    if !is_listening.unwrap_or(false) {
        // SAFETY: all arguments are those that FFmpeg gave.
        unsafe { av::av_log_default_callback(of, level, format, arguments) };
        return;
    }
    // The upper bits are a colour.
    if level & 0xff > av::AV_LOG_ERROR {
        return;
    }
    let mut line: [c_char; 256] = [0; 256];
    let mut prefix = 0;
    // SAFETY: the buffer is as long as is said, and a zero byte is written behind the text; the other arguments are those
    // that FFmpeg gave.
    let line = unsafe {
        let size = line.len() as c_int;
        av::av_log_format_line2(of, level, format, arguments, line.as_mut_ptr(), size, &mut prefix);
        CStr::from_ptr(line.as_ptr()).to_string_lossy()
    };
    let _ = COMPLAINTS.try_with(|heard| {
        let Ok(mut heard) = heard.try_borrow_mut() else { return };
        let Some(heard) = heard.as_mut().filter(|heard| heard.len() < COMPLAINT_CHARS) else { return };
        if !heard.is_empty() {
            heard.push_str("; ");
        }
        heard.push_str(line.trim());
    });
}
