//! Links the release binary with identical code folding: monomorphised copies of one function that compile to the same
//! bytes are kept once, which takes about a tenth off the binary. Only rustc's own LLD is asked for it; with any other
//! linker, target or profile the build is as Cargo makes it.

use std::{env, path::Path, process::Command};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let target = env::var("TARGET").unwrap_or_default();
    if release && target == "x86_64-unknown-linux-gnu" && rustc_links_with_lld(&target) {
        println!("cargo::rustc-link-arg-bins=-Wl,--icf=all");
    }
}

/// On this target rustc links with the LLD that its toolchain carries, where it carries one.
fn rustc_links_with_lld(target: &str) -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let Ok(output) = Command::new(rustc).args(["--print", "sysroot"]).output() else { return false };
    let sysroot = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Path::new(&sysroot).join("lib/rustlib").join(target).join("bin/gcc-ld/ld.lld").exists()
}
