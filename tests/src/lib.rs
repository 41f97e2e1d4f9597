//! Tests of the whole system, and what tests of any crate lean on.
//!
//! * [`s3`]: the S3 server that the test run started, and a place in its bucket of one's own.
//! * [`FaultyS3`]: a proxy in front of it that loses, delays and spoils requests on demand.
//! * [`fixtures`]: real data that the project carries.
//! * The tests in here check what no single crate can: that crates depend on each other, and modules of a crate
//!   import each other, in one direction only.
//!
//! The helpers depend on no other crate of the workspace, so that each of those may use them in its own tests.
//! They report trouble by panicking, as assertions do: they are only ever called from tests.

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
