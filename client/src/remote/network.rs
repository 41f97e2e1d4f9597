//! What one hub found out about the network, shared by all of its connections.
//!
//! A command opens a data set more than once, and each time makes a connection; what is known of a server's outage or
//! of a bucket that can't be reached from here must outlive it, so that nothing is waited for or reported twice. It
//! belongs to a hub ([`crate::Home`] holds one) and not to the process: a program that uses two hubs, or the tests that
//! run side by side, would otherwise hear of each other's failures.

use std::sync::Arc;

use super::error::Error;
use super::note::Notes;
use super::origins::{Origins, Place};
use super::outage_notice::{OutageNotice, Outages};
use super::patience::Patience;

/// What one hub found out about the network. Cheap to clone; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Network(Arc<Known>);

#[derive(Debug, Default)]
struct Known {
    notes: Notes,
    outages: Outages,
    origins: Origins,
}

impl Network {
    /// Nothing is known yet; notes go to `notes`.
    pub fn new(notes: Notes) -> Self {
        Self(Arc::new(Known { notes, ..Known::default() }))
    }

    /// What is known of a place (scheme, host and port) that links lead to.
    pub(super) fn place(&self, origin: &str) -> Place {
        self.0.origins.place(origin)
    }

    /// A place that links lead to answered.
    pub(super) fn place_answered(&self, origin: &str) {
        self.0.origins.answered(origin);
    }

    /// A place that links lead to can't be used from here, and `instead` is.
    pub(super) fn place_lost(&self, origin: &str, why: &Error, instead: &str) {
        self.0.origins.lost(origin, why, instead, &self.0.notes);
    }

    /// A server answers.
    pub(super) fn server_answered(&self, server: &str) {
        self.0.outages.answered(server);
    }

    /// Watches the tries of one request to a server.
    pub(super) fn outage_notice(&self, server: String, patience: &Patience) -> OutageNotice<'_> {
        OutageNotice::new(server, patience, &self.0.outages, &self.0.notes)
    }
}
