//! A folder with a Portus in it, and its command line.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// Good enough to be set.
pub const PASSWORD: &str = "seven-herons-at-dusk";

/// A folder where portusctl is run.
pub struct Place {
    folder: tempfile::TempDir,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Place {
    /// An empty folder.
    pub fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("portus.toml"), "[passwords]\ncost = 4\n").unwrap();
        Self { folder }
    }

    /// A Portus with alice (admin), bob, their team, a bot, a registry and a namespace.
    pub fn settled() -> Self {
        let place = Self::empty();
        place.ctl_with(&["setup", "--admin", "alice", "--password-stdin"], PASSWORD).ok();
        place.ctl_with(&["user", "create", "bob", "--password-stdin"], PASSWORD).ok();
        for words in [
            &["team", "create", "crew", "--owner", "alice"][..],
            &["team", "member", "add", "crew", "bob", "--role", "viewer"],
            &["bot", "create", "ci", "--team", "crew", "--role", "contributor"],
            &["registry", "add", "hub", "http://127.0.0.1:1", "--service", "hub.example.org"],
            &["namespace", "create", "crew", "--team", "crew"],
        ] {
            place.ctl(words).ok();
        }
        place
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// portusctl, to be run here, with nothing of the environment.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portusctl"));
        command.args(words).env_clear().current_dir(self.path()).stdin(Stdio::null());
        command
    }

    /// Runs portusctl.
    pub fn ctl(&self, words: &[&str]) -> Ended {
        self.command(words).output().unwrap().into()
    }

    /// Runs portusctl with something on its standard input.
    pub fn ctl_with(&self, words: &[&str], input: &str) -> Ended {
        let mut command = self.command(words);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // It may end without reading.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap().into()
    }

    /// What a command prints as JSON.
    #[track_caller]
    pub fn json(&self, words: &[&str]) -> Value {
        let out = self.ctl(&[words, &["--json"]].concat()).ok();
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
    }

    /// The rows of a listing.
    #[track_caller]
    pub fn rows(&self, words: &[&str]) -> Vec<Value> {
        let listing = self.json(words);
        listing["rows"].as_array().unwrap_or_else(|| panic!("no rows: {listing}")).clone()
    }

    /// All that the database tells; the audit has a row for every change.
    pub fn state(&self) -> Vec<Value> {
        [
            &["activity", "list", "--limit", "1000"][..],
            &["user", "list"],
            &["team", "list"],
            &["team", "show", "crew"],
            &["bot", "list"],
            &["registry", "list"],
            &["namespace", "list"],
            &["token", "list", "ci"],
            &["key", "list"],
            &["events", "parked"],
            &["repo", "list"],
        ]
        .into_iter()
        .map(|words| self.json(words))
        .collect()
    }

    /// Every file here, but not what is in it.
    pub fn files(&self) -> BTreeMap<PathBuf, u64> {
        let mut found = BTreeMap::new();
        let mut waiting = vec![self.path().to_owned()];
        while let Some(folder) = waiting.pop() {
            for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
                let about = entry.metadata().unwrap();
                if about.is_dir() {
                    waiting.push(entry.path());
                }
                found.insert(entry.path(), about.len());
            }
        }
        found
    }
}

impl Ended {
    /// What it printed, having done what it was asked.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out
    }

    /// The one line it said, having ended with `code`.
    #[track_caller]
    pub fn line(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.out, "", "{self:?}");
        let line = self.err.strip_suffix('\n').unwrap_or_else(|| panic!("no line: {self:?}"));
        assert!(!line.contains('\n'), "more than one line: {self:?}");
        let said = line.strip_prefix("portusctl: ").unwrap_or_else(|| panic!("{self:?}"));
        assert!(said.len() > 10, "{said:?} is not clear");
        said.into()
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}
