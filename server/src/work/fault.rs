//! Points at which a test ends a change, as if the server had been killed there. Outside of tests they do nothing.

#[cfg(test)]
use std::sync::{Mutex, PoisonError};

/// The point at which changes end, if a test has set one.
#[derive(Debug, Default)]
pub struct Faults {
    #[cfg(test)]
    at: Mutex<Option<&'static str>>,
    #[cfg(test)]
    reached: tokio::sync::Notify,
}

impl Faults {
    /// Goes no further if a test has set this point.
    #[cfg(test)]
    pub async fn point(&self, name: &'static str) {
        if *self.at.lock().unwrap_or_else(PoisonError::into_inner) == Some(name) {
            self.reached.notify_one();
            std::future::pending::<()>().await;
        }
    }

    #[cfg(not(test))]
    pub async fn point(&self, _: &'static str) {}

    /// Every change that comes to this point ends there.
    #[cfg(test)]
    pub fn set(&self, name: &'static str) {
        *self.at.lock().unwrap_or_else(PoisonError::into_inner) = Some(name);
    }

    /// Waits until a change has ended.
    #[cfg(test)]
    pub async fn reached(&self) {
        self.reached.notified().await;
    }
}
