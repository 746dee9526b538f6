//! Chromium, driven as a person would: by what is on the page.
//!
//! Source: WebDriver, W3C Recommendation; ChromeDriver's own commands for its log, for screens of
//! another width and for whole screenshots.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::process::{self, Program};
use crate::wire::{self, Ask, Reply};
use crate::world::password;
use crate::{port, programs, wait};

/// What a browser is to be like.
#[derive(Clone, Copy, Debug)]
pub struct Wishes {
    /// Whether pages may run scripts.
    pub scripts: bool,
    /// What it asks for: `en`, `de`.
    pub language: &'static str,
}

impl Wishes {
    /// As most people's.
    pub const USUAL: Self = Self { scripts: true, language: "en" };
    /// One that runs no scripts.
    pub const PLAIN: Self = Self { scripts: false, language: "en" };
}

/// A Chromium of its own, with nothing remembered. Dropping it ends it.
pub struct Browser {
    session: String,
    pages: String,
    _driver: Program,
}

/// Something on a page.
pub struct Element<'a> {
    browser: &'a Browser,
    id: String,
}

impl Browser {
    /// Starts one for the pages at `url`; what it leaves behind is in `folder`.
    pub fn start(folder: &Path, url: &str, wishes: Wishes) -> Self {
        let port = port::free();
        fs::create_dir_all(folder).unwrap();
        let mut command = process::command("chromedriver");
        command.arg(format!("--port={port}"));
        // Nothing that it writes is anywhere else.
        command.env("HOME", folder).env("TMPDIR", folder);
        let driver = Program::start("chromedriver", command, &folder.join("chromedriver.log"));
        let address = format!("http://127.0.0.1:{port}");
        wait::until("chromedriver is ready", || {
            let reply = wire::get(&format!("{address}/status")).try_ask();
            reply.is_ok_and(|reply| reply.status == 200)
        });
        let made = wire::post(&format!("{address}/session")).json(&capabilities(folder, wishes));
        let made = made.ask().expect(200).json();
        let id = made["value"]["sessionId"].as_str().unwrap();
        let session = format!("{address}/session/{id}");
        let browser = Self { session, pages: url.into(), _driver: driver };
        browser.resize(1280, 900);
        browser
    }

    /// Looks at another page of the site.
    pub fn open(&self, path: &str) {
        let url = match path.starts_with('/') {
            true => format!("{}{path}", self.pages),
            false => path.to_owned(),
        };
        self.post("/url", json!({ "url": url }));
    }

    /// Goes back to the page before.
    pub fn back(&self) {
        self.post("/back", json!({}));
    }

    /// Goes forward to the page after.
    pub fn forward(&self) {
        self.post("/forward", json!({}));
    }

    /// Loads the page again.
    pub fn refresh(&self) {
        self.post("/refresh", json!({}));
    }

    /// Makes the screen so wide and high, in CSS pixels. Windows of Chromium are never as narrow
    /// as a phone.
    pub fn resize(&self, width: u32, height: u32) {
        let screen =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.chrome("Emulation.setDeviceMetricsOverride", screen);
    }

    /// Prefers dark or light.
    pub fn prefer(&self, scheme: &str) {
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        self.chrome("Emulation.setEmulatedMedia", json!({ "features": [feature] }));
    }

    /// Presses keys where the page has its focus.
    pub fn press(&self, key: &str) {
        let actions = json!([
            { "type": "keyDown", "value": key },
            { "type": "keyUp", "value": key },
        ]);
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": actions });
        self.post("/actions", json!({ "actions": [keyboard] }));
    }

    /// Presses a key while another is held.
    pub fn chord(&self, held: &str, key: &str) {
        let actions = json!([
            { "type": "keyDown", "value": held },
            { "type": "keyDown", "value": key },
            { "type": "keyUp", "value": key },
            { "type": "keyUp", "value": held },
        ]);
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": actions });
        self.post("/actions", json!({ "actions": [keyboard] }));
    }

