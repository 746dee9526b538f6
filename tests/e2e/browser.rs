//! Pages, as people see them: a real Chromium, with scripts and without.

use portus_tests::image::Image;
use portus_tests::world::{Folder, password};
use portus_tests::{Browser, Client, Place, Wishes, World, eventually};

/// With scripts, in the light and in the dark, on a desk and on a phone.
#[test]
fn an_admin_finds_her_way_from_the_set_up_link_to_the_door() {
    tour("scripts", Wishes::USUAL);
}

/// Every read and every form works without scripts.
#[test]
fn all_of_it_works_without_scripts() {
    tour("plain", Wishes::PLAIN);
}

/// What looks at the pages sees what it looks for.
#[test]
fn a_page_with_everything_wrong_is_found_out() {
    let folder = Folder::new();
    let browser = Browser::start(folder.path(), "http://127.0.0.1:1", Wishes::USUAL);
    browser.open(
        "data:text/html,<title>x</title><p style='color:%23eee;background:%23fff'>pale\
         <img src='data:,'><div style='width:900px'>wide</div><script>nowhere()</script>",
    );
    let barriers = browser.barriers().join("\n");
    for rule in ["color-contrast", "image-alt", "html-has-lang"] {
        assert!(barriers.contains(rule), "{rule}: {barriers}");
    }
    assert!(browser.complaints().iter().any(|one| one.contains("nowhere is not defined")));
    browser.resize(360, 740);
    assert!(browser.overhang() > 500, "{}", browser.overhang());
}

/// Someone who walks through the pages and looks at each.
struct Visitor {
    name: &'static str,
    browser: Browser,
    scripts: bool,
    faults: Vec<String>,
}

fn tour(name: &'static str, wishes: Wishes) {
    let mut world = World::install(Place::SMALL, |_| {});
    world.run();
    let browser = Browser::start(&world.folder("browser"), &world.portus.url, wishes);
    let mut alice = Visitor { name, browser, scripts: wishes.scripts, faults: Vec::new() };
    sets_up(&mut alice, &set_up_link(&world));
    signs_in(&mut alice);
    alice.look("home-empty", &[]);
    world.furnish();
    world.open_registry();
    let pushed = pushes(&world);
    loses_a_namespace(&world);
    finds_what_was_pushed(&mut alice, &pushed);
    makes_a_token_and_uses_it(&mut alice, &world);
    asks_why(&mut alice);
    chooses_the_dark(&mut alice);
    changes_nothing_by_accident(&mut alice, &world);
    sees_where_she_is_signed_in(&mut alice, &world, wishes);
    changes_her_password(&mut alice, &world);
    looks_after_it_all(&mut alice);
    signs_out(&mut alice);
    sees_what_a_stranger_sees(&mut alice);
    assert!(alice.faults.is_empty(), "{} faults:\n{}", alice.faults.len(), alice.faults.join("\n"));
}

impl Visitor {
    /// Looks at the page that is open, everywhere; `expected` are the answers other than success
    /// that led here.
    fn look(&mut self, page: &str, expected: &[&str]) {
        for theme in ["light", "dark"] {
            self.browser.prefer(theme);
            self.browser.photograph(&format!("{}-{page}-{theme}", self.name));
            if self.scripts {
                let barriers = self.browser.barriers();
                let told = barriers.iter().map(|one| format!("{page}, {theme}: {one}"));
                self.faults.extend(told);
            }
        }
        self.browser.prefer("light");
        self.browser.resize(360, 740);
        self.browser.photograph(&format!("{}-{page}-phone", self.name));
        let overhang = self.browser.overhang();
        if overhang > 0 {
            self.faults.push(format!("{page}: {overhang} pixels are beside a phone"));
        }
        self.browser.resize(1280, 900);
        self.listen(page, expected);
    }

    fn listen(&mut self, page: &str, expected: &[&str]) {
        for complaint in self.browser.complaints() {
            if !expected.iter().any(|answer| complaint.contains(answer)) {
                self.faults.push(format!("{page}: {complaint}"));
            }
        }
    }

    #[track_caller]
    fn sees(&self, text: &str) {
        let shown = self.browser.text();
        assert!(shown.contains(text), "no `{text}` on {}:\n{shown}", self.browser.path());
    }

