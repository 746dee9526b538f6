//! A Portus: its configuration, its programs and its command line.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use serde_json::Value;

use crate::process::{self, Outcome, Program};
use crate::wire::{self, Ask};
use crate::{port, programs, wait};

/// What a configuration file holds: `section.key` and a value as TOML writes it.
#[derive(Clone, Debug, Default)]
pub struct Settings(BTreeMap<String, String>);

impl Settings {
    /// Sets one; `value` is TOML: `"text"`, `4`, `true`.
    pub fn set(&mut self, key: &str, value: &str) -> &mut Self {
        self.0.insert(key.into(), value.into());
        self
    }

    /// Sets one to a text.
    pub fn set_text(&mut self, key: &str, text: &str) -> &mut Self {
        self.set(key, &format!("{text:?}"))
    }

    fn to_toml(&self) -> String {
        let mut sections: BTreeMap<&str, String> = BTreeMap::new();
        for (key, value) in &self.0 {
            let (section, key) = key.split_once('.').unwrap();
            *sections.entry(section).or_default() += &format!("{key} = {value}\n");
        }
        let written = sections.iter().map(|(section, keys)| format!("[{section}]\n{keys}"));
        written.collect::<Vec<_>>().join("\n")
    }
}

/// A Portus with its own folder, and programs that can be started, killed and started again.
pub struct Portus {
    /// Where clients reach it.
    pub url: String,
    /// Where its metrics are.
    pub metrics_url: String,
    /// Its data, configuration and logs.
    pub folder: PathBuf,
    settings: Mutex<Settings>,
    server: Mutex<Option<Program>>,
    worker: Mutex<Option<Program>>,
    /// What libfaketime does to its clock.
    clock: Mutex<Option<String>>,
}

impl Portus {
    /// A Portus whose data is in `folder`; nothing runs yet.
    pub fn new(folder: &Path, change: impl FnOnce(&mut Settings)) -> Self {
        let (port, metrics) = (port::free(), port::free());
        let url = format!("http://127.0.0.1:{port}");
        let mut settings = Settings::default();
        settings
            .set_text("server.url", &url)
            .set_text("server.listen", &format!("127.0.0.1:{port}"))
            .set_text("metrics.listen", &format!("127.0.0.1:{metrics}"))
            .set_text("data.dir", &folder.join("data").to_string_lossy())
            .set_text("log.level", "debug")
            .set("passwords.cost", "4");
        change(&mut settings);
        let portus = Self {
            url,
            metrics_url: format!("http://127.0.0.1:{metrics}"),
            folder: folder.into(),
            settings: Mutex::new(settings),
            server: Mutex::default(),
            worker: Mutex::default(),
            clock: Mutex::default(),
        };
        portus.configure(|_| {});
        portus
    }

    /// Changes the configuration, from the next start on.
    pub fn configure(&self, change: impl FnOnce(&mut Settings)) {
        let mut settings = self.settings.lock().unwrap();
        change(&mut settings);
        fs::write(self.configuration(), settings.to_toml()).unwrap();
    }

    /// Has the clock of every program that is started from now on be wrong, as libfaketime writes it:
    /// `+1h`, `-400d`; right again with `None`.
    pub fn set_clock(&self, wrong_by: Option<&str>) {
        *self.clock.lock().unwrap() = wrong_by.map(Into::into);
    }

    /// The configuration file.
    pub fn configuration(&self) -> PathBuf {
        self.folder.join("portus.toml")
    }

    /// Starts the server and waits until it is ready.
    pub fn start_server(&self) {
        self.launch_server();
        wait::until("portus-server is ready", || self.is_ready());
    }

    /// Starts the server.
    pub fn launch_server(&self) {
        *self.server.lock().unwrap() = Some(self.start("portus-server"));
    }

    /// Starts the worker as a program of its own.
    pub fn start_worker(&self) {
        *self.worker.lock().unwrap() = Some(self.start("portus-sync"));
    }

    /// Ends the server as a power cut would.
    pub fn kill_server(&self) {
        self.server.lock().unwrap().take().expect("a running server").kill();
    }

    /// Ends the worker as a power cut would.
    pub fn kill_worker(&self) {
        self.worker.lock().unwrap().take().expect("a running worker").kill();
    }

    /// Asks the server to end, and waits for that.
    pub fn stop_server(&self) {
        let status = self.server.lock().unwrap().take().expect("a running server").stop();
        assert!(status.success(), "portus-server ended with {status}");
    }

    /// Something about the running server.
    pub fn with_server<T>(&self, look: impl FnOnce(&mut Program) -> T) -> T {
        look(self.server.lock().unwrap().as_mut().expect("a running server"))
    }

    /// Whether the server says that it can serve.
    pub fn is_ready(&self) -> bool {
        let reply = wire::get(&format!("{}/readyz", self.url)).try_ask();
        reply.is_ok_and(|reply| reply.status == 200)
    }

    /// Runs portusctl.
    pub fn ctl(&self, arguments: &[&str]) -> Outcome {
        self.ctl_with_input(arguments, "")
    }

    /// Runs portusctl with something on its standard input.
    pub fn ctl_with_input(&self, arguments: &[&str], input: &str) -> Outcome {
        let mut command = self.command("portusctl");
        command.args(arguments);
        process::run_with_input(command, input)
    }

    /// What a listing of portusctl says as JSON.
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Value {
        let printed = self.ctl(&[arguments, &["--json"]].concat()).ok();
        serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{error}: {printed}"))
    }

    /// The rows of a listing.
    #[track_caller]
    pub fn rows(&self, arguments: &[&str]) -> Vec<Value> {
        let listing = self.json(arguments);
        listing["rows"].as_array().unwrap_or_else(|| panic!("no rows: {listing}")).clone()
    }

    /// The one row of a listing whose `field` is `value`.
    #[track_caller]
    pub fn row(&self, arguments: &[&str], field: &str, value: &str) -> Option<Value> {
        self.rows(arguments).into_iter().find(|row| row[field] == value)
    }

    /// What all programs logged.
    pub fn log(&self) -> String {
        let logs = ["portus-server.log", "portus-sync.log"].iter();
        logs.filter_map(|name| fs::read_to_string(self.folder.join(name)).ok()).collect()
    }

    /// The sum of a metric over all labels that contain `label`.
    pub fn metric(&self, name: &str, label: &str) -> f64 {
        let text = wire::get(&format!("{}/metrics", self.metrics_url)).ask().expect(200).text();
        let lines = text.lines().filter(|line| {
            let rest = line.strip_prefix(name);
            rest.is_some_and(|rest| rest.starts_with(['{', ' ']) && rest.contains(label))
        });
        lines.map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap()).sum()
    }

    /// A program of ours with this configuration, to be run.
    pub fn command(&self, program: &str) -> Command {
        let mut command = process::command(programs::ours(program));
        command.arg("--config").arg(self.configuration()).current_dir(&self.folder);
        if let Some(wrong_by) = &*self.clock.lock().unwrap() {
            // What is measured with the other clock, as timeouts are, goes on as it was.
            command.env("LD_PRELOAD", programs::faketime());
            command.env("FAKETIME", wrong_by).env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        }
        command
    }

    fn start(&self, program: &str) -> Program {
        let log = self.folder.join(format!("{program}.log"));
        Program::start(program, self.command(program), &log)
    }
}
