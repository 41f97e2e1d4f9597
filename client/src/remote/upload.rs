//! An upload of an object in parts, which continues where an earlier one stopped.
//!
//! The server says how long parts are and which it has; the caller's pieces of any length are cut into such parts,
//! and parts that the server has are left out. A cancelled push leaves its parts there: the next push of the same
//! bytes uploads to the same name, and finds them. The server sweeps abandoned parts.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::future::try_join_all;
use hub_schema::api::{BeginUpload, OpenUpload};
use object_store::{MultipartUpload, PutPayload, PutResult, UploadPart};
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Method, StatusCode};

use super::error::{Error, Result};
use super::objects::Objects;
use super::request::Request;

/// The longest response to the beginning of an upload that is read.
const OPEN_BYTES: usize = 4 * 1024 * 1024;
/// The longest parts that a server may request; a part is held in memory.
const LONGEST_PART: u64 = 1024 * 1024 * 1024;

/// An upload of an object in parts.
#[derive(Debug)]
pub struct Upload {
    objects: Arc<Objects>,
    path: String,
    size_bytes: u64,
    /// `None`: the server has the object already.
    id: Option<String>,
    part_bytes: u64,
    received: HashSet<u64>,
    held: VecDeque<Bytes>,
    held_bytes: u64,
    /// Bytes that the caller has passed so far.
    taken_bytes: u64,
    next: u64,
}

impl Upload {
    /// Begins or continues the upload of an object of `size_bytes`.
    pub async fn begin(objects: Arc<Objects>, path: &str, size_bytes: u64) -> Result<Self> {
        let url = objects.connection.address().dataset(&objects.name, "uploads");
        let begin = BeginUpload { path: path.to_owned(), size_bytes };
        let call = Request::post(url.clone(), &begin)?;
        let open: OpenUpload = objects.connection.json(&call, OPEN_BYTES).await?;
        if open.part_bytes == 0 || open.part_bytes > LONGEST_PART {
            return Err(Error::strange(
                &url,
                format!("parts of {} bytes, expected 1 to {LONGEST_PART}", open.part_bytes),
            ));
        }
        if open.id.is_none() && !open.stored {
            return Err(Error::strange(&url, "the upload has no id, and the object isn't stored"));
        }
        Ok(Self {
            objects,
            path: path.to_owned(),
            size_bytes,
            id: open.id.filter(|_| !open.stored),
            part_bytes: open.part_bytes,
            received: open.received.into_iter().collect(),
            held: VecDeque::new(),
            held_bytes: 0,
            taken_bytes: 0,
            next: 0,
        })
    }

    fn call(&self, method: Method, id: &str, below: &str) -> Request {
        let address = self.objects.connection.address();
        Request::new(method, address.dataset(&self.objects.name, &format!("uploads/{id}/{below}")))
    }

    /// Adds the caller's bytes; returns the requests for the parts that are complete with them.
    fn take(&mut self, data: PutPayload) -> Vec<Request> {
        let mut calls = Vec::new();
        for chunk in data {
            self.taken_bytes += chunk.len() as u64;
            self.held_bytes += chunk.len() as u64;
            self.held.push_back(chunk);
            while self.held_bytes >= self.part_bytes {
                calls.extend(self.part(self.part_bytes));
            }
        }
        calls
    }

    /// The request for the next part; `None` if the server has it.
    fn part(&mut self, length: u64) -> Option<Request> {
        let mut payload = Vec::new();
        let mut missing = length;
        while missing > 0 {
            let mut chunk = self.held.pop_front()?;
            if chunk.len() as u64 > missing {
                self.held.push_front(chunk.split_off(missing as usize));
            }
            missing -= chunk.len() as u64;
            payload.push(chunk);
        }
        self.held_bytes -= length;
        let number = self.next;
        self.next += 1;
        let id = self.id.as_deref().filter(|_| !self.received.contains(&number))?;
        let call = self.call(Method::PUT, id, &number.to_string());
        let call = call.header(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        Some(call.body(payload.into_iter().collect()).retry_conflict())
    }

    async fn finish(&mut self) -> Result<()> {
        let Some(id) = self.id.clone() else { return Ok(()) };
        let url = self.objects.url(&self.path);
        if self.taken_bytes != self.size_bytes {
            let (taken, size) = (self.taken_bytes, self.size_bytes);
            return Err(Error::strange(
                &url,
                format!("{taken} bytes were sent for an object of {size} bytes"),
            ));
        }
        if (self.held_bytes > 0 || self.next == 0)
            && let Some(call) = self.part(self.held_bytes)
        {
            self.objects.connection.send(&call).await?;
        }
        let done = self.objects.connection.send(&self.call(Method::POST, &id, "complete")).await;
        match done {
            // The response to an earlier try was lost, and the upload is complete.
            Err(lost) if lost.is(StatusCode::NOT_FOUND) => {
                let there = self.objects.head(&self.path).await;
                there.is_ok_and(|there| there.size_bytes == self.size_bytes).then_some(()).ok_or(lost)
            }
            other => other.map(drop),
        }
    }
}

#[async_trait]
impl MultipartUpload for Upload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        let calls = self.take(data);
        let (objects, path) = (Arc::clone(&self.objects), self.path.clone());
        Box::pin(async move {
            let sent = calls.iter().map(|call| objects.connection.send(call));
            try_join_all(sent).await.map(drop).map_err(|e| e.of_object(&path))
        })
    }

    async fn complete(&mut self) -> object_store::Result<PutResult> {
        self.finish().await.map_err(|e| e.of_object(&self.path))?;
        Ok(PutResult { e_tag: None, version: None })
    }

    /// Keeps the parts on the server, for the next upload of the same object.
    async fn abort(&mut self) -> object_store::Result<()> {
        Ok(())
    }
}