    #[track_caller]
    fn does_not_see(&self, text: &str) {
        let shown = self.browser.text();
        assert!(!shown.contains(text), "`{text}` on {}:\n{shown}", self.browser.path());
    }

    /// Opens the menu at the top and presses something in it.
    #[track_caller]
    fn choose(&self, text: &str) {
        self.browser.find("details.menu > summary").click();
        let items = self.browser.all("details.menu a, details.menu button").into_iter();
        let mut items = items.filter(|item| item.is_shown());
        let item = items.find(|item| item.text() == text);
        let item = item.unwrap_or_else(|| panic!("no `{text}` in the menu"));
        self.browser.leave(|| item.click());
    }
}

fn set_up_link(world: &World) -> String {
    let start = format!("{}/setup/", world.portus.url);
    eventually("the set-up link is printed", || {
        let log = world.portus.log();
        let link = log.split_whitespace().find(|word| word.starts_with(&start))?.to_owned();
        Some(link)
    })
}

fn sets_up(alice: &mut Visitor, link: &str) {
    let browser = &alice.browser;
    browser.open(link);
    assert_eq!(browser.title(), "Set up Portus · Portus");
    alice.look("set-up", &[]);
    let browser = &alice.browser;
    browser.fill("username", "alice");
    browser.fill("email", "alice@example.org");
    browser.fill("password", "short");
    browser.follow("Make the account");
    assert_eq!(browser.find("[name=username]").typed(), "alice");
    assert_eq!(browser.find("[name=password]").typed(), "", "no page has a password in it");
    alice.look("set-up-refused", &["422"]);
    let browser = &alice.browser;
    browser.fill("password", &password("alice"));
    browser.follow("Make the account");
    assert!(browser.path().starts_with("/admin/connect"), "{}", browser.path());
    alice.sees("Your account is made");
    alice.look("connect", &[]);
    let browser = &alice.browser;
    // Back to the form, and sent once more.
    browser.back();
    browser.open(link);
    alice.sees("There is nothing here");
    alice.look("not-found", &["404"]);
    alice.browser.open("/");
    alice.choose("Sign out");
}

fn signs_in(alice: &mut Visitor) {
    let browser = &alice.browser;
    browser.open("/tokens");
    assert_eq!(browser.path(), "/sign-in?to=/tokens");
    alice.look("sign-in", &[]);
    let browser = &alice.browser;
    browser.fill("username", "alice");
    browser.fill("password", "not her password");
    browser.follow("Sign in");
    alice.sees("That name and password don’t go together.");
    assert_eq!(browser.find("[name=username]").typed(), "alice");
    alice.look("sign-in-refused", &["401"]);
    let browser = &alice.browser;
    browser.fill("password", &password("alice"));
    browser.follow("Sign in");
    assert_eq!(browser.path(), "/tokens", "where she wanted to go");
    let cookies = browser.cookies();
    let session = cookies.iter().find(|one| one["name"] == "__Host-portus_session").unwrap();
    assert_eq!((&session["httpOnly"], &session["secure"]), (&true.into(), &true.into()));
    assert_eq!(session["sameSite"], "Lax");
    if alice.scripts {
        assert_eq!(browser.ask("document.cookie"), "", "scripts see none of them");
    }
    browser.open("/");
}

fn pushes(world: &World) -> Image {
    let bob = world.client("bob");
    let index = Image::index("app", &["amd64", "arm64/v8", "arm/v7"]);
    bob.push(&index, "crew/app", "1.0");
    bob.push(&index, "crew/app", "latest");
    bob.push(&Image::small("app-2"), "crew/app", "2.0");
    bob.push(&Image::helm_chart("chart"), "crew/charts/portus", "0.1.0");
    bob.push(&Image::small("open"), "open/a-name-that-is-rather-long/and-has/several-parts", "1");
    assert!(world.client("carol").can_pull("crew/app", "1.0"));
    eventually("all is described and counted", || {
        let row = world.tag("crew/app", "1.0")?;
        let other = world.tag("open/a-name-that-is-rather-long/and-has/several-parts", "1")?;
        let chart = world.tag("crew/charts/portus", "0.1.0")?;
        let read = [&row, &other, &chart].iter().all(|row| row["details"] == "read");
        (read && row["pulls"] == 1).then_some(())
    });
    index
}

