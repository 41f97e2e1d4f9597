//! What a page draws of a stretch of audio: the peaks of a waveform, and a spectrogram.

use std::io::{Read, Seek};

use symphonia::core::dsp::complex::Complex;
use symphonia::core::dsp::fft::Fft;

use super::stretch::{Piece, each_piece};
use crate::MediaError;
use crate::image::encode_png;

/// Samples of one spectrum: 46 ms at 44.1 kHz, 128 ms of speech at 16 kHz.
const WINDOW: usize = 2048;
/// What is this much below full scale, or quieter, is black, in decibels.
const FLOOR_DB: f32 = -100.0;
/// What is decoded before and behind a stretch, for the first and last spectrum.
const MARGIN_SECS: f64 = 1.0;

/// The least and the greatest sample of a part, of all channels, from -1 to 1; `None` where there are no samples.
pub type Peak = Option<(f32, f32)>;

/// The peaks of `parts` equal parts from `from_secs` to `to_secs` of an audio file. `name` is what it is called.
///
/// # Errors
/// It is damaged, or nothing here decodes it ([`MediaError::Unsupported`]): Opus, ADPCM.
pub fn audio_peaks<R: Read + Seek + Send + Sync + 'static>(
    reader: R,
    name: &str,
    (from_secs, to_secs): (f64, f64),
    parts: usize,
) -> Result<Vec<Peak>, MediaError> {
    let parts = parts.max(1);
    let each_secs = (to_secs - from_secs) / parts as f64;
    let mut peaks: Vec<Peak> = vec![None; parts];
    each_piece(reader, name, (from_secs, to_secs), |piece| {
        for (i, frame) in piece.samples.chunks_exact(piece.channels).enumerate() {
            let secs = piece.at_secs + i as f64 / f64::from(piece.sample_rate);
            let part = ((secs - from_secs) / each_secs).floor();
            if part < 0.0 || part >= parts as f64 {
                continue;
            }
            let peak = &mut peaks[part as usize];
            // NaN counts as silence.
            for sample in frame.iter().map(|sample| if sample.is_finite() { *sample } else { 0.0 }) {
                let (low, high) = peak.unwrap_or((sample, sample));
                *peak = Some((low.min(sample), high.max(sample)));
            }
        }
    })?;
    Ok(peaks)
}

/// The spectrogram from `from_secs` to `to_secs`, as a PNG of one channel: a column for each of `width` moments, the lowest
/// frequency at the bottom, half the sample rate at the top; white is full scale, black 100 dB below.
///
/// # Errors
/// As [`audio_peaks`].
pub fn audio_spectrogram<R: Read + Seek + Send + Sync + 'static>(
    reader: R,
    name: &str,
    (from_secs, to_secs): (f64, f64),
    (width, height): (u32, u32),
) -> Result<Vec<u8>, MediaError> {
    let mut drawing = Spectrogram::new((from_secs, to_secs), (width.max(1) as usize, height.max(1) as usize));
    // Half a window is needed before the first column and behind the last.
    let (from, to) = ((from_secs - MARGIN_SECS).max(0.0), to_secs + MARGIN_SECS);
    each_piece(reader, name, (from, to), |piece| drawing.take(&piece))?;
    drawing.finish();
    encode_png(&drawing.image, width.max(1), height.max(1), 1)
}

/// A spectrogram that is being drawn, column by column.
struct Spectrogram {
    from_secs: f64,
    each_secs: f64,
    columns: usize,
    rows: usize,
    image: Vec<u8>,
    /// The next column.
    column: usize,
    /// The last samples, mixed to one channel.
    recent: Vec<f32>,
    /// The time of the first of them.
    begins_secs: f64,
    sample_rate: f64,
    fft: Fft,
    window: Vec<f32>,
}

impl Spectrogram {
    fn new((from_secs, to_secs): (f64, f64), (columns, rows): (usize, usize)) -> Self {
        // Hann: no edges, so that a tone is one line.
        let turn = std::f32::consts::TAU / WINDOW as f32;
        let window = (0..WINDOW).map(|i| 0.5 - 0.5 * (turn * i as f32).cos()).collect();
        Self {
            from_secs,
            each_secs: (to_secs - from_secs) / columns as f64,
            columns,
            rows,
            image: vec![0; columns * rows],
            column: 0,
            recent: Vec::new(),
            begins_secs: f64::NAN,
            sample_rate: 1.0,
            fft: Fft::new(WINDOW),
            window,
        }
    }

    /// The place in `recent` at which the window of a column begins.
    fn begins(&self, column: usize) -> i64 {
        let middle_secs = self.from_secs + (column as f64 + 0.5) * self.each_secs;
        ((middle_secs - self.begins_secs) * self.sample_rate) as i64 - (WINDOW / 2) as i64
    }

