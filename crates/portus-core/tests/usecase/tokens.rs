//! Tokens, from the request to the claims that are signed.

use std::time::Duration;

use portus_core::activity::{Outcome, Place};
use portus_core::namespace::Visibility::{Private, Protected, Public};
use portus_core::page::Slice;
use portus_core::policy::{CatalogSwitch, CreateOnPush, Switches};
use portus_core::port::{ActivityFilter, Browse, Clock, Lookups, Oversight};
use portus_core::secret::Secret;
use portus_core::team::Role::{Contributor, Owner, Viewer};
use portus_core::usecase::{
    AuthenticateError, Authenticated, Credential, IssueTokenError, NewToken, Shown, TokenRequest,
};

use crate::world::{SERVICE, World, operator, origin, password_of, words};

async fn qa() -> World {
    let world = World::new(Switches::default()).await;
    for (name, admin) in
        [("alice", true), ("bob", false), ("carol", false), ("olga", false), ("mallory", false)]
    {
        world.person(name, admin).await;
    }
    let members = [("bob", Contributor), ("carol", Viewer), ("olga", Owner)];
    world.team("quality", &members).await;
    world.namespace("qa", "quality", Private).await;
    world
}

#[tokio::test]
async fn each_is_granted_what_her_role_allows() {
    let world = qa().await;
    for (name, granted) in [
        ("", ""),
        ("mallory", ""),
        ("carol", "pull"),
        ("bob", "pull,push"),
        ("olga", "*"),
        ("alice", "*"),
    ] {
        assert_eq!(world.granted(name, "repository:qa/app:*").await, granted, "{name}");
    }
    assert_eq!(world.granted("carol", "repository:qa/app:pull,push").await, "pull");
    assert_eq!(world.granted("bob", "repository:qa/app:pull,push").await, "pull,push");
}

/// SR7: neither stars in lists nor odd names give a stranger anything.
#[tokio::test]
async fn sr7_a_stranger_gets_nothing_by_asking_oddly() {
    let world = qa().await;
    for scope in [
        "repository:qa/app:*,push,pull",
        "repository:x/y:*,push,pull",
        "registry:catalog:x,*",
        "registry:catalog:*",
        "repository:qa/app:latest",
        "repository:*:pull",
        "repository:qa/*:pull",
        "repository(plugin):qa/app:pull",
    ] {
        assert_eq!(world.granted("mallory", scope).await, "", "{scope}");
        assert_eq!(world.granted("", scope).await, "", "{scope}");
    }
}

/// SR7: a mount reads its source, so the source is a pull of its own.
#[tokio::test]
async fn sr7_a_mount_from_a_namespace_one_may_not_read_is_not_granted() {
    let world = qa().await;
    let mallory = world.sign_in("mallory", &password_of("mallory")).await.unwrap();
    let asked = ["repository:mallory/app:pull,push", "repository:qa/app:pull"];
    assert_eq!(words(&world.ask(&mallory, &asked).await.unwrap()), "pull,push");
}

#[tokio::test]
async fn one_repository_asked_for_twice_is_one_entry() {
    let world = qa().await;
    let bob = world.sign_in("bob", &password_of("bob")).await.unwrap();
    let asked = ["repository:qa/app:pull", "repository:qa/app:pull,push", "repository:qa/b:pull"];
    assert_eq!(words(&world.ask(&bob, &asked).await.unwrap()), "pull,push pull");
}

#[tokio::test]
async fn an_unknown_namespace_answers_like_a_private_one() {
    let world = qa().await;
    assert_eq!(
        world.granted("mallory", "repository:nowhere/app:pull").await,
        world.granted("mallory", "repository:qa/app:pull").await,
    );
    let log = world.activities().await;
    let why = |path: &str| {
        let row = log.iter().find(|row| row.starts_with(&format!("token.refused mallory {path} ")));
        row.unwrap().replace(path, "")
    };
    assert_eq!(why("nowhere/app"), why("qa/app"), "word for word the same");
}

