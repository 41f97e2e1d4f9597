//! Measures how far tensors of the fast mode are from the exact ones.
//!
//!     cargo run --release -p hub_decode --example fast_distance -- IMAGES
//!
//! IMAGES is a folder, searched with its subfolders. Each JPEG is resized to several sizes in both modes. Prints, for each
//! size and filter, the mean absolute difference (of 255), the greatest of one tensor, and how many tensors differ: those
//! whose DCT was scaled.

#![allow(missing_docs, reason = "a program")]

use std::path::{Path, PathBuf};

use hub_decode::{Draw, Filter, ImageDecoder, ImageSpec, ResizeTo, Transform};

type Failure = Box<dyn std::error::Error>;

fn jpegs(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.to_string_lossy().to_lowercase();
        if path.is_dir() {
            jpegs(&path, found)?;
        } else if name.ends_with(".jpeg") || name.ends_with(".jpg") {
            found.push(path);
        }
    }
    Ok(())
}

fn main() -> Result<(), Failure> {
    let folder = std::env::args_os().nth(1).ok_or("usage: fast_distance IMAGES")?;
    let mut paths = Vec::new();
    jpegs(Path::new(&folder), &mut paths)?;
    let images = paths.into_iter().map(std::fs::read).collect::<Result<Vec<_>, _>>()?;
    let mut decoder = ImageDecoder::new()?;
    for side in [224, 112, 80, 64, 40, 32, 20] {
        for filter in [Filter::Bilinear, Filter::Bicubic] {
            let transform = Transform::Resize { to: ResizeTo::Short(side), crop: Some([side; 2]), flip: 0.0 };
            let fast = ImageSpec { transform, filter, ..ImageSpec::default() };
            let exact = ImageSpec { exact: true, ..fast.clone() };
            let count = side as usize * side as usize * 3;
            let (mut a, mut b) = (vec![0; count], vec![0; count]);
            let mut differences = Vec::new();
            for image in &images {
                decoder.transform(image, None, &fast, Draw::default(), &mut a)?;
                decoder.transform(image, None, &exact, Draw::default(), &mut b)?;
                let sum: u64 = a.iter().zip(&b).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
                differences.push(sum as f64 / count as f64);
            }
            let differ: Vec<f64> = differences.into_iter().filter(|value| *value > 0.0).collect();
            let mean = differ.iter().fold(0.0, |sum, value| sum + value) / differ.len().max(1) as f64;
            let most = differ.iter().copied().fold(0.0, f64::max);
            println!(
                "{side:4} {filter:?}: {} of {} differ, by {mean:.3} on average, {most:.3} at most",
                differ.len(),
                images.len()
            );
        }
    }
    Ok(())
}
