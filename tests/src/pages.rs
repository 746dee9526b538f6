//! Every page of the web interface, in a world where each has something to show.

use std::collections::BTreeSet;

use crate::image::Image;
use crate::notification::Event;
use crate::portus::Settings;
use crate::visitor::Visitor;
use crate::wait::{eventually, until};
use crate::world::World;

/// Each kind of person: her letter in the table, and her name.
pub const PEOPLE: [(char, &str); 6] =
    [('s', ""), ('m', "mallory"), ('c', "carol"), ('b', "bob"), ('e', "erin"), ('a', "alice")];

/// A page.
pub struct Page {
    /// What pictures of it are called.
    pub name: &'static str,
    /// Its address, with `{…}` for what no table knows.
    at: &'static str,
    /// The letters of those who find it.
    who: &'static str,
    /// What is on it.
    pub words: &'static str,
    /// What leads to a change from there, `POST …` or a path, and the letters of those who have it.
    acts: Vec<(&'static str, &'static str)>,
}

/// What the addresses in the table leave open.
pub struct Known {
    /// Of a manifest of `crew/app`.
    digest: String,
    /// The number of a deletion.
    deletion: String,
}

/// All pages.
pub fn pages() -> Vec<Page> {
    let mut pages: Vec<Page> = Vec::new();
    for line in TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if line.starts_with(' ') {
            let (act, who) = line.trim().rsplit_once(' ').expect("an act and who has it");
            pages.last_mut().expect("a page").acts.push((act, who));
        } else {
            let parts: Vec<_> = line.split(" | ").collect();
            let [name, at, who, words] = parts[..] else { panic!("not a page: {line}") };
            pages.push(Page { name, at, who, words, acts: Vec::new() });
        }
    }
    pages
}

impl Page {
    /// Whether someone finds it.
    pub fn is_found_by(&self, letter: char) -> bool {
        self.who.contains(letter)
    }

    /// Whether it is there in the world of [`fill`].
    pub fn is_there(&self) -> bool {
        self.who != "-"
    }

    /// Where it is.
    pub fn address(&self, known: &Known) -> String {
        self.at.replace("{digest}", &known.digest).replace("{deletion}", &known.deletion)
    }

    /// What leads to a change for someone.
    pub fn acts_of(&self, letter: char) -> BTreeSet<String> {
        let own = self.acts.iter().filter(|(_, who)| who.contains(letter));
        own.map(|(act, _)| (*act).to_owned()).collect()
    }

    /// What in a page leads to a change: where its forms post to, and links to pages that prepare one.
    pub fn acts_on(page: &str, at: &str) -> BTreeSet<String> {
        let here = at.split('?').next().unwrap_or_default();
        let page = page.split("<template").next().unwrap_or_default();
        let page = page.rsplit_once("<main").map_or("", |(_, main)| main);
        let forms = page.split("<form").skip(1).map(|rest| rest.split('>').next().unwrap());
        let forms = forms.filter(|form| form.contains("method=\"post\"")).map(|form| {
            let action = form.split_once("action=\"").map_or(here, |(_, rest)| rest);
            format!("POST {}", action.split('"').next().unwrap())
        });
        let links =
            page.split(" href=\"").skip(1).map(|rest| rest.split(['"', '?']).next().unwrap());
        let is_act = |link: &&str| {
            PREPARE.iter().any(|end| link.ends_with(end))
                && *link != here
                && *link != "/admin/settings"
        };
        forms.chain(links.filter(is_act).map(str::to_owned)).collect()
    }
}

/// What addresses end in where something is prepared.
const PREPARE: [&str; 9] = [
    "/delete",
    "/edit",
    "/enabled",
    "/leave",
    "/new",
    "/remove",
    "/revoke",
    "/secret",
    "/settings",
];

/// What [`fill`] needs.
pub fn settings(settings: &mut Settings) {
    settings.set("signup.enabled", "true");
    settings.set("api.requests", "1000000");
    settings.set("pages.requests", "1000000");
}

/// Makes what the pages show, in a world that has its people and its registry.
pub fn fill(world: &World) -> Known {
    world.create_person("erin");
    world.portus.ctl(&["team", "member", "add", "crew", "erin", "--role", "owner"]).ok();
    let index = Image::index("app", &["amd64", "arm64/v8", "arm/v7"]);
    pushes(world, &index);
    let (alice, bob) = (
        Visitor::signed_in(&world.portus.url, "alice"),
        Visitor::signed_in(&world.portus.url, "bob"),
    );
    for who in [&alice, &bob] {
        let place = [("registry", "main"), ("path", "crew/app")];
        let star = [&place[..], &[("starred", "true")]].concat();
        who.post("/stars", &star).expect(303);
        let comment = [&place[..], &[("text", "Runs since Tuesday.\n\nOn arm, too.")]].concat();
        who.post("/comments", &comment).expect(303);
    }
    let words = "# The app\n\nWhat *everybody* runs:\n\n- `crew/app:1.0`, as it is\n- `crew/app:2.0`, for the bold\n\n\
        | port | for |\n| --- | --- |\n| 8080 | people |\n| 9090 | machines |\n";
    let place = [("registry", "main"), ("path", "crew/app"), ("text", words)];
    alice.post("/descriptions/repository", &place).expect(303);
    let fields = [("registry", "main"), ("name", "crew"), ("text", "What the crew makes.")];
    alice.post("/descriptions/namespace", &fields).expect(303);
    alice.post("/teams/crew/description", &[("text", "Sails the ship.")]).expect(303);
    world.notify_body("{\"no event");
    Known { digest: index.children[1].digest().into(), deletion: deletes(world, &alice) }
}

