//! `hub show --out`: writes the value of a column to a file.

use std::io::{self, Write};
use std::path::Path;

use anyhow::Context as _;
use hub_dataset::sample::Value;
use hub_dataset::sample::json::{Cell, Style};
use hub_dataset::store::{Access, replace_file};
use hub_schema::{DType, Feature, Field, TensorRole};

use super::row::Row;
use crate::errors::Failure;
use crate::output::bytes;

/// Writes the value of `column`, or of the first image, audio, video or tensor column; returns what was done.
pub fn write(row: &Row<'_>, column: Option<&str>, file: &Path) -> anyhow::Result<String> {
    let (field, value) = select_value(row, column)?;
    let place = || format!("can't write {}", file.display());
    let written = if file.as_os_str() == "-" {
        write_to(&mut io::stdout().lock(), field, value)?
    } else {
        // Written beside the file and then renamed, so that a full disk leaves no incomplete file under the name.
        replace_file(file, Access::Umask, |out| write_to(out, field, value)).with_context(place)?
    };
    Ok(format!("column '{}', {}, to {}", field.name, bytes(written), file.display()))
}

fn select_value<'a>(row: &'a Row<'_>, column: Option<&str>) -> anyhow::Result<(&'a Field, &'a Value)> {
    let found =
        match column {
            Some(name) => row.values.iter().find(|(field, _)| field.name == name),
            None => row.values.iter().find(|(field, _)| field.feature.is_media()).or_else(|| {
                row.values.iter().find(|(field, _)| matches!(field.feature, Feature::Tensor { .. }))
            }),
        };
    let names = || row.values.iter().map(|(field, _)| field.name.clone()).collect::<Vec<_>>();
    let (field, value) = match (found, column) {
        (Some(found), _) => found,
        (None, Some(name)) => {
            let error = hub_schema::SchemaError::NoColumn { name: name.to_owned(), known: names() };
            return Err(error.into());
        }
        (None, None) => {
            let message = "no column of this data set holds images, audio, video or tensors";
            let hint = format!("choose one of these with --column: {}", names().join(", "));
            return Err(Failure::not_found(message).hint(hint).into());
        }
    };
    if *value == Value::Null {
        let message = format!("column '{}' of this row is null, so there is nothing to write", field.name);
        return Err(Failure::not_found(message).into());
    }
    Ok((field, value))
}

fn write_to(out: &mut impl Write, field: &Field, value: &Value) -> anyhow::Result<u64> {
    let written = match (&field.feature, value) {
        // Large values are copied in blocks, not loaded whole.
        (_, Value::Media(medium)) => io::copy(&mut medium.bytes.reader(), out)?,
        (Feature::Tensor { dtype, shape, role: TensorRole::Image }, Value::Bytes(pixels)) => {
            let png = to_png(*dtype, shape, pixels)?;
            let encoded = png.as_deref().unwrap_or(pixels);
            out.write_all(encoded)?;
            encoded.len() as u64
        }
        (_, Value::Bytes(content)) => {
            out.write_all(content)?;
            content.len() as u64
        }
        (_, Value::Text(text)) => {
            out.write_all(text.as_bytes())?;
            text.len() as u64
        }
        (feature, other) => {
            let cell = Cell { feature, value: other, style: Style::WHOLE };
            let text = serde_json::to_string_pretty(&cell)? + "\n";
            out.write_all(text.as_bytes())?;
            text.len() as u64
        }
    };
    out.flush()?;
    Ok(written)
}

/// Encodes raw pixels as PNG; `None` if PNG can't represent them, in which case they are written raw.
fn to_png(dtype: DType, shape: &[usize], pixels: &[u8]) -> anyhow::Result<Option<Vec<u8>>> {
    let (height, width, channels) = match *shape {
        [height, width] => (height, width, 1),
        [height, width, channels] => (height, width, channels),
        _ => return Ok(None),
    };
    if dtype != DType::U8 || !(1..=4).contains(&channels) {
        return Ok(None);
    }
    let (width, height) = (u32::try_from(width)?, u32::try_from(height)?);
    Ok(Some(hub_media::encode_png(pixels, width, height, channels as u32)?))
}