    /// The first thing that a CSS selector finds.
    #[track_caller]
    pub fn find(&self, selector: &str) -> Element<'_> {
        let found = self.all(selector).into_iter().next();
        found.unwrap_or_else(|| panic!("no `{selector}` on {}:\n{}", self.path(), self.source()))
    }

    /// All that a CSS selector finds.
    pub fn all(&self, selector: &str) -> Vec<Element<'_>> {
        let found = self.post("/elements", json!({ "using": "css selector", "value": selector }));
        let ids = found.as_array().unwrap().iter();
        let id = |one: &Value| one.as_object().unwrap().values().next().unwrap().clone();
        ids.map(|one| Element { browser: self, id: id(one).as_str().unwrap().into() }).collect()
    }

    /// Clicks a link or a button with this text, and waits for the page it leads to.
    #[track_caller]
    pub fn follow(&self, text: &str) {
        let mut shown = self.all("a, button").into_iter().filter(Element::is_shown);
        let wanted = shown.find(|one| one.text() == text);
        let wanted =
            wanted.unwrap_or_else(|| panic!("no `{text}` on {}:\n{}", self.path(), self.text()));
        self.leave(|| wanted.click());
    }

    /// Does what leads to another page, and waits for that.
    pub fn leave(&self, act: impl FnOnce()) {
        let page = self.find("html");
        act();
        wait::until("the page is left", || page.is_gone());
    }

    /// Types into the field with this name.
    #[track_caller]
    pub fn fill(&self, name: &str, text: &str) {
        self.find(&format!("[name={name}]:not([type=hidden])")).fill(text);
    }

    /// Signs someone in with her password.
    pub fn sign_in(&self, name: &str) {
        self.open("/sign-in");
        self.fill("username", name);
        self.fill("password", &password(name));
        self.leave(|| self.find("main form button").click());
    }

    /// Where it is, without the host.
    pub fn path(&self) -> String {
        let url = self.get("/url").as_str().unwrap().to_owned();
        url.strip_prefix(&self.pages).unwrap_or(&url).to_owned()
    }

    /// The title of the page.
    pub fn title(&self) -> String {
        self.get("/title").as_str().unwrap().to_owned()
    }

    /// All that can be read on the page.
    pub fn text(&self) -> String {
        self.find("body").text()
    }

    /// The page as it is written.
    pub fn source(&self) -> String {
        self.get("/source").as_str().unwrap().to_owned()
    }

    /// What a script returns; the driver's own run even where the page's do not.
    pub fn ask(&self, script: &str) -> Value {
        let asked = json!({ "expression": script, "returnByValue": true, "awaitPromise": true });
        let answer = self.chrome("Runtime.evaluate", asked);
        assert!(answer["exceptionDetails"].is_null(), "{answer}");
        answer["result"]["value"].clone()
    }

    /// By how many pixels the page is wider than the screen.
    pub fn overhang(&self) -> i64 {
        let layout = self.chrome("Page.getLayoutMetrics", json!({}));
        let width = |part: &str, field: &str| layout[part][field].as_f64().unwrap() as i64;
        width("cssContentSize", "width") - width("cssLayoutViewport", "clientWidth")
    }

    /// What cookies there are.
    pub fn cookies(&self) -> Vec<Value> {
        self.get("/cookie").as_array().unwrap().clone()
    }

    /// Forgets a cookie.
    pub fn forget(&self, cookie: &str) {
        wire::request("DELETE", &format!("{}/cookie/{cookie}", self.session)).ask().expect(200);
    }

    /// What went wrong since this was asked last: errors of scripts, what the policy of the page
    /// forbids, answers of the server that are no success.
    pub fn complaints(&self) -> Vec<String> {
        let entries = self.post("/se/log", json!({ "type": "browser" }));
        let entries = entries.as_array().unwrap().iter();
        entries
            .filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING")
            .map(|entry| entry["message"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Keeps a picture of the whole page in `target/tmp/screenshots`, to be looked at.
    pub fn photograph(&self, name: &str) -> PathBuf {
        let metrics = self.chrome("Page.getLayoutMetrics", json!({}));
        let size = &metrics["cssContentSize"];
        let clip = json!({
            "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1,
        });
        let wanted = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let picture = self.chrome("Page.captureScreenshot", wanted);
        let picture = BASE64_STANDARD.decode(picture["data"].as_str().unwrap()).unwrap();
        let folder = screenshots();
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join(format!("{name}.png"));
        fs::write(&file, picture).unwrap();
        file
    }

    /// What axe-core finds wrong with the page: rule, and what is concerned.
    pub fn barriers(&self) -> Vec<String> {
        self.ask(&fs::read_to_string(axe()).unwrap());
        let found = self.ask(
            "axe.run(document, { resultTypes: ['violations'] }).then((found) => \
             found.violations.flatMap((rule) => rule.nodes.map((node) => \
             `${rule.id}: ${node.target} ${node.html} ${node.any.concat(node.all).map((one) => one.message)}`)))",
        );
        let found = found.as_array().unwrap().iter();
        found.map(|one| one.as_str().unwrap().to_owned()).collect()
    }

    fn chrome(&self, command: &str, parameters: Value) -> Value {
        self.post("/goog/cdp/execute", json!({ "cmd": command, "params": parameters }))
    }

    #[track_caller]
    fn get(&self, path: &str) -> Value {
        value(wire::get(&format!("{}{path}", self.session)).ask())
    }

    #[track_caller]
    fn post(&self, path: &str, body: Value) -> Value {
        value(wire::post(&format!("{}{path}", self.session)).json(&body).ask())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Chromium ends with its session, and else with the pipe to its driver.
        let _ = wire::request("DELETE", &self.session).try_ask();
    }
}

impl Element<'_> {
    /// Clicks it.
    #[track_caller]
    pub fn click(&self) {
        self.post("/click", json!({}));
    }

    /// Replaces what is typed in it.
    #[track_caller]
    pub fn fill(&self, text: &str) {
        self.post("/clear", json!({}));
        self.post("/value", json!({ "text": text }));
    }

    /// What can be read in it.
    pub fn text(&self) -> String {
        self.get("/text").as_str().unwrap().to_owned()
    }

    /// An attribute; empty where it is missing.
    pub fn attribute(&self, name: &str) -> String {
        self.get(&format!("/attribute/{name}")).as_str().unwrap_or_default().to_owned()
    }

    /// What is typed in it.
    pub fn typed(&self) -> String {
        self.get("/property/value").as_str().unwrap_or_default().to_owned()
    }

    /// Whether the page that it was on is no longer open.
    pub fn is_gone(&self) -> bool {
        let url = format!("{}/element/{}/name", self.browser.session, self.id);
        wire::get(&url).ask().status == 404
    }

    /// Whether anybody can see it.
    pub fn is_shown(&self) -> bool {
        self.get("/displayed").as_bool().unwrap()
    }

    #[track_caller]
    fn get(&self, path: &str) -> Value {
        self.browser.get(&format!("/element/{}{path}", self.id))
    }

    #[track_caller]
    fn post(&self, path: &str, body: Value) -> Value {
        self.browser.post(&format!("/element/{}{path}", self.id), body)
    }
}

#[track_caller]
fn value(reply: Reply) -> Value {
    let mut body = reply.json();
    assert_eq!(reply.status, 200, "{}: {}", body["value"]["error"], body["value"]["message"]);
    body["value"].take()
}

fn capabilities(folder: &Path, wishes: Wishes) -> Value {
    let profile = folder.join("profile");
    let arguments = json!([
        "--headless=new",
        "--no-sandbox",
        // Shared memory is small in containers.
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--force-color-profile=srgb",
        "--hide-scrollbars",
        // It ends with its driver, however that ends.
        "--remote-debugging-pipe",
        format!("--user-data-dir={}", profile.display()),
        format!("--accept-lang={}", wishes.language),
    ]);
    let mut preferences = json!({
        "intl.accept_languages": wishes.language,
        "credentials_enable_service": false,
        "profile.password_manager_leak_detection": false,
    });
    if !wishes.scripts {
        preferences["profile.managed_default_content_settings.javascript"] = json!(2);
    }
    let options = json!({ "args": arguments, "prefs": preferences });
    json!({ "capabilities": { "alwaysMatch": {
        "browserName": "chrome",
        "goog:chromeOptions": options,
        "goog:loggingPrefs": { "browser": "ALL" },
    } } })
}

/// Beside the build, where `make test` leaves what is to be looked at.
fn screenshots() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(3).unwrap().join("tmp/screenshots")
}

/// Where scripts/install-tools keeps axe-core.
fn axe() -> PathBuf {
    let file = programs::cache().join("axe-core-4.14.1/axe.min.js");
    assert!(file.is_file(), "{} is missing: run `scripts/install-tools test`", file.display());
    file
}