#[tokio::test]
async fn a_refusal_belongs_to_the_namespace_it_was_about() {
    let world = qa().await;
    let registry = Oversight::registries(&world.memory).await.unwrap()[0].id;
    let key = Some("qa".parse().unwrap());
    let known = Lookups::namespaces(&world.memory, registry, &[key], None).await.unwrap();
    for path in ["qa/app", "nowhere/app", "mallory/app"] {
        world.granted("bob", &format!("repository:{path}:pull,delete")).await;
    }
    let log = world.activities().await;
    assert_eq!(log.iter().filter(|row| row.starts_with("token.refused")).count(), 3, "{log:?}");
    let place = Place { namespace: Some(known[0].id), ..Place::default() };
    let filter =
        ActivityFilter { kind: Some("token.refused".into()), place, ..ActivityFilter::default() };
    let found = world.memory.activities(&filter, &Slice::first(9)).await.unwrap().rows;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((&*found[0].object, found[0].outcome), ("qa/app", Outcome::Refused));
}

/// SR4: what changes for a caller holds for the next token.
#[tokio::test]
async fn sr4_a_change_of_role_or_visibility_holds_for_the_next_token() {
    let world = qa().await;
    let (team, bob) = ("quality".parse().unwrap(), "bob".parse().unwrap());
    assert_eq!(world.granted("bob", "repository:qa/app:pull,push").await, "pull,push");

    world.members().set_role(&operator(), &team, &bob, Viewer).await.unwrap();
    assert_eq!(world.granted("bob", "repository:qa/app:pull,push").await, "pull");
    world.members().remove(&operator(), &team, &bob).await.unwrap();
    assert_eq!(world.granted("bob", "repository:qa/app:pull,push").await, "");

    let place = ("main".parse().unwrap(), Some("qa".parse().unwrap()));
    for (visibility, stranger, anonymous) in
        [(Protected, "pull", ""), (Public, "pull", "pull"), (Private, "", "")]
    {
        let change = world.change_namespace();
        change.set_visibility(&operator(), (&place.0, &place.1), visibility).await.unwrap();
        assert_eq!(world.granted("mallory", "repository:qa/app:pull,push").await, stranger);
        assert_eq!(world.granted("", "repository:qa/app:pull,push").await, anonymous);
    }
}

#[tokio::test]
async fn a_registry_that_was_not_read_grants_to_admins_only() {
    let world = World::unread(Switches::default()).await;
    world.person("alice", true).await;
    world.person("bob", false).await;
    world.team("quality", &[("bob", Owner)]).await;
    world.namespace("qa", "quality", Public).await;
    assert_eq!(world.granted("bob", "repository:qa/app:pull").await, "");
    assert_eq!(world.granted("", "repository:qa/app:pull").await, "");
    assert_eq!(world.granted("alice", "repository:qa/app:pull").await, "pull");
    world.read_registry().await;
    assert_eq!(world.granted("bob", "repository:qa/app:pull").await, "pull");
}

#[tokio::test]
async fn the_catalog_is_for_admins_unless_a_switch_says_otherwise() {
    let world = qa().await;
    assert_eq!(world.granted("alice", "registry:catalog:*").await, "catalog");
    assert_eq!(world.granted("olga", "registry:catalog:*").await, "");

    let open = Switches { catalog: CatalogSwitch::SignedIn, ..Switches::default() };
    let world = World::new(open).await;
    world.person("olga", false).await;
    assert_eq!(world.granted("olga", "registry:catalog:*").await, "catalog");
    assert_eq!(world.granted("", "registry:catalog:*").await, "");
}

/// SR8: the limits of a token are part of the one decision.
#[tokio::test]
async fn sr8_an_application_token_is_good_for_its_actions_and_namespaces() {
    let world = qa().await;
    world.team("other", &[("olga", Owner)]).await;
    world.namespace("dev", "other", Private).await;
    for (actions, namespaces, qa, dev) in [
        ("pull", None, "pull", "pull"),
        ("push", None, "pull,push", "pull,push"),
        ("delete", Some(&["qa"][..]), "delete,pull", ""),
        ("api", None, "", ""),
        ("pull,push,delete", Some(&["dev"][..]), "", "*"),
    ] {
        let secret = world.token("olga", actions, namespaces).await;
        let olga = world.sign_in("OLGA", &secret).await.unwrap();
        let ask = async |scope| words(&world.ask(&olga, &[scope]).await.unwrap());
        assert_eq!(ask("repository:qa/app:*").await, qa, "{actions}");
        assert_eq!(ask("repository:dev/app:*").await, dev, "{actions}");
    }
}

