//! Whatever is asked for by whomever: what is granted is what was asked for and is allowed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use portus_core::activity::Who;
use portus_core::credential::{Caller, Limits};
use portus_core::id::NamespaceId;
use portus_core::namespace::Visibility::{Private, Protected, Public};
use portus_core::namespace::{NamespaceKind, NewNamespace};
use portus_core::policy::NamespaceFacts::{Global, Orphan, Personal, Team, Unknown};
use portus_core::policy::{
    CatalogSwitch, CreateOnPush, Facts, NamespaceFacts, PushPolicy, Switches,
};
use portus_core::port::{Access, Clock, StoreError};
use portus_core::repository::RepositoryPath;
use portus_core::scope::Action;
use portus_core::team::Role::{self, Contributor, Owner, Viewer};
use portus_core::usecase::{Authenticated, NewToken};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use crate::world::{World, operator, origin, password_of};

proptest! {
    /// SR7: several ask the same Portus one after the other, each for anything.
    #[test]
    fn sr7_what_is_granted_is_what_was_asked_for_and_is_allowed(
        switches in prop::sample::select(switches()),
        read in prop::bool::weighted(0.9),
        questions in prop::collection::vec(question(), 1..5),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let world = arranged(switches, read).await;
            for (number, question) in questions.iter().enumerate() {
                holds(&world, read, number, question).await?;
            }
            Ok::<_, TestCaseError>(())
        })?;
    }
}

async fn holds(
    world: &World,
    read: bool,
    number: usize,
    question: &Question,
) -> Result<(), TestCaseError> {
    let who = sign_in(world, number, question).await;
    let scopes: Vec<String> = question.scopes.iter().map(ToString::to_string).collect();
    let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    let issued = world.ask(&who, &scopes).await.unwrap();
    let allowed = allowed(world, read, question).await;
    prop_assert_eq!(texts(issued.access.as_deref()), texts(Some(&allowed)));
    let signed = world.signer.last().unwrap();
    prop_assert_eq!(&signed.access, &issued.access, "what is signed is what is told");
    prop_assert_eq!(&signed.subject, question.asker);
    let again = world.ask(&who, &scopes).await.unwrap();
    prop_assert_eq!(&again.access, &issued.access, "what is remembered is no more");
    Ok(())
}

/// What the policy allows of what was asked for, by what is known of how the world was made.
async fn allowed(world: &World, read: bool, question: &Question) -> Vec<Access> {
    let caller = caller(world, question).await;
    let mut asked: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for scope in question.scopes.iter().filter(|scope| scope.is_of_a_repository()) {
        asked.entry(scope.name).or_default().extend(&scope.words);
    }
    let mut allowed = Vec::new();
    for (name, words) in asked {
        let path: RepositoryPath = name.parse().unwrap();
        let namespace = path.namespace().map_or("", |namespace| namespace.as_str());
        let facts = Facts {
            namespace: stands(world, question.asker, namespace, read),
            id: number_of(world, namespace).await,
            registry_read: read,
        };
        let star = words.contains("*");
        let is_granted = |action: &Action| {
            (star || words.contains(action.as_str()))
                && world.policy.decide(&caller, *action, &facts).is_allowed()
        };
        let actions: Vec<Action> = Action::ALL.into_iter().filter(is_granted).collect();
        if !actions.is_empty() {
            let star = star && actions == Action::ALL;
            allowed.push(Access::Repository { path, actions, star });
        }
    }
    let catalog = question.scopes.iter().any(|scope| scope.to_string() == "registry:catalog:*");
    if catalog && world.policy.lists_catalog(&caller, read) {
        allowed.push(Access::Catalog);
    }
    allowed
}

/// Who asks, and what for.
#[derive(Clone, Debug)]
struct Question {
    /// Empty for nobody in particular.
    asker: &'static str,
    /// What the application token is for, where it is one that is shown: actions and namespaces.
    token: Option<(Vec<&'static str>, Option<Vec<&'static str>>)>,
    scopes: Vec<Asked>,
}

/// One scope, in its parts.
#[derive(Clone, Debug)]
struct Asked {
    kind: &'static str,
    name: &'static str,
    words: Vec<&'static str>,
}

