//! Compares tensors with those that Pillow made.
//!
//!     cargo run --release -p hub_decode --example oracle -- FOLDER IMAGES
//!
//! FOLDER holds `tensors.tsv` (file, preset, side, SHA-256 of the height x width x RGB tensor, four columns that aren't
//! read, and the SHA-256 with the passes in the order of Pillow 13 where that differs) and the images `odd/`;
//! IMAGES is a folder, searched with its subfolders, with the others. Prints each tensor that differs, and how far the
//! fast mode is from the exact one. Fails if a tensor differs.
//!
//! Grey images of 16 bits are scaled here, and cut at 255 by Pillow. Where `decoded.json` has an entry `rgb_high_byte`, the
//! decoded image is compared with that, and the tensor is made of the image cut at 255.

#![allow(missing_docs, reason = "a program")]

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use hub_decode::{Draw, Filter, ImageDecoder, ImageSpec, ResizeTo, Transform};
use serde_json::Value;
use sha2::{Digest, Sha256};

type Failure = Box<dyn std::error::Error>;

/// The transform of a preset.
fn preset(name: &str) -> Option<ImageSpec> {
    let (to, crop, filter) = match name {
        "torchvision-256-224" => (ResizeTo::Short(256), Some(224), Filter::Bilinear),
        "torchvision-232-224" => (ResizeTo::Short(232), Some(224), Filter::Bilinear),
        "torchvision-342-299" => (ResizeTo::Short(342), Some(299), Filter::Bilinear),
        "squeezenet-256-227" => (ResizeTo::Short(256), Some(227), Filter::Bilinear),
        "timm-bicubic-0.875-224" => (ResizeTo::Short(256), Some(224), Filter::Bicubic),
        "timm-bicubic-0.95-224" => (ResizeTo::Short(235), Some(224), Filter::Bicubic),
        "timm-bicubic-1.0-224" => (ResizeTo::Short(224), Some(224), Filter::Bicubic),
        "timm-bicubic-0.875-240" => (ResizeTo::Short(274), Some(240), Filter::Bicubic),
        "timm-squash-bicubic-1.0-224" => (ResizeTo::Both([224, 224]), None, Filter::Bicubic),
        "keras-nearest-224" => (ResizeTo::Both([224, 224]), None, Filter::Nearest),
        "keras-bilinear-224" => (ResizeTo::Both([224, 224]), None, Filter::Bilinear),
        _ => return None,
    };
    let transform = Transform::Resize { to, crop: crop.map(|side| [side; 2]), flip: 0.0 };
    Some(ImageSpec { transform, filter, exact: true, ..ImageSpec::default() })
}

/// The files below a folder, by name.
fn files(folder: &Path, found: &mut HashMap<String, PathBuf>) -> Result<(), Failure> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            files(&entry.path(), found)?;
        } else {
            found.insert(entry.file_name().to_string_lossy().into_owned(), entry.path());
        }
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A grey image of 16 bits as one of eight, cut at 255.
fn cut(bytes: &[u8]) -> Result<Vec<u8>, Failure> {
    let image = image::load_from_memory(bytes)?.into_luma16();
    let (width, height) = image.dimensions();
    let grey: Vec<u8> = image.into_raw().into_iter().map(|value| value.min(255) as u8).collect();
    Ok(hub_media::encode_png(&grey, width, height, 1)?)
}

fn run(folder: &Path, images: &Path) -> Result<bool, Failure> {
    let mut paths = HashMap::new();
    files(images, &mut paths)?;
    let mut decoder = ImageDecoder::new()?;
    let (mut same, mut wrong) = (0, 0);
    let mut differences = Vec::new();
    let tensors = std::fs::read_to_string(folder.join("tensors.tsv"))?;
    let decoded: Value = serde_json::from_slice(&std::fs::read(folder.join("decoded.json"))?)?;
    for line in tensors.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, preset_name, side, digest, _, _, _, _, other_digest] = *fields else {
            return Err(line.into());
        };
        let spec = preset(preset_name).ok_or_else(|| format!("unknown preset {preset_name}"))?;
        let path = if name.contains('/') { Some(folder.join(name)) } else { paths.get(name).cloned() };
        let mut bytes =
            std::fs::read(path.ok_or_else(|| format!("{name} isn't below {}", images.display()))?)?;
        if let Some(scaled) = decoded[name]["rgb_high_byte"].as_str() {
            if hex(&decoder.decode(&bytes, false, &spec.limits)?.rgb) != scaled {
                wrong += 1;
                println!("differs\t{name}\tdecoded");
            }
            bytes = cut(&bytes)?;
        }
        let side: usize = side.parse()?;
        let (mut exact, mut fast) = (vec![0; side * side * 3], vec![0; side * side * 3]);
        decoder.transform(&bytes, None, &spec, Draw::default(), &mut exact)?;
        if hex(&exact) == digest {
            same += 1;
        } else {
            wrong += 1;
            println!("differs\t{name}\t{preset_name}");
        }
        let vertical = ImageSpec { vertical_first: true, ..spec.clone() };
        decoder.transform(&bytes, None, &vertical, Draw::default(), &mut fast)?;
        let wanted = if other_digest.is_empty() { digest } else { other_digest };
        if hex(&fast) != wanted {
            wrong += 1;
            println!("differs\t{name}\t{preset_name}\tvertical pass first");
        }
        decoder.transform(&bytes, None, &ImageSpec { exact: false, ..spec }, Draw::default(), &mut fast)?;
        let sum: u64 = exact.iter().zip(&fast).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        differences.push((sum as f64 / exact.len() as f64, format!("{name} {preset_name}")));
    }
    println!("{same} tensors are the same, {wrong} differ");
    differences.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mean = differences.iter().map(|(value, _)| value).sum::<f64>() / differences.len().max(1) as f64;
    if let Some((most, name)) = differences.last() {
        println!("fast mode: mean difference {mean:.4} of 255, at most {most:.4} in a tensor ({name})");
    }
    Ok(wrong == 0 && same > 0)
}

fn main() -> Result<ExitCode, Failure> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [folder, images] = &arguments[..] else { return Err("usage: oracle FOLDER IMAGES".into()) };
    Ok(if run(folder, images)? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
