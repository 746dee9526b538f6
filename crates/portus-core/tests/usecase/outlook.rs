//! Who can, what someone reaches, what a change would do: held against the decision itself.

use portus_core::activity::{Actor, Who};
use portus_core::credential::{Caller, Identity, Limits};
use portus_core::namespace::{NamespaceKind, Visibility};
use portus_core::page::{Page, Slice};
use portus_core::policy::{
    CreateOnPush, Facts, NamespaceFacts, Policy, PushPolicy, SwitchChange, Switches,
};
use portus_core::port::{Browse, NamespaceKey, Rights, StoreError};
use portus_core::registry::RegistryName;
use portus_core::scope::Action;
use portus_core::team::Role;
use portus_core::usecase::{
    Affected, AsWhat, Change, ExplainAccess, ExplainError, Place, Subject, WhatCan, WhatCanError,
    WhatIf, WhatIfError, WhoCan, WhoCanError,
};

use crate::world::World;

const PEOPLE: [&str; 7] = ["alice", "bob", "carol", "dave", "gone", "root", "second"];
const ACTIONS: [Action; 3] = [Action::Pull, Action::Push, Action::Delete];

/// alice owns `qa`, carol contributes, dave views, `gone` is a disabled owner, `ci` a bot of it; bob
/// is a stranger with a team of his own; root and second administer.
async fn furnished(switches: Switches) -> World {
    let world = World::new(switches).await;
    for name in PEOPLE {
        world.person(name, matches!(name, "root" | "second")).await;
    }
    let members = [
        ("alice", Role::Owner),
        ("carol", Role::Contributor),
        ("dave", Role::Viewer),
        ("gone", Role::Owner),
        ("second", Role::Viewer),
    ];
    world.team("qa", &members).await;
    world.team("rivals", &[("bob", Role::Owner)]).await;
    let (ci, qa) = ("ci".parse().unwrap(), "qa".parse().unwrap());
    let operator = crate::world::operator();
    world.create_bot().create(&operator, &ci, &qa, Role::Contributor).await.unwrap();
    world.change_account().disable(&operator, &"gone".parse().unwrap()).await.unwrap();
    for visibility in Visibility::ALL {
        world.namespace(&format!("qa-{visibility}"), "qa", visibility).await;
    }
    world.namespace("rivals", "rivals", Visibility::Private).await;
    world
}

fn who_can(world: &World) -> WhoCan {
    let rights = std::sync::Arc::new(world.memory.clone());
    WhoCan { store: world.store.clone(), rights, policy: world.policy.clone() }
}

fn what_can(world: &World) -> WhatCan {
    let memory = std::sync::Arc::new(world.memory.clone());
    WhatCan {
        store: world.store.clone(),
        browse: memory.clone(),
        rights: memory,
        policy: world.policy.clone(),
    }
}

fn what_if(world: &World) -> WhatIf {
    let rights = std::sync::Arc::new(world.memory.clone());
    WhatIf { store: world.store.clone(), rights, policy: world.policy.clone() }
}

fn explain(world: &World) -> ExplainAccess {
    ExplainAccess {
        store: world.store.clone(),
        lookups: std::sync::Arc::new(world.memory.clone()),
        policy: world.policy.clone(),
    }
}

fn main() -> RegistryName {
    "main".parse().unwrap()
}

/// Every namespace there is, with the rule's own answer for an account.
async fn places(world: &World) -> Vec<(NamespaceKey, portus_core::id::NamespaceId, NamespaceKind)> {
    let all = portus_core::policy::NamespaceFilter::EVERY;
    let rows = Browse::namespaces(&world.memory, &all, &Slice::first(100)).await.unwrap().rows;
    rows.into_iter().map(|row| (row.name, row.id, row.kind)).collect()
}

