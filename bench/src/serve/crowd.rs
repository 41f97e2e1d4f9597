//! Many concurrent streams: the throughput of each and of all, and the memory that the server uses for them.
//!
//! Each client streams the images repeatedly until the time is over. A slow client pauses after each frame; once the
//! sockets' buffers are full, the server must not produce more for it.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use http_body_util::BodyExt;
use serde_json::json;

use super::hub::Hub;
use super::names::PICTURES;
use crate::clock::{median, report, round, seconds};

/// Numbers of concurrent clients.
const CROWDS: [usize; 3] = [2, 50, 200];
/// Pause of a slow client between frames of the body.
const PAUSE: Duration = Duration::from_millis(500);
/// Memory that a server should use at most for 200 clients.
const MAX_SERVER_MB: f64 = 1024.0 * 1.048_576;

/// Figures of crowds of one size, one entry per round.
#[derive(Default)]
struct Measured {
    together: Vec<f64>,
    each: Vec<f64>,
    own_mb: Vec<f64>,
    with_files_mb: Vec<f64>,
    of_two: Vec<f64>,
}

/// Measures in rounds: the speed of a machine changes from minute to minute, so only crowds of the same round are
/// compared.
pub async fn run(hub: &Hub, runs: usize, secs: u64) -> Result<()> {
    let time = Duration::from_secs(secs);
    let mut seen: [Measured; CROWDS.len()] = Default::default();
    for _ in 0..runs {
        let mut by_two = f64::NAN;
        for (clients, seen) in CROWDS.into_iter().zip(&mut seen) {
            hub.reset_peak()?;
            let begun = Instant::now();
            let each = crowd(hub, clients, time, None).await?;
            let together = each.iter().sum::<f64>() / seconds(begun) / 1e6;
            if clients == CROWDS[0] {
                by_two = together;
            }
            seen.together.push(together);
            seen.of_two.push(together / by_two);
            seen.each.extend(each.iter().map(|bytes| bytes / time.as_secs_f64() / 1e6));
            seen.own_mb.push(hub.peak_mb().await);
            seen.with_files_mb.push(hub.peak_with_files_mb()?);
        }
    }
    for (clients, seen) in CROWDS.into_iter().zip(seen) {
        let most = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
        let least = seen.each.iter().copied().fold(f64::INFINITY, f64::min);
        let figures = json!({
            "clients": clients, "MB_per_s": round(median(seen.together)), "each_least": round(least),
            "each_most": round(most(&seen.each)), "each_median": round(median(seen.each)), "errors": 0,
            "peak_MB": round(most(&seen.own_mb)), "wanted_peak_MB": round(MAX_SERVER_MB),
            "peak_with_files_MB": round(most(&seen.with_files_mb)),
            "of_two_clients": (median(seen.of_two) * 100.0).round() / 100.0, "wanted": 1.0,
        });
        report("serve crowd", figures);
    }
    slow(hub, time).await
}

/// 200 clients that read slowly.
async fn slow(hub: &Hub, time: Duration) -> Result<()> {
    let clients = CROWDS[CROWDS.len() - 1];
    hub.reset_peak()?;
    let before = hub.peak_mb().await;
    let each = crowd(hub, clients, time, Some(PAUSE)).await?;
    let peak = hub.peak_mb().await;
    let figures = json!({
        "clients": clients, "each_MB_per_s": round(median(each) / time.as_secs_f64() / 1e6), "errors": 0,
        "before_MB": round(before), "peak_MB": round(peak), "MB_a_client": round((peak - before) / clients as f64),
        "wanted_peak_MB": round(MAX_SERVER_MB),
    });
    report("serve slow crowd", figures);
    Ok(())
}

/// Runs a crowd; returns the bytes that each client received.
async fn crowd(hub: &Hub, clients: usize, time: Duration, pause: Option<Duration>) -> Result<Vec<f64>> {
    let end = Instant::now() + time;
    let mut work = Vec::new();
    for _ in 0..clients {
        let mut client = hub.client().await?;
        work.push(tokio::spawn(async move {
            let path = format!("/api/v1/datasets/{PICTURES}/stream?columns=image");
            let mut bytes = 0;
            while Instant::now() < end {
                let answer = client.request(&path, None).await?;
                ensure!(answer.status().is_success(), "a stream was refused: {}", answer.status());
                let mut body = answer.into_body();
                while let Some(frame) = body.frame().await {
                    bytes +=
                        frame.context("a stream was interrupted")?.data_ref().map_or(0, |data| data.len());
                    if Instant::now() >= end {
                        return Ok(bytes as f64);
                    }
                    if let Some(pause) = pause {
                        tokio::time::sleep(pause).await;
                    }
                }
            }
            Ok(bytes as f64)
        }));
    }
    let mut each = Vec::new();
    for done in work {
        each.push(done.await??);
    }
    Ok(each)
}