/// Its team goes, and leaves it to nobody.
fn loses_a_namespace(world: &World) {
    world.portus.ctl(&["team", "create", "lost", "--owner", "alice"]).ok();
    world.portus.ctl(&["namespace", "create", "left", "--team", "lost"]).ok();
    let alice = portus_tests::Visitor::signed_in(&world.portus.url, "alice");
    let fields = [("name", "lost"), ("abandon", "true")];
    alice.post("/teams/lost/delete", &fields).expect(303);
}

fn finds_what_was_pushed(alice: &mut Visitor, index: &Image) {
    let browser = &alice.browser;
    browser.open("/");
    alice.sees("crew/app");
    alice.look("home", &[]);
    let browser = &alice.browser;
    browser.follow("Namespaces");
    alice.sees("shared");
    alice.look("namespaces", &[]);
    let browser = &alice.browser;
    browser.follow("main / crew");
    alice.sees("crew/charts/portus");
    alice.look("namespace", &[]);
    let browser = &alice.browser;
    browser.back();
    browser.follow("main / shared");
    alice.sees("docker push");
    alice.look("namespace-empty", &[]);
    let browser = &alice.browser;
    browser.open("/namespaces/main/crew");
    browser.follow("crew/app");
    assert_eq!(browser.path(), "/repositories/main/crew/app");
    alice.sees("by bob");
    alice.look("repository", &[]);
    let browser = &alice.browser;
    browser.follow("1.0");
    alice.sees("docker pull");
    alice.sees("linux/arm64/v8");
    let short = &index.digest()["sha256:".len()..][..12];
    alice.sees(short);
    alice.look("tag", &[]);
    let browser = &alice.browser;
    for tool in browser.all("fieldset.tools label") {
        tool.click();
        let shown = browser.all("fieldset.tools pre").into_iter().filter(|pre| pre.is_shown());
        assert_eq!(shown.count(), 1, "the command for {}", tool.text());
    }
    browser.follow("linux/arm64/v8");
    assert!(browser.path().contains("crew/app@sha256:"), "{}", browser.path());
    alice.sees("Layers");
    alice.sees("COPY /out /hello");
    alice.sees("GREETING=hello");
    alice.look("manifest", &[]);
    let browser = &alice.browser;
    browser.open("/repositories/main/crew/app?compare=1.0&with=2.0");
    alice.sees("Removed");
    alice.look("compare", &[]);
    alice.browser.open("/repositories/main/crew/app?show=untagged");
    alice.look("untagged", &[]);
    let browser = &alice.browser;
    browser.open("/repositories/main/crew/charts/portus:0.1.0");
    alice.look("chart", &[]);
    alice.browser.open("/repositories/main/open/a-name-that-is-rather-long/and-has/several-parts");
    alice.look("long-name", &[]);
}

fn makes_a_token_and_uses_it(alice: &mut Visitor, world: &World) {
    let browser = &alice.browser;
    browser.open("/");
    alice.choose("Application tokens");
    alice.look("tokens-none", &[]);
    let browser = &alice.browser;
    browser.fill("label", "build-host");
    browser.find("[name=may][value=push]").click();
    browser.follow("New token");
    alice.sees("Token “build-host” is made");
    let secret = browser.find(".once code").text();
    assert!(secret.starts_with("portus_t_"), "{secret}");
    alice.look("tokens-made", &[]);
    let client = Client::new(&world.registry.url, "alice", &secret);
    client.push(&Image::small("by-token"), "crew/app", "3.0");
    assert!(client.can_pull("crew/app", "3.0"));
    // Once more, as by a refresh: there is one already, and its secret is not shown again.
    alice.browser.refresh();
    let again = alice.browser.text();
    assert!(!again.contains(&secret), "{again}");
    alice.listen("tokens, sent twice", &["422"]);
    let browser = &alice.browser;
    browser.open("/tokens");
    assert_eq!(browser.all("tbody tr").len(), 1);
    alice.does_not_see(&secret);
    alice.look("tokens", &[]);
    let browser = &alice.browser;
    browser.fill("label", "build-host");
    browser.follow("New token");
    alice.look("tokens-refused", &["422"]);
    let browser = &alice.browser;
    browser.open("/tokens");
    browser.follow("Revoke…");
    alice.look("tokens-sure", &[]);
    let browser = &alice.browser;
    browser.follow("Revoke build-host");
    assert!(browser.path().starts_with("/tokens"), "{}", browser.path());
    assert_eq!(browser.all("tbody tr").len(), 0);
    let refused = client.try_push(&Image::small("late"), "crew/app", "4.0");
    assert_eq!(refused.status, 401);
}

