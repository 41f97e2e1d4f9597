//! Compiles the C shim against the private headers of the libjpeg-turbo that `turbojpeg-sys` built.
//!
//! `turbojpeg-sys` tells where it installed the public headers. The private ones (`jpegint.h`) are in the source folder
//! that CMake noted in its cache, and the generated ones (`jconfigint.h`) in CMake's build folder, so that the shim is
//! always compiled with the headers and settings of the library it is linked to.

use std::path::{Path, PathBuf};

fn main() -> Result<(), String> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/jpeg/libjpeg/shim.c");
    println!("cargo:rerun-if-changed=src/jpeg/libjpeg/shim.h");
    let include = std::env::var("DEP_TURBOJPEG_INCLUDE").map_err(|_| {
        "turbojpeg-sys named no include folder; it must build its vendored libjpeg-turbo (unset TURBOJPEG_SOURCE)"
    })?;
    let include = PathBuf::from(include.split(',').next().unwrap_or_default());
    let build = include.parent().unwrap_or(Path::new("")).join("build");
    let cache = build.join("CMakeCache.txt");
    let text = std::fs::read_to_string(&cache).map_err(|error| {
        format!("{}: {error}; libjpeg-turbo must be built by turbojpeg-sys", cache.display())
    })?;
    let source = value(&text, "CMAKE_HOME_DIRECTORY")
        .ok_or_else(|| format!("{}: no CMAKE_HOME_DIRECTORY", cache.display()))?;
    cc::Build::new()
        .file("src/jpeg/libjpeg/shim.c")
        .include("src/jpeg/libjpeg")
        .include(Path::new(source).join("src"))
        .include(&build)
        .include(&include)
        .opt_level(2)
        .warnings(true)
        .extra_warnings(false)
        .compile("hub_jpeg_shim");
    Ok(())
}

/// The value of an entry `NAME:TYPE=VALUE` of CMake's cache.
fn value<'a>(cache: &'a str, name: &str) -> Option<&'a str> {
    cache.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')?.split_once('=').map(|(_, v)| v))
}
