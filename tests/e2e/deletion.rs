//! Deletions, by registries that delete each in their own way.

use portus_tests::distribution3::Distribution3;
use portus_tests::wire::{self, Ask, Reply};
use portus_tests::world::{Worker, password};
use portus_tests::{Client, Image, Place, World, until};
use serde_json::Value;

/// Someone who may delete, with a token.
struct Asker<'a> {
    world: &'a World,
    token: String,
}

impl<'a> Asker<'a> {
    fn new(world: &'a World, name: &str) -> Self {
        let actions = "pull,push,delete,api";
        let token = world.create_token(&[name, "--label", "deletes", "--actions", actions]);
        Self { world, token }
    }

    fn ask(&self, method: &str, path: &str) -> Reply {
        let url = format!("{}/api/v1{path}", self.world.portus.url);
        wire::request(method, &url).header("authorization", format!("Bearer {}", self.token)).ask()
    }

    /// Deletes something, and says how that ended.
    fn delete(&self, path: &str) -> (Value, Vec<Value>) {
        let deletion = self.ask("DELETE", path).expect(202).json();
        self.follow(&deletion)
    }

    fn follow(&self, deletion: &Value) -> (Value, Vec<Value>) {
        let path = format!("/deletions/{}", deletion["id"]);
        until("the deletion ended", || {
            self.ask("GET", &path).expect(200).json()["state"] != "under_way"
        });
        let items = self.ask("GET", &format!("{path}/items")).expect(200).json();
        let ended = self.ask("GET", &path).expect(200).json();
        (ended, items.as_array().unwrap().clone())
    }
}

fn state((deletion, items): &(Value, Vec<Value>)) -> String {
    let items: Vec<_> = items.iter().map(|item| item["state"].as_str().unwrap()).collect();
    format!("{}: {}", deletion["state"].as_str().unwrap(), items.join(","))
}

/// Debian's registry deletes only whole digests, and only where its configuration says so.
#[test]
fn a_registry_of_the_second_generation_takes_no_siblings_along() {
    let world = World::start(Place::SMALL);
    let (alice, bob) = (Asker::new(&world, "alice"), world.client("bob"));
    let (shared, other) = (Image::small("shared"), Image::small("other"));
    bob.push(&shared, "crew/app", "1");
    bob.push(&shared, "crew/app", "2");
    bob.push(&other, "crew/app", "3");
    until("the tags are known", || world.tags("crew/app").len() == 3);

    world.registry.let_delete(false);
    let refused = alice.ask("DELETE", "/tags/main/crew/app:3").expect(409);
    assert!(refused.text().contains("storage.delete.enabled: true"), "{}", refused.text());
    assert!(bob.can_pull("crew/app", "3"));

    world.registry.let_delete(true);
    let refused = alice.ask("DELETE", "/tags/main/crew/app:1").expect(409);
    assert!(refused.text().contains("`2`"), "{}", refused.text());
    let plan = alice.ask("DELETE", "/tags/main/crew/app:1?dry_run=true").expect(200).json();
    assert_eq!((&plan["deletes"], &plan["siblings"][0]), (&"by_digest".into(), &"2".into()));
    let ended = alice.delete("/tags/main/crew/app:3");
    assert_eq!(state(&ended), "done: done");
    assert!(!bob.can_pull("crew/app", "3") && bob.can_pull("crew/app", "1"));
    until("the tag is gone", || world.tags("crew/app") == ["1", "2"]);
    let ended = alice.delete("/tags/main/crew/app:1?siblings=all");
    assert_eq!(state(&ended), "done: done,done");
    assert!(!bob.can_pull("crew/app", "2"));
    until("the tags are gone", || world.tags("crew/app").is_empty());
    // What was deleted can be pushed again.
    bob.push(&other, "crew/app", "3");
    until("the tag is back", || world.tags("crew/app") == ["3"]);
}