fn asks_why(alice: &mut Visitor) {
    let browser = &alice.browser;
    browser.follow("Access");
    alice.look("access", &[]);
    let browser = &alice.browser;
    browser.fill("registry", "main");
    browser.fill("repository", "crew/app");
    browser.find("#action option[value=push]").click();
    browser.fill("who", "carol");
    browser.follow("Ask");
    assert_eq!(browser.find("#answer").text(), "No");
    alice.look("access-no", &[]);
    let browser = &alice.browser;
    browser.fill("who", "bob");
    browser.follow("Ask");
    assert_eq!(browser.find("#answer").text(), "Yes");
    alice.look("access-yes", &[]);
    alice.browser.fill("repository", "NOT/a path");
    alice.browser.follow("Ask");
    alice.look("access-fault", &["422"]);
}

fn chooses_the_dark(alice: &mut Visitor) {
    alice.browser.open("/namespaces");
    alice.choose("Dark");
    assert_eq!(alice.browser.path(), "/namespaces", "where she was");
    assert_eq!(alice.browser.find("html").attribute("data-theme"), "dark");
    alice.browser.photograph(&format!("{}-namespaces-chosen-dark", alice.name));
    alice.choose("System");
    assert_eq!(alice.browser.find("html").attribute("data-theme"), "");
    if alice.scripts {
        let browser = &alice.browser;
        browser.find("details.menu > summary").click();
        browser.photograph("scripts-menu");
        browser.press("\u{e00c}");
        assert!(browser.all("details.menu[open]").is_empty(), "Escape closes the menu");
    }
    alice.listen("theme", &[]);
}

fn changes_nothing_by_accident(alice: &mut Visitor, world: &World) {
    let browser = &alice.browser;
    let labels = || world.portus.rows(&["token", "list", "alice"]).len();
    assert_eq!(labels(), 0);
    browser.open("/tokens");
    browser.fill("label", "twice");
    // Both clicks of an impatient hand reach the server or one does; there is one token.
    if alice.scripts {
        browser.ask(
            "const form = document.querySelector('form[action=\"/tokens\"]'); \
             form.submit(); form.submit(); null",
        );
    } else {
        browser.follow("New token");
    }
    eventually("a token is made", || (labels() > 0).then_some(()));
    browser.open("/tokens");
    assert_eq!(labels(), 1);
    browser.back();
    browser.refresh();
    browser.open("/tokens");
    assert_eq!(browser.all("tbody tr").len(), 1);
    alice.listen("twice", &["422"]);
    // A page that was open while she signed out and in again elsewhere in this browser.
    let browser = &alice.browser;
    browser.open("/tokens");
    browser.fill("label", "stale");
    let held = browser.find("form[action='/tokens'] [name=guard]").typed();
    assert_eq!(held.len(), 64);
    browser.forget("__Host-portus_session");
    browser.follow("New token");
    alice.sees("This form is no longer good");
    assert_eq!(labels(), 1);
    alice.look("form-stale", &["403"]);
    let browser = &alice.browser;
    browser.open("/sign-in");
    browser.fill("username", "alice");
    browser.fill("password", &password("alice"));
    browser.follow("Sign in");
    assert_eq!(browser.path(), "/");
}

fn sees_where_she_is_signed_in(alice: &mut Visitor, world: &World, wishes: Wishes) {
    let second = Browser::start(&world.folder("second"), &world.portus.url, wishes);
    second.open("/sign-in");
    second.fill("username", "alice");
    second.fill("password", &password("alice"));
    second.follow("Sign in");
    alice.choose("Sessions");
    alice.sees("this browser");
    alice.look("sessions", &[]);
    alice.browser.follow("Sign out everywhere else");
    assert_eq!(alice.browser.all("tbody tr").len(), 1);
    portus_tests::until("the other browser is signed out, within a second", || {
        second.open("/tokens");
        second.path() == "/sign-in?to=/tokens"
    });
}

