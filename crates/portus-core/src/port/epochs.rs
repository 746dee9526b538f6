use std::sync::Arc;

use crate::registry::Registry;

/// How often something changed that a decision could see.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Epoch(pub i64);

/// What every request needs and few change, read together.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Known {
    /// What the rest was read under.
    pub epoch: Epoch,
    /// Every registry.
    pub registries: Vec<Registry>,
}

/// The policy epoch, as this process knows it.
pub trait Epochs: Send + Sync {
    /// What is known, if it was confirmed within the last two seconds; `None` means that the
    /// store is away, and nothing that was remembered may be used.
    fn known(&self) -> Option<Arc<Known>>;
}
