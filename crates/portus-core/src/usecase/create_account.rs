use std::sync::Arc;
use std::time::SystemTime;

use super::create_namespace::add as add_namespace;
use super::permit::{Outgrown, Refused, permit, unlimited};
use crate::account::{AccountKind, Email, NewAccount, Username};
use crate::activity::{Actor, NewActivity, kind};
use crate::id::{AccountId, RegistryId};
use crate::namespace::{NamespaceKind, NamespaceName, Visibility};
use crate::policy::{Deed, DeedFacts, Policy};
use crate::port::{Clock, Entropy, PasswordError, Passwords, Store, StoreError, Tx};
use crate::secret::Secret;

/// Makes people's accounts, the first admin's among them.
pub struct CreateAccount {
    /// Where they are kept.
    pub store: Arc<dyn Store>,
    /// Who may.
    pub policy: Arc<Policy>,
    /// Hashes passwords.
    pub passwords: Arc<dyn Passwords>,
    /// What a namespace is called by in the end, where names like it are taken.
    pub entropy: Arc<dyn Entropy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// A person who gets an account.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Unique without regard to case.
    pub name: Username,
    /// Where mail goes.
    pub email: Option<Email>,
    /// What she signs in with; without one she needs a link to set one by.
    pub password: Option<Secret>,
    /// Whether she administers Portus.
    pub admin: bool,
}

/// Why there is no new account.
#[derive(Debug, thiserror::Error)]
pub enum CreateAccountError {
    /// There are accounts, so nobody becomes an admin by being first.
    #[error("Portus is set up already: there is an account")]
    NotFirst,
    /// No namespace could be named after the person.
    #[error("no namespace can be named after `{0}`: a username needs a letter or a digit")]
    NoNamespace(Username),
    /// The one who asks came with a token that has limits.
    #[error(transparent)]
    Outgrown(#[from] Outgrown),
    /// The password is not good enough, or was not hashed.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The one who asks may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The name or the mail address is in use.
    #[error("the name `{0}`, or the mail address, is taken")]
    Taken(Username),
}

impl CreateAccount {
    /// Makes an account, with a namespace of its own in every registry.
    pub async fn create(
        &self,
        actor: &Actor,
        person: &NewPerson,
    ) -> Result<AccountId, CreateAccountError> {
        permit(&self.policy, actor, Deed::ManageAccounts, &DeedFacts::default())?;
        if person.admin || person.password.is_some() {
            unlimited(actor)?;
        }
        self.make(actor, person, false).await
    }

    /// Makes the first account, an admin's. Whoever calls has the database in hand.
    pub async fn set_up(
        &self,
        actor: &Actor,
        person: &NewPerson,
    ) -> Result<AccountId, CreateAccountError> {
        permit(&self.policy, actor, Deed::ManageAccounts, &DeedFacts::default())?;
        self.make(actor, &NewPerson { admin: true, ..person.clone() }, true).await
    }

    /// Makes an ordinary person's account for a stranger, where the operator lets her.
    pub async fn sign_up(
        &self,
        actor: &Actor,
        person: &NewPerson,
    ) -> Result<AccountId, CreateAccountError> {
        permit(&self.policy, actor, Deed::SignUp, &DeedFacts::default())?;
        self.make(actor, &NewPerson { admin: false, ..person.clone() }, false).await
    }

    /// Whether strangers may make accounts of their own.
    pub fn is_open(&self) -> bool {
        self.policy.switches().sign_up
    }

    /// Whether there is no account yet.
    pub async fn is_first(&self) -> Result<bool, StoreError> {
        let accounts = self.store.read::<_, StoreError>(async |tx| tx.accounts().count().await);
        Ok(accounts.await? == 0)
    }

    async fn make(
        &self,
        actor: &Actor,
        person: &NewPerson,
        first: bool,
    ) -> Result<AccountId, CreateAccountError> {
        let wanted = person.name.personal_namespace();
        let wanted = wanted.ok_or_else(|| CreateAccountError::NoNamespace(person.name.clone()))?;
        let mut hash = None;
        if let Some(password) = &person.password {
            self.passwords.check(password)?;
            hash = Some(self.passwords.hash(password).await?);
        }
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                tx.raise_epoch().await?;
                if first && tx.accounts().count().await? > 0 {
                    return Err(CreateAccountError::NotFirst);
                }
                let personal = self.free_name(tx, &wanted).await?;
                let new = NewAccount {
                    name: person.name.clone(),
                    email: person.email.clone(),
                    kind: AccountKind::Person { admin: person.admin, personal: personal.clone() },
                    password: hash.clone(),
                    created_at: now,
                };
                let id = tx.accounts().add(&new).await.map_err(|error| match error {
                    StoreError::Taken => CreateAccountError::Taken(person.name.clone()),
                    error => error.into(),
                })?;
                if self.policy.switches().personal_namespaces {
                    for registry in tx.registries().all().await? {
                        if registry.read_at.is_some() {
                            give_one(tx, registry.id, id, &personal, now).await?;
                        }
                    }
                }
                let row = NewActivity::done(kind::ACCOUNT_CREATE, actor, now, person.name.as_str());
                let detail = if person.admin { "admin" } else { "" };
                tx.audit().append(&[row.detail(detail)]).await?;
                Ok(id)
            })
            .await
    }

    /// The name itself, or with a number behind it that nobody uses: one of the first, or any. Each
    /// is looked up while nobody else can write, so there are few.
    async fn free_name(
        &self,
        tx: &mut Tx,
        wanted: &NamespaceName,
    ) -> Result<NamespaceName, StoreError> {
        let drawn = (0..DRAWN_NUMBERS).map(|_| {
            let [.., a, b, c, d] = self.entropy.bytes();
            // Never one of the first.
            u32::from_be_bytes([a | 0x80, b, c, d])
        });
        let numbered = (0..FIRST_NUMBERS).chain(drawn).map(|number| wanted.numbered(number));
        for name in std::iter::once(wanted.clone()).chain(numbered) {
            if tx.accounts().is_personal_name_free(&name).await? {
                return Ok(name);
            }
        }
        Err(StoreError::Taken)
    }
}

/// Gives every person a namespace of her own in a registry that was read now. A name that the
/// registry holds already stays whose it is: there may be images in it.
pub(super) async fn give_personal_namespaces(
    tx: &mut Tx,
    policy: &Policy,
    registry: RegistryId,
    now: SystemTime,
) -> Result<(), StoreError> {
    if !policy.switches().personal_namespaces {
        return Ok(());
    }
    let mut after = None;
    loop {
        let people = tx.accounts().people(after, PEOPLE_AT_ONCE).await?;
        let Some(last) = people.last() else { return Ok(()) };
        after = Some(last.id);
        for person in &people {
            if let AccountKind::Person { personal, .. } = &person.kind {
                give_one(tx, registry, person.id, personal, now).await?;
            }
        }
    }
}

async fn give_one(
    tx: &mut Tx,
    registry: RegistryId,
    account: AccountId,
    name: &NamespaceName,
    now: SystemTime,
) -> Result<(), StoreError> {
    if tx.deletions().held(registry, name).await?.is_some() {
        return Ok(());
    }
    let kind = NamespaceKind::Personal { account, visibility: Visibility::Private };
    match add_namespace(tx, registry, name, kind, now).await {
        Ok(_) | Err(StoreError::Taken) => Ok(()),
        Err(error) => Err(error),
    }
}

const PEOPLE_AT_ONCE: u32 = 200;

/// How many people of one name get a short number.
const FIRST_NUMBERS: u32 = 10;

/// How often a long one is drawn at most.
const DRAWN_NUMBERS: u32 = 3;
