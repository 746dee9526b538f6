//! Pages as hands use them: back and forward, twice, by keyboard alone, and with odd words in every
//! field.

use portus_tests::image::Image;
use portus_tests::{Browser, Place, Visitor, Wishes, World, pages, until};

/// Fields of a form by name, with what is typed into each.
type Typed = &'static [(&'static str, &'static str)];

/// What each form that makes something needs: where it is, what is typed, and what its button says.
const MAKING: [(&str, Typed, &str); 7] = [
    ("/teams", &[("name", "Second")], "Make the team"),
    ("/teams/crew", &[("username", "cd")], "Make the bot"),
    ("/namespaces/new", &[("name", "new"), ("team", "crew")], "Make the namespace"),
    ("/repositories/main/crew/app", &[("text", "Said once.")], "Comment"),
    ("/admin/users", &[("username", "dora"), ("password", SECRET)], "Make the account"),
    ("/teams/crew/hand-over?to=bob&then=viewer", &[], "Hand crew over to bob"),
    ("/admin/registries/new", &[("url", "http://127.0.0.1:9")], "Test and add"),
];

const SECRET: &str = "a password of hers alone";

#[test]
fn what_is_sent_twice_is_made_once_and_going_back_sends_nothing() {
    let world = World::start_with(Place::SMALL, pages::settings);
    world.client("bob").push(&Image::small("app"), "crew/app", "1");
    until("it is known", || world.tag("crew/app", "1").is_some());
    let browser = Browser::start(&world.folder("browser"), &world.portus.url, Wishes::USUAL);
    browser.sign_in("alice");
    for (path, fields, button) in &MAKING[..6] {
        browser.open(path);
        let form = made_by(&browser, button);
        for (name, text) in *fields {
            browser.find(&format!("{form} [name={name}]:not([type=hidden])")).fill(text);
        }
        presses_twice(&browser, &form);
        let made = browser.path();
        assert!(browser.all("[role=alert]").is_empty(), "{path}:\n{}", browser.text());
        assert_eq!(browser.all("main .notice.ok").len(), 1, "{path}:\n{}", browser.text());
        browser.back();
        browser.forward();
        assert_eq!(browser.path(), made, "{path}");
        browser.refresh();
        assert_eq!(browser.path(), made, "{path}");
        assert!(browser.all("main .notice").is_empty(), "what was done is said once: {path}");
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
    // What a browser without scripts sends when it is pressed twice.
    let alice = Visitor::signed_in(&world.portus.url, "alice");
    for (path, form, fields) in [
        ("/teams", "/teams", &[("name", "Second")][..]),
        ("/teams/crew", "/teams/crew/bots", &[("username", "cd"), ("role", "viewer")]),
        (
            "/namespaces/new",
            "/namespaces",
            &[("registry", "main"), ("name", "new"), ("team", "crew"), ("visibility", "private")],
        ),
        ("/admin/users", "/admin/users", &[("username", "dora"), ("password", SECRET)]),
        ("/teams/crew", "/teams/crew/hand-over", &[("to", "bob"), ("then", "viewer")]),
    ] {
        let again = alice.post(form, fields).expect(422).text();
        let said =
            again.split("role=\"alert\"").nth(1).unwrap_or_else(|| panic!("{path}: {again}"));
        let end = said.find("</div>").into_iter().chain(said.find("</span>")).min().unwrap();
        let said = said[..end].rsplit('>').next().unwrap();
        assert!(said.ends_with('.') && said.starts_with(char::is_uppercase), "{path}: {said}");
    }
    let place = [("registry", "main"), ("path", "crew/app"), ("text", "Said once.")];
    alice.post("/comments", &place).expect(303);
    assert_eq!(alice.get("/repositories/main/crew/app").text().matches("Said once.").count(), 1);
    assert_eq!(world.portus.rows(&["team", "list"]).len(), 2);
    let namespaces = world.portus.rows(&["namespace", "list", "--registry", "main"]);
    assert_eq!(namespaces.iter().filter(|row| row["name"] == "new").count(), 1);
    comes_in_once(&world, &alice);
    fails_and_goes_on(&browser);
}

/// Who makes an account of her own, or sets a password by a link, is in, however often she presses.
fn comes_in_once(world: &World, alice: &Visitor) {
    let browser = Browser::start(&world.folder("eve"), &world.portus.url, Wishes::USUAL);
    let made = alice.post("/admin/users/bob/password-link", &[]).expect(200).text();
    let link = made.split("/password/").nth(1).unwrap().split('<').next().unwrap();
    let link = format!("/password/{link}");
    for (path, fields, button) in [
        ("/sign-up", &[("username", "eve"), ("password", SECRET)][..], "Make the account"),
        (&*link, &[("password", SECRET)], "Set your password"),
    ] {
        browser.open(path);
        let form = made_by(&browser, button);
        for (name, text) in fields {
            browser.find(&format!("{form} [name={name}]:not([type=hidden])")).fill(text);
        }
        presses_twice(&browser, &form);
        assert_eq!(browser.path(), "/", "{path}:\n{}", browser.text());
        assert!(browser.all("[role=alert]").is_empty(), "{path}:\n{}", browser.text());
        assert_eq!(browser.all("main .notice.ok").len(), 1, "{path}:\n{}", browser.text());
        browser.open("/tokens");
        assert_eq!(browser.path(), "/tokens", "she is in");
        browser.forget("__Host-portus_session");
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// A hand that presses the button of a form twice.
fn presses_twice(browser: &Browser, form: &str) {
    let twice = format!(
        "const button = document.querySelector('{form} button:not([name])'); \
         button.click(); button.click(); null"
    );
    browser.leave(|| drop(browser.ask(&twice)));
}

/// A form that was refused is left behind by going back, and sends nothing again.
fn fails_and_goes_on(browser: &Browser) {
    let (path, fields, button) = MAKING[6];
    browser.open(path);
    browser.fill(fields[0].0, fields[0].1);
    browser.follow(button);
    let shown = browser.text();
    assert!(shown.contains("Add anyway"), "{shown}");
    browser.follow("Add anyway");
    assert_eq!(browser.path(), "/admin/registries/127.0.0.1");
    browser.open(path);
    browser.fill(fields[0].0, fields[0].1);
    browser.follow(button);
    browser.follow("Add anyway");
    assert!(browser.find("[role=alert]").text().ends_with('.'), "{}", browser.text());
    browser.open("/teams");
    browser.fill("name", "Second");
    browser.follow("Make the team");
    assert_eq!(browser.find("main [name=name]").typed(), "Second", "what was typed is kept");
    browser.back();
    assert!(browser.all("[role=alert]").is_empty(), "{}", browser.text());
    assert!(!browser.text().contains("no longer good"));
}

/// The form whose button says so.
fn made_by(browser: &Browser, button: &str) -> String {
    let find = format!(
        "(() => {{ const button = [...document.querySelectorAll('main form button')] \
         .find((one) => one.textContent.trim() === '{button}'); \
         button.form.id ||= 'found'; return '#' + button.form.id; }})()"
    );
    browser.ask(&find).as_str().unwrap().to_owned()
}

#[test]
fn everything_is_reached_and_seen_by_keyboard_alone() {
    let world = World::start_with(Place::SMALL, |_| {});
    world.client("bob").push(&Image::index("app", &["amd64", "arm64"]), "crew/app", "1.0");
    until("it is known", || world.tag("crew/app", "1.0").is_some());
    let browser = Browser::start(&world.folder("browser"), &world.portus.url, Wishes::USUAL);
    signs_in_by_keys(&browser);
    skips_to_the_content(&browser);
    opens_and_closes_by_keys(&browser);
    for path in ["/", "/repositories/main/crew/app", "/teams/crew", "/tokens", "/admin/health"] {
        sees_where_she_is(&browser, path);
    }
    finds_while_she_types(&browser);
    copies_and_pastes(&browser);
    keeps_up(&browser);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

fn signs_in_by_keys(browser: &Browser) {
    browser.open("/sign-in");
    browser.find("[name=username]").fill("alice");
    browser.press(TAB);
    assert_eq!(focus(browser), "password");
    browser.find("[name=password]").fill(&portus_tests::world::password("alice"));
    browser.leave(|| browser.press(ENTER));
    assert_eq!(browser.path(), "/");
}

fn skips_to_the_content(browser: &Browser) {
    browser.open("/repositories/main/crew/app");
    browser.press(TAB);
    let top = "document.activeElement.getBoundingClientRect().top";
    assert_eq!(browser.ask("document.activeElement.className"), "skip");
    assert!(browser.ask(top).as_f64().unwrap() >= 0.0, "it can be seen");
    browser.press(ENTER);
    browser.press(TAB);
    let inside = browser.ask("!!document.activeElement.closest('main')");
    assert_eq!(inside, true, "the next is in the content");
}

fn opens_and_closes_by_keys(browser: &Browser) {
    browser.press("/");
    assert_eq!(focus(browser), "search");
    // In a field it is a letter.
    browser.press("/");
    assert_eq!(browser.find("#search").typed(), "/");
    browser.find("details.menu > summary").click();
    browser.press(ESCAPE);
    assert!(browser.all("details.menu[open]").is_empty());
    let summary = "document.activeElement.matches('details.menu > summary')";
    assert_eq!(browser.ask(summary), true, "the focus is where it was");
    browser.press(ENTER);
    assert_eq!(browser.all("details.menu[open]").len(), 1);
    browser.press(ESCAPE);
    browser.chord(CONTROL, "k");
    assert_eq!(browser.all("dialog[open]").len(), 1);
    assert_eq!(browser.ask("!!document.activeElement.closest('dialog')"), true);
    browser.press(ESCAPE);
    assert!(browser.all("dialog[open]").is_empty());
    assert_eq!(browser.ask(summary), true, "the focus returns");
    browser.chord(CONTROL, "k");
    for letter in ["t", "e", "a", "m", "s"] {
        browser.press(letter);
    }
    browser.leave(|| browser.press(ENTER));
    assert_eq!(browser.path(), "/teams");
}

/// Tab goes through the page, one after the other, and each shows that it has the focus.
fn sees_where_she_is(browser: &Browser, path: &str) {
    browser.open(path);
    let able = "[...document.querySelectorAll('a[href], button, input, select, textarea, summary')] \
        .filter((one) => one.checkVisibility() && one.type !== 'hidden' && one.tabIndex >= 0).length";
    let able = browser.ask(able).as_u64().unwrap();
    let look = "(() => { const one = document.activeElement; const shown = (one) => { \
        const style = getComputedStyle(one); \
        return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0; }; \
        if (one === document.body) return ''; \
        return (shown(one) || shown(one.closest('label') ?? one)) ? 'shown' : one.outerHTML; })()";
    let mut seen = 0;
    for _ in 0..=able {
        browser.press(TAB);
        match browser.ask(look).as_str().unwrap() {
            "" => break,
            "shown" => seen += 1,
            unseen => panic!("the focus does not show on {path}: {unseen}"),
        }
    }
    // Of radio buttons of one name only one is on the way.
    assert!(seen > 10 && seen * 2 > able, "{seen} of {able} are reached on {path}");
}

/// What fits comes while she types; the arrows choose, and Enter goes there.
fn finds_while_she_types(browser: &Browser) {
    browser.open("/teams");
    browser.press("/");
    for letter in ["a", "p", "p"] {
        browser.press(letter);
    }
    until("what fits is listed", || !browser.all("#search ~ .results [role=option]").is_empty());
    assert_eq!(browser.find("#search").attribute("aria-expanded"), "true");
    assert!(browser.all("[role=option][aria-selected=true]").is_empty(), "nothing is chosen yet");
    browser.press(DOWN);
    let chosen = browser.find("[role=option][aria-selected=true]");
    assert_eq!(chosen.attribute("href"), "/repositories/main/crew/app");
    assert_eq!(focus(browser), "search", "she can type on");
    let named = browser.find("#search").attribute("aria-activedescendant");
    assert_eq!(named, chosen.attribute("id"), "screen readers are told which");
    browser.leave(|| browser.press(ENTER));
    assert_eq!(browser.path(), "/repositories/main/crew/app");
}

/// A command is copied with its button, as it then is where she pastes it.
fn copies_and_pastes(browser: &Browser) {
    browser.open("/repositories/main/crew/app:1.0");
    let mut buttons = browser.all(".command > button.copy").into_iter();
    let button = buttons.find(|one| one.is_shown()).expect("a button that copies");
    button.click();
    until("it is copied", || button.attribute("class").contains("ok"));
    let command = "[...document.querySelectorAll('.command > button.copy.ok')] \
        .map((one) => one.previousElementSibling.textContent.trim()).join()";
    let command = browser.ask(command);
    assert!(command.as_str().unwrap().contains("crew/app:1.0"), "{command}");
    browser.press("/");
    browser.chord(CONTROL, "v");
    assert_eq!(command, browser.find("#search").typed());
}

/// Times go on while the page is open, and what is under way is looked at again.
fn keeps_up(browser: &Browser) {
    browser.open("/repositories/main/crew/app");
    let later = "document.body.dataset.now = Number(document.body.dataset.now) + 7200; \
        document.dispatchEvent(new Event('visibilitychange')); \
        document.querySelector('.facts time').textContent";
    assert_eq!(browser.ask(later), "2 h ago");
    browser.open("/admin");
    browser.leave(|| browser.find("#live form button").click());
    browser.ask("window.here = true; null");
    until("the checks are done", || browser.all("[data-again]").is_empty());
    assert_eq!(browser.ask("window.here"), true, "the page was not loaded anew");
    assert!(!browser.all("#live .fold").is_empty());
}

/// SR17: words that run where a page does not escape them, in each field that keeps what is typed.
#[test]
fn sr17_odd_words_in_every_field_are_only_words() {
    let world = World::start_with(Place::SMALL, pages::settings);
    world.client("bob").push(&Image::small("app"), "crew/app", "1");
    until("it is known", || world.tag("crew/app", "1").is_some());
    let alice = Visitor::signed_in(&world.portus.url, "alice");
    let browser = Browser::start(&world.folder("browser"), &world.portus.url, Wishes::USUAL);
    for (number, text) in ODD.into_iter().enumerate() {
        let pages = writes(&alice, number, text);
        if number == 0 {
            browser.sign_in("alice");
        }
        for (page, is_shown) in pages {
            browser.open(&page);
            let mut complaints = browser.complaints();
            // What is no name, or none of a page, is refused in words.
            complaints.retain(|one| !["404", "422"].iter().any(|status| one.contains(status)));
            assert_eq!(complaints, Vec::<String>::new(), "{text} on {page}");
            let alive = browser.ask(ALIVE);
            assert_eq!(alive, "", "{text} on {page}");
            let shown = browser.ask("document.documentElement.textContent + [...document.querySelectorAll('input')].map((one) => one.value)");
            let shown = shown.as_str().unwrap();
            assert!(!is_shown || shown.contains(text), "{text} is not on {page}");
        }
    }
}

/// Writes it wherever something is kept, and says where it then is, and whether as it was written.
fn writes(alice: &Visitor, number: usize, text: &str) -> Vec<(String, bool)> {
    let place = [("registry", "main"), ("path", "crew/app"), ("name", "crew")];
    let about = [&place[..], &[("text", text)]].concat();
    // Some are not as these names have to be, which the page then says.
    let (team, name) =
        (format!("{text}{number}"), format!("{}{number}", text.replace([' ', ':', '/'], "")));
    let sent = |path: &str, fields: &[(&str, &str)]| {
        let answer = alice.post(path, fields);
        assert!([303, 422].contains(&answer.status), "{path}: {}", answer.status);
        assert!(!answer.text().contains("<img src=x"), "{path}");
    };
    sent("/teams", &[("name", &team)]);
    sent("/teams/crew/bots", &[("username", &name), ("role", "viewer")]);
    sent(
        "/admin/users",
        &[("username", &format!("p{name}")), ("email", text), ("password", "a long password")],
    );
    for form in ["/descriptions/namespace", "/descriptions/repository", "/comments"] {
        sent(form, &about);
    }
    sent("/teams/crew/description", &[("text", text)]);
    alice.post("/tokens", &[("label", text), ("may", "pull"), ("days", "1")]).expect(200);
    let url = [
        ("url", "http://127.0.0.1:9"),
        ("hosts", text),
        ("name", text),
        ("service", text),
        ("act", "anyway"),
    ];
    sent("/admin/registries/new", &url);
    sent("/profile/password", &[("current", text), ("new", text)]);
    let query = portus_tests::wire::encoded([("q", text)]);
    let mut pages: Vec<_> =
        ["/teams", "/admin/users?kind=all", "/audit", "/tokens", "/repositories/main/crew/app"]
            .map(|page| (page.to_owned(), page.ends_with("app") || page == "/tokens"))
            .into();
    for page in [
        "/",
        "/namespaces/main/crew",
        "/namespaces/main/crew/activity",
        "/teams/crew",
        "/profile",
        "/sessions",
    ] {
        pages.push((page.into(), false));
    }
    pages.push((format!("/search?{query}"), true));
    for page in [
        "/audit?object=",
        "/repositories?name=",
        "/admin/users?prefix=",
        "/sign-in?to=/",
        "/access/what-can?who=",
        "/access?registry=main&action=pull&repository=",
    ] {
        let encoded = query.trim_start_matches("q=");
        pages.push((format!("{page}{encoded}"), false));
    }
    pages
}

/// What of a page would run or load.
const ALIVE: &str = "[...document.querySelectorAll('*')].filter((one) => \
    one.matches('img, iframe, object, embed, base, script:not([src^=\"/assets/\"]), [href^=\"javascript:\" i]') \
    || [...one.attributes].some((attribute) => attribute.name.startsWith('on'))) \
    .map((one) => one.outerHTML).join('\\n')";

const ODD: [&str; 4] = [
    "\"><img src=x onerror=alert(1)>",
    "</textarea></title><script>alert(1)</script>",
    "' onfocus=alert(1) autofocus='",
    "{{7*7}}<svg/onload=alert(1)>`$(id)`",
];

const CONTROL: &str = "\u{e009}";
const DOWN: &str = "\u{e015}";
const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const TAB: &str = "\u{e004}";

/// What has the focus: its id, or its name.
fn focus(browser: &Browser) -> String {
    let asked = browser.ask("document.activeElement.id || document.activeElement.name");
    asked.as_str().unwrap_or_default().to_owned()
}
