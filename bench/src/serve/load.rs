//! Load at a fixed rate: a request is sent when it is due, whether or not earlier ones have been answered, and its time
//! counts from then on.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;

use super::http::Client;
use super::hub::Hub;

/// The kind of a request, and its path.
pub type Request = (usize, String);

/// Sends requests at a fixed rate; returns for each its kind and the seconds from when it was due until its response was
/// read.
pub async fn at_rate(hub: &Hub, requests: Vec<Request>, per_second: u32) -> Result<Vec<(usize, f64)>> {
    let idle: Arc<Mutex<Vec<Client>>> = Arc::default();
    let step = Duration::from_secs(1) / per_second;
    let begun = Instant::now();
    let mut work = Vec::with_capacity(requests.len());
    for (i, (kind, path)) in requests.into_iter().enumerate() {
        let due = begun + step * i as u32;
        tokio::time::sleep_until(due.into()).await;
        let kept = pop(&idle);
        let (idle, address, token) = (idle.clone(), hub.address.clone(), hub.token.clone());
        work.push(tokio::spawn(async move {
            let mut client = match kept {
                Some(client) => client,
                None => Client::connect(&address, Some(&token)).await?,
            };
            client.get(&path, None).await?;
            let took = due.elapsed().as_secs_f64();
            idle.lock().unwrap_or_else(PoisonError::into_inner).push(client);
            anyhow::Ok((kind, took))
        }));
    }
    let mut times = Vec::with_capacity(work.len());
    for done in work {
        times.push(done.await??);
    }
    Ok(times)
}

fn pop(idle: &Mutex<Vec<Client>>) -> Option<Client> {
    idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
}
