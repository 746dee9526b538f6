//! Browsers that are signed in, and how they are signed out.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use portus_core::activity::{Actor, Who};
use portus_core::id::{RefreshTokenId, SessionId};
use portus_core::policy::Switches;
use portus_core::port::{Browse, Entropy, Passwords};
use portus_core::secret::{Secret, SecretKind};
use portus_core::session::Session;
use portus_core::team::Role;
use portus_core::usecase::{
    Authenticate, AuthenticateError, Credential, InspectError, Lockout, ManageSessions,
    SessionTimes, SignIn, SignInError, SignedIn, Tidy, TokenRequest,
};

use crate::world::{SERVICE, World, operator, origin, password_of};

const DAY: Duration = Duration::from_secs(24 * 3600);
const TIMES: SessionTimes =
    SessionTimes { idle: DAY, longest: Duration::from_secs(14 * 24 * 3600), limit: 3 };

/// Alice, Bob, and a replica for their browsers.
async fn people() -> (World, SignIn) {
    let world = World::new(Switches::default()).await;
    for name in ["alice", "Bob"] {
        world.person(name, false).await;
    }
    let sign_in = replica(&world);
    (world, sign_in)
}

/// One more server on the same store, which remembers nothing yet.
fn replica(world: &World) -> SignIn {
    let lockout = Lockout { failures: 10, window: Duration::from_secs(600) };
    let memory = Arc::new(world.memory.clone());
    let authenticate = Authenticate::new(
        (memory.clone(), world.store.clone()),
        memory.clone(),
        world.passwords.clone(),
        world.notes.clone(),
        Arc::new(world.clock.clone()),
        (lockout, 90 * DAY),
    );
    SignIn::new(Arc::new(authenticate), memory, world.entropy.clone(), TIMES)
}

fn sessions(world: &World) -> ManageSessions {
    ManageSessions {
        store: world.store.clone(),
        policy: world.policy.clone(),
        clock: Arc::new(world.clock.clone()),
    }
}

async fn enter(sign_in: &SignIn, name: &str, old: Option<&Secret>) -> (Secret, SignedIn) {
    let password = password_of(name);
    sign_in.sign_in(name, password, "Firefox", old, &origin()).await.unwrap()
}

async fn is_rejected(sign_in: &SignIn, name: &str, password: &Secret) -> bool {
    let answer = sign_in.sign_in(name, password.clone(), "Firefox", None, &origin()).await;
    matches!(answer, Err(SignInError::Authenticate(AuthenticateError::Rejected)))
}

/// Who a browser is to a server; empty for nobody.
async fn who(sign_in: &SignIn, secret: &Secret) -> String {
    let found = sign_in.resume(secret).await.unwrap();
    found.map_or(String::new(), |found| found.caller.name().unwrap().to_string())
}

async fn listed(world: &World, name: &str) -> Vec<Session> {
    let actor = world.actor(name).await;
    sessions(world).list(&actor).await.unwrap()
}

#[tokio::test]
async fn a_right_password_begins_a_session() {
    let (world, sign_in) = people().await;
    let agent = format!("Fire\u{7}fox {}", "x".repeat(300));
    let begun = sign_in.sign_in("BOB", password_of("Bob"), &agent, None, &origin()).await;
    let (secret, begun) = begun.unwrap();
    assert_eq!(begun.caller.name().unwrap().as_str(), "Bob");
    assert_eq!(SecretKind::of(&secret), Some(SecretKind::Session));
    let resumed = sign_in.resume(&secret).await.unwrap().unwrap();
    assert_eq!(resumed, begun);
    let hers = listed(&world, "Bob").await;
    assert_eq!(hers.len(), 1);
    assert_eq!((hers[0].id, hers[0].address.as_str()), (begun.session, "192.0.2.1"));
    assert!(hers[0].agent.starts_with("Firefox x") && hers[0].agent.len() == 200);
    assert_eq!(listed(&world, "alice").await, []);
    assert_eq!(who(&replica(&world), &secret).await, "Bob", "at another replica");
}

#[tokio::test]
async fn each_session_that_begins_is_in_the_audit() {
    let (world, sign_in) = people().await;
    for _ in 0..2 {
        // The second time the password is remembered.
        enter(&sign_in, "alice", None).await;
    }
    let rows = world.activities().await;
    let begun = rows.iter().filter(|row| *row == "account.sign_in alice alice browser").count();
    assert_eq!(begun, 2, "{rows:?}");
}

