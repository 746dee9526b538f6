//! People, teams and bots, and what becomes of what was theirs.

use std::sync::Arc;

use portus_core::activity::{Actor, Who};
use portus_core::credential::{Caller, Limits};
use portus_core::namespace::NamespaceKind;
use portus_core::namespace::Visibility::{Private, Public};
use portus_core::page::Slice;
use portus_core::policy::Switches;
use portus_core::port::{ActivityFilter, Browse, PeopleFilter, StoreError};
use portus_core::team::Role::{Contributor, Owner, Viewer};
use portus_core::usecase::{
    ChangeAccountError, ChangeBot, ChangeBotError, ChangeMembersError, ChangeTeam, ChangeTeamError,
    CreateAccountError, CreateTeamError, DeleteAccount, DeleteAccountError, InspectError,
    LinkPassword, LinkPasswordError, ManageTokensError, NewPerson, NewToken, Owner as Heir, Roster,
};

use crate::world::{World, operator, password_of};

/// Alice administers; olga owns team `qa`, where bob contributes; carol is in none.
async fn crew() -> World {
    let world = World::new(Switches::default()).await;
    for (name, admin) in [("alice", true), ("olga", false), ("bob", false), ("carol", false)] {
        world.person(name, admin).await;
    }
    world.team("qa", &[("olga", Owner), ("bob", Contributor)]).await;
    world
}

macro_rules! over {
    ($world:expr, $usecase:ident) => {
        $usecase {
            store: $world.store.clone(),
            policy: $world.policy.clone(),
            clock: Arc::new($world.clock.clone()),
        }
    };
}

fn roster(world: &World) -> Roster {
    let (people, browse) = (Arc::new(world.memory.clone()), Arc::new(world.memory.clone()));
    Roster { people, browse, store: world.store.clone(), policy: world.policy.clone() }
}

fn new(label: &str) -> NewToken {
    NewToken {
        label: label.parse().unwrap(),
        actions: "pull".parse().unwrap(),
        namespaces: None,
        expires_at: None,
    }
}

async fn kinds(world: &World) -> Vec<String> {
    let rows = world.memory.activities(&ActivityFilter::default(), &Slice::first(1000)).await;
    rows.unwrap().rows.into_iter().map(|row| row.kind).collect()
}

async fn kind_of(world: &World, name: &str) -> NamespaceKind {
    let registry = world.registry().await.id;
    let name = name.parse().unwrap();
    let found: Result<_, StoreError> =
        world.store.read(async |tx| tx.namespaces().by_name(registry, Some(&name)).await).await;
    found.unwrap().unwrap().kind
}

#[tokio::test]
async fn a_member_leaves_but_not_as_the_last_owner() {
    let world = crew().await;
    let team = "qa".parse().unwrap();
    let (olga, bob, carol) =
        (world.actor("olga").await, world.actor("bob").await, world.actor("carol").await);
    let answer = world.members().leave(&olga, &team).await;
    assert!(matches!(answer, Err(ChangeMembersError::LastOwner(..))));
    assert!(matches!(
        world.members().leave(&carol, &team).await,
        Err(ChangeMembersError::Refused(_))
    ));
    world.members().leave(&bob, &team).await.unwrap();
    let answer = world.members().remove(&bob, &team, &"olga".parse().unwrap()).await;
    assert!(matches!(answer, Err(ChangeMembersError::Refused(_))), "only herself");
}

#[tokio::test]
async fn an_owner_who_is_disabled_does_not_keep_a_team() {
    let world = crew().await;
    let (team, olgas, carols) =
        ("qa".parse().unwrap(), "olga".parse().unwrap(), "carol".parse().unwrap());
    world.members().add(&operator(), &team, &carols, Owner).await.unwrap();
    world.change_account().disable(&operator(), &carols).await.unwrap();
    let left = world.members().leave(&world.actor("olga").await, &team).await;
    assert!(matches!(left, Err(ChangeMembersError::LastOwner(..))), "{left:?}");
    let demoted = world.members().set_role(&operator(), &team, &olgas, Viewer).await;
    assert!(matches!(demoted, Err(ChangeMembersError::LastOwner(..))), "{demoted:?}");
    let alice = world.actor("alice").await;
    let deleted = over!(world, DeleteAccount).delete(&alice, &olgas, None).await;
    assert!(matches!(deleted, Err(DeleteAccountError::LastOwner(..))), "{deleted:?}");
    // Who may do nothing is taken out while somebody else is there.
    world.members().remove(&operator(), &team, &carols).await.unwrap();
}