impl Asked {
    fn is_of_a_repository(&self) -> bool {
        self.kind.starts_with("repository") && !NO_NAMES.contains(&self.name)
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.kind, self.name, self.words.join(","))
    }
}

fn question() -> impl Strategy<Value = Question> {
    let names = prop::option::of(prop::sample::subsequence(LISTED, 0..=LISTED.len()));
    let actions = prop::sample::subsequence(TOKEN_ACTIONS, 1..=TOKEN_ACTIONS.len());
    let token = prop::option::of((actions, names));
    let scopes = prop::collection::vec(asked(), 0..8);
    let question = (prop::sample::select(ASKERS), token, scopes);
    question.prop_map(|(asker, token, scopes)| {
        let token = match asker {
            "" => None,
            // A bot has nothing else to show.
            "ci" => Some(token.unwrap_or((TOKEN_ACTIONS.to_vec(), None))),
            _ => token,
        };
        Question { asker, token, scopes }
    })
}

fn asked() -> impl Strategy<Value = Asked> {
    let words = || prop::collection::vec(prop::sample::select(WORDS), 1..5);
    let repository = (prop::sample::select(NAMES), words());
    let repository = repository.prop_map(|(name, words)| Asked { kind: "repository", name, words });
    let catalog = Just(Asked { kind: "registry", name: "catalog", words: vec!["*"] });
    let odd_names = [NAMES, NO_NAMES].concat();
    let odd = (prop::sample::select(KINDS), prop::sample::select(odd_names), words());
    let odd = odd.prop_map(|(kind, name, words)| Asked { kind, name, words });
    prop_oneof![6 => repository, 1 => catalog, 2 => odd]
}

fn switches() -> Vec<Switches> {
    let members = Switches {
        create_on_push: CreateOnPush::Members,
        contributors_delete: true,
        catalog: CatalogSwitch::SignedIn,
        ..Switches::default()
    };
    let personal = Switches { push: PushPolicy::Personal, delete: false, ..Switches::default() };
    let admins = Switches {
        push: PushPolicy::Admins,
        create_on_push: CreateOnPush::Admins,
        catalog: CatalogSwitch::SignedIn,
        ..Switches::default()
    };
    vec![Switches::default(), members, personal, admins]
}

async fn arranged(switches: Switches, read: bool) -> World {
    let world = World::unread(switches).await;
    if read {
        world.read_registry().await;
    }
    for name in PEOPLE {
        world.person(name, *name == "alice").await;
    }
    for team in ["quality", "other"] {
        let people = MEMBERS.iter().filter(|(of, name, _)| *of == team && *name != "ci");
        let members: Vec<(&str, Role)> = people.map(|(_, name, role)| (*name, *role)).collect();
        world.team(team, &members).await;
    }
    let (ci, team) = ("ci".parse().unwrap(), "quality".parse().unwrap());
    world.create_bot().create(&operator(), &ci, &team, Contributor).await.unwrap();
    for (name, team, visibility) in
        [("qa", "quality", Private), ("shared", "quality", Protected), ("dev", "other", Private)]
    {
        world.namespace(name, team, visibility).await;
    }
    world.namespace("open", "other", Public).await;
    let orphan = NewNamespace {
        registry: world.registry().await.id,
        name: Some("lost".parse().unwrap()),
        kind: NamespaceKind::Orphan,
        created_at: world.clock.now(),
    };
    world
        .store
        .write::<_, StoreError>(async |tx| {
            tx.raise_epoch().await?;
            tx.namespaces().add(&orphan).await
        })
        .await
        .unwrap();
    world
}

/// How someone stands to a namespace of the world as it was arranged.
fn stands(world: &World, asker: &str, namespace: &str, read: bool) -> NamespaceFacts {
    let role = |team: &str| {
        let member = MEMBERS.iter().find(|(of, name, _)| *of == team && *name == asker);
        member.map(|(_, _, role)| *role)
    };
    match namespace {
        "" => Global(Private),
        "qa" => Team { visibility: Private, role: role("quality") },
        "shared" => Team { visibility: Protected, role: role("quality") },
        "open" => Team { visibility: Public, role: role("other") },
        "dev" => Team { visibility: Private, role: role("other") },
        "lost" => Orphan,
        // Nobody is given a namespace before the registry was read.
        name if PEOPLE.contains(&name) && read => {
            Personal { visibility: Private, own: name == asker }
        }
        name => {
            let by_members = world.policy.switches().create_on_push == CreateOnPush::Members;
            let is_claimant = asker != "alice" && role(name) == Some(Owner);
            Unknown { claimable: by_members && is_claimant }
        }
    }
}