#[tokio::test]
async fn whatever_else_is_shown_begins_none() {
    let (world, sign_in) = people().await;
    let token = world.token("Bob", "pull,push,delete,api", None).await;
    let (session, _) = enter(&sign_in, "alice", None).await;
    let refresh = refresh_token(&world).await;
    for (name, password) in [
        ("Bob", &Secret::new("wrong")),
        ("Bob", &Secret::new("")),
        ("Bob", &token),
        ("Bob", &refresh),
        ("Bob", &password_of("alice")),
        ("nobody", &password_of("Bob")),
        ("no name", &password_of("Bob")),
        ("", &password_of("Bob")),
        // What containerd sends to the token endpoint.
        ("", &refresh),
        ("", &session),
        ("alice", &session),
    ] {
        assert!(is_rejected(&sign_in, name, password).await, "{name:?} with {}", password.expose());
    }
    assert_eq!(listed(&world, "Bob").await, []);
}

/// SR8
#[tokio::test]
async fn a_credential_for_less_shows_and_ends_no_sessions() {
    let (world, sign_in) = people().await;
    let (_, begun) = enter(&sign_in, "alice", None).await;
    let sessions = sessions(&world);
    for (actions, within) in [("pull,push", None), ("api", Some(Arc::default()))] {
        let mut actor = world.actor("alice").await;
        let Who::Caller(caller) = &mut actor.who else { unreachable!() };
        caller.limits.actions = actions.parse().unwrap();
        caller.limits.namespaces = within;
        let refused = |answer| matches!(answer, Err(InspectError::Refused(_)));
        assert!(refused(sessions.list(&actor).await.map(drop)), "{actions}");
        assert!(refused(sessions.refreshes(&actor).await.map(drop)), "{actions}");
        assert!(refused(sessions.end(&actor, begun.session).await), "{actions}");
        assert!(refused(sessions.end_others(&actor, None).await), "{actions}");
        let revoked = sessions.revoke_refresh(&actor, RefreshTokenId(1)).await;
        assert!(refused(revoked.map(drop)), "{actions}");
    }
    assert_eq!(listed(&world, "alice").await.len(), 1);
}

#[tokio::test]
async fn a_bot_signs_in_nowhere() {
    let (world, sign_in) = people().await;
    world.team("crew", &[("alice", Role::Owner)]).await;
    let (name, team) = ("ci".parse().unwrap(), "crew".parse().unwrap());
    world.create_bot().create(&operator(), &name, &team, Role::Contributor).await.unwrap();
    let token = world.token("ci", "pull,api", None).await;
    assert!(world.sign_in("ci", &token).await.is_ok(), "the token is good");
    for password in [token, Secret::new(""), password_of("ci")] {
        assert!(is_rejected(&sign_in, "ci", &password).await);
    }
}

#[tokio::test]
async fn a_disabled_account_signs_in_nowhere() {
    let (world, sign_in) = people().await;
    world.change_account().disable(&operator(), &"bob".parse().unwrap()).await.unwrap();
    assert!(is_rejected(&sign_in, "Bob", &password_of("Bob")).await);
}

/// A session id that someone planted in a browser is worth nothing after its owner signed in.
#[tokio::test]
async fn the_session_that_a_browser_had_ends_at_sign_in() {
    let (world, sign_in) = people().await;
    let (planted, _) = enter(&sign_in, "Bob", None).await;
    let (hers, begun) = enter(&sign_in, "alice", Some(&planted)).await;
    assert_ne!(hers, planted);
    for server in [&sign_in, &replica(&world)] {
        assert_eq!(who(server, &planted).await, "");
        assert_eq!(who(server, &hers).await, "alice");
    }
    let (again, second) = enter(&sign_in, "alice", Some(&hers)).await;
    assert_ne!(second.session, begun.session, "the same person gets a new one, too");
    assert_eq!(
        (who(&sign_in, &hers).await, who(&sign_in, &again).await),
        ("".into(), "alice".into())
    );
    // What is no session is nothing to end.
    enter(&sign_in, "alice", Some(&Secret::new("nonsense"))).await;
    assert_eq!(listed(&world, "alice").await.len(), 2);
}

