//! Someone with a browser, as far as the server can tell.

use std::time::{Duration, Instant};

use portus_tests::wire::{self, Ask, Reply};
use portus_tests::world::password;

/// Who looks.
pub struct Visitor {
    pub name: &'static str,
    url: String,
    cookies: String,
}

impl Visitor {
    /// Someone who does not sign in.
    pub fn stranger(url: &str) -> Self {
        Self { name: "stranger", url: url.to_owned(), cookies: String::new() }
    }

    /// Someone who signed in with her password.
    pub fn signed_in(url: &str, name: &'static str) -> Self {
        let mut visitor = Self { name, url: url.to_owned(), cookies: String::new() };
        let page = visitor.get("/sign-in");
        visitor.keep(&page);
        let text = page.text();
        let guard = text.split_once("name=\"guard\" value=\"").expect("a guard").1;
        let guard = guard.split('"').next().expect("a guard");
        let form = wire::encoded([
            ("guard", guard),
            ("to", "/"),
            ("username", name),
            ("password", &password(name)),
        ]);
        let answer = wire::post(&format!("{url}/sign-in"))
            .header("cookie", &visitor.cookies)
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form)
            .ask()
            .expect(303);
        visitor.keep(&answer);
        visitor
    }

    /// The page at a path.
    pub fn get(&self, path: &str) -> Reply {
        let request = wire::get(&format!("{}{path}", self.url)).header("cookie", &self.cookies);
        request.ask().expect(200)
    }

    /// How long the page takes, again and again, in order.
    pub fn times(&self, path: &str, rounds: usize) -> Vec<Duration> {
        let mut times: Vec<Duration> = (0..rounds)
            .map(|_| {
                let started = Instant::now();
                self.get(path);
                started.elapsed()
            })
            .collect();
        times.sort();
        times
    }

    fn keep(&mut self, reply: &Reply) {
        for cookie in reply.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().expect("text").split(';').next().expect("a cookie");
            self.cookies.push_str(cookie);
            self.cookies.push_str("; ");
        }
    }
}