#[tokio::test]
async fn an_owner_hands_over_and_steps_down_at_once() {
    let world = crew().await;
    let team = "qa".parse().unwrap();
    let (olga, bob) = (world.actor("olga").await, world.actor("bob").await);
    let (olgas, carols) = ("olga".parse().unwrap(), "carol".parse().unwrap());
    let hand = async |who: &Actor, to, then| world.members().hand_over(who, &team, to, then).await;
    assert!(matches!(hand(&olga, &olgas, None).await, Err(ChangeMembersError::Oneself(_))));
    assert!(matches!(hand(&bob, &carols, None).await, Err(ChangeMembersError::Refused(_))));
    let alice = world.actor("alice").await;
    assert!(matches!(hand(&alice, &carols, None).await, Err(ChangeMembersError::NoOwner(_))));
    let (operator, accounts) = (operator(), world.change_account());
    accounts.disable(&operator, &carols).await.unwrap();
    let disabled = hand(&olga, &carols, None).await;
    assert!(matches!(disabled, Err(ChangeMembersError::Disabled(_))), "{disabled:?}");
    let other = "other".parse().unwrap();
    let made = world.create_team().create(&operator, &other, Some(&carols)).await;
    assert!(matches!(made, Err(CreateTeamError::Disabled(_))), "{made:?}");
    accounts.enable(&operator, &carols).await.unwrap();
    hand(&olga, &carols, Some(Viewer)).await.unwrap();
    let carol = world.actor("carol").await;
    hand(&carol, &olgas, None).await.unwrap();
    let members: Result<_, StoreError> = world
        .store
        .read(async |tx| {
            let team = tx.teams().by_name(&team).await?.unwrap();
            tx.teams().members(team.id).await
        })
        .await;
    let members = members.unwrap();
    let roles: Vec<_> = members.iter().map(|one| (one.name.as_str(), one.role)).collect();
    assert_eq!(roles, [("bob", Contributor), ("olga", Owner)]);
}

#[tokio::test]
async fn a_team_is_renamed_by_its_owners_to_a_name_nobody_has() {
    let world = crew().await;
    world.team("other", &[]).await;
    let teams = over!(world, ChangeTeam);
    let (qa, crew) = ("qa".parse().unwrap(), "Crew".parse().unwrap());
    let bob = world.actor("bob").await;
    assert!(matches!(
        teams.change(&bob, &qa, Some(&crew), None).await,
        Err(ChangeTeamError::Refused(_))
    ));
    let olga = world.actor("olga").await;
    let taken = teams.change(&olga, &qa, Some(&"OTHER".parse().unwrap()), None).await;
    assert!(matches!(taken, Err(ChangeTeamError::Taken(_))));
    teams.change(&olga, &qa, Some(&"QA".parse().unwrap()), None).await.unwrap();
    teams.change(&olga, &qa, Some(&crew), None).await.unwrap();
    assert!(matches!(
        teams.change(&olga, &qa, Some(&crew), None).await,
        Err(ChangeTeamError::Unknown(_))
    ));
    assert!(kinds(&world).await.contains(&"team.rename".to_owned()));
}

