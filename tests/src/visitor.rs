//! Someone with a browser, as far as the server can tell: it keeps cookies and sends forms.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Command, Stdio};
use std::thread;

use crate::wire::{self, Ask, Reply};
use crate::world::password;

/// Who looks.
pub struct Visitor {
    /// Empty for a stranger.
    pub name: &'static str,
    url: String,
    language: &'static str,
    cookies: BTreeMap<String, String>,
}

impl Visitor {
    /// Someone who does not sign in.
    pub fn stranger(url: &str) -> Self {
        Self { name: "", url: url.to_owned(), language: "en", cookies: BTreeMap::new() }
    }

    /// Someone who signed in with her password.
    pub fn signed_in(url: &str, name: &'static str) -> Self {
        let mut visitor = Self { name, ..Self::stranger(url) };
        let page = visitor.get("/sign-in");
        visitor.keep(&page);
        let fields = [("to", "/"), ("username", name), ("password", &password(name))];
        let answer = visitor.send("/sign-in", &guard(&page.text()), &fields).expect(303);
        visitor.keep(&answer);
        visitor
    }

    /// The same browser, at another server of the same installation.
    pub fn at(&self, url: &str) -> Self {
        Self { cookies: self.cookies.clone(), ..Self { name: self.name, ..Self::stranger(url) } }
    }

    /// The same, asking for pages in another language: `de`.
    pub fn speaking(self, language: &'static str) -> Self {
        Self { language, ..self }
    }

    /// What she asks for.
    pub fn language(&self) -> &'static str {
        self.language
    }

    /// What is at a path.
    pub fn get(&self, path: &str) -> Reply {
        let request = wire::get(&format!("{}{path}", self.url));
        request.header("cookie", self.cookie()).header("accept-language", self.language).ask()
    }

    /// The answer to a form.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let page = self.get("/").expect(200);
        self.send(path, &guard(&page.text()), fields)
    }

    /// How many bytes a browser gets for a page that has nothing of the site yet: the page, its
    /// style, its script and its pictures, as gzip leaves them. Portus leaves that to the proxy.
    pub fn weigh(&self, page: &str) -> usize {
        let assets: BTreeSet<&str> = page
            .match_indices("/assets/")
            .map(|(at, _)| page[at..].split(['"', '#']).next().expect("a path"))
            .collect();
        let assets = assets.into_iter().map(|path| zipped(&self.get(path).expect(200).body));
        zipped(page.as_bytes()) + assets.sum::<usize>()
    }

    fn send(&self, path: &str, guard: &str, fields: &[(&str, &str)]) -> Reply {
        let fields = [&[("guard", guard)], fields].concat();
        wire::post(&format!("{}{path}", self.url))
            .header("cookie", self.cookie())
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(wire::encoded(fields))
            .ask()
    }

    fn cookie(&self) -> String {
        let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    fn keep(&mut self, reply: &Reply) {
        for cookie in reply.headers.get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// What its forms send back.
fn guard(page: &str) -> String {
    let guard = page.split_once("name=\"guard\" value=\"").expect("a guard").1;
    guard.split('"').next().unwrap().to_owned()
}

fn zipped(bytes: &[u8]) -> usize {
    let mut gzip = Command::new("gzip");
    let gzip = gzip.arg("-c").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut gzip = gzip.spawn().expect("gzip");
    let mut input = gzip.stdin.take().unwrap();
    let bytes = bytes.to_owned();
    let writer = thread::spawn(move || input.write_all(&bytes));
    let output = gzip.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    output.stdout.len()
}
