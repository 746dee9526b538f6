use async_trait::async_trait;

use super::unit_of_work::Work;
use crate::deletion::{DeletionScope, DeletionState};
use crate::id::{DeletionId, TeamId};
use crate::namespace::NamespaceKind;
use crate::port::{Going, StoreError};

#[async_trait]
impl Going for Work {
    async fn hold(&mut self, deletion: DeletionId) -> Result<bool, StoreError> {
        let known = self.change()?.deletions.get(&deletion);
        Ok(known.is_some_and(|known| known.state == DeletionState::UnderWay))
    }

    async fn namespace_of(&mut self, team: TeamId) -> Result<Option<String>, StoreError> {
        let found = self.seen().deletions.values().find(|one| {
            let is_its = matches!(one.kind, NamespaceKind::Team { team: of, .. } if of == team);
            let is_whole = one.scope == DeletionScope::Namespace;
            is_its && is_whole && one.state == DeletionState::UnderWay
        });
        Ok(found.map(|one| one.object.clone()))
    }
}