#[tokio::test]
async fn a_team_with_namespaces_stays_unless_an_admin_leaves_them_to_nobody() {
    let world = crew().await;
    world.namespace("images", "qa", Public).await;
    let teams = over!(world, ChangeTeam);
    let qa = "qa".parse().unwrap();
    let (olga, alice) = (world.actor("olga").await, world.actor("alice").await);
    let ci = "ci".parse().unwrap();
    world.create_bot().create(&olga, &ci, &qa, Viewer).await.unwrap();
    let secret = world.token("ci", "pull", None).await;

    let remains = teams.remains(&olga, &qa).await.unwrap();
    let count = roster(&world).headcount(&remains.team).await.unwrap();
    assert_eq!((count.bots, count.people, remains.namespaces.len()), (1, 2, 1));
    assert!(!remains.may_abandon && teams.remains(&alice, &qa).await.unwrap().may_abandon);
    assert!(matches!(teams.delete(&olga, &qa, false).await, Err(ChangeTeamError::Owns(_, 1))));
    assert!(matches!(teams.delete(&olga, &qa, true).await, Err(ChangeTeamError::Refused(_))));
    assert!(matches!(teams.delete(&alice, &qa, false).await, Err(ChangeTeamError::Owns(..))));
    assert!(world.sign_in("ci", &secret).await.is_ok());

    teams.delete(&alice, &qa, true).await.unwrap();
    assert_eq!(kind_of(&world, "images").await, NamespaceKind::Orphan);
    assert!(world.sign_in("ci", &secret).await.is_err(), "its bots went along");
    assert_eq!(world.granted("bob", "repository:images/app:pull").await, "");
    let seen = kinds(&world).await;
    for kind in ["team.delete", "namespace.orphan"] {
        assert!(seen.contains(&kind.to_owned()), "{kind}: {seen:?}");
    }
    let orphans = roster(&world).orphans(&alice, &Slice::first(9)).await.unwrap();
    assert_eq!(orphans.rows.len(), 1);
    let refused = roster(&world).orphans(&olga, &Slice::first(9)).await;
    assert!(matches!(refused, Err(InspectError::Refused(_))));
}

#[tokio::test]
async fn bots_are_for_the_owners_of_their_team() {
    let world = crew().await;
    let (qa, ci) = ("qa".parse().unwrap(), "ci".parse().unwrap());
    let (olga, bob, carol) =
        (world.actor("olga").await, world.actor("bob").await, world.actor("carol").await);
    world.create_bot().create(&olga, &ci, &qa, Viewer).await.unwrap();
    let secret = world.token("ci", "pull", None).await;
    let bots = over!(world, ChangeBot);
    let answer = bots.set_enabled(&bob, &ci, false).await;
    assert!(matches!(answer, Err(ChangeBotError::Refused(_))));
    for (who, name) in [(&carol, "ci"), (&olga, "bob"), (&olga, "nobody")] {
        let answer = bots.delete(who, &name.parse().unwrap()).await;
        assert!(matches!(answer, Err(ChangeBotError::Unknown(_))), "{name}");
    }
    bots.set_enabled(&olga, &ci, false).await.unwrap();
    assert!(world.sign_in("ci", &secret).await.is_err());
    bots.set_enabled(&olga, &ci, true).await.unwrap();
    assert!(world.sign_in("ci", &secret).await.is_ok());
    world.team("other", &[("carol", Owner)]).await;
    let other = "other".parse().unwrap();
    assert!(roster(&world).bot(&carol, &other, &ci).await.unwrap().is_none(), "of another team");
    assert!(roster(&world).bot(&olga, &qa, &ci).await.unwrap().is_some());
    bots.delete(&olga, &ci).await.unwrap();
    assert!(world.sign_in("ci", &secret).await.is_err());
}

