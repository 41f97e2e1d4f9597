//! Channels to one or two.

use super::spec::AudioChannels;

/// The share of the centre and of the channels behind, on each side: half of the power.
const SIDE: f32 = std::f32::consts::FRAC_1_SQRT_2;

/// Interleaved samples of so many channels as one plane a channel of the result.
pub fn planes(samples: &[f32], channels: usize, to: AudioChannels) -> Vec<Vec<f32>> {
    let frames = samples.chunks_exact(channels.max(1));
    let plane = |gains: &[f32]| {
        let mixed =
            |frame: &[f32]| frame.iter().zip(gains).map(|(sample, gain)| finite(*sample) * gain).sum();
        frames.clone().map(mixed).collect()
    };
    match (to, channels) {
        (AudioChannels::Mono, _) => {
            let count = channels.max(1) as f32;
            let mean = |frame: &[f32]| frame.iter().map(|sample| finite(*sample)).sum::<f32>() / count;
            vec![frames.map(mean).collect()]
        }
        (AudioChannels::Stereo, 0 | 1) => {
            let one: Vec<f32> = samples.iter().map(|sample| finite(*sample)).collect();
            vec![one.clone(), one]
        }
        (AudioChannels::Stereo, _) => [0, 1].map(|side| plane(&gains(channels, side))).into(),
    }
}

/// Broken files hold numbers that aren't.
fn finite(sample: f32) -> f32 {
    if sample.is_finite() { sample } else { 0.0 }
}

/// How much of each channel goes to a side: front left, front right, centre, low frequencies, then pairs of left and right.
fn gains(channels: usize, side: usize) -> Vec<f32> {
    let gain = |channel: usize| match channel {
        0 | 1 => f32::from(u8::from(channel == side)),
        2 if channels == 3 || channels > 4 => SIDE,
        3 if channels > 5 => 0.0,
        _ => {
            // Without a centre, or with a channel of low frequencies, the pairs begin at an even number.
            let is_even_first = channels == 4 || channels > 5;
            if channel.is_multiple_of(2) == ((side == 0) == is_even_first) { SIDE } else { 0.0 }
        }
    };
    let gains: Vec<f32> = (0..channels).map(gain).collect();
    let sum: f32 = gains.iter().sum();
    gains.into_iter().map(|gain| if channels > 2 { gain / sum } else { gain }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_mixed() {
        let stereo = [0.5, -0.5, 1.0, 0.0];
        assert_eq!(planes(&stereo, 2, AudioChannels::Mono), [[0.0, 0.5]]);
        assert_eq!(planes(&stereo, 2, AudioChannels::Stereo), [[0.5, 1.0], [-0.5, 0.0]]);
        assert_eq!(planes(&stereo, 1, AudioChannels::Stereo), [stereo, stereo]);
        assert_eq!(planes(&[f32::NAN, 0.5], 1, AudioChannels::Mono), [[0.0, 0.5]]);
    }

    #[test]
    fn surround_keeps_its_sides_and_its_level() {
        // Front left alone, centre alone, low frequencies alone, back right alone, of 5.1.
        for (channel, expected) in [(0, [1.0, 0.0]), (2, [SIDE, SIDE]), (3, [0.0, 0.0]), (5, [0.0, SIDE])] {
            let mut frame = [0.0; 6];
            frame[channel] = 1.0;
            let sides = planes(&frame, 6, AudioChannels::Stereo);
            let full = 1.0 + 2.0 * SIDE;
            for (side, expected) in sides.iter().zip(expected) {
                assert!((side[0] - expected / full).abs() < 1e-6, "channel {channel}: {sides:?}");
            }
        }
        for channels in 2..9 {
            let sides = planes(&vec![1.0; channels], channels, AudioChannels::Stereo);
            assert!(sides.iter().all(|side| (side[0] - 1.0).abs() < 1e-6), "{channels}: {sides:?}");
        }
    }
}