async fn decided(
    world: &World,
    policy: &Policy,
    name: &str,
    action: Action,
    (id, kind): (portus_core::id::NamespaceId, NamespaceKind),
) -> Option<&'static str> {
    let account = world
        .store
        .read::<_, StoreError>(async |tx| tx.accounts().by_name(&name.parse().unwrap()).await)
        .await
        .unwrap()
        .unwrap();
    let roles = world.memory.roles(account.id).await.unwrap();
    let role = match kind {
        NamespaceKind::Team { team, .. } => {
            roles.iter().find(|(of, _)| *of == team).map(|(_, role)| *role)
        }
        _ => None,
    };
    let identity = Identity::from(&account);
    let facts = Facts {
        namespace: NamespaceFacts::of(kind, Some((account.id, identity.standing)), role),
        id: Some(id),
        registry_read: true,
    };
    let decision = policy.decide(&Caller::unlimited(identity), action, &facts);
    decision.grant().filter(|_| account.enabled).map(|grant| grant.id)
}

fn every_push_policy() -> Vec<Switches> {
    let switches = PushPolicy::ALL.iter().map(|push| Switches {
        push: *push,
        contributors_delete: true,
        ..Switches::default()
    });
    switches.chain([Switches { delete: false, ..Switches::default() }]).collect()
}

/// SR8: who can is the decision itself, asked of everyone.
#[tokio::test]
async fn sr8_who_can_agrees_with_the_decision_for_every_account() {
    for switches in every_push_policy() {
        let world = furnished(switches).await;
        let (who_can, root) = (who_can(&world), world.actor("root").await);
        for (namespace, id, kind) in places(&world).await {
            let summary = who_can.summary(&root, (&main(), &namespace)).await.unwrap();
            assert!(!summary.is_cut);
            for action in ACTIONS {
                let (mut holders, mut slice) = (Vec::new(), Slice::first(2));
                let open = loop {
                    let at = (&main(), &namespace);
                    let found = who_can.holders(&root, at, action, &slice).await.unwrap();
                    let Page { rows, next } = found.holders;
                    holders.extend(rows);
                    match next {
                        None => break found.signed_in,
                        after => slice.after = after,
                    }
                };
                let tally = summary.tallies.iter().find(|one| one.action == action).unwrap();
                let people = tally.owners + tally.contributors + tally.viewers + tally.admins;
                assert_eq!(people + tally.bots, holders.len() as u64, "{namespace:?}");
                let bots = holders.iter().filter(|one| one.bot).count() as u64;
                assert_eq!((tally.bots, tally.signed_in), (bots, open.is_some()));
                for owner in &summary.owners {
                    let held = holders.iter().find(|one| one.name == *owner);
                    assert!(held.is_none_or(|one| one.as_what != AsWhat::Admin), "{owner}");
                }
                let names: Vec<String> = holders.iter().map(|one| one.name.to_string()).collect();
                let mut sorted = names.clone();
                sorted.sort();
                sorted.dedup();
                assert_eq!(names, sorted, "{namespace:?}");
                for name in PEOPLE.into_iter().chain(["ci"]) {
                    let right = decided(&world, &world.policy, name, action, (id, kind)).await;
                    let held = holders.iter().find(|one| one.name.as_str() == name);
                    let found = held.map(|one| one.by.id).or(open.map(|grant| grant.id));
                    let found = found.filter(|_| name != "gone");
                    assert_eq!(found, right, "{name} {action:?} {namespace:?} {switches:?}");
                    assert!(held.is_none() || name != "gone");
                }
            }
        }
    }
}

/// SR8: so is what someone reaches.
#[tokio::test]
async fn sr8_what_someone_reaches_agrees_with_the_decision_everywhere() {
    for switches in every_push_policy() {
        let world = furnished(switches).await;
        let (what_can, root) = (what_can(&world), world.actor("root").await);
        for name in PEOPLE.into_iter().chain(["ci"]) {
            let who = name.parse().unwrap();
            let found = what_can.reach(&root, &who, &Slice::first(100)).await.unwrap();
            assert_eq!((found.disabled, found.within_own), (name == "gone", false));
            for (namespace, id, kind) in places(&world).await {
                let place = found.places.rows.iter().find(|place| place.name == namespace);
                for action in ACTIONS {
                    let right = decided(&world, &world.policy, name, action, (id, kind)).await;
                    let rights = place.map(|place| &place.actions);
                    let listed =
                        rights.and_then(|rights| rights.iter().find(|(one, _)| *one == action));
                    assert_eq!(
                        listed.map(|(_, by)| by.id),
                        right,
                        "{name} {action:?} {namespace:?}"
                    );
                }
            }
        }
    }
}