#[tokio::test]
async fn an_account_goes_with_all_that_is_hers_and_its_namespace_to_an_heir() {
    let world = crew().await;
    let accounts = over!(world, DeleteAccount);
    let (alice, olga) = (world.actor("alice").await, world.actor("olga").await);
    let (olgas, bobs) = ("olga".parse().unwrap(), "bob".parse().unwrap());
    assert!(matches!(
        accounts.delete(&olga, &bobs, None).await,
        Err(DeleteAccountError::Refused(_))
    ));
    let answer = accounts.delete(&alice, &olgas, None).await;
    assert!(matches!(answer, Err(DeleteAccountError::LastOwner(..))));
    let answer = accounts.delete(&alice, &"alice".parse().unwrap(), None).await;
    assert!(matches!(answer, Err(DeleteAccountError::LastAdmin(_))));
    let self_heir = Heir::Person("BOB".parse().unwrap());
    let answer = accounts.delete(&alice, &bobs, Some(&self_heir)).await;
    assert!(matches!(answer, Err(DeleteAccountError::Heir(_))));

    let secret = world.token("bob", "pull", None).await;
    let remains = accounts.remains(&alice, &bobs).await.unwrap();
    assert_eq!((remains.namespaces.len(), remains.teams.len(), remains.tokens), (1, 1, 1));
    let heir = Heir::Team("qa".parse().unwrap());
    accounts.delete(&alice, &bobs, Some(&heir)).await.unwrap();
    assert!(world.sign_in("bob", &secret).await.is_err());
    assert!(matches!(kind_of(&world, "bob").await, NamespaceKind::Team { .. }));
    assert_eq!(world.granted("olga", "repository:bob/app:pull").await, "pull");

    accounts.delete(&alice, &"carol".parse().unwrap(), None).await.unwrap();
    assert_eq!(kind_of(&world, "carol").await, NamespaceKind::Orphan);
    // SR6: who has the name after her gets nothing of what she had.
    world.person("carol", false).await;
    assert_eq!(world.granted("carol", "repository:carol/app:pull").await, "");
    let rows = world.memory.activities(&ActivityFilter::default(), &Slice::first(1000)).await;
    let gone = rows.unwrap().rows.into_iter().filter(|row| row.kind == "account.delete");
    assert_eq!(gone.map(|row| row.object).collect::<Vec<_>>(), ["carol", "bob"]);
}

/// SR8: whoever makes a token for another could use it in her name.
#[tokio::test]
async fn sr8_an_admin_sees_and_revokes_tokens_of_others_and_makes_none() {
    let world = crew().await;
    world.token("bob", "pull", None).await;
    let (alice, bob) = (world.actor("alice").await, "bob".parse().unwrap());
    let answer = world.tokens().create(&alice, &bob, &new("planted")).await;
    assert!(matches!(answer, Err(ManageTokensError::Refused(_))));
    let listed = world.tokens().list(&alice, &bob).await.unwrap();
    world.tokens().revoke(&alice, &bob, &listed[0].label).await.unwrap();
    world.tokens().create(&alice, &"alice".parse().unwrap(), &new("own")).await.unwrap();
    let (qa, ci) = ("qa".parse().unwrap(), "ci".parse().unwrap());
    world.create_bot().create(&alice, &ci, &qa, Viewer).await.unwrap();
    world.tokens().create(&alice, &ci, &new("for a bot")).await.unwrap();
}

#[tokio::test]
async fn a_token_is_made_anew_only_while_it_was_never_used() {
    let world = crew().await;
    let (bob, name) = (world.actor("bob").await, "bob".parse().unwrap());
    let tokens = world.tokens();
    let first = tokens.create(&bob, &name, &new("laptop")).await.unwrap();
    let again = tokens.create(&bob, &name, &new("laptop")).await;
    assert!(matches!(again, Err(ManageTokensError::Taken(..))));
    let second = tokens.remake(&bob, &name, &new("laptop")).await.unwrap();
    assert!(world.sign_in("bob", &first).await.is_err(), "the one that nobody saw is gone");
    assert!(world.sign_in("bob", &second).await.is_ok());
    let listed = tokens.list(&bob, &name).await.unwrap();
    assert_eq!(listed.len(), 1);
    let used: Result<_, StoreError> = world
        .store
        .write(async |tx| {
            let now = portus_core::port::Clock::now(&world.clock);
            tx.tokens().application_used(listed[0].id, now).await
        })
        .await;
    used.unwrap();
    let again = tokens.remake(&bob, &name, &new("laptop")).await;
    assert!(matches!(again, Err(ManageTokensError::Taken(..))), "someone uses it");
}

/// SR9: making a token tells of no namespace that one may not see.
#[tokio::test]
async fn sr9_a_token_is_made_for_namespaces_that_its_maker_sees() {
    let world = crew().await;
    world.namespace("images", "qa", Private).await;
    let make = async |who: &str, namespace: &str| {
        let place = ("main".parse().unwrap(), Some(namespace.parse().unwrap()));
        let token = NewToken { namespaces: Some(vec![place]), ..new(namespace) };
        world.tokens().create(&world.actor(who).await, &who.parse().unwrap(), &token).await
    };
    make("bob", "images").await.unwrap();
    for hidden in ["images", "zz", "bob"] {
        let answer = make("carol", hidden).await;
        assert!(matches!(answer, Err(ManageTokensError::UnknownNamespace(..))), "{hidden}");
    }
}

