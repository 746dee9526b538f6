//! What is taken away is gone with the next token.

use portus_tests::world::{SERVICE, password};
use portus_tests::{Place, Token, TokenRequest, World, until};

on_both_databases! {
    /// SR4
    fn what_is_taken_away_by_portusctl_is_gone_with_the_next_token(database) {
        let world = World::start(Place::on(database));
        a_disabled_account_has_nothing_left(&world);
        a_new_password_ends_what_the_old_one_earned(&world);
        a_revoked_token_is_refused(&world);
        roles_and_memberships_are_looked_at_each_time(&world);
        a_closed_namespace_is_closed(&world);
        admins_are_demoted(&world);
        a_namespace_given_away_goes_with_its_rights(&world);
    }
}

fn a_disabled_account_has_nothing_left(world: &World) {
    let application = world.create_token(&["bob", "--label", "laptop", "--actions", "pull,push"]);
    let earned = world.asks("bob").with("offline_token", "true").get().expect(200).json();
    let refresh = earned["refresh_token"].as_str().unwrap();
    let by_token = TokenRequest::to(&world.portus.url).service(SERVICE).by("bob", &application);
    by_token.get().expect(200);
    world.asks("").refresh(refresh).expect(200);
    world.client("bob").push(&portus_tests::Image::small("bob"), "crew/bobs", "1");

    world.portus.ctl(&["user", "disable", "bob"]).ok();
    until("his password is refused", || world.asks("bob").get().status == 401);
    by_token.get().expect(401);
    world.asks("").refresh(refresh).expect(400);
    assert_eq!(world.client("bob").manifest("crew/bobs", "1").status, 401);

    world.portus.ctl(&["user", "enable", "bob"]).ok();
    until("his password is good again", || world.asks("bob").get().status == 200);
    by_token.get().expect(200);
    world.asks("").refresh(refresh).expect(400);
}

fn a_new_password_ends_what_the_old_one_earned(world: &World) {
    let earned = world.asks("carol").with("offline_token", "true").get().expect(200).json();
    let refresh = earned["refresh_token"].as_str().unwrap();
    let arguments = ["user", "password", "carol", "--password-stdin"];
    world.portus.ctl_with_input(&arguments, "quite-another-phrase\n").ok();
    until("her old password is refused", || world.asks("carol").get().status == 401);
    world.asks("").refresh(refresh).expect(400);
    let request = TokenRequest::to(&world.portus.url).service(SERVICE);
    request.by("carol", "quite-another-phrase").get().expect(200);
    world.portus.ctl_with_input(&arguments, &password("carol")).ok();
    until("her first password is back", || world.asks("carol").get().status == 200);
}

fn a_revoked_token_is_refused(world: &World) {
    let secret = world.create_token(&["bob", "--label", "old", "--actions", "pull"]);
    let request = TokenRequest::to(&world.portus.url).service(SERVICE).by("bob", &secret);
    request.get().expect(200);
    world.portus.ctl(&["token", "revoke", "bob", "old"]).ok();
    until("the revoked token is refused", || request.get().status == 401);
    // The bot's goes with the bot.
    world.portus.ctl(&["user", "disable", "ci"]).ok();
    until("the bot is refused", || world.asks("ci").get().status == 401);
    world.portus.ctl(&["user", "enable", "ci"]).ok();
    until("the bot is back", || world.asks("ci").get().status == 200);
}

fn roles_and_memberships_are_looked_at_each_time(world: &World) {
    let bob = Ways::of(world, "bob", "as a member");
    let may = || bob.granted("crew/app", "pull,push");
    assert_eq!(may(), ["pull,push"; 3]);
    world.portus.ctl(&["team", "member", "role", "crew", "bob", "viewer"]).ok();
    until("bob no longer pushes", || may() == ["pull"; 3]);
    world.portus.ctl(&["team", "member", "remove", "crew", "bob"]).ok();
    until("bob no longer pulls", || may() == [""; 3]);
    world.portus.ctl(&["team", "member", "add", "crew", "bob", "--role", "contributor"]).ok();
    until("bob is back", || may() == ["pull,push"; 3]);
}

fn a_closed_namespace_is_closed(world: &World) {
    let mallory = Ways::of(world, "mallory", "as a stranger");
    let may = || mallory.granted("open/app", "pull");
    world.client("bob").push(&portus_tests::Image::small("open"), "open/app", "1");
    assert!(world.client("").can_pull("open/app", "1"));
    world.portus.ctl(&["namespace", "visibility", "open", "protected"]).ok();
    until("strangers who did not sign in are out", || !world.client("").can_pull("open/app", "1"));
    assert!(world.client("mallory").can_pull("open/app", "1"));
    assert_eq!(may(), ["pull"; 3], "whoever signed in is not");
    world.portus.ctl(&["namespace", "visibility", "open", "private"]).ok();
    until("everyone else is out", || may() == [""; 3]);
    assert!(!world.client("mallory").can_pull("open/app", "1"));
    assert!(world.client("carol").can_pull("open/app", "1"));
    world.portus.ctl(&["namespace", "visibility", "open", "public"]).ok();
    until("it is open again", || world.client("").can_pull("open/app", "1"));
    until("it is open to those who were out", || may() == ["pull"; 3]);
}

fn admins_are_demoted(world: &World) {
    let by_password = || world.granted("mallory", "crew/app", "pull,push,delete");
    assert_eq!(by_password(), "");
    world.portus.ctl(&["user", "promote", "mallory"]).ok();
    until("mallory administers", || by_password() == "delete,pull,push");
    let mallory = Ways::of(world, "mallory", "as an admin");
    let may = || mallory.granted("crew/app", "pull,push,delete");
    assert_eq!(may(), ["delete,pull,push"; 3]);
    world.portus.ctl(&["user", "demote", "mallory"]).ok();
    until("mallory is nobody again", || may() == [""; 3]);
}

/// SR6: rights follow the namespace, not its name or its old owner.
fn a_namespace_given_away_goes_with_its_rights(world: &World) {
    world.portus.ctl(&["team", "create", "others", "--owner", "mallory"]).ok();
    world.portus.ctl(&["namespace", "give", "shared", "--team", "others"]).ok();
    until("the new team has it", || {
        world.granted("mallory", "shared/app", "pull,push") == "pull,push"
    });
    assert_eq!(world.granted("bob", "shared/app", "pull,push"), "pull", "it is protected");
    assert_eq!(world.granted("ci", "shared/app", "pull,push"), "pull");
}

/// Someone with everything that she can show: her password, a refresh token, an application token.
struct Ways<'a> {
    world: &'a World,
    name: &'a str,
    refresh: String,
    application: String,
}

impl<'a> Ways<'a> {
    fn of(world: &'a World, name: &'a str, label: &str) -> Self {
        let earned = world.asks(name).with("offline_token", "true").get().expect(200).json();
        let refresh = earned["refresh_token"].as_str().unwrap().to_owned();
        let token = [name, "--label", label, "--actions", "pull,push,delete"];
        Self { world, name, application: world.create_token(&token), refresh }
    }

    /// What each of them is granted.
    fn granted(&self, repository: &str, actions: &str) -> [String; 3] {
        let scope = format!("repository:{repository}:{actions}");
        let nobody = self.world.asks("").scope(&scope);
        let replies = [
            self.world.asks(self.name).scope(&scope).get(),
            nobody.refresh(&self.refresh),
            nobody.clone().by(self.name, &self.application).get(),
        ];
        replies.map(|reply| Token::of(&reply.expect(200)).on(repository))
    }
}
