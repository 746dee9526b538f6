//! What the core asks of the outside world, one file a need.

mod accounts;
mod answers;
mod arrivals;
mod audit;
mod blobs;
mod browse;
mod clock;
mod deletions;
mod doctor;
mod epochs;
mod explore;
mod going;
mod images;
mod inbox;
mod jobs;
mod keys;
mod lookups;
mod namespaces;
mod oversight;
mod password_links;
mod passwords;
mod people;
mod registries;
mod remains;
mod remote;
mod repositories;
mod rights;
mod search;
mod sessions;
mod sign;
mod store;
mod syncs;
mod teams;
mod tokens;
mod vault;
mod words;

pub use accounts::Accounts;
pub use answers::{Answers, InvalidRequestKey, KnownRequest, RequestKey};
pub use arrivals::Arrivals;
pub use audit::Audit;
pub use blobs::{Blobs, Weighed, Weight};
pub use browse::{AccountFilter, ActivityFilter, Browse, RepositoryFilter};
pub use clock::{Clock, Entropy};
pub use deletions::{Deletions, Held, Sums};
pub use doctor::{Doctor, Examination, Trial};
pub use epochs::{Epoch, Epochs, Known};
pub use explore::{
    EXTENT, Explore, Extent, Happening, RepositoryQuery, RepositorySort, SPOKEN_OF, SaidOf,
};
pub use going::Going;
pub use images::Images;
pub use inbox::{Accepted, Inbox, InboxLag, Retry};
pub use jobs::{Job, JobKind, Jobs};
pub use keys::Keys;
pub use lookups::{KnownNamespace, Login, Lookups, NamespaceKey, TokenOwner};
pub use namespaces::Namespaces;
pub use oversight::{JobRow, Oversight, RegistryState};
pub use password_links::PasswordLinks;
pub use passwords::{Fingerprint, PasswordError, Passwords, WeakPassword};
pub use people::{AccountKinds, Headcount, Holder, MemberFilter, People, PeopleFilter};
pub use registries::Registries;
pub use remains::Remains;
pub use remote::{
    CatalogPage, FetchedManifest, Reference, RemoteError, RemoteRegistries, RemoteRegistry,
    Removal, TagsPage,
};
pub use repositories::{Described, Repositories, TagChange};
pub use rights::{Rights, TeamPlace};
pub use search::Search;
pub use sessions::Sessions;
pub use sign::{Access, Claims, SignError, SignedToken, TokenSigner};
pub use store::{Store, StoreError, Tx, UnitOfWork};
pub use syncs::{SyncRun, Syncs};
pub use teams::Teams;
pub use tokens::Tokens;
pub use vault::{MadeKey, NewCa, Vault, VaultError};
pub use words::Words;
