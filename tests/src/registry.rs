//! A real registry: Debian's docker-registry, configured with what Portus prints.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::process::{self, Program};
use crate::wire::{self, Ask};
use crate::{port, wait};

/// A registry on loopback.
pub struct Registry {
    /// Where it is, without scheme, as image names begin.
    pub host: String,
    /// Where it is.
    pub url: String,
    /// What it was configured with.
    pub yaml: String,
    port: u16,
    folder: PathBuf,
    deletes: AtomicBool,
    program: Mutex<Option<Program>>,
}

impl Registry {
    /// A registry that does not run yet, so that its address is known.
    pub fn reserve(folder: &Path, name: &str) -> Self {
        let port = port::free();
        let folder = folder.join(name);
        fs::create_dir_all(&folder).unwrap();
        let host = format!("127.0.0.1:{port}");
        let url = format!("http://{host}");
        let deletes = AtomicBool::new(true);
        Self { host, url, yaml: String::new(), port, folder, deletes, program: Mutex::default() }
    }

    /// Configures it with what `portusctl registry config` printed, and starts it.
    pub fn start(&mut self, printed: &str) {
        self.yaml = printed.into();
        self.resume();
    }

    /// Starts it without any authorisation, as one that Portus does not know yet.
    pub fn start_open(&mut self) {
        self.start("version: 0.1\n");
    }

    /// Starts it again with the same configuration.
    pub fn resume(&self) {
        let path = self.folder.join("config.yml");
        fs::write(&path, self.configuration()).unwrap();
        let mut command = process::command("docker-registry");
        command.arg("serve").arg(&path);
        let log = self.folder.join("registry.log");
        *self.program.lock().unwrap() = Some(Program::start("docker-registry", command, &log));
        wait::until("the registry answers", || {
            let mut program = self.program.lock().unwrap();
            assert!(program.as_mut().unwrap().is_running(), "the registry died at start");
            wire::get(&format!("{}/v2/", self.url)).try_ask().is_ok()
        });
    }

    /// Starts it again so that it deletes, or keeps everything.
    pub fn let_delete(&self, deletes: bool) {
        self.deletes.store(deletes, Ordering::SeqCst);
        self.halt();
        self.resume();
    }

    /// Ends it at once.
    pub fn halt(&self) {
        self.program.lock().unwrap().take().expect("a running registry").kill();
    }

    /// The secret that its notifications carry.
    pub fn notification_secret(&self) -> String {
        notification_secret(&self.yaml)
    }

    /// The certificate that it trusts.
    pub fn authority(&self) -> String {
        authority(&self.yaml)
    }

    /// The printed configuration with a place to listen and one to store; the certificate, which is
    /// printed with it, goes to where a registry can read it.
    fn configuration(&self) -> String {
        let mut sections = sections(&self.yaml);
        sections.entry("version".into()).or_insert_with(|| "version: 0.1\n".into());
        let storage = self.folder.join("storage");
        sections.insert(
            "storage".into(),
            format!(
                "storage:\n  filesystem:\n    rootdirectory: {}\n  delete:\n    enabled: {}\n",
                storage.display(),
                self.deletes.load(Ordering::SeqCst)
            ),
        );
        let addr = format!("http:\n  addr: 127.0.0.1:{}\n  secret: only-for-tests\n", self.port);
        sections.insert("http".into(), addr);
        let log = "log:\n  level: warn\n  accesslog:\n    disabled: true\n";
        sections.insert("log".into(), log.into());
        if let Some(auth) = sections.get_mut("auth") {
            let bundle = self.folder.join("portus-ca.pem");
            fs::write(&bundle, authority(&self.yaml)).unwrap();
            *auth = with_bundle(auth, &bundle);
        }
        // `version` has to be first.
        let version = sections.remove("version").unwrap();
        version + &sections.into_values().collect::<String>()
    }
}

/// The notification secret in a printed configuration.
pub fn notification_secret(yaml: &str) -> String {
    let start = yaml.find("portus_n_").expect("a notification secret");
    let secret = yaml[start..].chars();
    secret.take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

/// The certificate in the comments of a printed configuration.
fn authority(yaml: &str) -> String {
    let lines = yaml.lines().map(|line| line.trim_start_matches(['#', ' ']).trim_end());
    let inside = lines
        .skip_while(|line| *line != "-----BEGIN CERTIFICATE-----")
        .take_while(|line| !line.is_empty())
        .collect::<Vec<_>>();
    assert!(!inside.is_empty(), "no certificate is printed:\n{yaml}");
    let end = inside.iter().position(|line| line.starts_with("-----END")).unwrap();
    inside[..=end].join("\n") + "\n"
}

fn with_bundle(auth: &str, bundle: &Path) -> String {
    let lines = auth.lines().map(|line| match line.split_once("rootcertbundle:") {
        Some((indent, _)) if indent.trim().is_empty() => {
            format!("{indent}rootcertbundle: {}\n", bundle.display())
        }
        _ => format!("{line}\n"),
    });
    lines.collect()
}

/// The top-level sections of a YAML document, comments left out.
fn sections(yaml: &str) -> BTreeMap<String, String> {
    let mut sections: BTreeMap<String, String> = BTreeMap::new();
    let mut name = String::new();
    for line in yaml.lines().filter(|line| !line.trim_start().starts_with('#')) {
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            name = line.split(':').next().unwrap().into();
        }
        if !line.trim().is_empty() && !name.is_empty() {
            *sections.entry(name.clone()).or_default() += &format!("{line}\n");
        }
    }
    sections
}
