use std::time::SystemTime;

use async_trait::async_trait;

use super::rows::shortened;
use super::unit_of_work::Work;
use crate::activity::NewActivity;
use crate::id::ActivityId;
use crate::port::{Audit, StoreError};

#[async_trait]
impl Audit for Work {
    async fn append(&mut self, activities: &[NewActivity]) -> Result<(), StoreError> {
        let state = self.change()?;
        for activity in activities {
            let id = ActivityId(state.next_id());
            state.activities.insert(id, shortened(activity));
        }
        Ok(())
    }

    async fn last(&mut self, kind: &str, object: &str) -> Result<Option<SystemTime>, StoreError> {
        let rows = self.seen().activities.values();
        let of_kind = rows.filter(|row| row.kind == kind && row.object == object);
        Ok(of_kind.map(|row| row.at).max())
    }
}
