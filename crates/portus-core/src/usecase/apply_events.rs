use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::causes::in_full;
use super::create_namespace::place_on_push;
use crate::account::Username;
use crate::activity::{Actor, NewActivity, kind};
use crate::event::{Change, Claimed, Event, WaitingEvent};
use crate::id::{AccountId, InboxId, NamespaceId, RegistryId, RepositoryId};
use crate::image::SeenManifest;
use crate::namespace::NamespaceKind;
use crate::policy::{CreateOnPush, Policy};
use crate::port::{Clock, JobKind, Store, StoreError, TagChange, Tx};
use crate::registry::Registry;

/// Applies what is in the inbox, one repository at a time, each event exactly once.
pub struct ApplyEvents {
    /// The inbox, and what it changes.
    pub store: Arc<dyn Store>,
    /// Whether a push may make a namespace.
    pub policy: Arc<Policy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// What Portus calls itself towards registries: its own reads are nobody's.
    pub installation: Box<str>,
    /// Whether each pull gets a row in the audit.
    pub audit_pulls: bool,
}

/// Why nothing was applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Who did something, as far as the name in an event is one that is known.
type Author = Option<KnownAuthor>;

#[derive(Clone)]
struct KnownAuthor {
    id: AccountId,
    name: String,
    admin: bool,
}

impl ApplyEvents {
    /// Applies the waiting events of one repository; says whether there were any.
    pub async fn run_once(&self) -> Result<bool, ApplyError> {
        let mut taken: Vec<(InboxId, u32)> = Vec::new();
        let now = self.clock.now();
        let applied = self
            .store
            .write::<_, StoreError>(async |tx| {
                let Some(mut claimed) = tx.inbox().claim(now, BATCH).await? else {
                    return Ok(false);
                };
                // After a failure one event at a time, so that one bad one costs no others.
                if claimed.events.iter().any(|waiting| waiting.tries > 0) {
                    claimed.events.truncate(1);
                }
                taken = claimed.events.iter().map(|waiting| (waiting.id, waiting.tries)).collect();
                self.apply(tx, &claimed, now).await?;
                Ok(true)
            })
            .await;
        match applied {
            Ok(any) => Ok(any),
            Err(error) if taken.is_empty() => Err(error.into()),
            Err(error) => {
                self.set_aside(&taken, &error, now).await?;
                Ok(true)
            }
        }
    }

    async fn apply(
        &self,
        tx: &mut Tx,
        claimed: &Claimed,
        now: SystemTime,
    ) -> Result<(), StoreError> {
        let Some(registry) = tx.registries().by_id(claimed.registry).await? else {
            return Ok(());
        };
        let mut authors: HashMap<Box<str>, Author> = HashMap::new();
        let mut done = Vec::with_capacity(claimed.events.len());
        for waiting in &claimed.events {
            match self.apply_one(tx, &registry, waiting, &mut authors, now).await? {
                None => done.push(waiting.id),
                Some(reason) => tx.inbox().park(waiting.id, &reason).await?,
            }
        }
        tx.inbox().finish(&done, now).await
    }

    /// Applies one event, or says why it must wait for an admin.
    async fn apply_one(
        &self,
        tx: &mut Tx,
        registry: &Registry,
        waiting: &WaitingEvent,
        authors: &mut HashMap<Box<str>, Author>,
        now: SystemTime,
    ) -> Result<Option<String>, StoreError> {
        let event = &waiting.event;
        if let Some(host) = event.host.as_deref().filter(|host| !registry.goes_by(host)) {
            return Ok(Some(format!(
                "the event names the host `{host}`, which is not one of registry `{}`",
                registry.name
            )));
        }
        let Some(change) = event.change() else { return Ok(None) };
        let removal = matches!(change, Change::Removed { .. } | Change::Untagged { .. });
        // What Portus read is nobody's pull. What it deleted is known already, but the registry's
        // own word of it says more exactly when.
        if !removal && event.actor.as_deref().is_some_and(|name| self.is_self(name)) {
            return Ok(None);
        }
        let author = author(tx, event, authors).await?;
        let namespace = match self.namespace(tx, registry, event, author.as_ref(), now).await? {
            Ok(namespace) => namespace,
            // Of what is nowhere, nothing goes.
            Err(_) if removal => return Ok(None),
            Err(reason) => return Ok(Some(reason)),
        };
        let repository = tx.repositories().ensure(namespace, &event.repository, event.at).await?;
        let place = Applied { registry: registry.id, namespace, repository, event, now };
        self.change(tx, &place, change, author).await?;
        Ok(None)
    }