#[tokio::test]
async fn a_token_works_for_its_owner_only_and_until_it_ends() {
    let world = qa().await;
    let end = world.clock.now() + Duration::from_secs(600);
    let new = NewToken {
        label: "ci".parse().unwrap(),
        actions: "pull".parse().unwrap(),
        namespaces: None,
        expires_at: Some(end),
    };
    let olga = "olga".parse().unwrap();
    let secret = world.tokens().create(&operator(), &olga, &new).await.unwrap();
    assert!(world.sign_in("olga", &secret).await.is_ok());
    assert!(matches!(world.sign_in("bob", &secret).await, Err(AuthenticateError::Rejected)));

    world.clock.advance(Duration::from_secs(590));
    let who = world.sign_in("olga", &secret).await.unwrap();
    let issued = world.ask(&who, &["repository:qa/app:pull"]).await.unwrap();
    assert_eq!(issued.token.lifetime, Duration::from_secs(60), "never less than a minute");
    world.clock.advance(Duration::from_secs(10));
    assert!(matches!(world.sign_in("olga", &secret).await, Err(AuthenticateError::Rejected)));
}

/// SR1: the audience is that of the registry's row; an unknown service gets no token.
#[tokio::test]
async fn sr1_an_unknown_service_gets_no_token() {
    let world = qa().await;
    let bob = world.sign_in("bob", &password_of("bob")).await.unwrap();
    let ask = async |service: &str| {
        let request = TokenRequest {
            service: service.into(),
            scopes: None,
            offline: false,
            client: String::new(),
        };
        world.issue_token.issue(&bob, request, &origin()).await
    };
    for service in ["", "registry.tes", "REGISTRY.TEST", "registry.test ", "other"] {
        assert!(matches!(ask(service).await, Err(IssueTokenError::UnknownService)), "{service}");
    }
    assert_eq!(ask(SERVICE).await.unwrap().access, None, "a log-in has no access at all");
    assert_eq!(world.signer.last().unwrap().audience.as_str(), SERVICE);
    assert_eq!(world.signer.last().unwrap().subject, "bob");
}

async fn log_in(world: &World, name: &str, secret: &Secret) -> Option<Secret> {
    let who = world.sign_in(name, secret).await.unwrap();
    let request = TokenRequest {
        service: SERVICE.into(),
        scopes: None,
        offline: true,
        client: "docker".into(),
    };
    world.issue_token.issue(&who, request, &origin()).await.unwrap().refresh
}

async fn refresh(world: &World, secret: &Secret) -> Result<Authenticated, AuthenticateError> {
    world.authenticate.identify(Some(&Credential::Refresh(secret.clone())), &origin()).await
}

/// SR2: what earns a refresh token is a person's password, and nothing else is one.
#[tokio::test]
async fn sr2_only_a_password_earns_a_refresh_token() {
    let world = qa().await;
    let application = world.token("bob", "pull", None).await;
    assert_eq!(log_in(&world, "bob", &application).await, None);

    let secret = log_in(&world, "bob", &password_of("bob")).await.unwrap();
    let who = refresh(&world, &secret).await.unwrap();
    assert!(matches!(who.by, Shown::RefreshToken { .. }));
    let issued = world.ask(&who, &["repository:qa/app:pull,push"]).await.unwrap();
    assert_eq!(words(&issued), "pull,push");

    for wrong in [&application, &password_of("bob"), &Secret::new("portus_r_x")] {
        let answer = refresh(&world, wrong).await;
        assert!(matches!(answer, Err(AuthenticateError::InvalidGrant)));
    }
    let as_password = world.sign_in("bob", &secret).await;
    assert!(matches!(as_password, Err(AuthenticateError::Rejected)));
    let containerd = world.sign_in("", &secret).await.unwrap();
    assert_eq!(containerd.caller, who.caller, "an empty name goes with a refresh token");
}

/// SR4: a refresh token ends with the password and with the account, and when nobody uses it.
#[tokio::test]
async fn sr4_a_refresh_token_ends_with_the_password_and_the_account() {
    let world = qa().await;
    let bob = "bob".parse().unwrap();
    let secret = log_in(&world, "bob", &password_of("bob")).await.unwrap();
    let new = Secret::new("another password");
    world.change_account().set_password(&operator(), &bob, &new).await.unwrap();
    assert!(refresh(&world, &secret).await.is_err());

    let secret = log_in(&world, "bob", &new).await.unwrap();
    world.change_account().disable(&operator(), &bob).await.unwrap();
    assert!(refresh(&world, &secret).await.is_err());
    world.change_account().enable(&operator(), &bob).await.unwrap();
    assert!(refresh(&world, &secret).await.is_err(), "it is gone for good");

    let secret = log_in(&world, "bob", &new).await.unwrap();
    world.clock.advance(Duration::from_secs(91 * 24 * 3600));
    assert!(refresh(&world, &secret).await.is_err(), "nobody used it for 90 days");
}

