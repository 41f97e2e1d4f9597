//! Tensors of presets, by hash.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use hub_decode::{ChannelOrder, Draw, Dtype, ImageDecoder, ImageSpec, Layout, Normalize, Output};
use hub_eval::model::{Overrides, Preparation, Preset};
use hub_eval::onnx::{Batch, Element, Input, Layout as InputLayout};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::checks::{Checks, json_file, text_file};

/// Compares each line of `tensors.tsv`; `images` is the folder of the pictures that aren't in `odd/`.
pub fn run(checks: &mut Checks, folder: &Path, images: &Path) -> Result<()> {
    let mut paths = HashMap::new();
    find(images, &mut paths)?;
    let decoded = json_file(&folder.join("decoded.json"))?;
    let text = text_file(&folder.join("tensors.tsv"))?;
    let mut decoder = ImageDecoder::new()?;
    let (mut lines, mut wrong) = (0u64, Vec::new());
    let mut decoded_wrong = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [name, preset, side, hash, _, _, _, _, vertical_first] = cells[..] else { bail!("{line}") };
        let path = if name.contains('/') { Some(folder.join(name)) } else { paths.get(name).cloned() };
        let path = path.with_context(|| format!("{name} isn't below {}", images.display()))?;
        let mut image = std::fs::read(&path)?;
        let facts = &decoded[name];
        let spec = spec(preset, side.parse()?)?;
        if seen.insert(name.to_owned()) && !is_decoded(&mut decoder, &image, &spec, facts)? {
            decoded_wrong.push(name.to_owned());
        }
        if facts["rgb_high_byte"].is_string() {
            // Pillow cuts 16-bit grey at 255 where the hub scales.
            image = cut(&image)?;
        }
        lines += 1;
        for (order, is_vertical, wanted) in [
            ("horizontal", false, hash),
            ("vertical", true, if vertical_first.is_empty() { hash } else { vertical_first }),
        ] {
            let spec = ImageSpec { vertical_first: is_vertical, ..spec.clone() };
            let side: usize = side.parse()?;
            let mut tensor = vec![0; side * side * 3];
            decoder.transform(&image, None, &spec, Draw::default(), &mut tensor)?;
            if hex(&tensor) != wanted {
                wrong.push(format!("{name} {preset} {order}"));
            }
        }
    }
    let found = json!({ "lines": lines, "other": wrong });
    checks.add("tensors", wrong.is_empty() && lines > 0, found);
    let found = json!({ "images": seen.len(), "other": decoded_wrong });
    checks.add("decoded images", decoded_wrong.is_empty() && !seen.is_empty(), found);
    Ok(())
}

/// What the decoder does for a preset of that name, with bytes as output.
fn spec(name: &str, side: usize) -> Result<ImageSpec> {
    let name = name.replace("squeezenet-", "torchvision-");
    let preprocessing = name.parse::<Preset>()?.preprocessing(&Overrides::default(), None)?;
    let input = Input {
        name: "image".to_owned(),
        element: Element::F32,
        layout: InputLayout::Nhwc,
        batch: Batch::Any,
        channels: Some(3),
        height: Some(side),
        width: Some(side),
    };
    let output = Output {
        layout: Layout::Nhwc,
        dtype: Dtype::U8,
        channels: ChannelOrder::Rgb,
        normalize: Normalize::default(),
    };
    Ok(ImageSpec { output, ..Preparation::new(&preprocessing, &input)?.image_spec().clone() })
}

/// Whether the whole picture is decoded as expected, upright as stored.
fn is_decoded(decoder: &mut ImageDecoder, image: &[u8], spec: &ImageSpec, facts: &Value) -> Result<bool> {
    let wanted = facts["rgb_high_byte"].as_str().or_else(|| facts["rgb"].as_str());
    let found = hex(&decoder.decode(image, false, &spec.limits)?.rgb);
    let turned = match facts["rgb_upright"].as_str() {
        Some(upright) => hex(&decoder.decode(image, true, &spec.limits)?.rgb) == upright,
        None => true,
    };
    Ok(wanted == Some(found.as_str()) && turned)
}

/// The files below a folder, by name.
fn find(folder: &Path, found: &mut HashMap<String, PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("{}: can't list it", folder.display()))? {
        let entry = entry?;
        match entry.file_type()?.is_dir() {
            true => find(&entry.path(), found)?,
            false => drop(found.insert(entry.file_name().to_string_lossy().into_owned(), entry.path())),
        }
    }
    Ok(())
}

/// A grey image of 16 bits as one of eight, cut at 255.
fn cut(bytes: &[u8]) -> Result<Vec<u8>> {
    let image = image::load_from_memory(bytes)?.into_luma16();
    let (width, height) = image.dimensions();
    let grey: Vec<u8> = image.into_raw().into_iter().map(|value| value.min(255) as u8).collect();
    let mut png = Vec::new();
    let encoder = image::codecs::png::PngEncoder::new(&mut png);
    image::ImageEncoder::write_image(encoder, &grey, width, height, image::ExtendedColorType::L8)?;
    Ok(png)
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