    /// The namespace of an event; a push may make one where a switch lets it.
    async fn namespace(
        &self,
        tx: &mut Tx,
        registry: &Registry,
        event: &Event,
        author: Option<&KnownAuthor>,
        now: SystemTime,
    ) -> Result<Result<NamespaceId, String>, StoreError> {
        let name = event.repository.namespace();
        if let Some(known) = tx.namespaces().by_name(registry.id, name).await? {
            return Ok(Ok(known.id));
        }
        let Some(name) = name else { return Ok(Err("there is no global namespace".into())) };
        let is_push = matches!(event.change(), Some(Change::Pushed { .. }));
        let made = match author.filter(|_| is_push && self.may_make_namespaces()) {
            Some(author) => place_on_push(tx, &self.policy, registry, name, author.id, now).await?,
            // Someone may be making it right now, and would look for waiting events too early.
            None => {
                tx.settle_epoch().await?;
                let made = tx.namespaces().by_name(registry.id, Some(name)).await?;
                made.map(|made| made.id)
            }
        };
        Ok(made
            .ok_or_else(|| format!("namespace `{name}` is unknown: create it, and this goes on")))
    }

    fn may_make_namespaces(&self) -> bool {
        self.policy.switches().create_on_push != CreateOnPush::Never
    }

    async fn change(
        &self,
        tx: &mut Tx,
        place: &Applied<'_>,
        change: Change,
        author: Author,
    ) -> Result<(), StoreError> {
        match change {
            Change::Pushed { digest, media_type, tag } => {
                let pushed_at = place.event.at;
                let manifest = SeenManifest { digest: digest.clone(), media_type, pushed_at };
                let as_of = place.event.as_of();
                if tx.repositories().add_manifest(place.repository, &manifest, &as_of).await? {
                    tx.jobs().enqueue(&place.describe(&digest), place.now).await?;
                }
                let Some(tag) = tag else {
                    return tx.arrivals().note(place.repository, &digest, None, place.now).await;
                };
                let by = author.as_ref().map(|author| (Some(author.id), author.name.as_str()));
                let set =
                    tx.repositories().set_tag(place.repository, &tag, &digest, &as_of, by).await?;
                tx.arrivals().note(place.repository, &digest, Some(&tag), place.now).await?;
                let older =
                    if set == TagChange::Older { " (older than what is known)" } else { "" };
                let detail = format!("{tag} → {digest}{older}");
                tx.audit().append(&[place.row(kind::REPOSITORY_PUSH, author, detail)]).await
            }
            Change::Pulled { digest, tag } => {
                tx.repositories().count_pulls(place.repository, &digest, place.event.at, 1).await?;
                let elsewhere = match author.as_ref().filter(|author| author.admin) {
                    Some(admin) => is_anothers(tx, place, admin).await?,
                    None => false,
                };
                if !self.audit_pulls && !elsewhere {
                    return Ok(());
                }
                let detail = tag.map_or_else(|| digest.to_string(), |tag| tag.to_string());
                tx.audit().append(&[place.row(kind::REPOSITORY_PULL, author, detail)]).await
            }
            Change::Removed { digest } => {
                let as_of = place.event.as_of();
                if tx.repositories().remove_manifest(place.repository, &digest, &as_of).await? {
                    let row = place.row(kind::REPOSITORY_DELETE, author, digest.to_string());
                    tx.audit().append(&[row]).await?;
                }
                Ok(())
            }
            Change::Untagged { tag } => {
                let as_of = place.event.as_of();
                if tx.repositories().remove_tag(place.repository, &tag, &as_of).await? {
                    let row = place.row(kind::REPOSITORY_DELETE, author, tag.to_string());
                    tx.audit().append(&[row]).await?;
                }
                Ok(())
            }
        }
    }