fn pushes(world: &World, index: &Image) {
    let bob = world.client("bob");
    bob.push(index, "crew/app", "1.0");
    bob.push(index, "crew/app", "latest");
    bob.push(&Image::small("app-2"), "crew/app", "2.0");
    bob.push(&Image::helm_chart("chart"), "crew/charts/portus", "0.1.0");
    bob.push(&Image::small("gone"), "crew/gone", "1");
    let long = "open/a-name-that-is-rather-long/and-has/several-parts";
    bob.push(&Image::small("open"), long, "1");
    bob.push(&Image::small("many"), "open/many", "v0");
    assert!(world.client("carol").can_pull("crew/app", "1.0"));
    // A page of each list, and more.
    let tags = (1..60).map(|n| Event::push("open/many", &format!("v{n}"), &format!("many {n}"), n));
    let repositories = (0..60).map(|n| Event::push(&format!("open/r-{n}"), "1", "one", 100 + n));
    world.notify(&tags.chain(repositories).collect::<Vec<_>>()).expect_success();
    eventually("all is described and counted", || {
        let row = world.tag("crew/app", "1.0")?;
        let others = [world.tag(long, "1")?, world.tag("crew/charts/portus", "0.1.0")?];
        let read = others.iter().chain([&row]).all(|row| row["details"] == "read");
        (read && row["pulls"] == 1).then_some(())
    });
    until("the large repository is known", || {
        world.tags("open/many").len() == 60 && world.tags("open/r-59").len() == 1
    });
}

fn deletes(world: &World, alice: &Visitor) -> String {
    world.registry.let_delete(true);
    let digest = Image::small("gone").digest().to_owned();
    let tag = format!("1@{digest}");
    let fields = [("registry", "main"), ("repository", "crew/gone"), ("tag", &*tag)];
    let answer = alice.post("/deletions", &fields).expect(303);
    let (at, _) = answer.header("location").split_once('?').unwrap();
    let number = at.rsplit('/').next().unwrap().to_owned();
    until("the deletion is done", || world.tags("crew/gone").is_empty());
    number
}

const TABLE: &str = include_str!("pages.txt");

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// A page or a form that is new gets a line in `pages.txt`, so that the tours go there.
    #[test]
    fn every_route_is_in_the_table() {
        let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/portus-http/src/ui");
        let texts: String =
            ["mod.rs", "admin.rs"].map(|file| fs::read_to_string(ui.join(file)).unwrap()).concat();
        let (pages, mut seen) = (pages(), 0);
        let addresses: Vec<_> =
            pages.iter().map(|page| page.at.split('?').next().unwrap()).collect();
        let acts: Vec<_> = pages.iter().flat_map(|page| page.acts.iter()).collect();
        for route in texts.split(".route(").skip(1) {
            let mut parts = route.split('"').skip(1);
            let (path, rest) = (parts.next().unwrap(), parts.next().unwrap());
            let rest = rest.split(".route(").next().unwrap();
            seen += 1;
            if rest.contains("get(") && !FILES.contains(&path) {
                let found = addresses.iter().any(|address| fits(path, address));
                assert!(found, "the page {path} is in no line of tests/src/pages.txt");
            }
            if rest.contains("post(") && !EVERYWHERE.contains(&path) {
                let posts = acts.iter().filter_map(|(act, _)| act.strip_prefix("POST "));
                let found = posts.into_iter().any(|act| fits(path, act));
                assert!(found, "the form {path} is in no line of tests/src/pages.txt");
            }
        }
        assert!(seen > 80, "only {seen} routes were found");
    }

    fn fits(route: &str, address: &str) -> bool {
        let (mut parts, mut given) = (route.split('/'), address.split('/'));
        loop {
            match (parts.next(), given.next()) {
                (None, None) => return true,
                (Some(part), Some(_)) if part.starts_with("{*") => return true,
                (Some(part), Some(_)) if part.starts_with('{') => {}
                (Some(part), Some(other)) if part == other => {}
                _ => return false,
            }
        }
    }

    /// Read by programs.
    const FILES: [&str; 3] = ["/assets/{name}", "/audit.csv", "/audit.jsonl"];
    /// In the menu of each page.
    const EVERYWHERE: [&str; 2] = ["/sign-out", "/theme"];
}