#[tokio::test]
async fn a_failed_sign_in_ends_nothing() {
    let (_, sign_in) = people().await;
    let (hers, _) = enter(&sign_in, "alice", None).await;
    let wrong = Secret::new("wrong");
    assert!(sign_in.sign_in("Bob", wrong, "x", Some(&hers), &origin()).await.is_err());
    assert_eq!(who(&sign_in, &hers).await, "alice");
}

#[tokio::test]
async fn secrets_of_sessions_are_never_the_same() {
    let (_, sign_in) = people().await;
    let mut secrets = BTreeSet::new();
    for _ in 0..9 {
        secrets.insert(enter(&sign_in, "alice", None).await.0.expose().to_owned());
        secrets.insert(sign_in.seed().expose().to_owned());
    }
    assert_eq!(secrets.len(), 18);
}

#[tokio::test]
async fn an_unused_session_is_over() {
    let (world, sign_in) = people().await;
    let (secret, _) = enter(&sign_in, "alice", None).await;
    for _ in 0..5 {
        world.clock.advance(DAY - Duration::from_secs(1));
        assert_eq!(who(&sign_in, &secret).await, "alice", "it is used");
        world.activities().await; // writes the notes
    }
    world.clock.advance(DAY);
    for server in [&sign_in, &replica(&world)] {
        assert_eq!(who(server, &secret).await, "");
    }
}

#[tokio::test]
async fn a_session_is_over_after_the_longest_time_however_much_it_is_used() {
    let (world, sign_in) = people().await;
    let (secret, _) = enter(&sign_in, "alice", None).await;
    for _ in 0..(14 * 24 - 1) {
        world.clock.advance(Duration::from_secs(3600));
        assert_eq!(who(&sign_in, &secret).await, "alice");
        world.activities().await;
    }
    world.clock.advance(Duration::from_secs(3599));
    assert_eq!(who(&sign_in, &secret).await, "alice");
    world.clock.advance(Duration::from_secs(1));
    for server in [&sign_in, &replica(&world)] {
        assert_eq!(who(server, &secret).await, "", "although it was used a second ago");
    }
}

#[tokio::test]
async fn what_is_over_is_removed() {
    let (world, sign_in) = people().await;
    enter(&sign_in, "alice", None).await;
    world.clock.advance(DAY - Duration::from_secs(1));
    enter(&sign_in, "alice", None).await;
    let tidy = Tidy {
        store: world.store.clone(),
        clock: Arc::new(world.clock.clone()),
        refresh_unused: 90 * DAY,
        sessions: TIMES,
        lockout_window: Duration::from_secs(600),
    };
    tidy.run().await.unwrap();
    assert_eq!(listed(&world, "alice").await.len(), 2);
    world.clock.advance(Duration::from_secs(2));
    tidy.run().await.unwrap();
    assert_eq!(listed(&world, "alice").await.len(), 1);
}

/// SR4: within an epoch, at every replica.
#[tokio::test]
async fn sr4_a_new_password_ends_all_sessions() {
    let (world, sign_in) = people().await;
    let other = replica(&world);
    let (one, _) = enter(&sign_in, "Bob", None).await;
    let (two, _) = enter(&other, "Bob", None).await;
    let (hers, _) = enter(&sign_in, "alice", None).await;
    for server in [&sign_in, &other] {
        for secret in [&one, &two] {
            assert_eq!(who(server, secret).await, "Bob", "remembered from now on");
        }
        assert_eq!(who(server, &hers).await, "alice");
    }
    let name = "bob".parse().unwrap();
    let new = Secret::new("another password");
    world.change_account().set_password(&operator(), &name, &new).await.unwrap();
    for server in [&sign_in, &other] {
        assert_eq!((who(server, &one).await, who(server, &two).await), Default::default());
        assert_eq!(who(server, &hers).await, "alice", "not another's");
        assert!(is_rejected(server, "Bob", &password_of("Bob")).await);
    }
    assert!(sign_in.sign_in("Bob", new, "x", None, &origin()).await.is_ok());
}

/// SR4: for good, even where the account is enabled again.
#[tokio::test]
async fn sr4_disabling_an_account_ends_all_sessions() {
    let (world, sign_in) = people().await;
    let other = replica(&world);
    let (secret, _) = enter(&sign_in, "Bob", None).await;
    assert_eq!(who(&other, &secret).await, "Bob");
    let name = "bob".parse().unwrap();
    world.change_account().disable(&operator(), &name).await.unwrap();
    for server in [&sign_in, &other] {
        assert_eq!(who(server, &secret).await, "");
    }
    world.change_account().enable(&operator(), &name).await.unwrap();
    for server in [&sign_in, &other] {
        assert_eq!(who(server, &secret).await, "");
    }
}

