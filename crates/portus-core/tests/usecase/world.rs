//! A core with everything outside stood in for.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use portus_core::activity::Actor;
use portus_core::credential::{Caller, Identity, TokenActions};
use portus_core::memory::{CountingEntropy, FixedClock, KeepClaims, MemoryStore, PlainPasswords};
use portus_core::namespace::Visibility;
use portus_core::page::Slice;
use portus_core::policy::{Policy, Switches};
use portus_core::port::{Access, Browse, Store, StoreError};
use portus_core::registry::{KeyTrust, NewRegistry, Registry};
use portus_core::secret::Secret;
use portus_core::team::Role;
use portus_core::usecase::{
    AddRegistry, ApplyEvents, Authenticate, AuthenticateError, Authenticated, ChangeAccount,
    ChangeMembers, ChangeNamespace, CreateAccount, CreateBot, CreateNamespace, CreateTeam,
    Credential, DeleteImages, IssueToken, IssueTokenError, IssuedToken, Lockout, Look,
    ManageTokens, NewPerson, NewToken, Notes, Origin, PlanDeletion, Probed, RunDeletion, Standings,
    TokenRequest, WriteNotes,
};

use crate::remote::Table;

pub const SERVICE: &str = "registry.test";

pub struct World {
    pub memory: MemoryStore,
    pub store: Arc<dyn Store>,
    pub policy: Arc<Policy>,
    pub clock: FixedClock,
    pub passwords: Arc<PlainPasswords>,
    pub entropy: Arc<CountingEntropy>,
    pub signer: Arc<KeepClaims>,
    pub notes: Arc<Notes>,
    pub authenticate: Authenticate,
    pub issue_token: IssueToken,
}

impl World {
    /// A registry that was read, and nobody.
    pub async fn new(switches: Switches) -> Self {
        let world = Self::unread(switches).await;
        world.read_registry().await;
        world
    }

    /// A registry that was not read yet, and nobody.
    pub async fn unread(switches: Switches) -> Self {
        let memory = MemoryStore::default();
        let store: Arc<dyn Store> = Arc::new(memory.clone());
        let lookups = Arc::new(memory.clone());
        let policy = Arc::new(Policy::new(switches));
        let (clock, passwords) = (FixedClock::default(), Arc::new(PlainPasswords::default()));
        let (entropy, notes) = (Arc::new(CountingEntropy::default()), Arc::new(Notes::default()));
        let signer = Arc::new(KeepClaims::default());
        let lockout = Lockout { failures: 10, window: Duration::from_secs(600) };
        let day = Duration::from_secs(24 * 3600);
        let authenticate = Authenticate::new(
            (lookups.clone(), store.clone()),
            Arc::new(memory.clone()),
            passwords.clone(),
            notes.clone(),
            Arc::new(clock.clone()),
            (lockout, 90 * day),
        );
        let issue_token = IssueToken {
            standings: Standings::new(lookups, &policy),
            store: store.clone(),
            epochs: Arc::new(memory.clone()),
            policy: policy.clone(),
            signer: signer.clone(),
            notes: notes.clone(),
            passwords: passwords.clone(),
            entropy: entropy.clone(),
            clock: Arc::new(clock.clone()),
            lifetime: Duration::from_secs(300),
            refresh_limit: 100,
        };
        let world = Self {
            memory,
            store,
            policy,
            clock,
            passwords,
            entropy,
            signer,
            notes,
            authenticate,
            issue_token,
        };
        world.add_registry("main", SERVICE, KeyTrust::Bundle).await;
        world
    }

    pub async fn add_registry(&self, name: &str, service: &str, trust: KeyTrust) {
        let registry = NewRegistry {
            name: name.parse().unwrap(),
            url: format!("http://{name}.test:5000").parse().unwrap(),
            services: vec![service.parse().unwrap()],
            hosts: Vec::new(),
            trust,
            token_lifetime: None,
            created_at: portus_core::port::Clock::now(&self.clock),
        };
        let add = AddRegistry {
            store: self.store.clone(),
            policy: self.policy.clone(),
            clock: Arc::new(self.clock.clone()),
        };
        add.add(&operator(), &registry, Visibility::Private).await.unwrap();
    }

