use std::collections::HashSet;
use std::sync::Arc;

use super::deletion_plan::DeletionPlan;
use super::may_delete::refusal;
use super::plan_deletion::{DeletionError, PlanDeletion, Wanted};
use crate::activity::{Actor, NewActivity, kind};
use crate::deletion::{DeletionScope, NewDeletion};
use crate::digest::Digest;
use crate::id::DeletionId;
use crate::namespace::NamespaceKind;
use crate::port::{Clock, JobKind, Tx};
use crate::tag::TagName;

/// Has tags, manifests, repositories and namespaces deleted: stores what is to go; the worker does
/// it.
pub struct DeleteImages {
    /// What would happen.
    pub plan: Arc<PlanDeletion>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// What who asks agreed to.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Confirmed {
    /// Other tags on the same digests go too, where the registry deletes only digests.
    pub all_siblings: bool,
}

use DeletionError as Error;

impl DeleteImages {
    /// Asks for a deletion. What goes is settled now: what is pushed later stays.
    pub async fn ask(
        &self,
        actor: &Actor,
        wanted: &Wanted,
        confirmed: Confirmed,
    ) -> Result<DeletionId, Error> {
        let plan = self.plan.plan(actor, wanted).await?;
        if let Some(obstacle) = plan.obstacle(confirmed.all_siblings) {
            return Err(obstacle);
        }
        let items = items(&plan, confirmed);
        let look = &self.plan.look;
        look.store
            .write(async |tx| {
                if plan.scope == DeletionScope::Namespace {
                    tx.raise_epoch().await?;
                }
                let kind = self.check(tx, actor, &plan).await?;
                self.store(tx, actor, (&plan, kind), &items).await
            })
            .await
    }

    /// Looks again, where nothing can change meanwhile; says whose the place is now.
    async fn check(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        plan: &DeletionPlan,
    ) -> Result<NamespaceKind, Error> {
        let place = &plan.place;
        if tx.deletions().is_going(place.id).await? {
            return Err(Error::UnderWay);
        }
        let now = tx.namespaces().by_id(place.id).await?.ok_or(Error::Absent)?;
        let at = (&place.registry, place.id, now.kind);
        match refusal(tx, &self.plan.look.policy, actor, plan.scope, at).await? {
            Some(_) if now.kind != place.kind => Err(Error::Absent),
            Some(why) => Err(Error::Refused(why)),
            None => Ok(now.kind),
        }
    }

    async fn store(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        (plan, kind): (&DeletionPlan, NamespaceKind),
        items: &[(Option<TagName>, Digest)],
    ) -> Result<DeletionId, Error> {
        let (place, now) = (&plan.place, self.clock.now());
        let new = NewDeletion {
            registry: place.registry.id,
            namespace: place.id,
            namespace_name: place.name.clone(),
            kind,
            scope: plan.scope,
            object: plan.object.clone(),
            account: actor.account(),
            token: actor.token(),
            actor: actor.name(),
            asked_at: now,
        };
        let id = tx.deletions().add(&new).await?;
        if let Some(seen) = &plan.repository {
            let path = &seen.row.path;
            match plan.scope {
                DeletionScope::Images => tx.deletions().add_items(id, path, items).await?,
                _ => drop(tx.deletions().add_manifests(id, seen.id, path).await?),
            }
        } else {
            // Nobody but admins reaches it from here on; whose it was is kept in the deletion.
            tx.namespaces().set_kind(place.id, NamespaceKind::Orphan).await?;
        }
        let job = JobKind::Delete { registry: place.registry.id, deletion: id };
        tx.jobs().enqueue(&job, now).await?;
        tx.audit().append(&[row(actor, plan, now)]).await?;
        Ok(id)
    }
}

fn row(actor: &Actor, plan: &DeletionPlan, now: std::time::SystemTime) -> NewActivity {
    let row = NewActivity::done(kind::DELETION_CREATE, actor, now, plan.object.as_str());
    let row = row.detail(plan.scope.as_str()).in_namespace(plan.place.id);
    match &plan.repository {
        Some(seen) => row.in_repository(seen.id),
        None => row,
    }
}

/// What goes, one by one: the tags by name, or the manifests.
fn items(plan: &DeletionPlan, confirmed: Confirmed) -> Vec<(Option<TagName>, Digest)> {
    if !plan.manifests.is_empty() {
        return plan.manifests.iter().map(|digest| (None, digest.clone())).collect();
    }
    let along = confirmed.all_siblings && !plan.siblings().is_empty();
    let (mut all, mut named) = (Vec::new(), HashSet::new());
    for tag in &plan.tags {
        let siblings = tag.siblings.iter().filter(|_| along);
        for name in [&tag.row.name].into_iter().chain(siblings).filter(|name| named.insert(*name)) {
            all.push((Some(name.clone()), tag.row.digest.clone()));
        }
    }
    // An index before what it names, so that nothing that is there has a hole.
    let indexes: HashSet<&Digest> = plan.tags.iter().flat_map(|tag| &tag.needed_by).collect();
    all.sort_by_key(|(_, digest)| !indexes.contains(digest));
    all
}