/// A right that goes is gone for the session that is open.
#[tokio::test]
async fn a_change_of_privilege_ends_all_sessions() {
    let (world, sign_in) = people().await;
    let (secret, _) = enter(&sign_in, "Bob", None).await;
    let bob = "bob".parse().unwrap();
    world.person("root", true).await;
    world.change_account().promote(&operator(), &bob).await.unwrap();
    assert_eq!(who(&sign_in, &secret).await, "");
    let (secret, _) = enter(&sign_in, "Bob", None).await;
    world.change_account().demote(&operator(), &bob).await.unwrap();
    assert_eq!(who(&sign_in, &secret).await, "");
}

#[tokio::test]
async fn signing_out_ends_this_session_alone() {
    let (world, sign_in) = people().await;
    let other = replica(&world);
    let (one, _) = enter(&sign_in, "Bob", None).await;
    let (two, _) = enter(&sign_in, "Bob", None).await;
    assert_eq!(who(&other, &one).await, "Bob", "remembered");
    sign_in.sign_out(&one, &origin()).await.unwrap();
    for server in [&sign_in, &other] {
        assert_eq!((who(server, &one).await, who(server, &two).await), ("".into(), "Bob".into()));
    }
    // Again, and with what never was one.
    sign_in.sign_out(&one, &origin()).await.unwrap();
    sign_in.sign_out(&Secret::new("nonsense"), &origin()).await.unwrap();
    let log = world.activities().await.join("\n");
    assert_eq!(log.matches("account.sign_out Bob Bob").count(), 1, "{log}");
}

#[tokio::test]
async fn beyond_the_limit_the_least_recently_used_session_ends_everywhere() {
    let (world, sign_in) = people().await;
    let other = replica(&world);
    let mut secrets = Vec::new();
    for _ in 0..3 {
        secrets.push(enter(&sign_in, "Bob", None).await.0);
        world.clock.advance(Duration::from_secs(120));
    }
    assert_eq!(who(&other, &secrets[1]).await, "Bob", "remembered");
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(who(&other, &secrets[0]).await, "Bob", "the last used");
    world.activities().await; // writes the notes
    // Now one was used just now, two a moment before, three when it began.
    secrets.push(enter(&sign_in, "Bob", None).await.0);
    let mut left = Vec::new();
    for (number, secret) in (1..).zip(&secrets) {
        if who(&other, secret).await == "Bob" {
            left.push(number);
        }
    }
    assert_eq!(left, [1, 2, 4]);
}

/// SR2: what opens one door opens no other.
#[tokio::test]
async fn sr2_a_session_is_no_other_credential_and_no_other_is_a_session() {
    let (world, sign_in) = people().await;
    let (session, _) = enter(&sign_in, "Bob", None).await;
    let basic = |name: &str| Credential::Basic { username: name.into(), password: session.clone() };
    for credential in [basic("Bob"), basic(""), Credential::Refresh(session.clone())] {
        let answer = world.authenticate.identify(Some(&credential), &origin()).await;
        let refused =
            matches!(answer, Err(AuthenticateError::Rejected | AuthenticateError::InvalidGrant));
        assert!(refused, "{answer:?}");
    }
    let seed = sign_in.seed();
    for other in [
        world.token("Bob", "pull,push,delete,api", None).await,
        refresh_token(&world).await,
        SecretKind::Notification.secret(&world.entropy.bytes()),
        SecretKind::Setup.secret(&world.entropy.bytes()),
        SecretKind::PasswordLink.secret(&world.entropy.bytes()),
        password_of("Bob"),
        // What the guard of a stranger's forms is made of has the form of a session.
        seed.clone(),
        Secret::new(sign_in.guard(&session)),
        Secret::new(sign_in.guard(&seed)),
        Secret::new(""),
        Secret::new(session.expose().to_lowercase()),
        Secret::new(&session.expose()[..session.expose().len() - 1]),
        Secret::new(format!(" {}", session.expose())),
    ] {
        assert_eq!(who(&sign_in, &other).await, "", "{}", other.expose());
    }
    // A mere change of prefix makes nothing of another's digest.
    let token = world.token("Bob", "push", None).await;
    let renamed = token.expose().replace("portus_t_", "portus_s_");
    assert_eq!(who(&sign_in, &Secret::new(renamed)).await, "");
}