    /// Lets what failed wait, longer each time; what failed too often is an admin's.
    async fn set_aside(
        &self,
        taken: &[(InboxId, u32)],
        error: &StoreError,
        now: SystemTime,
    ) -> Result<(), ApplyError> {
        let reason = in_full(error);
        self.store
            .write::<_, StoreError>(async |tx| {
                for (event, tries) in taken {
                    if *tries >= MAX_TRIES {
                        tx.inbox().park(*event, &reason).await?;
                    } else {
                        let wait = Duration::from_secs(1 << (*tries).min(9));
                        tx.inbox().postpone(*event, &reason, now + wait).await?;
                    }
                }
                Ok(())
            })
            .await?;
        Ok(())
    }

    fn is_self(&self, actor: &str) -> bool {
        actor.strip_prefix("portus:") == Some(&self.installation)
    }
}

/// Where one event is applied.
struct Applied<'a> {
    registry: RegistryId,
    namespace: NamespaceId,
    repository: RepositoryId,
    event: &'a Event,
    now: SystemTime,
}

impl Applied<'_> {
    fn describe(&self, digest: &crate::digest::Digest) -> JobKind {
        JobKind::Describe {
            registry: self.registry,
            repository: self.event.repository.clone(),
            digest: digest.clone(),
        }
    }

    fn row(&self, kind: &'static str, author: Author, detail: String) -> NewActivity {
        let row = NewActivity::done(
            kind,
            &Actor::PORTUS,
            self.event.at,
            self.event.repository.to_string(),
        );
        let (account, actor) = match author {
            Some(author) => (Some(author.id), author.name),
            None => (None, String::new()),
        };
        let address = self.event.address.as_deref().map(str::to_owned);
        NewActivity { account, actor, address, ..row }
            .detail(detail)
            .in_namespace(self.namespace)
            .in_repository(self.repository)
    }
}

/// Whether an event was in other people's namespace: what an admin does there is always written
/// down.
async fn is_anothers(
    tx: &mut Tx,
    place: &Applied<'_>,
    admin: &KnownAuthor,
) -> Result<bool, StoreError> {
    let name = place.event.repository.namespace();
    let namespace = tx.namespaces().by_name(place.registry, name).await?;
    match namespace.map(|namespace| namespace.kind) {
        Some(NamespaceKind::Team { team, .. }) => {
            Ok(tx.teams().role(team, admin.id).await?.is_none())
        }
        Some(NamespaceKind::Personal { account, .. }) => Ok(account != admin.id),
        _ => Ok(false),
    }
}

/// The account that an event names, if it is one.
async fn author(
    tx: &mut Tx,
    event: &Event,
    known: &mut HashMap<Box<str>, Author>,
) -> Result<Author, StoreError> {
    let Some(name) = &event.actor else { return Ok(None) };
    if let Some(author) = known.get(name) {
        return Ok(author.clone());
    }
    let author = match name.parse::<Username>() {
        Ok(username) => tx.accounts().by_name(&username).await?,
        Err(_) => None,
    };
    let author = author.map(|account| KnownAuthor {
        id: account.id,
        name: account.name.to_string(),
        admin: account.is_admin(),
    });
    known.insert(name.clone(), author.clone());
    Ok(author)
}

/// How many events are applied in one unit of work at most.
const BATCH: u32 = 100;

/// How often an event is tried alone before an admin has to look at it: over 17 minutes.
const MAX_TRIES: u32 = 10;