#[test]
fn a_namespace_goes_with_everything_and_its_name_stays_held() {
    let world = World::start(Place::SMALL);
    let (alice, bob) = (Asker::new(&world, "alice"), world.client("bob"));
    bob.push(&Image::small("one"), "crew/app", "1");
    bob.push(&Image::index("two", &["amd64", "arm64"]), "crew/tools/lint", "1");
    until("both are known, and what the index names", || {
        let plan = alice.ask("DELETE", "/namespaces/main/crew?dry_run=true").expect(200).json();
        plan["manifests_count"].as_u64() == Some(4)
    });
    let ended = alice.delete("/namespaces/main/crew");
    assert_eq!(state(&ended), "done: done,done,done,done", "{ended:?}");
    assert_eq!(world.granted("bob", "crew/app", "pull,push"), "");
    for path in ["/repositories/main/crew/app", "/namespaces/main/crew"] {
        alice.ask("GET", path).expect(404);
    }
    let again = world.portus.ctl(&["namespace", "create", "crew", "--team", "crew"]);
    assert!(!again.is_ok() && again.stderr.contains("deleted a while ago"), "{again:?}");
    // The registry still lists both names.
    world.portus.ctl(&["sync", "main"]).ok();
    alice.ask("GET", "/namespaces/main/crew").expect(404);
}

/// What is pushed between the preview and the work stays, and so does what was not asked for.
#[test]
fn what_is_pushed_meanwhile_stays() {
    let world = World::start(Place { worker: Worker::Apart, ..Place::SMALL });
    let (alice, bob) = (Asker::new(&world, "alice"), world.client("bob"));
    for tag in ["1", "2"] {
        bob.push(&Image::small(tag), "crew/app", tag);
    }
    until("the tags are known", || world.tags("crew/app").len() == 2);
    world.portus.kill_worker();
    let moving = alice.ask("DELETE", "/tags/main/crew/app:2").expect(202).json();
    let whole = alice.ask("DELETE", "/repositories/main/crew/app").expect(202).json();
    bob.push(&Image::small("moved"), "crew/app", "2");
    bob.push(&Image::small("later"), "crew/app", "3");
    world.portus.start_worker();
    let ended = alice.follow(&moving);
    assert_eq!(state(&ended), "incomplete: kept", "{ended:?}");
    assert!(ended.1[0]["reason"].as_str().unwrap().starts_with("pushed again since"));
    let ended = alice.follow(&whole);
    assert_eq!(state(&ended), "done: done,done", "{ended:?}");
    assert!(!bob.can_pull("crew/app", "1"));
    assert!(bob.can_pull("crew/app", "2") && bob.can_pull("crew/app", "3"));
    until("what is there is known", || world.tags("crew/app") == ["2", "3"]);
}

#[test]
fn a_registry_of_the_third_generation_deletes_a_tag_alone() {
    let world = World::start(Place::SMALL);
    let registry = Distribution3::reserve();
    let add = ["registry", "add", "third", &registry.url, "--service", "third.test"];
    world.portus.ctl(&[&add[..], &["--trust", "jwks"]].concat()).ok();
    let create = ["namespace", "create", "third", "--team", "crew", "--registry", "third"];
    world.portus.ctl(&create).ok();
    registry.start(world.trusting("third.test"));
    world.portus.ctl(&["sync", "third"]).ok();
    let asker = Asker::new(&world, "alice");
    let alice = Client::new(&registry.url, "alice", &password("alice"));
    let image = Image::small("sibling");
    alice.push(&image, "third/app", "1");
    alice.push(&image, "third/app", "2");
    let known = || {
        let tags = asker.ask("GET", "/tags/third/third/app");
        let names = |row: &Value| row["name"].as_str().unwrap().to_owned();
        match tags.status == 200 {
            true => tags.json().as_array().unwrap().iter().map(names).collect(),
            false => Vec::new(),
        }
    };
    until("both tags are known", || known() == ["1", "2"]);
    let ended = asker.delete("/tags/third/third/app:1");
    assert_eq!(state(&ended), "done: done", "{ended:?}");
    assert!(!alice.can_pull("third/app", "1") && alice.can_pull("third/app", "2"));
    until("only the tag is gone", || known() == ["2"]);
    let ended = asker.delete(&format!("/manifests/third/third/app@{}", image.digest()));
    assert_eq!(state(&ended), "done: done", "{ended:?}");
    assert!(!alice.can_pull("third/app", "2"));
    until("all is gone", || known().is_empty());
}