/// SR3: the store knows a digest, and what forms carry does not lead back to the secret.
#[tokio::test]
async fn sr3_of_a_session_only_its_digest_is_stored() {
    let (world, sign_in) = people().await;
    let (secret, begun) = enter(&sign_in, "Bob", None).await;
    let digest = world.passwords.digest(&secret);
    let stored = world.memory.session(&digest).await.unwrap().unwrap();
    assert_eq!(stored.session.id, begun.session);
    assert!(!format!("{stored:?}").contains(secret.expose()));
    let guard = sign_in.guard(&secret);
    let hex: String = digest.0.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_ne!(guard, hex, "who sees a form does not know what the store looks for");
    assert!(!guard.contains(secret.expose()));
    let log = world.activities().await.join("\n");
    assert!(!log.contains(secret.expose()) && !log.contains(&guard), "{log}");
}

#[tokio::test]
async fn a_guard_is_of_one_session_alone() {
    let (_, sign_in) = people().await;
    let (one, _) = enter(&sign_in, "Bob", None).await;
    let (two, _) = enter(&sign_in, "Bob", None).await;
    assert_eq!(sign_in.guard(&one), sign_in.guard(&one));
    assert_ne!(sign_in.guard(&one), sign_in.guard(&two));
}

#[tokio::test]
async fn everyone_sees_and_ends_her_own_sessions_only() {
    let (world, sign_in) = people().await;
    let (his, begun) = enter(&sign_in, "Bob", None).await;
    let (hers, _) = enter(&sign_in, "alice", None).await;
    let (alice, manage) = (world.actor("alice").await, sessions(&world));
    assert_eq!(manage.list(&alice).await.unwrap().len(), 1);
    manage.end(&alice, begun.session).await.unwrap();
    manage.end(&alice, SessionId(4711)).await.unwrap();
    manage.end_others(&alice, Some(begun.session)).await.unwrap();
    // All but his: hers are none of it.
    assert_eq!((who(&sign_in, &his).await, who(&sign_in, &hers).await), ("Bob".into(), "".into()));
    let (hers, own) = enter(&sign_in, "alice", None).await;
    manage.end(&alice, own.session).await.unwrap();
    assert_eq!(who(&sign_in, &hers).await, "");
    assert_eq!(who(&sign_in, &his).await, "Bob");
    let nobody = Actor::operator("root");
    assert_eq!(manage.list(&nobody).await.unwrap(), []);
    manage.end(&nobody, begun.session).await.unwrap();
    manage.end_others(&nobody, None).await.unwrap();
    assert_eq!(who(&sign_in, &his).await, "Bob");
}

#[tokio::test]
async fn all_other_sessions_end_at_once_at_every_replica() {
    let (world, sign_in) = people().await;
    let other = replica(&world);
    let (one, _) = enter(&sign_in, "Bob", None).await;
    let (two, kept) = enter(&sign_in, "Bob", None).await;
    let (three, _) = enter(&sign_in, "Bob", None).await;
    for secret in [&one, &two, &three] {
        assert_eq!(who(&other, secret).await, "Bob", "remembered");
    }
    let bob = world.actor("Bob").await;
    sessions(&world).end_others(&bob, Some(kept.session)).await.unwrap();
    sessions(&world).end_others(&bob, Some(kept.session)).await.unwrap();
    for server in [&sign_in, &other] {
        let left = [who(server, &one).await, who(server, &two).await, who(server, &three).await];
        assert_eq!(left, ["", "Bob", ""]);
    }
    let log = world.activities().await.join("\n");
    let told = "account.sign_out Bob Bob all other sessions";
    assert_eq!(log.matches(told).count(), 1, "what ended nothing is no news: {log}");
}

async fn refresh_token(world: &World) -> Secret {
    let who = world.sign_in("Bob", &password_of("Bob")).await.unwrap();
    let request = TokenRequest {
        service: SERVICE.into(),
        scopes: None,
        offline: true,
        client: "docker".into(),
    };
    let issued = world.issue_token.issue(&who, request, &origin()).await.unwrap();
    issued.refresh.unwrap()
}