    pub async fn read_registry(&self) {
        let registry = self.registry().await;
        let at = portus_core::port::Clock::now(&self.clock);
        self.store
            .write::<_, StoreError>(async |tx| {
                tx.raise_epoch().await?;
                tx.registries().set_read(registry.id, at).await
            })
            .await
            .unwrap();
    }

    pub async fn registry(&self) -> Registry {
        let found = self
            .store
            .read::<_, StoreError>(async |tx| {
                tx.registries().by_name(&"main".parse().unwrap()).await
            })
            .await;
        found.unwrap().unwrap()
    }

    pub async fn person(&self, name: &str, admin: bool) {
        let person = NewPerson {
            name: name.parse().unwrap(),
            email: None,
            password: Some(password_of(name)),
            admin,
        };
        self.create_account().create(&operator(), &person).await.unwrap();
    }

    pub async fn team(&self, name: &str, members: &[(&str, Role)]) {
        let name = name.parse().unwrap();
        self.create_team().create(&operator(), &name, None).await.unwrap();
        for (member, role) in members {
            let member = member.parse().unwrap();
            self.members().add(&operator(), &name, &member, *role).await.unwrap();
        }
    }

    pub async fn team_member(&self, team: &str, member: &str, role: Role) {
        let (team, member) = (team.parse().unwrap(), member.parse().unwrap());
        self.members().add(&operator(), &team, &member, role).await.unwrap();
    }

    pub async fn namespace(&self, name: &str, team: &str, visibility: Visibility) {
        let (registry, name) = ("main".parse().unwrap(), name.parse().unwrap());
        self.create_namespace()
            .create(&operator(), (&registry, &name), &team.parse().unwrap(), visibility)
            .await
            .unwrap();
    }

    pub async fn token(&self, owner: &str, actions: &str, namespaces: Option<&[&str]>) -> Secret {
        let token = NewToken {
            label: format!("{actions}-{}", namespaces.map_or(0, <[_]>::len)).parse().unwrap(),
            actions: actions.parse::<TokenActions>().unwrap(),
            namespaces: namespaces.map(|names| {
                names.iter().map(|n| ("main".parse().unwrap(), Some(n.parse().unwrap()))).collect()
            }),
            expires_at: None,
        };
        self.tokens().create(&operator(), &owner.parse().unwrap(), &token).await.unwrap()
    }

    pub async fn sign_in(
        &self,
        name: &str,
        password: &Secret,
    ) -> Result<Authenticated, AuthenticateError> {
        let credential = Credential::Basic { username: name.into(), password: password.clone() };
        self.authenticate.identify(Some(&credential), &origin()).await
    }

    pub async fn ask(
        &self,
        who: &Authenticated,
        scopes: &[&str],
    ) -> Result<IssuedToken, IssueTokenError> {
        let request = TokenRequest {
            service: SERVICE.into(),
            scopes: Some(scopes.iter().map(|scope| scope.parse().unwrap()).collect()),
            offline: false,
            client: "test".into(),
        };
        self.issue_token.issue(who, request, &origin()).await
    }

    /// What `name` is granted for one scope, in words: `pull,push`.
    pub async fn granted(&self, name: &str, scope: &str) -> String {
        let who = match name {
            "" => self.authenticate.identify(None, &origin()).await.unwrap(),
            name => self.sign_in(name, &password_of(name)).await.unwrap(),
        };
        words(&self.ask(&who, &[scope]).await.unwrap())
    }

    pub async fn actor(&self, name: &str) -> Actor {
        let found = self
            .store
            .read::<_, StoreError>(async |tx| tx.accounts().by_name(&name.parse().unwrap()).await)
            .await;
        let caller = Caller::unlimited(Identity::from(&found.unwrap().unwrap()));
        Actor { who: portus_core::activity::Who::Caller(caller), address: None, request: None }
    }

    pub async fn activities(&self) -> Vec<String> {
        WriteNotes {
            store: self.store.clone(),
            clock: Arc::new(self.clock.clone()),
            notes: self.notes.clone(),
        }
        .run()
        .await
        .unwrap();
        let page = self.memory.activities(&Default::default(), &Slice::first(100)).await.unwrap();
        page.rows
            .iter()
            .map(|row| format!("{} {} {} {}", row.kind, row.actor, row.object, row.detail))
            .collect()
    }

