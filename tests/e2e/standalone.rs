//! A whole private registry from one command.

use std::fs;
use std::net::TcpStream;

use portus_tests::process::{self, Outcome, Program};
use portus_tests::programs::{self, Skopeo};
use portus_tests::world::{Folder, credentials, password};
use portus_tests::{Image, port, until};

/// What `make run` starts, on free ports.
struct Standalone {
    folder: Folder,
    url: String,
    listen: String,
    metrics: String,
    /// As the greeting names it.
    registry: String,
    registry_listen: String,
    server: Option<Program>,
}

impl Standalone {
    fn new() -> Self {
        let (port, registry) = (port::free(), port::free());
        Self {
            folder: Folder::new(),
            url: format!("http://localhost:{port}"),
            listen: format!("127.0.0.1:{port}"),
            metrics: format!("127.0.0.1:{}", port::free()),
            registry: format!("localhost:{registry}"),
            registry_listen: format!("127.0.0.1:{registry}"),
            server: None,
        }
    }

    fn start(&mut self) {
        let mut command = process::command(programs::ours("portus-server"));
        command.arg("--with-registry").args(["--registry-listen", &self.registry_listen]);
        command.args(["--listen", &self.listen, "--data", "data"]);
        command.env("PORTUS_METRICS__LISTEN", &self.metrics);
        command.env("PORTUS_SERVER__URL", &self.url);
        command.current_dir(self.folder.path());
        let log = self.folder.path().join("portus-server.log");
        self.server = Some(Program::start("portus-server", command, &log));
        until("the registry answers", || TcpStream::connect(&self.registry_listen).is_ok());
        until("Portus answers", || TcpStream::connect(&self.listen).is_ok());
    }

    fn ctl(&self, arguments: &[&str], input: &str) -> Outcome {
        let mut command = process::command(programs::ours("portusctl"));
        command.args(["--data", "data"]).args(arguments).current_dir(self.folder.path());
        command.env("PORTUS_SERVER__URL", &self.url);
        process::run_with_input(command, input)
    }

    fn greeting(&self) -> String {
        fs::read_to_string(self.folder.path().join("portus-server.log")).unwrap()
    }

    fn can_pull(&self, into: &str) -> bool {
        let image = format!("{}/alice/app:1", self.registry);
        Skopeo::pull(&image, &self.folder.path().join(into), Some(&credentials("alice"))).is_ok()
    }

    fn kill(&mut self) {
        self.server.take().unwrap().kill();
        until("the registry ended with the server", || {
            TcpStream::connect(&self.registry_listen).is_err()
        });
    }
}

/// SR11
#[test]
fn one_command_brings_up_a_private_registry_and_finds_it_again() {
    let mut standalone = Standalone::new();
    standalone.start();
    until("the first start says what to do", || {
        let said = standalone.greeting();
        [
            &standalone.url,
            "setup",
            "docker login",
            "docker tag",
            "docker push",
            &standalone.registry,
        ]
        .iter()
        .all(|part| said.contains(*part))
    });
    let setup = ["setup", "--admin", "alice", "--email", "alice@example.org", "--password-stdin"];
    standalone.ctl(&setup, &password("alice")).ok();
    let outcome = standalone.ctl(&setup, &password("alice"));
    assert_eq!(outcome.code, Some(1), "only the first comes in so: {outcome:?}");

    let image = Image::small("standalone");
    let layout = standalone.folder.path().join("image");
    image.write_layout(&layout, "1");
    let target = format!("{}/alice/app:1", standalone.registry);
    until("alice's first push goes in", || {
        Skopeo::push(&layout, &target, &credentials("alice")).is_ok()
    });
    let listed = ["tag", "list", "alice/app", "--json"];
    until("the push is known", || standalone.ctl(&listed, "").stdout.contains(image.digest()));
    Skopeo::pull(&target, &standalone.folder.path().join("stranger"), None).refused();

    standalone.kill();
    standalone.start();
    until("everything is as it was", || standalone.can_pull("second"));
    assert!(standalone.ctl(&listed, "").stdout.contains(image.digest()));
    // Killed together with its registry's parent-death signal, or asked to end: the child goes too.
    let status = standalone.server.take().unwrap().stop();
    assert!(status.success(), "{status}");
    until("the registry ended with the server", || {
        TcpStream::connect(&standalone.registry_listen).is_err()
    });
    standalone.start();
    until("and once more", || standalone.can_pull("third"));
    standalone.kill();
}
