//! Deletions that someone asked for: done by the worker, an item at a time.

use std::time::SystemTime;

use crate::deletion_reason::DeletionReason;
use crate::digest::Digest;
use crate::id::{
    AccountId, ApplicationTokenId, DeletionId, DeletionItemId, NamespaceId, RegistryId,
};
use crate::namespace::{NamespaceKind, NamespaceName};
use crate::registry::RegistryName;
use crate::repository::RepositoryPath;
use crate::tag::TagName;

/// A deletion, as the store knows it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Deletion {
    /// The store's number.
    pub id: DeletionId,
    /// Where.
    pub registry: RegistryId,
    /// The registry's name.
    pub registry_name: RegistryName,
    /// In which namespace; never used again for another one.
    pub namespace: NamespaceId,
    /// The namespace's name; `None` is the global one.
    pub namespace_name: Option<NamespaceName>,
    /// Whose the namespace was when it was asked for.
    pub kind: NamespaceKind,
    /// How much goes.
    pub scope: DeletionScope,
    /// What goes, in words: `qa/app:1`, `qa/app`, `qa`.
    pub object: String,
    /// Who asked; `None` for someone with no account.
    pub account: Option<AccountId>,
    /// The application token that she asked with, where it was one.
    pub token: Option<ApplicationTokenId>,
    /// Her name, as it was then.
    pub actor: String,
    /// When.
    pub asked_at: SystemTime,
    /// How far it is.
    pub state: DeletionState,
    /// Why it waits or ended as it did.
    pub reason: Option<DeletionReason>,
    /// Up to which repository a namespace was listed.
    pub listed_to: Option<String>,
    /// How many items there are, by state.
    pub counts: Counts,
    /// When it ended.
    pub finished_at: Option<SystemTime>,
}

/// How many items of a deletion there are.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Counts {
    /// Altogether.
    pub total: u64,
    /// Gone.
    pub done: u64,
    /// The registry said no.
    pub failed: u64,
    /// Left alone, for a reason.
    pub kept: u64,
    /// Not begun when it was called off.
    pub cancelled: u64,
}

impl Counts {
    /// How many are settled, one way or the other.
    pub const fn settled(&self) -> u64 {
        self.done + self.failed + self.kept + self.cancelled
    }
}

/// A deletion that is about to be stored.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewDeletion {
    /// Where.
    pub registry: RegistryId,
    /// In which namespace.
    pub namespace: NamespaceId,
    /// The namespace's name.
    pub namespace_name: Option<NamespaceName>,
    /// Whose it is.
    pub kind: NamespaceKind,
    /// How much goes.
    pub scope: DeletionScope,
    /// What goes, in words.
    pub object: String,
    /// Who asks.
    pub account: Option<AccountId>,
    /// The application token that she asks with.
    pub token: Option<ApplicationTokenId>,
    /// Her name.
    pub actor: String,
    /// Now.
    pub asked_at: SystemTime,
}

/// One thing that a deletion takes away.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DeletionItem {
    /// The store's number; items are done in this order.
    pub id: DeletionItemId,
    /// In which repository.
    pub repository: RepositoryPath,
    /// The tag; `None` for a manifest with all that is on it.
    pub tag: Option<TagName>,
    /// The manifest, or what the tag pointed at when it was asked for.
    pub digest: Digest,
    /// How far it is.
    pub state: ItemState,
    /// Why it ended as it did.
    pub reason: Option<DeletionReason>,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub enum $name { $($(#[$each])* $variant,)* }

        impl $name {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// As it is written in answers.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }
    };
}

words! {
    /// How much a deletion takes away.
    DeletionScope {
        /// Tags, or a manifest with what belongs to it.
        Images = "images",
        /// A namespace with all repositories.
        Namespace = "namespace",
        /// A repository with everything in it.
        Repository = "repository",
    }
}

words! {
    /// How far a deletion is.
    DeletionState {
        /// Somebody called it off.
        Cancelled = "cancelled",
        /// All of it is gone.
        Done = "done",
        /// It ended, and something of it is still there.
        Incomplete = "incomplete",
        /// It was not allowed any more.
        Stopped = "stopped",
        /// It waits for the worker, or the worker is at it.
        UnderWay = "under_way",
    }
}

words! {
    /// How far one item is.
    ItemState {
        /// It was not begun when the deletion was called off.
        Cancelled = "cancelled",
        /// It is gone.
        Done = "done",
        /// The registry said no.
        Failed = "failed",
        /// It was left alone, for a reason.
        Kept = "kept",
        /// Its turn comes.
        Waiting = "waiting",
    }
}