async fn caller(world: &World, question: &Question) -> Caller {
    let caller = match question.asker {
        "" => Caller::ANONYMOUS,
        name => match world.actor(name).await.who {
            Who::Caller(caller) => caller,
            other => panic!("{other:?} is no caller"),
        },
    };
    let Some((actions, names)) = &question.token else { return caller };
    let mut limits = Limits { actions: actions.join(",").parse().unwrap(), ..Limits::NONE };
    if let Some(names) = names {
        let mut within = BTreeSet::new();
        for name in names {
            within.insert(number_of(world, name).await.unwrap());
        }
        limits.namespaces = Some(Arc::new(within));
    }
    Caller { limits, ..caller }
}

async fn sign_in(world: &World, number: usize, question: &Question) -> Authenticated {
    let name = question.asker;
    if name.is_empty() {
        return world.authenticate.identify(None, &origin()).await.unwrap();
    }
    let Some((actions, names)) = &question.token else {
        return world.sign_in(name, &password_of(name)).await.unwrap();
    };
    let place = |name: &&str| ("main".parse().unwrap(), Some(name.parse().unwrap()));
    let token = NewToken {
        label: number.to_string().parse().unwrap(),
        actions: actions.join(",").parse().unwrap(),
        namespaces: names.as_ref().map(|names| names.iter().map(place).collect()),
        expires_at: None,
    };
    let owner = name.parse().unwrap();
    let secret = world.tokens().create(&operator(), &owner, &token).await.unwrap();
    world.sign_in(name, &secret).await.unwrap()
}

async fn number_of(world: &World, namespace: &str) -> Option<NamespaceId> {
    let name = (!namespace.is_empty()).then(|| namespace.parse().unwrap());
    let registry = world.registry().await.id;
    let found = world
        .store
        .read::<_, StoreError>(async |tx| tx.namespaces().by_name(registry, name.as_ref()).await);
    found.await.unwrap().map(|found| found.id)
}

/// Each entry in words, in one order.
fn texts(access: Option<&[Access]>) -> Option<Vec<String>> {
    let mut texts: Vec<String> = access?.iter().map(|entry| format!("{entry:?}")).collect();
    texts.sort();
    Some(texts)
}

const PEOPLE: &[&str] = &["alice", "bob", "carol", "olga", "mallory"];
const ASKERS: &[&str] = &["", "alice", "bob", "carol", "olga", "mallory", "ci"];

/// Who is what in which team; alice is an admin too, and ci a bot.
const MEMBERS: [(&str, &str, Role); 6] = [
    ("quality", "olga", Owner),
    ("quality", "bob", Contributor),
    ("quality", "ci", Contributor),
    ("quality", "carol", Viewer),
    ("other", "alice", Owner),
    ("other", "carol", Contributor),
];

const TOKEN_ACTIONS: &[&str] = &["pull", "push", "delete", "api"];
/// What tokens are limited to.
const LISTED: &[&str] = &["qa", "shared", "open", "dev", "lost"];

const KINDS: &[&str] = &["repository", "repository(plugin)", "registry", "artifact", "Repository"];
const WORDS: &[&str] = &["pull", "push", "delete", "*", "fly", "PULL", "pushes", "undelete", ""];
/// In every namespace, twice in some, and where there is none: two teams have a name that is free.
const NAMES: &[&str] = &[
    "qa/app",
    "qa/deep/app",
    "shared/app",
    "open/app",
    "dev/app",
    "lost/app",
    "bob/app",
    "olga/app",
    "alice/app",
    "quality/app",
    "other/app",
    "nowhere/app",
    "busybox",
    "catalog",
];
/// What no repository is called.
const NO_NAMES: &[&str] = &["QA/app", "*", "qa/*", "host:5000/app", "qa//app", "../qa/app", ""];
