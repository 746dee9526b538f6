//! Every link of every page, as each kind of person follows them.

use std::collections::{BTreeSet, VecDeque};

use portus_tests::{Image, Place, Visitor, World, until};

/// Follows every link from home on; says what is wrong, and how many pages there were.
fn walk(walker: &Visitor, hidden: &[&str]) -> (Vec<String>, usize) {
    let (mut faults, mut seen) = (Vec::new(), BTreeSet::from(["/".to_owned()]));
    let mut waiting = VecDeque::from([("/".to_owned(), "/".to_owned())]);
    while let Some((path, from)) = waiting.pop_front() {
        let (who, language) = (walker.name, walker.language());
        let reply = walker.get(&path);
        let text = reply.text();
        let is_page = reply.header("content-type").starts_with("text/html");
        if !matches!(reply.status, 200 | 303) {
            faults.push(format!("{who}: {path}, linked from {from}: {}", reply.status));
        }
        for word in hidden {
            if text.contains(word) {
                faults.push(format!("{who}: `{word}` is on {path}"));
            }
        }
        if !is_page {
            continue;
        }
        if reply.status == 200 && !text.contains(&format!("<html lang=\"{language}\"")) {
            faults.push(format!("{path} is not in {language}"));
        }
        for link in links(&text, &path) {
            // One page of each list is enough; pages of one kind are alike.
            if seen.len() < MOST && seen.insert(link.clone()) {
                waiting.push_back((link, path.clone()));
            }
        }
    }
    (faults, seen.len())
}

/// The addresses that a page links to, within this server.
fn links(page: &str, at: &str) -> Vec<String> {
    let here = at.split('?').next().unwrap();
    let found = page.match_indices(" href=\"").map(|(start, mark)| {
        let rest = &page[start + mark.len()..];
        rest[..rest.find('"').unwrap()]
            .replace("&#38;", "&")
            .replace("&amp;", "&")
            .replace("&#x2F;", "/")
    });
    found
        .filter_map(|link| {
            let link = link.split('#').next().unwrap().to_owned();
            match link.chars().next()? {
                '/' => Some(link),
                '?' => Some(format!("{here}{link}")),
                _ => None,
            }
        })
        .filter(|link| !link.starts_with("/assets/"))
        .collect()
}

/// As many pages as one walk looks at.
const MOST: usize = 600;

on_both_databases! {
    /// Nobody finds an error, a dead link, or what she may not see.
    fn every_link_leads_somewhere_and_nowhere_forbidden(database) {
        let world = World::start(Place::on(database));
        world.create_person("erin");
        world.portus.ctl(&["team", "member", "add", "crew", "erin", "--role", "owner"]).ok();
        pushes(&world);
        let url = &world.portus.url;
        let mut faults = Vec::new();
        for (walker, hidden, least) in [
            (Visitor::stranger(url), &["hush", "semi", "carol"][..], 15),
            (Visitor::signed_in(url, "mallory"), &["hush", "carol"], 25),
            (Visitor::signed_in(url, "carol").speaking("de"), &["mallory"], 30),
            (Visitor::signed_in(url, "bob"), &["mallory"], 30),
            // An owner, who administers nothing.
            (Visitor::signed_in(url, "erin"), &["mallory", "href=\"/admin", "href=\"/audit"], 45),
            (Visitor::signed_in(url, "alice").speaking("de"), &[], 60),
        ] {
            let (wrong, pages) = walk(&walker, hidden);
            println!("{:10} {pages} pages", walker.name);
            assert!(pages >= least, "{} found {pages} pages only", walker.name);
            faults.extend(wrong);
        }
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    }
}

fn pushes(world: &World) {
    let pushes = [("alice", "crew/hush"), ("alice", "open/app"), ("alice", "shared/semi")];
    for (who, path) in pushes {
        let client = world.client(who);
        client.push(&Image::small(path), path, "1");
        client.push(&Image::index(path, &["amd64", "arm64/v8"]), path, "2");
        client.push(&Image::helm_chart(path), path, "chart");
    }
    until("the pushes are known", || pushes.iter().all(|(_, path)| world.tags(path).len() == 3));
}
