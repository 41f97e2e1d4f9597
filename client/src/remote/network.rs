//! The network state of a hub, shared by all of its connections.
//!
//! A command opens a data set more than once, each time with a new connection; what is known of a server's outage or
//! of a bucket that can't be reached from here must outlive it, so that nothing is waited for or reported twice. It
//! belongs to a hub ([`crate::Home`] holds one) and not to the process: two hubs in one program, or tests that run
//! concurrently, would otherwise share each other's failures.

use std::sync::Arc;

use super::error::Error;
use super::note::Notes;
use super::origins::{Origins, Place};
use super::outage_notice::{OutageNotice, Outages};
use super::patience::Patience;

/// The network state of a hub. Cheap to clone; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Network(Arc<Known>);

#[derive(Debug, Default)]
struct Known {
    notes: Notes,
    outages: Outages,
    origins: Origins,
}

impl Network {
    /// An empty state; outages are reported to `notes`.
    pub fn new(notes: Notes) -> Self {
        Self(Arc::new(Known { notes, ..Known::default() }))
    }

    /// What is known of a place (scheme, host and port) that links lead to.
    pub(super) fn place(&self, origin: &str) -> Place {
        self.0.origins.place(origin)
    }

    /// Records that a place that links lead to responded.
    pub(super) fn place_answered(&self, origin: &str) {
        self.0.origins.answered(origin);
    }

    /// Records that a place that links lead to can't be used from here, and that `instead` is used.
    pub(super) fn place_lost(&self, origin: &str, why: &Error, instead: &str) {
        self.0.origins.lost(origin, why, instead, &self.0.notes);
    }

    /// Records that a server responds, which ends its outage.
    pub(super) fn server_answered(&self, server: &str) {
        self.0.outages.answered(server);
    }

    /// Watches the tries of one request to a server.
    pub(super) fn outage_notice(&self, server: String, patience: &Patience) -> OutageNotice<'_> {
        OutageNotice::new(server, patience, &self.0.outages, &self.0.notes)
    }
}