#[tokio::test]
async fn a_refresh_token_is_good_for_its_registry_only() {
    let world = qa().await;
    world.add_registry("second", "second.test", portus_core::registry::KeyTrust::Bundle).await;
    let secret = log_in(&world, "bob", &password_of("bob")).await.unwrap();
    let who = refresh(&world, &secret).await.unwrap();
    let request = TokenRequest {
        service: "second.test".into(),
        scopes: None,
        offline: false,
        client: String::new(),
    };
    let answer = world.issue_token.issue(&who, request, &origin()).await;
    assert!(matches!(answer, Err(IssueTokenError::InvalidGrant)));
}

#[tokio::test]
async fn warm_requests_look_nothing_up_and_cold_ones_twice() {
    let world = qa().await;
    let secret = world.token("bob", "push", None).await;
    let count = async || {
        let before = world.memory.lookups_made();
        let who = world.sign_in("bob", &secret).await.unwrap();
        let asked = ["repository:qa/a:pull", "repository:nowhere/b:pull", "repository:c:pull"];
        world.ask(&who, &asked).await.unwrap();
        world.memory.lookups_made() - before
    };
    assert_eq!(count().await, 2, "cold");
    assert_eq!(count().await, 0, "warm");
    world.person("late", false).await;
    assert_eq!(count().await, 2, "after a change that a decision could see");
}

#[tokio::test]
async fn with_the_store_away_nothing_remembered_is_used() {
    let world = qa().await;
    world.granted("bob", "repository:qa/app:pull").await;
    world.memory.set_away(true);
    let answer = world.sign_in("bob", &password_of("bob")).await;
    assert!(matches!(answer, Err(AuthenticateError::Away)), "{answer:?}");
}

#[tokio::test]
async fn an_unused_name_is_pushed_to_where_a_switch_lets_its_owner() {
    let members = Switches { create_on_push: CreateOnPush::Members, ..Switches::default() };
    let world = World::new(members).await;
    for (name, admin) in [("alice", true), ("bob", false), ("carol", false)] {
        world.person(name, admin).await;
    }
    world.team("tools", &[("bob", Owner), ("carol", Contributor)]).await;
    assert_eq!(world.granted("bob", "repository:tools/app:pull,push").await, "pull,push");
    assert_eq!(world.granted("carol", "repository:tools/app:pull,push").await, "");
    assert_eq!(world.granted("bob", "repository:other/app:pull,push").await, "");
    assert_eq!(world.granted("alice", "repository:other/app:pull,push").await, "pull,push");
    assert_eq!(world.granted("bob", "repository:carol/app:pull,push").await, "");
}

#[tokio::test]
async fn more_than_a_hundred_scopes_are_refused() {
    let world = qa().await;
    let bob = world.sign_in("bob", &password_of("bob")).await.unwrap();
    let many = vec!["repository:qa/app:pull"; 101];
    let answer = world.ask(&bob, &many).await;
    assert!(matches!(answer, Err(IssueTokenError::TooManyScopes(101))));
}

/// SR4: a password that is changed between its check and the refresh token earns none.
#[tokio::test]
async fn sr4_a_password_changed_meanwhile_earns_no_refresh_token() {
    let world = qa().await;
    let who = world.sign_in("bob", &password_of("bob")).await.unwrap();
    let (bob, new) = ("bob".parse().unwrap(), Secret::new("another password"));
    world.change_account().set_password(&operator(), &bob, &new).await.unwrap();
    let request = TokenRequest {
        service: SERVICE.into(),
        scopes: None,
        offline: true,
        client: "docker".into(),
    };
    let answer = world.issue_token.issue(&who, request, &origin()).await;
    assert!(matches!(answer, Err(IssueTokenError::Outdated)), "{answer:?}");
}

#[tokio::test]
async fn the_oldest_refresh_token_beyond_the_limit_is_good_for_nothing_at_once() {
    let mut world = qa().await;
    world.issue_token.refresh_limit = 2;
    let first = log_in(&world, "bob", &password_of("bob")).await.unwrap();
    assert!(refresh(&world, &first).await.is_ok(), "and is remembered");
    for _ in 0..2 {
        world.clock.advance(Duration::from_secs(1));
        log_in(&world, "bob", &password_of("bob")).await.unwrap();
    }
    assert!(refresh(&world, &first).await.is_err());
}
