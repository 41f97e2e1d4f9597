//! The server, measured from outside: `hub serve` runs as a child process and is requested over loopback.
//!
//! Client and server share the machine's cores, so the figures include both; the client is as light as possible (it
//! reads bodies and drops them), and peers are measured with the same client in the same run. Ratios are therefore
//! meaningful, absolute figures less so.
//!
//! Pages are requested at a fixed rate, whether or not earlier responses have arrived, and the time of a request counts
//! from the moment it was due: a server that stalls can't hide this behind a client that waits.

mod chunks;
mod crowd;
mod http;
mod hub;
mod links;
mod load;
mod names;
mod nginx;
pub mod pages;
mod streams;

use std::path::Path;

use anyhow::Result;
use clap::ValueEnum;

use crate::push::local_set;
use hub::Hub;
use names::PICTURES;

/// A part of the measurements.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Byte ranges of files, compared with nginx.
    Chunks,
    /// One Arrow stream, compared with the same scan in process.
    Streams,
    /// 2, 50 and 200 concurrent streams, and 200 that read slowly.
    Crowd,
    /// Lists of 10,000 data sets and pages of a million rows.
    Pages,
}

pub async fn run(images: &Path, sets: &Path, runs: usize, part: Option<Part>, secs: u64) -> Result<()> {
    let wanted = |one: Part| part.is_none_or(|part| part == one);
    let dataset = local_set(images, sets).await?;
    let home = sets.join("serve/pictures");
    let served = home.join("datasets").join(PICTURES);
    if served.exists() {
        std::fs::remove_dir_all(&served)?;
    }
    links::tree(&sets.join("hub"), &served)?;
    let hub = Hub::start(&home, None).await?;
    if wanted(Part::Chunks) {
        chunks::run(&hub, &served, runs).await?;
    }
    if wanted(Part::Streams) {
        streams::run(&hub, &dataset, runs).await?;
    }
    if wanted(Part::Crowd) {
        crowd::run(&hub, runs, secs).await?;
    }
    drop(hub);
    if wanted(Part::Pages) {
        pages::run(sets, secs).await?;
    }
    Ok(())
}
