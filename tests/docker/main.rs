//! Docker's own client and daemon: `make test-docker`. Needs dockerd and root, so it is not part of the
//! other tests.

use std::path::{Path, PathBuf};

use portus_tests::process::{self, Outcome, Program};
use portus_tests::world::password;
use portus_tests::{Image, Place, World, eventually, until};

/// A dockerd of the test's own, without network for containers, and its client.
struct Docker {
    folder: PathBuf,
    daemon: Option<Program>,
}

impl Docker {
    fn start(folder: &Path) -> Self {
        assert!(rustix::process::geteuid().is_root(), "dockerd needs root");
        let mut command = process::command("dockerd");
        for flag in
            ["--iptables=false", "--ip6tables=false", "--ip-forward=false", "--ip-masq=false"]
        {
            command.arg(flag);
        }
        command.args(["--bridge=none", "--storage-driver=vfs", "--config-file"]);
        std::fs::write(folder.join("daemon.json"), "{}").unwrap();
        command.arg(folder.join("daemon.json"));
        command.arg("-H").arg(format!("unix://{}/docker.sock", folder.display()));
        command.arg("--data-root").arg(folder.join("root"));
        command.arg("--exec-root").arg(folder.join("exec"));
        command.arg("--pidfile").arg(folder.join("dockerd.pid"));
        let daemon = Program::start("dockerd", command, &folder.join("dockerd.log"));
        let docker = Self { folder: folder.into(), daemon: Some(daemon) };
        until("dockerd answers", || docker.run(&["version"]).is_ok());
        docker
    }

    fn run(&self, arguments: &[&str]) -> Outcome {
        self.run_with_input(arguments, "")
    }

    fn run_with_input(&self, arguments: &[&str], input: &str) -> Outcome {
        let mut command = process::command("docker");
        command.env("DOCKER_CONFIG", self.folder.join("client"));
        command.arg("-H").arg(format!("unix://{}/docker.sock", self.folder.display()));
        command.args(arguments);
        process::run_with_input(command, input)
    }

    fn login(&self, registry: &str, name: &str, password: &str) -> Outcome {
        let arguments = ["login", "--username", name, "--password-stdin", registry];
        self.run_with_input(&arguments, password)
    }
}

impl Drop for Docker {
    /// Asked, not killed: it ends containerd and takes its mounts away.
    fn drop(&mut self) {
        if let Some(daemon) = self.daemon.take() {
            daemon.stop();
        }
    }
}

#[test]
fn docker_logs_in_pushes_and_pulls_and_keeps_no_password() {
    let world = World::start(Place::SMALL);
    let docker = Docker::start(&world.folder("docker"));
    let host = &world.registry.host;
    let image = format!("{host}/crew/docker:1");
    load(&world, &docker, &image);

    let refused = docker.login(host, "bob", "not-his-password").refused();
    assert!(refused.contains("unauthorized"), "{refused}");
    docker.login(host, "bob", &password("bob")).ok();
    let kept = std::fs::read_to_string(world.folder("docker").join("client/config.json")).unwrap();
    assert!(kept.contains("identitytoken") && kept.contains("portus_r_"), "{kept}");
    docker.run(&["push", &image]).ok();
    let row = eventually("docker's push is known with its details", || {
        world.tag("crew/docker", "1").filter(|row| row["details"] == "read")
    });
    assert_eq!((&row["author"], &row["platforms"][0]), (&"bob".into(), &"linux/amd64".into()));
    docker.run(&["tag", &image, &format!("{host}/other/app:1")]).ok();
    let refused = docker.run(&["push", &format!("{host}/other/app:1")]).refused();
    assert!(refused.contains("denied"), "{refused}");

    docker.run(&["rmi", &image]).ok();
    docker.run(&["pull", &image]).ok();
    until("the pull is counted", || {
        world.tag("crew/docker", "1").is_some_and(|row| row["pulls"].as_u64() >= Some(1))
    });
    docker.run(&["logout", host]).ok();
    docker.run(&["pull", &image]).refused();
    docker.login(host, "ci", &world.ci).ok();
    docker.run(&["pull", &image]).ok();

    docker.login(host, "bob", &password("bob")).ok();
    world.portus.ctl(&["user", "disable", "bob"]).ok();
    until("bob is refused", || world.asks("bob").get().status == 401);
    let refused = docker.run(&["pull", &image]).refused();
    assert!(refused.contains("unauthorized"), "{refused}");
}

/// Gets an image into docker's own store, by way of an archive.
fn load(world: &World, docker: &Docker, name: &str) {
    let layout = world.folder("docker-image");
    Image::small("docker").write_layout(&layout, "1");
    let archive = world.folder("docker").join("image.tar");
    let mut skopeo = process::command("skopeo");
    skopeo.args(["copy", &format!("oci:{}:1", layout.display())]);
    skopeo.arg(format!("docker-archive:{}:{name}", archive.display()));
    process::run(skopeo).ok();
    docker.run(&["load", "-i", &archive.to_string_lossy()]).ok();
}
