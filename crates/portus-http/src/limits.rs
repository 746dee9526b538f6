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
    /// How long a request may take, its body included.
    pub request_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            trusted_proxies: Vec::new(),
            notification_networks: Vec::new(),
            notification_body: 1024 * 1024,
            request_timeout: Duration::from_secs(30),
        }
    }
}
