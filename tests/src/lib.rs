//! Tests of the whole system, and helpers for the tests of all crates.
//!
//! * [`s3`]: the S3 server of the test run, and an unused prefix in its bucket.
//! * [`FaultyS3`]: a proxy in front of it that drops, delays and breaks requests on demand.
//! * [`fixtures`]: real data in `tests/fixtures`.
//! * The tests in here check what no single crate can: that crates depend on each other, and modules of a crate
//!   import each other, in one direction only.
//!
//! The helpers depend on no other crate of the workspace, so that each of those may use them in its own tests.
//! They panic on errors, as assertions do, since only tests call them.

#![allow(missing_docs, reason = "helpers of the workspace's tests, not a library for users")]

mod faulty_s3;
mod fixtures;
mod s3;

#[cfg(test)]
mod dependency_direction;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod full_disk;
#[cfg(test)]
mod import_circles;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod killed_server;
#[cfg(test)]
mod links;
#[cfg(test)]
mod outages;
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod refused_store;
#[cfg(test)]
mod service;

pub use faulty_s3::{FaultyS3, Recorded};
pub use fixtures::{fixtures, hub_binary};
pub use s3::{S3, s3};