/// Each is looked up while nobody else can write.
#[tokio::test]
async fn a_token_is_made_for_a_hundred_namespaces_at_most_each_counted_once() {
    let world = crew().await;
    world.namespace("images", "qa", Private).await;
    let place = |name: &str| ("main".parse().unwrap(), Some(name.parse().unwrap()));
    let (bob, name) = (world.actor("bob").await, "bob".parse().unwrap());
    let many = (0..=100).map(|number| place(&format!("n{number}"))).collect();
    let token = NewToken { namespaces: Some(many), ..new("many") };
    let refused = world.tokens().create(&bob, &name, &token).await.unwrap_err();
    assert!(matches!(refused, ManageTokensError::Many), "{refused}");
    let same = vec![place("images"); 500];
    let token = NewToken { namespaces: Some(same), ..new("same") };
    world.tokens().create(&bob, &name, &token).await.unwrap();
    let audit = world.activities().await;
    assert!(
        audit.iter().any(|row| row.ends_with("same: pull; main/images; for good")),
        "{audit:#?}"
    );
}

/// SR8: what a token hands out ends no later, and does no more, than the token itself.
#[tokio::test]
async fn sr8_a_token_with_limits_sets_no_passwords_and_makes_no_admins() {
    let world = crew().await;
    let limited = |who: &Actor, limits: Limits| {
        let Who::Caller(caller) = who.who.clone() else { panic!("{who:?}") };
        Actor { who: Who::Caller(Caller { limits, ..caller }), ..who.clone() }
    };
    let alice = world.actor("alice").await;
    let end = portus_core::port::Clock::now(&world.clock) + std::time::Duration::from_secs(60);
    let ends = Limits { expires_at: Some(end), ..Limits::NONE };
    let narrow = Limits { actions: "api".parse().unwrap(), ..Limits::NONE };
    let (accounts, links) = (world.change_account(), link(&world));
    let (bob, password) = ("bob".parse().unwrap(), password_of("new"));
    let person = |name: &str, admin, password| NewPerson {
        name: name.parse().unwrap(),
        email: None,
        password,
        admin,
    };
    for limits in [ends, narrow] {
        let alice = limited(&alice, limits);
        let set = accounts.set_password(&alice, &bob, &password).await;
        assert!(matches!(set, Err(ChangeAccountError::Outgrown(_))), "{set:?}");
        let promoted = accounts.promote(&alice, &bob).await;
        assert!(matches!(promoted, Err(ChangeAccountError::Outgrown(_))), "{promoted:?}");
        let made = links.make(&alice, &bob).await;
        assert!(matches!(made, Err(LinkPasswordError::Outgrown(_))), "{made:?}");
        for person in [person("x", true, None), person("x", false, Some(password_of("x")))] {
            let made = world.create_account().create(&alice, &person).await;
            assert!(matches!(made, Err(CreateAccountError::Outgrown(_))), "{made:?}");
        }
    }
    // What hands out nothing stays.
    let alice = limited(&alice, Limits { actions: "api".parse().unwrap(), ..Limits::NONE });
    world.create_account().create(&alice, &person("plain", false, None)).await.unwrap();
    accounts.demote(&alice, &bob).await.unwrap();
    let whole = limited(&alice, Limits::NONE);
    accounts.set_password(&whole, &bob, &password).await.unwrap();
}

#[tokio::test]
async fn a_link_for_a_password_is_good_for_an_hour() {
    let world = crew().await;
    let (alice, bob) = (world.actor("alice").await, "bob".parse().unwrap());
    let made = link(&world).make(&alice, &bob).await.unwrap();
    world.clock.advance(std::time::Duration::from_secs(3599));
    assert_eq!(link(&world).whose(&made.secret).await.unwrap(), Some(bob));
    world.clock.advance(std::time::Duration::from_secs(1));
    assert_eq!(link(&world).whose(&made.secret).await.unwrap(), None);
}

