use std::sync::Arc;

use super::MemoryStore;
use super::registries::by_name;
use crate::port::{Epoch, Epochs, Known};

impl Epochs for MemoryStore {
    /// Always what is so now, unless the store was set to be away.
    fn known(&self) -> Option<Arc<Known>> {
        let state = self.now().ok()?;
        Some(Arc::new(Known { epoch: Epoch(state.epoch), registries: by_name(&state) }))
    }
}
