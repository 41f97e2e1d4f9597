//! The part of an address that identifies a customer: its owner can't choose it freely.

use std::net::IpAddr;

/// The network of an address, which limits are accounted to: an IPv4 address; of an IPv6 address the first 64 bits, since
/// one customer has all addresses below.
pub fn network(address: &str) -> String {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => address.segments()[..4].iter().map(|part| format!("{part:x}:")).collect(),
        Ok(IpAddr::V4(address)) => address.to_string(),
        Err(_) => address.to_owned(),
    }
}
