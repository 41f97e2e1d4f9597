//! The address that a request comes from.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use axum::http::request::Parts;

use crate::work::network::network;

/// The caller's IP address, without the port; empty if unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(pub String);

impl Address {
    /// The network that limits of strangers are accounted to.
    pub fn network(&self) -> String {
        network(&self.0)
    }

    /// The address that a request comes from. Of `X-Forwarded-For` only the last entry counts, which the load balancer
    /// added: the client could have written the others. Without `trust_forwarded` it is ignored.
    pub fn of(parts: &Parts, trust_forwarded: bool) -> Self {
        let forwarded = parts.headers.get_all("x-forwarded-for").iter().next_back();
        let forwarded = forwarded.and_then(|value| value.to_str().ok()?.rsplit(',').next());
        if let Some(forwarded) = forwarded
            && trust_forwarded
            && let Ok(address) = forwarded.trim().parse::<std::net::IpAddr>()
        {
            return Self(address.to_string());
        }
        let connected = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Self(connected.map(|info| info.0.ip().to_string()).unwrap_or_default())
    }
}