/// SR9: only keepers ask about others, and others get one answer for all there is and is not.
#[tokio::test]
async fn sr9_others_are_asked_about_by_keepers_only() {
    let world = furnished(Switches::default()).await;
    let (private, none) = (Some("qa-private".parse().unwrap()), Some("none".parse().unwrap()));
    let slice = Slice::first(10);
    for (name, keeps) in
        [("alice", true), ("root", true), ("bob", false), ("carol", false), ("ci", false)]
    {
        let actor = world.actor(name).await;
        let found =
            who_can(&world).holders(&actor, (&main(), &private), Action::Pull, &slice).await;
        assert_eq!(found.is_ok(), keeps, "{name}");
        let summary = who_can(&world).summary(&actor, (&main(), &private)).await;
        let owners = summary.map(|found| found.owners.iter().map(ToString::to_string).collect());
        assert_eq!(owners.ok(), keeps.then(|| vec!["alice".to_owned()]), "{name}");
        let missing = who_can(&world).holders(&actor, (&main(), &none), Action::Pull, &slice).await;
        match (name, missing) {
            ("root", missing) => assert!(matches!(missing, Err(WhoCanError::Unknown))),
            (_, missing) => assert!(matches!(missing, Err(WhoCanError::Refused(_)))),
        }
        let visibility = Visibility::Public;
        let change =
            Change::Visibility { registry: main(), namespace: private.clone(), visibility };
        assert_eq!(what_if(&world).preview(&actor, &change).await.is_ok(), keeps, "{name}");
        let (team, member) = ("qa".parse().unwrap(), "bob".parse().unwrap());
        let change = Change::Role { team, member, role: None };
        assert_eq!(what_if(&world).preview(&actor, &change).await.is_ok(), keeps, "{name}");
        let change = Change::Switch(SwitchChange::Delete(false));
        let switch = what_if(&world).preview(&actor, &change).await;
        assert_eq!(switch.is_ok(), name == "root", "{name}");
        assert!(switch.is_ok() || matches!(switch, Err(WhatIfError::Refused(_))));
    }
    // An owner sees of others what is in her namespaces, and no more.
    let alice = world.actor("alice").await;
    let seen = what_can(&world).reach(&alice, &"root".parse().unwrap(), &slice).await.unwrap();
    let names: Vec<String> =
        seen.places.rows.iter().map(|place| place.name.as_ref().unwrap().to_string()).collect();
    assert!(seen.within_own);
    assert_eq!(names, ["alice", "qa-private", "qa-protected", "qa-public"]);
    let ci = world.actor("ci").await;
    let refused = what_can(&world).reach(&ci, &"alice".parse().unwrap(), &slice).await;
    assert!(matches!(refused, Err(WhatCanError::Refused(_))));
    what_can(&world).reach(&ci, &"ci".parse().unwrap(), &slice).await.unwrap();
}

