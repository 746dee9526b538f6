use std::time::Duration;

use crate::network::Network;

/// What a request may be like, and whose word about it is taken.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Limits {
    /// Proxies that say truly where a request came from, and what it is called.
    pub trusted_proxies: Vec<Network>,
    /// Where notifications may come from; empty is everywhere.
    pub notification_networks: Vec<Network>,
    /// The largest notification that is read, in bytes; larger ones are parked.
    pub notification_body: usize,
    /// How many requests a caller may send to the REST interface in a minute: an account, or an
    /// address where nobody signed in.
    pub api_requests: u32,
    /// How many pages someone may ask for in a minute: an account, or an address where nobody
    /// signed in.
    pub page_requests: u32,
    /// How long a request may take, its body included.
    pub request_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            trusted_proxies: Vec::new(),
            notification_networks: Vec::new(),
            notification_body: 1024 * 1024,
            api_requests: 600,
            page_requests: 600,
            request_timeout: Duration::from_secs(30),
        }
    }
}
