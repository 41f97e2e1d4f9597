//! One image from an address that a person gave, with limits.
//!
//! What is behind an address is unknown: a file without end, a page instead of an image, a service of the own network that
//! answers nobody else. So the size, the type and the time are limited, and addresses of private networks are refused
//! unless they are allowed. Names are resolved here and the connection goes to an address that was checked; a redirect is
//! checked like the first address.

mod error;
mod get;
mod network;
#[cfg(test)]
mod tests;

pub use error::FetchError;
pub use get::{FetchLimits, fetch_image};
