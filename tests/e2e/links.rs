//! Every link of every page, as each kind of person follows them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use portus_tests::wire::{self, Ask, Reply};
use portus_tests::world::password;
use portus_tests::{Image, Place, World, until};

/// Someone with a browser that keeps cookies and nothing else.
struct Walker {
    name: &'static str,
    url: String,
    language: &'static str,
    cookies: BTreeMap<String, String>,
}

impl Walker {
    fn stranger(url: &str, language: &'static str) -> Self {
        Self { name: "", url: url.to_owned(), language, cookies: BTreeMap::new() }
    }

    fn signed_in(url: &str, name: &'static str, language: &'static str) -> Self {
        let mut walker = Self { name, ..Self::stranger(url, language) };
        let page = walker.get("/sign-in");
        walker.keep(&page);
        let text = page.text();
        let guard = text.split_once("name=\"guard\" value=\"").expect("a guard").1;
        let guard = guard.split('"').next().unwrap().to_owned();
        let fields =
            [("guard", &*guard), ("to", "/"), ("username", name), ("password", &password(name))];
        let answer = wire::post(&format!("{url}/sign-in"))
            .header("cookie", walker.cookie())
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(wire::encoded(fields))
            .ask()
            .expect(303);
        walker.keep(&answer);
        walker
    }

    fn get(&self, path: &str) -> Reply {
        wire::get(&format!("{}{path}", self.url))
            .header("cookie", self.cookie())
            .header("accept-language", self.language)
            .ask()
    }

    fn cookie(&self) -> String {
        let pairs: Vec<_> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    fn keep(&mut self, reply: &Reply) {
        for cookie in reply.headers.get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    /// Follows every link from home on; says what is wrong, and how many pages there were.
    fn walk(&self, hidden: &[&str]) -> (Vec<String>, usize) {
        let (mut faults, mut seen) = (Vec::new(), BTreeSet::from(["/".to_owned()]));
        let mut waiting = VecDeque::from([("/".to_owned(), "/".to_owned())]);
        while let Some((path, from)) = waiting.pop_front() {
            let reply = self.get(&path);
            let text = reply.text();
            let is_page = reply.header("content-type").starts_with("text/html");
            if !matches!(reply.status, 200 | 303) {
                faults.push(format!("{}: {path}, linked from {from}: {}", self.name, reply.status));
            }
            for word in hidden {
                if text.contains(word) {
                    faults.push(format!("{}: `{word}` is on {path}", self.name));
                }
            }
            if !is_page {
                continue;
            }
            if reply.status == 200 && !text.contains(&format!("<html lang=\"{}\"", self.language)) {
                faults.push(format!("{path} is not in {}", self.language));
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

/// Nobody finds an error, a dead link, or what she may not see.
#[test]
fn every_link_leads_somewhere_and_nowhere_forbidden() {
    let world = World::start(Place::SMALL);
    let pushes = [("alice", "crew/hush"), ("alice", "open/app"), ("alice", "shared/semi")];
    for (who, path) in pushes {
        let client = world.client(who);
        client.push(&Image::small(path), path, "1");
        client.push(&Image::index(path, &["amd64", "arm64/v8"]), path, "2");
        client.push(&Image::helm_chart(path), path, "chart");
    }
    until("the pushes are known", || pushes.iter().all(|(_, path)| world.tags(path).len() == 3));
    let url = &world.portus.url;
    let mut faults = Vec::new();
    for (walker, hidden, least) in [
        (Walker::stranger(url, "en"), &["hush", "semi", "carol"][..], 15),
        (Walker::signed_in(url, "mallory", "en"), &["hush", "carol"], 25),
        (Walker::signed_in(url, "carol", "de"), &["mallory"], 30),
        (Walker::signed_in(url, "bob", "en"), &["mallory"], 30),
        (Walker::signed_in(url, "alice", "de"), &[], 60),
    ] {
        let (wrong, pages) = walker.walk(hidden);
        println!("{:10} {pages} pages", walker.name);
        assert!(pages >= least, "{} found {pages} pages only", walker.name);
        faults.extend(wrong);
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}
