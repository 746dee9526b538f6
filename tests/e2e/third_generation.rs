//! Registries of the third generation, which trust a `jwks` file and delete by tag.

use portus_tests::distribution3::Distribution3;
use portus_tests::programs::Skopeo;
use portus_tests::wire::{self, Ask};
use portus_tests::world::{credentials, password};
use portus_tests::{Client, Image, Place, Token, TokenRequest, World, eventually, until};
use serde_json::Value;

everywhere! {
    fn a_registry_with_a_jwks_file_takes_our_tokens_and_its_events_are_understood(world) {
        let registry = Distribution3::reserve();
        let add = ["registry", "add", "third", &registry.url, "--service", "third.test"];
        world.portus.ctl(&[&add[..], &["--trust", "jwks"]].concat()).ok();
        world.portus.ctl(&["namespace", "create", "third", "--team", "crew", "--registry", "third"]).ok();
        registry.start(world.trusting("third.test"));
        world.portus.ctl(&["sync", "third"]).ok();
        until("the server knows that it was read", || {
            let request = TokenRequest::to(&world.portus.url).service("third.test");
            let request = request.by("bob", &password("bob")).scope("repository:third/app:push");
            request.token().on("third/app") == "push"
        });
        tokens_name_their_key_and_carry_no_certificate(world);
        images_go_in_and_out(world, &registry);
        a_tag_is_deleted_without_its_siblings(world, &registry);
        a_digest_is_deleted_with_all_its_tags(world, &registry);
    }
}

fn tokens_name_their_key_and_carry_no_certificate(world: &World) {
    let request = TokenRequest::to(&world.portus.url).service("third.test");
    let token = Token::of(&request.get().expect(200));
    assert_eq!(token.header.get("x5c"), None, "such a registry refuses any certificate");
    assert_eq!(token.claims["aud"], "third.test");
    let set = wire::get(&format!("{}/.well-known/jwks.json", world.portus.url)).ask().json();
    let keys = set["keys"].as_array().unwrap();
    let key =
        keys.iter().find(|key| key["kid"] == token.header["kid"]).expect("the key by its kid");
    let jwk = josekit::jwk::Jwk::from_bytes(key.to_string().as_bytes()).unwrap();
    let pair = josekit::jwk::alg::ec::EcKeyPair::from_jwk(&jwk);
    assert!(pair.is_err(), "only the public half is published");
}

fn images_go_in_and_out(world: &World, registry: &Distribution3) {
    let image = Image::index("third", &["amd64", "arm64/v8"]);
    let layout = world.folder("third");
    image.write_layout(&layout, "1");
    let name = format!("{}/third/app:1", registry.host);
    Skopeo::push(&layout, &name, &credentials("bob")).ok();
    Skopeo::push(&layout, &name, &credentials("carol")).refused();
    Skopeo::pull(&name, &world.folder("third-pulled"), Some(&credentials("carol"))).ok();
    let row = eventually("the push is known with its details", || {
        tag(world, "1").filter(|row| row["details"] == "read")
    });
    assert_eq!((&row["digest"], &row["author"]), (&image.digest().into(), &"bob".into()));
    assert_eq!(row["platforms"].as_array().unwrap().len(), 2);
    until("carol's pull is counted", || {
        tag(world, "1").is_some_and(|row| row["pulls"].as_u64() >= Some(1))
    });
}

fn a_tag_is_deleted_without_its_siblings(world: &World, registry: &Distribution3) {
    let bob = Client::new(&registry.url, "bob", &password("bob"));
    let alice = Client::new(&registry.url, "alice", &password("alice"));
    let image = Image::small("sibling");
    bob.push(&image, "third/app", "2");
    bob.push(&image, "third/app", "3");
    until("both tags are known", || tag(world, "2").is_some() && tag(world, "3").is_some());
    bob.delete("third/app", "2").expect(401);
    alice.delete("third/app", "2").expect(202);
    until("the tag is gone", || tag(world, "2").is_none());
    assert_eq!(tag(world, "3").unwrap()["digest"], image.digest());
}

fn a_digest_is_deleted_with_all_its_tags(world: &World, registry: &Distribution3) {
    let alice = Client::new(&registry.url, "alice", &password("alice"));
    let image = Image::small("sibling");
    alice.push(&image, "third/app", "4");
    until("the tag is known", || tag(world, "4").is_some());
    alice.delete("third/app", image.digest()).expect(202);
    until("both tags are gone", || tag(world, "3").is_none() && tag(world, "4").is_none());
    assert!(tag(world, "1").is_some());
    world.portus.ctl(&["sync", "third"]).ok();
    assert!(tag(world, "3").is_none(), "a crawl brings nothing back");
}

/// Such a registry reads its file once, at its start.
#[test]
fn a_new_key_waits_until_the_registries_with_a_jwks_file_know_it() {
    let world = World::start(Place::SMALL);
    let registry = Distribution3::reserve();
    let add = ["registry", "add", "third", &registry.url, "--service", "third.test"];
    world.portus.ctl(&[&add[..], &["--trust", "jwks"]].concat()).ok();
    registry.start(world.trusting("third.test"));
    let alice = Client::new(&registry.url, "alice", &password("alice"));
    until("the registry is known", || alice.ask("GET", "/v2/").status == 200);
    let kid = || {
        let request = TokenRequest::to(&world.portus.url).service("third.test");
        request.token().header["kid"].clone()
    };
    let before = kid();

    world.portus.ctl(&["key", "rotate"]).ok();
    until("both keys are published", || {
        let url = format!("{}/.well-known/jwks.json", world.portus.url);
        wire::get(&url).ask().json()["keys"].as_array().is_some_and(|keys| keys.len() == 2)
    });
    assert_eq!(kid(), before, "the registry does not know the new one");
    alice.ask("GET", "/v2/").expect(200);
    let again = world.portus.ctl(&["key", "rotate"]);
    assert_eq!(again.code, Some(1), "one waits already: {again:?}");

    registry.trust(&world.trusting("third.test"));
    alice.ask("GET", "/v2/").expect(200);
    world.portus.ctl(&["key", "rotate", "--activate"]).ok();
    until("the new key signs", || kid() != before);
    alice.ask("GET", "/v2/").expect(200);
}

fn tag(world: &World, name: &str) -> Option<Value> {
    let listing = world.portus.ctl(&["tag", "list", "third/app", "--registry", "third", "--json"]);
    let listing: Value = serde_json::from_str(&listing.is_ok().then_some(listing.stdout)?).ok()?;
    listing["rows"].as_array()?.iter().find(|row| row["name"] == name).cloned()
}
