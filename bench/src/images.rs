//! The folder of images: copies of real ones, or synthetic ones of about the size of ImageNet's.

use std::fs;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

const IMAGES_PER_CLASS: usize = 100;

/// Fills `folder` with `count` JPEGs in class folders, unless it exists.
pub fn fill(folder: &Path, from: Option<&Path>, count: usize) -> Result<()> {
    if folder.exists() {
        return Ok(());
    }
    let unfinished = folder.with_extension("unfinished");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?;
    }
    let real = from.map(jpegs).transpose()?;
    for i in 0..count {
        let class = unfinished.join(format!("class{:03}", i / IMAGES_PER_CLASS));
        fs::create_dir_all(&class)?;
        let path = class.join(format!("{i:06}.JPEG"));
        match &real {
            Some(real) => drop(fs::copy(&real[i % real.len()], &path)?),
            None => synthetic(i as u64, &path)?,
        }
    }
    fs::rename(&unfinished, folder).context("can't create the folder of images")
}

/// The JPEGs below a folder, sorted by name.
fn jpegs(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).with_context(|| next.display().to_string())? {
            let path = entry?.path();
            let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
            if path.is_dir() {
                folders.push(path);
            } else if ending == "jpeg" || ending == "jpg" {
                found.push(path);
            }
        }
    }
    found.sort_by(|a, b| a.file_name().cmp(&b.file_name()));
    if found.is_empty() {
        bail!("{}: contains no JPEG files", folder.display());
    }
    Ok(found)
}

/// Writes an image of 500 × 375 pixels that compresses to about 110 kB: smooth blobs with noise.
fn synthetic(seed: u64, path: &Path) -> Result<()> {
    const WIDTH: u32 = 500;
    const HEIGHT: u32 = 375;
    let mut random = SmallRng::seed_from_u64(seed);
    let (cx, cy): (f32, f32) = (random.random(), random.random());
    let mut pixels = Vec::with_capacity((WIDTH * HEIGHT * 3) as usize);
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let (dx, dy) = (x as f32 / WIDTH as f32 - cx, y as f32 / HEIGHT as f32 - cy);
            let blob = 200.0 * (-4.0 * (dx * dx + dy * dy)).exp();
            for channel in 0..3 {
                let noise: f32 = random.random_range(-14.0..14.0);
                pixels.push((20.0 * channel as f32 + blob + noise).clamp(0.0, 255.0) as u8);
            }
        }
    }
    let file = BufWriter::new(fs::File::create(path)?);
    JpegEncoder::new_with_quality(file, 92).write_image(&pixels, WIDTH, HEIGHT, ExtendedColorType::Rgb8)?;
    Ok(())
}

/// Total bytes of the files below a folder.
pub fn size_bytes(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        sum += if kind.is_dir() { size_bytes(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(sum)
}
