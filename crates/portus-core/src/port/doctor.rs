use std::time::SystemTime;

use async_trait::async_trait;

use crate::finding::Finding;
use crate::registry::NewRegistry;

/// Looks whether Portus, its server and its registries agree.
#[async_trait]
pub trait Doctor: Send + Sync {
    /// What was found the last time; looks again where that is a while ago, and does not wait for
    /// it longer than a page may take.
    async fn findings(&self) -> Examination;

    /// Looks again now, reading a manifest of each registry to see whether it tells of that, and
    /// waits for it as long as a form may take.
    async fn look_again(&self) -> Examination;

    /// Looks at a registry that is not known yet.
    async fn try_out(&self, registry: &NewRegistry) -> Trial;
}

/// What was found.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Examination {
    /// When it was asked; `None` where nothing was found out yet.
    pub at: Option<SystemTime>,
    /// In the order they were looked at.
    pub findings: Vec<Finding>,
    /// Whether it is being looked at.
    pub under_way: bool,
}

/// What a registry that is not known yet showed.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Trial {
    /// Whether it answers as a registry does.
    pub is_registry: bool,
    /// Where it sends its clients for tokens.
    pub realm: Option<String>,
    /// What it calls itself.
    pub service: Option<String>,
    /// What is right and wrong with it.
    pub findings: Vec<Finding>,
}
