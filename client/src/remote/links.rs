//! Links to the files that are being read: one plan a scan, renewed before it expires.
//!
//! A plan names every file of a revision with a link that needs no token: to the bucket itself, or to the
//! server with a signature. An epoch may take longer than the links are valid: so after four fifths of their
//! lifetime, or when one is refused, one reader requests the plan again while the others wait. Where fresh links
//! are refused too (clocks that are hours apart) or lead to a place that can't be reached from here
//! ([`super::origins`]), the files are requested from the server itself.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use hub_dataset::store::Scan;
use hub_schema::DatasetName;
use hub_schema::api::{self, PlanRequest};
use reqwest::header::DATE;
use url::Url;

use super::connection::Connection;
use super::error::{Error, Result};
use super::request::Request;
use super::response::header;

/// A longer plan is not read; its files are requested from the server one by one.
const PLAN_BYTES: usize = 256 * 1024 * 1024;
/// Plans that are kept, one for each scan that is read at the same time.
const PLANS: usize = 16;

/// Links to files of a data set.
#[derive(Debug)]
pub struct Links {
    connection: Connection,
    name: DatasetName,
    plans: Mutex<VecDeque<Plan>>,
    /// The number of the last plan; locked while a plan is requested.
    fetching: tokio::sync::Mutex<u64>,
}

#[derive(Debug)]
struct Plan {
    scan: Scan,
    /// Rises with each plan that is requested.
    number: u64,
    links: HashMap<String, Target>,
    /// When to request it again.
    renew: Instant,
    /// When the links expire.
    end: Instant,
}

/// A link's URL, and the file's length in bytes.
type Target = (Url, u64);

/// A link to a file, and the number of its plan.
#[derive(Clone, Debug)]
pub struct Link {
    pub url: Url,
    /// The file's length, according to the plan.
    pub size_bytes: u64,
    plan: u64,
}

impl Link {
    fn new((url, size_bytes): &Target, plan: u64) -> Self {
        Self { url: url.clone(), size_bytes: *size_bytes, plan }
    }
}

impl Links {
    pub fn new(connection: Connection, name: DatasetName) -> Self {
        Self { connection, name, plans: Mutex::default(), fetching: tokio::sync::Mutex::new(0) }
    }

    /// Requests the links of a scan, unless there are fresh ones.
    ///
    /// # Errors
    /// The request fails. A plan that is too long or invalid is not an error: its files are then requested from the
    /// server one by one.
    pub async fn will_read(&self, scan: &Scan) -> Result<()> {
        let mut number = self.fetching.lock().await;
        let fresh =
            self.with(|plans| plans.iter().any(|plan| plan.scan == *scan && Instant::now() < plan.renew));
        if fresh {
            return Ok(());
        }
        match self.fetch_plan(scan, &mut number).await {
            Ok(_) | Err(Error::Strange { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// A valid link to a file; `None` if no plan names it.
    pub async fn link(&self, path: &str) -> Option<Link> {
        let (link, renew, end) = self.with(|plans| {
            let plan = plans.iter().find(|plan| plan.links.contains_key(path))?;
            Some((Link::new(plan.links.get(path)?, plan.number), plan.renew, plan.end))
        })?;
        let now = Instant::now();
        if now < renew {
            return Some(link);
        }
        // While the link is valid, one reader renews the plan and the others go on.
        let permit = match now < end {
            true => match self.fetching.try_lock() {
                Ok(permit) => permit,
                Err(_) => return Some(link),
            },
            false => self.fetching.lock().await,
        };
        self.renewed(path, link.plan, permit).await.or_else(|| (Instant::now() < end).then_some(link))
    }

    /// Another link for one that was refused; `None` if a new plan has none.
    pub async fn renew(&self, path: &str, refused: &Link) -> Option<Link> {
        let permit = self.fetching.lock().await;
        self.renewed(path, refused.plan, permit).await
    }

    /// Drops a plan whose links can't be used.
    pub fn give_up(&self, link: &Link) {
        self.with(|plans| plans.retain(|plan| plan.number != link.plan));
    }

    async fn renewed(
        &self,
        path: &str,
        old: u64,
        mut number: tokio::sync::MutexGuard<'_, u64>,
    ) -> Option<Link> {
        let scan =
            self.with(|plans| plans.iter().find(|plan| plan.number == old).map(|plan| plan.scan.clone()));
        if let Some(scan) = scan {
            // An error here comes again when the file itself is requested from the server.
            let _ = self.fetch_plan(&scan, &mut number).await;
        }
        self.with(|plans| {
            let plan = plans.iter().find(|plan| plan.number != old && plan.links.contains_key(path))?;
            Some(Link::new(plan.links.get(path)?, plan.number))
        })
    }

    async fn fetch_plan(&self, scan: &Scan, number: &mut u64) -> Result<()> {
        let url = self.connection.address().dataset(&self.name, "plan");
        let request = PlanRequest {
            rev: Some(format!("{}:{}", scan.at.branch, scan.at.version)),
            columns: scan.columns.clone(),
            split: scan.split.clone(),
            ..PlanRequest::default()
        };
        let call = Request::post(url.clone(), &request)?;
        let response = self.connection.send(&call).await?;
        let date = header(&response, DATE).and_then(|date| DateTime::parse_from_rfc2822(date).ok());
        let received = Instant::now();
        let json = self.connection.bounded(&url, response, PLAN_BYTES).await?;
        let answer: api::Plan = serde_json::from_slice(&json)
            .map_err(|e| Error::strange(&url, format!("invalid JSON of a plan: {e}")))?;
        if answer.commit != scan.at.id {
            let problem = format!("the plan is of commit {}, requested was {}", answer.commit, scan.at.id);
            return Err(Error::strange(&url, problem));
        }
        let mut links = HashMap::with_capacity(answer.files.len());
        for file in answer.files {
            let url = self.connection.address().link(&file.url)?;
            links.insert(file.path, (url, file.size_bytes));
        }
        // By the server's clock: the local one may be wrong.
        let now = date.map_or_else(Utc::now, |date| date.with_timezone(&Utc));
        let lifetime = (answer.expires - now).to_std().unwrap_or(Duration::ZERO);
        *number += 1;
        let plan = Plan {
            scan: scan.clone(),
            number: *number,
            links,
            renew: received + lifetime.mul_f64(0.8),
            end: received + lifetime,
        };
        self.with(|plans| {
            plans.retain(|plan| plan.scan != *scan);
            plans.push_front(plan);
            plans.truncate(PLANS);
        });
        Ok(())
    }

    fn with<T>(&self, f: impl FnOnce(&mut VecDeque<Plan>) -> T) -> T {
        f(&mut self.plans.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
