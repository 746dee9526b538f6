//! The commands that pages show, run as they stand.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use portus_tests::image::Image;
use portus_tests::{Browser, Outcome, Place, Wishes, World, process};

/// Somebody at a shell, with the programs that are installed.
struct Shell {
    folder: PathBuf,
}

#[test]
fn what_pages_tell_to_type_works_as_it_stands() {
    let world = World::start_with(Place::SMALL, |_| {});
    let bob = world.client("bob");
    bob.push(&Image::index("app", &["amd64", "arm64/v8"]), "crew/app", "1.0");
    bob.push(&Image::helm_chart("chart"), "crew/charts/portus", "0.1.0");
    let host = world.registry.url.trim_start_matches("http://").to_owned();
    let shell = Shell::at(&world.folder("shell"), &host);
    let browser = Browser::start(&world.folder("browser"), &world.portus.url, Wishes::USUAL);
    browser.sign_in("bob");
    let secret = makes_a_token(&browser);

    let logins = shown(&browser, ".once");
    assert_eq!(logins.len(), 5, "{logins:?}");
    let mut done = Vec::new();
    for (tool, command) in &logins {
        assert!(command.ends_with(&format!(" --username bob {host}")), "{command}");
        if tool == "docker" || !is_installed(tool) {
            continue;
        }
        // As the next one at the keyboard would: the token is what the program asks for.
        shell.types(command, "wrong").refused();
        shell.types(command, &secret).ok();
        done.push(tool.clone());
    }
    for page in ["crew/app", "crew/app:1.0", "crew/charts/portus:0.1.0"] {
        portus_tests::until("it is described", || {
            browser.open(&format!("/repositories/main/{page}"));
            page.starts_with("crew/app") || browser.text().contains("helm")
        });
        for (tool, command) in shown(&browser, "aside") {
            assert!(command.contains(&host), "{tool}: {command}");
            let program = command.split(' ').next().unwrap();
            if program == "docker" || program == "containers:" || !is_installed(program) {
                continue;
            }
            shell.types(&command, "").ok();
            done.push(format!("{tool} {page}"));
        }
    }
    // The rest have no other program than those that tests need.
    for tool in ["podman", "skopeo", "podman crew/app", "skopeo crew/app:1.0"] {
        assert!(done.iter().any(|one| one == tool), "{tool} was not tried: {done:?}");
    }
    let by_digest = browser.all("aside .command > code").pop().unwrap();
    assert!(by_digest.text().contains("@sha256:"));
}

fn makes_a_token(browser: &Browser) -> String {
    browser.open("/tokens");
    browser.fill("label", "shell");
    browser.find("[name=may][value=push]").click();
    browser.follow("New token");
    let secret = browser.find(".once code").text();
    assert!(secret.starts_with("portus_t_"), "{secret}");
    secret
}

/// Each program, and the command for it, in a part of the page; where a button copies just that.
fn shown(browser: &Browser, part: &str) -> Vec<(String, String)> {
    let mut commands = Vec::new();
    for tool in browser.all(&format!("{part} fieldset.tools label")) {
        tool.click();
        let all = browser.all(&format!("{part} fieldset.tools pre"));
        let mut all = all.into_iter().filter(|pre| pre.is_shown());
        let (pre, rest) = (all.next().unwrap(), all.next());
        assert!(rest.is_none(), "the command for {} alone", tool.text());
        commands.push((tool.text(), pre.text()));
    }
    commands
}

impl Shell {
    /// In a folder of its own. The registry of a test has no TLS, which the programs are told as
    /// their own configuration has it; the commands stay as they are.
    fn at(folder: &Path, host: &str) -> Self {
        let lines = format!("[[registry]]\nlocation = \"{host}\"\ninsecure = true\n");
        let own = folder.join(".config/containers");
        fs::create_dir_all(&own).unwrap();
        fs::write(own.join("registries.conf"), lines).unwrap();
        fs::write(folder.join("storage.conf"), storage(folder)).unwrap();
        fs::write(folder.join("auth.json"), "{}").unwrap();
        Self { folder: folder.into() }
    }

    fn types(&self, command: &str, answer: &str) -> Outcome {
        let mut shell: Command = process::command("sh");
        // A prompt reads from a terminal alone, so that the answer comes by the program's own option.
        let command = match answer {
            "" => command.to_owned(),
            _ => format!("{command} --password-stdin"),
        };
        shell.args(["-e", "-c", &command]).current_dir(&self.folder);
        shell.env("HOME", &self.folder).env("XDG_RUNTIME_DIR", &self.folder);
        shell.env("CONTAINERS_STORAGE_CONF", self.folder.join("storage.conf"));
        shell.env("REGISTRY_AUTH_FILE", self.folder.join("auth.json"));
        process::run_with_input(shell, answer)
    }
}

fn storage(folder: &Path) -> String {
    let (root, run) = (folder.join("root"), folder.join("run"));
    format!(
        "[storage]\ndriver = \"vfs\"\ngraphroot = \"{}\"\nrunroot = \"{}\"\n",
        root.display(),
        run.display()
    )
}

fn is_installed(program: &str) -> bool {
    let mut shell = process::command("sh");
    shell.args(["-c", "command -v \"$0\"", program]);
    process::run(shell).is_ok()
}
