//! What the harness itself makes and starts is what real programs take for real.

use portus_tests::postgres::Postgres;
use portus_tests::programs::{Podman, Skopeo};
use portus_tests::relay::Relay;
use portus_tests::world::Folder;
use portus_tests::{Client, Image, Registry};

#[test]
fn images_made_here_are_images() {
    let folder = Folder::new();
    let mut registry = Registry::reserve(folder.path(), "registry");
    registry.start_open();
    let client = Client::anonymous(&registry.url);
    for (name, image) in [
        ("small", Image::small("a")),
        ("index", Image::index("a", &["amd64", "arm64/v8"])),
        ("chart", Image::helm_chart("a")),
        ("thing", Image::artifact("a", "application/spdx+json")),
        ("docker", Image::docker("a")),
    ] {
        client.push(&image, name, "1");
        let pulled = folder.path().join(name);
        Skopeo::pull(&format!("{}/{name}:1", registry.host), &pulled, None).ok();
        let manifest = client.manifest(name, "1").expect(200);
        assert_eq!(manifest.header("docker-content-digest"), image.digest(), "{name}");
    }
    let layout = folder.path().join("layout");
    Image::small("b").write_layout(&layout, "1");
    let target = format!("{}/copied:1", registry.host);
    Skopeo::push(&layout, &target, "any:one").ok();
    assert!(client.can_pull("copied", Image::small("b").digest()), "skopeo kept the digest");
    let podman = Podman::new(&folder.path().join("podman"));
    podman.run(&["pull", "--quiet", "--tls-verify=false", &target]).ok();
}

#[test]
fn postgres_sorts_by_its_own_locale_and_a_cut_wire_is_cut() {
    let folder = Folder::new();
    let mut postgres = Postgres::start(folder.path());
    let sorted =
        postgres.column("SELECT x FROM (VALUES ('b'), ('A'), ('a'), ('B')) AS v(x) ORDER BY x");
    assert_eq!(sorted, ["a", "A", "b", "B"]);
    let relay = Relay::to(postgres.port);
    let reaches = || {
        std::net::TcpStream::connect(("127.0.0.1", relay.port)).is_ok_and(|mut stream| {
            use std::io::{Read, Write};
            // An SSL request, which any PostgreSQL answers with a byte.
            stream.write_all(&[0, 0, 0, 8, 4, 210, 22, 47]).unwrap();
            matches!(stream.read(&mut [0]), Ok(1))
        })
    };
    assert!(reaches());
    relay.cut();
    assert!(!reaches());
    relay.mend();
    assert!(reaches());
    postgres.halt();
    assert!(!reaches());
    postgres.resume();
    assert!(reaches());
}