    pub fn create_account(&self) -> CreateAccount {
        CreateAccount {
            store: self.store.clone(),
            policy: self.policy.clone(),
            passwords: self.passwords.clone(),
            entropy: self.entropy.clone(),
            clock: Arc::new(self.clock.clone()),
        }
    }

    pub fn change_account(&self) -> ChangeAccount {
        ChangeAccount {
            store: self.store.clone(),
            policy: self.policy.clone(),
            passwords: self.passwords.clone(),
            clock: Arc::new(self.clock.clone()),
        }
    }

    pub fn create_team(&self) -> CreateTeam {
        let (store, policy) = (self.store.clone(), self.policy.clone());
        CreateTeam { store, policy, clock: Arc::new(self.clock.clone()) }
    }

    pub fn members(&self) -> ChangeMembers {
        let (store, policy) = (self.store.clone(), self.policy.clone());
        ChangeMembers { store, policy, clock: Arc::new(self.clock.clone()) }
    }

    pub fn create_bot(&self) -> CreateBot {
        let (store, policy) = (self.store.clone(), self.policy.clone());
        CreateBot { store, policy, clock: Arc::new(self.clock.clone()) }
    }

    pub fn create_namespace(&self) -> CreateNamespace {
        let (store, policy) = (self.store.clone(), self.policy.clone());
        CreateNamespace { store, policy, clock: Arc::new(self.clock.clone()) }
    }

    pub fn change_namespace(&self) -> ChangeNamespace {
        let (store, policy) = (self.store.clone(), self.policy.clone());
        ChangeNamespace { store, policy, clock: Arc::new(self.clock.clone()) }
    }

    pub fn tokens(&self) -> ManageTokens {
        ManageTokens {
            store: self.store.clone(),
            policy: self.policy.clone(),
            passwords: self.passwords.clone(),
            entropy: self.entropy.clone(),
            clock: Arc::new(self.clock.clone()),
            limit: 50,
        }
    }

    pub fn delete_images(&self, table: &Table) -> DeleteImages {
        let memory = Arc::new(self.memory.clone());
        let look = Look {
            browse: memory.clone(),
            images: memory.clone(),
            store: self.store.clone(),
            lookups: memory,
            policy: self.policy.clone(),
        };
        let plan = PlanDeletion {
            look: Arc::new(look),
            remotes: Arc::new(table.clone()),
            entropy: self.entropy.clone(),
            clock: Arc::new(self.clock.clone()),
            probed: Probed::default(),
        };
        DeleteImages { plan: Arc::new(plan), clock: Arc::new(self.clock.clone()) }
    }

    pub fn run_deletion(&self, table: &Table) -> RunDeletion {
        RunDeletion {
            store: self.store.clone(),
            remotes: Arc::new(table.clone()),
            policy: self.policy.clone(),
            clock: Arc::new(self.clock.clone()),
        }
    }

    pub fn apply(&self) -> ApplyEvents {
        ApplyEvents {
            store: self.store.clone(),
            policy: self.policy.clone(),
            clock: Arc::new(self.clock.clone()),
            installation: "0000".into(),
            audit_pulls: false,
        }
    }
}

pub fn operator() -> Actor {
    Actor::operator("root")
}

pub fn origin() -> Origin {
    Origin { address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), request: Some("r1".into()) }
}

pub fn password_of(name: &str) -> Secret {
    Secret::new(format!("{name}-password"))
}

/// What is granted, in words: `delete,pull,push`, `*`, `catalog`; empty for nothing.
pub fn words(issued: &IssuedToken) -> String {
    let entries: Vec<String> = issued
        .access
        .iter()
        .flatten()
        .map(|access| match access {
            Access::Catalog => "catalog".into(),
            Access::Repository { star: true, .. } => "*".into(),
            Access::Repository { actions, .. } => {
                actions.iter().map(|action| action.as_str()).collect::<Vec<_>>().join(",")
            }
        })
        .collect();
    entries.join(" ")
}