    fn take(&mut self, piece: &Piece<'_>) {
        if self.begins_secs.is_nan() {
            (self.begins_secs, self.sample_rate) = (piece.at_secs, f64::from(piece.sample_rate));
        }
        let mix = |frame: &[f32]| {
            frame.iter().filter(|sample| sample.is_finite()).sum::<f32>() / piece.channels as f32
        };
        self.recent.extend(piece.samples.chunks_exact(piece.channels).map(mix));
        while self.column < self.columns
            && self.begins(self.column) + WINDOW as i64 <= self.recent.len() as i64
        {
            self.draw();
        }
        let needed = self.begins(self.column).clamp(0, self.recent.len() as i64) as usize;
        self.recent.drain(..needed);
        self.begins_secs += needed as f64 / self.sample_rate;
    }

    /// Draws the columns whose windows go beyond the end.
    fn finish(&mut self) {
        while self.column < self.columns
            && self.begins(self.column) + ((WINDOW / 2) as i64) < self.recent.len() as i64
        {
            self.draw();
        }
    }

    fn draw(&mut self) {
        let first = self.begins(self.column);
        let sample = |i: usize| {
            let at = usize::try_from(first + i as i64).ok();
            at.and_then(|at| self.recent.get(at)).copied().unwrap_or_default()
        };
        let mut spectrum: Vec<Complex<f32>> =
            (0..WINDOW).map(|i| Complex::new(sample(i) * self.window[i], 0.0)).collect();
        self.fft.fft_inplace(&mut spectrum);
        // A sine of full scale, under this window, has a quarter of the window's length.
        let full = WINDOW as f32 / 4.0;
        let bins = WINDOW / 2;
        for row in 0..self.rows {
            let (low, high) = (row * bins / self.rows, ((row + 1) * bins).div_ceil(self.rows));
            let loudest =
                spectrum[low..high.clamp(low + 1, bins)].iter().map(|bin| bin.norm()).fold(0.0, f32::max);
            let db = 20.0 * (loudest / full).max(1e-9).log10();
            let level = ((db - FLOOR_DB) / -FLOOR_DB * 255.0).clamp(0.0, 255.0);
            self.image[(self.rows - 1 - row) * self.columns + self.column] = level as u8;
        }
        self.column += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// Two seconds at 8 kHz: silence, then a tone of 1 kHz at half of full scale.
    fn tone() -> Cursor<Vec<u8>> {
        let sample = |n: u32| {
            let loud = if n < 8000 { 0.0 } else { 0.5 };
            ((n as f32 / 8.0 * std::f32::consts::TAU).sin() * loud * 32767.0) as i16
        };
        let data: Vec<u8> = (0..16_000).flat_map(|n| sample(n).to_le_bytes()).collect();
        let mut wav =
            b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data".to_vec();
        wav.extend((data.len() as u32).to_le_bytes());
        wav.extend(data);
        let length = (wav.len() as u32 - 8).to_le_bytes();
        wav[4..8].copy_from_slice(&length);
        Cursor::new(wav)
    }

    #[test]
    fn peaks_are_those_of_the_stretch() {
        let peaks = audio_peaks(tone(), "tone.wav", (0.5, 1.5), 4).unwrap();
        let high: Vec<f32> = peaks.iter().map(|peak| peak.unwrap().1).collect();
        assert_eq!(high[..2], [0.0, 0.0]);
        assert!(high[2..].iter().all(|high| (0.49..=0.5).contains(high)), "{high:?}");
        let beyond = audio_peaks(tone(), "tone.wav", (1.5, 2.5), 2).unwrap();
        assert!(beyond[0].is_some() && beyond[1].is_none());
    }

    #[test]
    fn a_tone_is_a_line_of_a_spectrogram() {
        let png = audio_spectrogram(tone(), "tone.wav", (0.0, 2.0), (8, 16)).unwrap();
        let (pixels, ..) = crate::decode_rgb8(&png, &crate::Limits::default()).unwrap();
        let at = |x: usize, y: usize| pixels[(y * 8 + x) * 3];
        // 1 kHz of 4 kHz is a quarter of the height; -6 dB of full scale is nearly white.
        let row = 16 - 1 - 16 / 4;
        assert!(at(6, row) > 230, "{}", at(6, row));
        assert!(at(6, 0) < 120 && at(6, row) > at(6, 15) + 50);
        assert_eq!(at(1, row), 0);
    }

    #[test]
    fn compressed_audio_is_sought() {
        for (name, bytes) in [
            ("tone.mp3", include_bytes!("../../testdata/tone.mp3").as_slice()),
            ("tone.flac", include_bytes!("../../testdata/tone.flac").as_slice()),
            ("tone.ogg", include_bytes!("../../testdata/tone.ogg").as_slice()),
        ] {
            let whole = audio_peaks(Cursor::new(bytes.to_vec()), name, (0.0, 0.2), 2).unwrap();
            assert!(whole.iter().all(|peak| peak.is_some_and(|(low, high)| low < high)), "{name}: {whole:?}");
            let late = audio_peaks(Cursor::new(bytes.to_vec()), name, (1e6, 2e6), 2).unwrap();
            assert_eq!(late, [None, None], "{name}");
        }
    }
}