fn changes_her_password(alice: &mut Visitor, world: &World) {
    alice.choose("Profile");
    alice.look("profile", &[]);
    let browser = &alice.browser;
    browser.fill("current", "not her password");
    browser.fill("new", "alice-and-eight-herons");
    browser.follow("Change the password");
    alice.look("profile-refused", &["422"]);
    let browser = &alice.browser;
    browser.fill("current", &password("alice"));
    browser.fill("new", "alice-and-eight-herons");
    browser.follow("Change the password");
    assert!(browser.path().starts_with("/sign-in"), "{}", browser.path());
    browser.fill("username", "alice");
    browser.fill("password", "alice-and-eight-herons");
    browser.follow("Sign in");
    assert_eq!(browser.path(), "/");
    let old = world.asks("alice").scope("repository:crew/app:pull").get();
    assert_eq!(old.status, 401, "nor does docker get anything by the old one");
}

fn looks_after_it_all(alice: &mut Visitor) {
    alice.browser.follow("Administration");
    alice.look("admin", &[]);
    for (page, path, text) in [
        ("registries", "/admin/registries", "main"),
        ("registry", "/admin/registries/main", "main"),
        ("registry-new", "/admin/registries/new", "Registries"),
        ("users", "/admin/users", "mallory"),
        ("user", "/admin/users/bob", "bob"),
        ("settings", "/admin/settings", "token.lifetime"),
        ("keys", "/admin/keys", "ES256"),
        ("health", "/admin/health", "Administration"),
        ("teams", "/teams", "crew"),
        ("team", "/teams/crew", "carol"),
        ("namespace-new", "/namespaces/new", "Make the namespace"),
        ("namespace-settings", "/namespaces/main/crew/settings", "Settings"),
        ("orphans", "/namespaces?kind=orphan", "left"),
        ("repositories", "/repositories", "crew/app"),
        ("starred", "/stars", "Star"),
        ("search", "/search?q=app", "crew/app"),
        ("who-can", "/access/who-can?registry=main&namespace=crew&action=pull", "carol"),
        ("what-can", "/access/what-can?who=bob", "crew"),
        ("what-if", "/access/what-if", "Access"),
        ("rest", "/api", "/api/v1/namespaces"),
    ] {
        alice.browser.open(path);
        alice.sees(text);
        alice.look(page, &[]);
    }
    makes_a_link(alice);
    alice.browser.open("/");
    alice.browser.follow("Audit");
    alice.sees("repository.push");
    alice.look("audit", &[]);
    let browser = &alice.browser;
    browser.fill("actor", "bob");
    browser.follow("Filter");
    alice.sees("repository.push");
    let rows = alice.browser.all("tbody tr").into_iter().map(|row| row.text());
    assert!(rows.into_iter().all(|row| !row.contains("account.create")), "only what bob did");
    alice.look("audit-filtered", &[]);
}

/// By which somebody else sets her password.
fn makes_a_link(alice: &mut Visitor) {
    alice.browser.open("/admin/users/bob");
    alice.browser.follow("Make a link");
    alice.look("user-link", &[]);
    let link = alice.browser.find(".once code").text();
    alice.browser.open(&link);
    alice.sees("Set your password");
    alice.look("set-password", &[]);
    alice.browser.fill("password", "short");
    alice.browser.follow("Set your password");
    alice.look("set-password-refused", &["422"]);
}

fn signs_out(alice: &mut Visitor) {
    alice.browser.open("/repositories/main/crew/app");
    alice.sees("crew/app");
    alice.choose("Sign out");
    alice.sees("You are signed out.");
    alice.does_not_see("crew/app");
    // What the browser had is not shown to who sits down next.
    alice.browser.back();
    alice.does_not_see("by bob");
    alice.sees("There is nothing here");
    alice.listen("back", &["404"]);
}

fn sees_what_a_stranger_sees(alice: &mut Visitor) {
    let stranger = &alice.browser;
    stranger.open("/");
    alice.sees("open/a-name");
    alice.does_not_see("crew");
    alice.look("stranger-home", &[]);
    alice.browser.open("/namespaces");
    alice.look("stranger-namespaces", &[]);
    alice.browser.open("/repositories/main/crew/app:1.0");
    alice.sees("There is nothing here");
    alice.look("stranger-private", &["404"]);
    alice.browser.follow("Sign in, if it is yours.");
    let path = alice.browser.path();
    assert_eq!(path, "/sign-in?to=/repositories/main/crew/app%3A1.0");
}