fn link(world: &World) -> LinkPassword {
    LinkPassword {
        store: world.store.clone(),
        policy: world.policy.clone(),
        passwords: world.passwords.clone(),
        entropy: world.entropy.clone(),
        clock: Arc::new(world.clock.clone()),
    }
}

/// The global namespace is `_`, which no other can be called; it is private here.
#[tokio::test]
async fn a_token_says_where_it_is_good_and_for_how_long() {
    let world = crew().await;
    world.person("root", true).await;
    world.namespace("images", "qa", Private).await;
    let main = || "main".parse().unwrap();
    let end =
        portus_core::port::Clock::now(&world.clock) + std::time::Duration::from_secs(90 * 86_400);
    let token = NewToken {
        namespaces: Some(vec![(main(), None), (main(), Some("images".parse().unwrap()))]),
        expires_at: Some(end),
        ..new("narrow")
    };
    let (bob, name) = (world.actor("bob").await, "bob".parse().unwrap());
    let refused = world.tokens().create(&bob, &name, &token).await.unwrap_err().to_string();
    assert_eq!(refused, "registry `main` has no namespace `_`", "SR9");
    let (root, name) = (world.actor("root").await, "root".parse().unwrap());
    world.tokens().create(&root, &name, &token).await.unwrap();
    let audit = world.activities().await;
    let told = "main/_ main/images; for 90 days";
    assert!(audit.iter().any(|row| row.contains("narrow: ") && row.contains(told)), "{audit:#?}");

    let tokens = world.tokens().list(&root, &name).await.unwrap();
    let places = world.tokens().places(&root, &tokens).await.unwrap();
    assert_eq!(places.of(&tokens[0]), Some(vec!["main/_", "main/images"]));
    // What somebody else may not see has no name for her.
    let carol = world.actor("carol").await;
    let places = world.tokens().places(&carol, &tokens).await.unwrap();
    assert_eq!(places.of(&tokens[0]), Some(Vec::new()));
}

/// SR20
#[tokio::test]
async fn sr20_a_stranger_signs_up_as_nobody_special_and_only_where_she_may() {
    let stranger = Actor {
        who: portus_core::activity::Who::Caller(portus_core::credential::Caller::ANONYMOUS),
        address: None,
        request: None,
    };
    for sign_up in [false, true] {
        let world = World::new(Switches { sign_up, ..Switches::default() }).await;
        let (name, password) = ("eve".parse().unwrap(), password_of("eve"));
        let person = NewPerson { name, email: None, password: Some(password), admin: true };
        let made = world.create_account().sign_up(&stranger, &person).await;
        if !sign_up {
            assert!(matches!(made, Err(CreateAccountError::Refused(_))));
            continue;
        }
        made.unwrap();
        let (roster, every) = (roster(&world), PeopleFilter::default());
        let all = roster.accounts(&operator(), &every, &Slice::first(9)).await;
        assert!(all.unwrap().rows.iter().all(|account| !account.is_admin()));
        let answer = world.create_account().create(&stranger, &person).await;
        assert!(matches!(answer, Err(CreateAccountError::Refused(_))));
    }
}

#[tokio::test]
async fn everyone_sees_her_own_teams_and_admins_all() {
    let world = crew().await;
    world.team("other", &[("carol", Owner)]).await;
    let named = async |who: &str| {
        let page = roster(&world).teams(&world.actor(who).await, &Slice::first(9)).await;
        page.unwrap().rows.into_iter().map(|row| row.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(named("bob").await, ["qa"]);
    assert_eq!(named("carol").await, ["other"]);
    assert_eq!(named("alice").await, ["other", "qa"]);
    let offer = world.create_namespace().offer(&world.actor("olga").await).await.unwrap();
    assert_eq!((offer.teams.len(), offer.registries.len(), offer.any_team), (1, 1, false));
    let none = world.create_namespace().offer(&world.actor("bob").await).await.unwrap();
    assert!(none.teams.is_empty() && !none.ruling.allowed);
}
