use std::time::SystemTime;

use async_trait::async_trait;

use super::StoreError;
use crate::activity::NewActivity;

/// The audit: rows are added, and removed only when they are too old to keep.
#[async_trait]
pub trait Audit: Send {
    /// Adds rows.
    async fn append(&mut self, activities: &[NewActivity]) -> Result<(), StoreError>;

    /// When a row of this kind was last added for this object; for what is only worth a row now
    /// and then.
    async fn last(&mut self, kind: &str, object: &str) -> Result<Option<SystemTime>, StoreError>;
}
