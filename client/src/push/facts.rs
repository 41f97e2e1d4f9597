//! The facts of a medium, in the order of [`hub_schema::facts`].

use hub_dataset::sample::{Media, MediaBytes, Value};
use hub_media::{Limits, MediaError, probe_audio, probe_image, probe_video};
use hub_schema::Feature;

/// Probes a medium's header; returns the value of each fact of `feature`.
///
/// # Errors
/// The medium is damaged, exceeds the limits, or isn't in a format that `feature` takes.
pub fn probe(feature: &Feature, medium: &Media, limits: &Limits) -> Result<Vec<Value>, MediaError> {
    let mut facts = vec![Value::text(&medium.name), int(medium.bytes.size_bytes())];
    match feature {
        Feature::Image => {
            let seen = match &medium.bytes {
                MediaBytes::Memory(bytes) => probe_image(bytes, limits)?,
                other => probe_image(&other.read_all().map_err(MediaError::from)?, limits)?,
            };
            facts.extend([
                Value::text(seen.format),
                int(seen.width),
                int(seen.height),
                int(seen.channels),
                int(seen.orientation),
            ]);
        }
        Feature::Audio => {
            let seen = probe_audio(medium.bytes.reader(), &medium.name, limits)?;
            facts.extend([
                Value::text(seen.format),
                Value::text(seen.codec),
                int(seen.sample_rate),
                int(seen.channels),
                float(seen.duration_secs),
            ]);
        }
        Feature::Video => {
            let seen = probe_video(medium.bytes.reader(), &medium.name, limits)?;
            facts.extend([
                Value::text(seen.format),
                Value::text(seen.codec),
                int(seen.width),
                int(seen.height),
                float(seen.fps),
                seen.frames.map_or(Value::Null, int),
                float(seen.duration_secs),
                seen.rotation.map_or(Value::Null, int),
            ]);
        }
        _ => facts.clear(),
    }
    Ok(facts)
}

fn int(value: impl Into<u64>) -> Value {
    i64::try_from(value.into()).map_or(Value::Null, Value::Int)
}

fn float(value: Option<f64>) -> Value {
    value.map_or(Value::Null, Value::Float)
}