#[tokio::test]
async fn a_preview_says_what_the_change_then_does() {
    let world = furnished(Switches::default()).await;
    let (what_if, alice) = (what_if(&world), world.actor("alice").await);
    let (team, member) = ("qa".parse().unwrap(), "dave".parse().unwrap());
    for role in
        [Some(Role::Contributor), Some(Role::Owner), Some(Role::Viewer), None, Some(Role::Owner)]
    {
        let mut before = Vec::new();
        for (namespace, id, kind) in places(&world).await {
            for action in ACTIONS {
                let right = decided(&world, &world.policy, "dave", action, (id, kind)).await;
                before.push((namespace.clone(), action, right.is_some()));
            }
        }
        let state = format!("{:?}", places(&world).await);
        let change =
            Change::Role { team: "qa".parse().unwrap(), member: "dave".parse().unwrap(), role };
        let outlook = what_if.preview(&alice, &change).await.unwrap();
        assert_eq!(format!("{:?}", places(&world).await), state, "SR19: a preview changes nothing");
        assert!(outlook.may_change && !outlook.is_cut);
        match role {
            None => world.members().remove(&alice, &team, &member).await.unwrap(),
            Some(role) if outlook.now.is_none() => {
                world.members().add(&alice, &team, &member, role).await.unwrap();
            }
            Some(role) => world.members().set_role(&alice, &team, &member, role).await.unwrap(),
        }
        for ((namespace, action, was), (_, id, kind)) in before.into_iter().zip(
            places(&world)
                .await
                .into_iter()
                .flat_map(|place| [place.clone(), place.clone(), place]),
        ) {
            let is = decided(&world, &world.policy, "dave", action, (id, kind)).await.is_some();
            let said = outlook.effects.iter().find(|effect| {
                effect.action == action
                    && effect.place == Place::Namespace(main(), namespace.clone())
            });
            let expected = (was != is).then_some(is);
            assert_eq!(
                said.map(|effect| effect.gains),
                expected,
                "{role:?} {action:?} {namespace:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_more_open_namespace_lets_in_whom_it_says() {
    let world = furnished(Switches::default()).await;
    let root = world.actor("root").await;
    let said = async |namespace: &str, visibility| {
        let (registry, namespace) = (main(), Some(namespace.parse().unwrap()));
        let change = Change::Visibility { registry, namespace, visibility };
        let outlook = what_if(&world).preview(&root, &change).await.unwrap();
        let effects = outlook.effects.into_iter();
        effects.map(|one| (one.who, one.gains, one.action)).collect::<Vec<_>>()
    };
    let pull = Action::Pull;
    assert_eq!(said("qa-private", Visibility::Public).await, [(Affected::Everyone, true, pull)]);
    assert_eq!(said("qa-private", Visibility::Protected).await, [(Affected::SignedIn, true, pull)]);
    assert_eq!(said("qa-public", Visibility::Protected).await, [(Affected::Everyone, false, pull)]);
    assert_eq!(said("qa-public", Visibility::Private).await, [(Affected::Everyone, false, pull)]);
    assert_eq!(said("qa-public", Visibility::Public).await, []);
}

/// What is said of each kind of namespace holds for every one, however open it is.
#[tokio::test]
async fn another_switch_does_what_it_says_to_every_account_everywhere() {
    let world = furnished(Switches::default()).await;
    let root = world.actor("root").await;
    for switch in SwitchChange::all() {
        let outlook = what_if(&world).preview(&root, &Change::Switch(switch)).await.unwrap();
        assert!(!outlook.may_change);
        let after = Policy::new(switch.applied(world.policy.switches()));
        for (_, id, kind) in places(&world).await {
            for name in ["alice", "bob", "carol", "dave", "root"] {
                for action in ACTIONS {
                    let was =
                        decided(&world, &world.policy, name, action, (id, kind)).await.is_some();
                    let is = decided(&world, &after, name, action, (id, kind)).await.is_some();
                    let said = outlook.effects.iter().any(|one| {
                        let here = one.place == Place::Kind(kind.as_str()) && one.action == action;
                        let hers = match &one.who {
                            Affected::Admins => name == "root",
                            Affected::Oneself => {
                                matches!(kind, NamespaceKind::Personal { .. }) && was != is
                            }
                            Affected::Members(role) => {
                                let qa = matches!(kind, NamespaceKind::Team { .. });
                                qa && was != is
                                    && (*role == Role::Owner) == (name == "alice" || name == "bob")
                            }
                            _ => true,
                        };
                        here && hers && one.gains == is
                    });
                    assert!(was == is || said, "{switch:?} {name} {action:?} {kind:?}");
                }
            }
        }
    }
    let push = Change::Switch(SwitchChange::Push(PushPolicy::Admins));
    let effects = what_if(&world).preview(&root, &push).await.unwrap().effects;
    let words: Vec<_> =
        effects.iter().map(|one| (&one.who, &one.place, one.gains, one.by.id)).collect();
    assert_eq!(
        words,
        [
            (
                &Affected::Members(Role::Contributor),
                &Place::Kind("team"),
                false,
                "contributor-push"
            ),
            (&Affected::Members(Role::Owner), &Place::Kind("team"), false, "contributor-push"),
            (&Affected::Oneself, &Place::Kind("personal"), false, "own-push"),
        ]
    );
    let create = Change::Switch(SwitchChange::CreateOnPush(CreateOnPush::Members));
    let effects = what_if(&world).preview(&root, &create).await.unwrap().effects;
    assert!(
        effects.iter().all(|one| one.gains && one.place == Place::Kind("unused")),
        "{effects:?}"
    );
    assert!(effects.iter().any(|one| one.who == Affected::Claimants && one.action == Action::Push));
}

/// Whoever keeps the place is told the truth of others; somebody of herself what she may know.
#[tokio::test]
async fn keepers_hear_why_others_may_not_and_others_only_of_a_name_nobody_uses() {
    let world = furnished(Switches::default()).await;
    let explain = explain(&world);
    let (root, bob) = (world.actor("root").await, world.actor("bob").await);
    let subject = Subject::Account("bob".parse().unwrap());
    let path = "qa-private/app".parse().unwrap();
    let hers = explain.explain(&bob, &subject, Action::Pull, (&main(), &path)).await.unwrap();
    let unused = "nowhere/app".parse().unwrap();
    let unused = explain.explain(&bob, &subject, Action::Pull, (&main(), &unused)).await.unwrap();
    assert_eq!(hers, unused);
    let alice = world.actor("alice").await;
    for keeper in [&root, &alice] {
        for subject in [&subject, &Subject::Anonymous] {
            let told = explain.explain(keeper, subject, Action::Pull, (&main(), &path)).await;
            let told = told.unwrap().to_string();
            assert!(told.contains("member-pull is for others"), "{told}");
            assert_ne!(told, unused.to_string());
        }
    }
}

/// SR8: about oneself the answer is for the credential that one came with.
#[tokio::test]
async fn sr8_an_answer_about_oneself_is_for_the_credential_one_came_with() {
    let world = furnished(Switches::default()).await;
    let all = places(&world).await;
    let private = all
        .iter()
        .find(|(name, ..)| name.as_ref().is_some_and(|name| name.as_str() == "qa-private"));
    let private = private.unwrap().1;
    let explain = explain(&world);
    let limited = |actions: &str, within: Option<_>| {
        let world = &world;
        let limits = Limits {
            actions: actions.parse().unwrap(),
            namespaces: within.map(|id| std::sync::Arc::new([id].into())),
            expires_at: None,
        };
        async move {
            let actor = world.actor("alice").await;
            let Who::Caller(caller) = actor.who else { panic!("a caller") };
            Actor { who: Who::Caller(Caller { limits, ..caller }), address: None, request: None }
        }
    };
    let alice = Subject::Account("alice".parse().unwrap());
    for (actions, within, path, action, allowed) in [
        ("pull,api", None, "qa-private/app", Action::Pull, true),
        ("pull,api", None, "qa-private/app", Action::Push, false),
        ("pull,push,delete,api", None, "qa-private/app", Action::Delete, true),
        ("pull,push,api", Some(private), "qa-private/app", Action::Push, true),
        ("pull,push,api", Some(private), "qa-public/app", Action::Push, false),
        ("pull,push,api", Some(private), "qa-protected/app", Action::Pull, false),
    ] {
        let actor = limited(actions, within).await;
        let path = path.parse().unwrap();
        let answer: Result<_, ExplainError> =
            explain.explain(&actor, &alice, action, (&main(), &path)).await;
        assert_eq!(answer.unwrap().is_allowed(), allowed, "{actions} {path} {action:?}");
    }
    let actor = limited("pull,api", Some(private)).await;
    let reached = what_can(&world).reach(&actor, &"alice".parse().unwrap(), &Slice::first(9)).await;
    let rows = reached.unwrap().places.rows;
    assert_eq!(rows.len(), 1);
    assert_eq!(
        rows[0].actions.iter().map(|(action, _)| *action).collect::<Vec<_>>(),
        [Action::Pull]
    );
}
