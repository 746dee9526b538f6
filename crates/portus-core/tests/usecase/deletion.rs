//! Deletions: planned, asked for, done.

use std::sync::Arc;
use std::time::Duration;

use portus_core::credential::Caller;
use portus_core::deletion::{Deletion, DeletionItem, DeletionState, ItemState};
use portus_core::deletion_reason::DeletionReason;
use portus_core::event::EventAction;
use portus_core::id::DeletionId;
use portus_core::namespace::{NamespaceKind, Visibility};
use portus_core::page::Slice;
use portus_core::policy::Switches;
use portus_core::port::{Browse, Clock, RepositoryFilter, StoreError};
use portus_core::team::Role;
use portus_core::usecase::{
    Confirmed, CreateNamespaceError, DeletionError, FollowDeletions, SyncMode, SyncRegistry,
    Wanted, WantedTag,
};

use crate::events::{deliver, event, parked};
use crate::remote::{Deletes, Table, digest};
use crate::sync::work;
use crate::world::{World, operator};

/// `qa` of a team with its owner alice and its contributor bob: `qa/app` has `1` and `2` on one
/// digest and `3` on another.
pub async fn arranged(switches: Switches) -> (World, Table) {
    let world = World::new(switches).await;
    for name in ["alice", "bob", "mallory"] {
        world.person(name, false).await;
    }
    world.person("root", true).await;
    world.team("qa", &[("alice", Role::Owner), ("bob", Role::Contributor)]).await;
    world.namespace("qa", "qa", Visibility::Private).await;
    let table = Table::default();
    table.put("qa/app", "1", 101);
    table.put("qa/app", "2", 101);
    table.put("qa/app", "3", 103);
    table.0.lock().unwrap().page = 10;
    sync(&world, &table).await;
    world.clock.advance(Duration::from_secs(60));
    table.0.lock().unwrap().date = Some(world.clock.now());
    (world, table)
}

pub async fn sync(world: &World, table: &Table) {
    table.0.lock().unwrap().date = Some(world.clock.now());
    let sync = SyncRegistry {
        store: world.store.clone(),
        remotes: std::sync::Arc::new(table.clone()),
        policy: world.policy.clone(),
        clock: std::sync::Arc::new(world.clock.clone()),
        concurrency: 1,
    };
    sync.run(&world.registry().await, SyncMode::Apply, &()).await.unwrap();
    work(world, table).await;
}

pub fn tags(names: &[&str]) -> Wanted {
    let tag = |name: &&str| WantedTag { name: name.parse().unwrap(), seen: None };
    let (registry, path) = ("main".parse().unwrap(), "qa/app".parse().unwrap());
    Wanted::Tags(registry, path, names.iter().map(tag).collect())
}

pub fn repository() -> Wanted {
    Wanted::Repository("main".parse().unwrap(), "qa/app".parse().unwrap())
}

pub fn namespace(name: &str) -> Wanted {
    Wanted::Namespace("main".parse().unwrap(), Some(name.parse().unwrap()))
}

pub async fn ask(
    world: &World,
    table: &Table,
    who: &str,
    wanted: &Wanted,
) -> Result<DeletionId, DeletionError> {
    let actor = world.actor(who).await;
    world.delete_images(table).ask(&actor, wanted, Confirmed::default()).await
}

pub async fn caller(world: &World, who: &str) -> Caller {
    match world.actor(who).await.who {
        portus_core::activity::Who::Caller(caller) => caller,
        _ => unreachable!(),
    }
}

pub async fn seen(
    world: &World,
    who: &str,
    id: DeletionId,
) -> Option<(Deletion, Vec<DeletionItem>)> {
    let follow = FollowDeletions { store: world.store.clone() };
    let found = follow.one(&world.actor(who).await, id, &Slice::first(100)).await.unwrap();
    found.map(|(deletion, items)| (deletion, items.rows))
}

/// What is left in `qa/app`.
pub async fn left(world: &World) -> Vec<String> {
    let registry = world.registry().await.id;
    let id = world
        .store
        .read::<_, StoreError>(async |tx| {
            tx.repositories().by_path(registry, &"qa/app".parse().unwrap()).await
        })
        .await
        .unwrap();
    let Some(id) = id else { return Vec::new() };
    let rows = world.memory.tags(id, &Slice::first(100)).await.unwrap().rows;
    rows.iter().map(|row| row.name.to_string()).collect()
}

#[tokio::test]
async fn a_tag_goes_alone_where_the_registry_deletes_by_tag() {
    let (world, table) = arranged(Switches::default()).await;
    let id = ask(&world, &table, "alice", &tags(&["1"])).await.unwrap();
    work(&world, &table).await;
    assert_eq!(table.0.lock().unwrap().deleted, ["qa/app:1"]);
    assert_eq!(left(&world).await, ["2", "3"]);
    let (deletion, items) = seen(&world, "alice", id).await.unwrap();
    assert_eq!((deletion.state, deletion.counts.done), (DeletionState::Done, 1));
    assert_eq!(items[0].state, ItemState::Done);
    let audit = world.activities().await;
    for kind in ["deletion.create alice", "repository.delete alice", "deletion.finish alice"] {
        assert!(audit.iter().any(|row| row.starts_with(kind)), "{kind} in {audit:#?}");
    }
}

/// The `Date` of an answer has no fractions of a second, and an event has.
#[tokio::test]
async fn what_came_in_the_same_second_went_too() {
    let (world, table) = arranged(Switches::default()).await;
    world.clock.advance(Duration::from_millis(400));
    table.put("qa/app", "4", 104);
    sync(&world, &table).await;
    table.0.lock().unwrap().date = Some(world.clock.now() - Duration::from_millis(400));
    ask(&world, &table, "alice", &tags(&["4"])).await.unwrap();
    work(&world, &table).await;
    assert_eq!(left(&world).await, ["1", "2", "3"]);
}

#[tokio::test]
async fn siblings_are_never_deleted_unasked_where_only_digests_are() {
    let (world, table) = arranged(Switches::default()).await;
    table.0.lock().unwrap().deletes = Deletes::ByDigest;
    let refused = ask(&world, &table, "alice", &tags(&["1"])).await.unwrap_err();
    assert!(matches!(&refused, DeletionError::Siblings(all) if all[0].as_str() == "2"));
    assert!(table.0.lock().unwrap().deleted.is_empty());

    let confirmed = Confirmed { all_siblings: true };
    let actor = world.actor("alice").await;
    world.delete_images(&table).ask(&actor, &tags(&["1"]), confirmed).await.unwrap();
    work(&world, &table).await;
    assert_eq!(left(&world).await, ["3"]);
    assert_eq!(table.0.lock().unwrap().deleted.len(), 1, "one digest, once");
}

/// A sibling may come between asking and doing.
#[tokio::test]
async fn a_sibling_that_came_later_is_kept() {
    let (world, table) = arranged(Switches::default()).await;
    table.0.lock().unwrap().deletes = Deletes::ByDigest;
    let id = ask(&world, &table, "alice", &tags(&["3"])).await.unwrap();
    table.put("qa/app", "4", 103);
    // The walk does not do what waits.
    let registry = world.registry().await;
    world
        .store
        .write::<_, StoreError>(async |tx| {
            let path = "qa/app".parse().unwrap();
            let known = tx.repositories().by_path(registry.id, &path).await?.unwrap();
            let as_of = portus_core::tag::AsOf { at: world.clock.now(), event: "e".into() };
            let tag = "4".parse().unwrap();
            tx.repositories().set_tag(known, &tag, &digest(103), &as_of, None).await
        })
        .await
        .unwrap();
    work(&world, &table).await;
    let (deletion, items) = seen(&world, "alice", id).await.unwrap();
    assert_eq!((deletion.state, items[0].state), (DeletionState::Incomplete, ItemState::Kept));
    assert_eq!(items[0].reason, Some(DeletionReason::Siblings(vec!["4".parse().unwrap()])));
    assert_eq!(left(&world).await, ["1", "2", "3", "4"]);
}

#[tokio::test]
async fn a_tag_that_was_pushed_again_is_kept() {
    let (world, table) = arranged(Switches::default()).await;
    let id = ask(&world, &table, "alice", &tags(&["3"])).await.unwrap();
    table.put("qa/app", "3", 1033);
    work(&world, &table).await;
    let (deletion, items) = seen(&world, "alice", id).await.unwrap();
    assert_eq!((deletion.state, items[0].state), (DeletionState::Incomplete, ItemState::Kept));
    assert!(table.0.lock().unwrap().deleted.is_empty());

    let moved = WantedTag { name: "3".parse().unwrap(), seen: Some(digest(109)) };
    let wanted = Wanted::Tags("main".parse().unwrap(), "qa/app".parse().unwrap(), vec![moved]);
    let refused = ask(&world, &table, "alice", &wanted).await.unwrap_err();
    assert!(matches!(refused, DeletionError::Moved(_)), "{refused}");
}

/// SR4: to who may not see it, it is not there; who may see but not delete is told why.
#[tokio::test]
async fn sr4_only_who_may_delete_does() {
    let (world, table) = arranged(Switches::default()).await;
    for wanted in [tags(&["1"]), repository(), namespace("qa")] {
        let stranger = ask(&world, &table, "mallory", &wanted).await.unwrap_err();
        assert!(matches!(stranger, DeletionError::Absent), "{stranger}");
        let member = ask(&world, &table, "bob", &wanted).await.unwrap_err();
        assert!(matches!(member, DeletionError::Refused(_)), "{member}");
    }
    let off = Switches { delete: false, ..Switches::default() };
    let (world, table) = arranged(off).await;
    for wanted in [tags(&["1"]), repository(), namespace("qa")] {
        let admin = ask(&world, &table, "root", &wanted).await.unwrap_err();
        assert!(matches!(admin, DeletionError::Refused(_)), "{admin}");
    }
    let may = Switches { contributors_delete: true, ..Switches::default() };
    let (world, table) = arranged(may).await;
    ask(&world, &table, "bob", &tags(&["1"])).await.unwrap();
    assert!(ask(&world, &table, "bob", &namespace("qa")).await.is_err());
}

#[tokio::test]
async fn a_right_that_was_lost_meanwhile_stops_the_deletion() {
    let (world, table) = arranged(Switches::default()).await;
    let id = ask(&world, &table, "alice", &repository()).await.unwrap();
    world.team_member("qa", "root", Role::Owner).await;
    let (team, alice) = ("qa".parse().unwrap(), "alice".parse().unwrap());
    world.members().set_role(&operator(), &team, &alice, Role::Viewer).await.unwrap();
    work(&world, &table).await;
    let (deletion, items) = seen(&world, "root", id).await.unwrap();
    assert_eq!(deletion.state, DeletionState::Stopped);
    assert!(items.iter().all(|item| item.state == ItemState::Cancelled));
    assert!(table.0.lock().unwrap().deleted.is_empty());
    let audit = world.activities().await;
    let why = "who asked for it may not delete there any more";
    let ended = |row: &&String| row.starts_with("deletion.finish alice") && row.contains(why);
    assert!(audit.iter().any(|row| ended(&row)), "{audit:#?}");
}

#[tokio::test]
async fn a_repository_goes_with_all_its_manifests_indexes_first() {
    let (world, table) = arranged(Switches::default()).await;
    table.0.lock().unwrap().indexes.insert(digest(103), vec![digest(101)]);
    table.put("qa/other", "1", 103);
    world.clock.advance(Duration::from_secs(1));
    table.put("qa/multi", "1", 108);
    table.put("qa/multi", "2", 107);
    table.0.lock().unwrap().indexes.insert(digest(108), vec![digest(107)]);
    sync(&world, &table).await;
    let wanted = Wanted::Repository("main".parse().unwrap(), "qa/multi".parse().unwrap());
    let child = Wanted::Manifest("main".parse().unwrap(), "qa/multi".parse().unwrap(), digest(107));
    let needed = ask(&world, &table, "alice", &child).await.unwrap_err();
    assert!(matches!(needed, DeletionError::Needed(_)), "{needed}");
    let id = ask(&world, &table, "alice", &wanted).await.unwrap();
    work(&world, &table).await;
    let (deletion, items) = seen(&world, "alice", id).await.unwrap();
    assert_eq!(deletion.state, DeletionState::Done, "{items:#?}");
    let order: Vec<_> = items.iter().map(|item| item.digest.clone()).collect();
    assert_eq!(order, [digest(108), digest(107)]);
    assert_eq!(left(&world).await, ["1", "2", "3"], "the other repository stays");
}

#[tokio::test]
async fn an_index_takes_along_what_only_it_names() {
    let (world, table) = arranged(Switches::default()).await;
    table.put("qa/multi", "1", 108);
    table.0.lock().unwrap().indexes.insert(digest(108), vec![digest(107), digest(106)]);
    sync(&world, &table).await;
    let index = Wanted::Manifest("main".parse().unwrap(), "qa/multi".parse().unwrap(), digest(108));
    let id = ask(&world, &table, "alice", &index).await.unwrap();
    work(&world, &table).await;
    let (deletion, items) = seen(&world, "alice", id).await.unwrap();
    assert_eq!((deletion.state, items.len()), (DeletionState::Done, 3), "{items:#?}");
}

#[tokio::test]
async fn a_registry_that_is_away_is_asked_again_and_nothing_is_done_twice() {
    let (world, table) = arranged(Switches::default()).await;
    let id = ask(&world, &table, "alice", &repository()).await.unwrap();
    table.0.lock().unwrap().deletes_left = Some(1);
    work(&world, &table).await;
    let (deletion, _) = seen(&world, "alice", id).await.unwrap();
    assert_eq!((deletion.state, deletion.counts.done), (DeletionState::UnderWay, 1));
    let reason = deletion.reason.unwrap().to_string();
    assert!(reason.contains("cannot be reached"), "{reason}");
    table.0.lock().unwrap().deletes_left = None;
    world.clock.advance(Duration::from_secs(3600));
    work(&world, &table).await;
    let (deletion, _) = seen(&world, "alice", id).await.unwrap();
    assert_eq!((deletion.state, deletion.counts.done), (DeletionState::Done, 2));
    assert_eq!(table.0.lock().unwrap().deleted.len(), 2);
}

/// One that ended in the middle had the job in its hands.
#[tokio::test]
async fn what_a_worker_left_behind_another_goes_on_with() {
    let (world, table) = arranged(Switches::default()).await;
    let id = ask(&world, &table, "alice", &repository()).await.unwrap();
    let (now, lease) = (world.clock.now(), world.clock.now() + Duration::from_secs(120));
    world
        .store
        .write::<_, StoreError>(async |tx| tx.jobs().claim(now, lease, 9).await)
        .await
        .unwrap();
    // It came as far as to the registry, and did not say so.
    table.0.lock().unwrap().repositories.clear();
    work(&world, &table).await;
    assert_eq!(seen(&world, "alice", id).await.unwrap().0.state, DeletionState::UnderWay);
    world.clock.advance(Duration::from_secs(120));
    work(&world, &table).await;
    let (deletion, _) = seen(&world, "alice", id).await.unwrap();
    assert_eq!((deletion.state, deletion.counts.done), (DeletionState::Done, 2));
    assert!(left(&world).await.is_empty());
}

#[tokio::test]
async fn a_registry_that_deletes_nothing_is_told_of_with_the_line_to_change() {
    let (world, table) = arranged(Switches::default()).await;
    table.0.lock().unwrap().deletes = Deletes::Nothing;
    let refused = ask(&world, &table, "alice", &tags(&["3"])).await.unwrap_err();
    assert!(refused.to_string().contains("storage.delete.enabled: true"), "{refused}");
    // Switched off only after it was asked for.
    table.0.lock().unwrap().deletes = Deletes::ByTag;
    let id = ask(&world, &table, "alice", &namespace("qa")).await.unwrap();
    table.0.lock().unwrap().deletes = Deletes::Nothing;
    work(&world, &table).await;
    let (deletion, items) = seen(&world, "root", id).await.unwrap();
    assert_eq!(deletion.state, DeletionState::Incomplete);
    assert!(items.iter().all(|item| item.reason == Some(DeletionReason::SwitchedOff)));
    assert_eq!(world.granted("bob", "repository:qa/app:*").await, "pull,push", "given back");
}

/// SR6
#[tokio::test]
async fn a_namespace_goes_with_its_name_held_while_old_tokens_may_be_good() {
    let (world, table) = arranged(Switches::default()).await;
    table.put("qa/tools/lint", "1", 105);
    sync(&world, &table).await;
    let id = ask(&world, &table, "alice", &namespace("qa")).await.unwrap();
    // From the moment it is asked for nobody pushes there.
    assert_eq!(world.granted("alice", "repository:qa/app:*").await, "");
    let twice = ask(&world, &table, "root", &namespace("qa")).await.unwrap_err();
    assert!(matches!(twice, DeletionError::UnderWay), "{twice}");
    work(&world, &table).await;
    let (deletion, _) = seen(&world, "alice", id).await.unwrap();
    assert_eq!(deletion.state, DeletionState::Done, "{:?}", deletion.reason);
    assert_eq!(deletion.counts.done, 3);

    let (registry, name) = ("main".parse().unwrap(), "qa".parse().unwrap());
    let make = async || {
        let create = world.create_namespace();
        let place = (&registry, &name);
        create.create(&operator(), place, &"qa".parse().unwrap(), Visibility::Private).await
    };
    assert!(matches!(make().await, Err(CreateNamespaceError::Held(..))));
    // Pushed with a token from before, it is not the next owner's.
    deliver(&world, &[event(170, EventAction::Push, "qa/late", Some("1"), 7)]).await;
    assert_eq!(parked(&world).await.len(), 1);
    // The registry goes on listing the names of empty repositories.
    sync(&world, &table).await;
    let all = RepositoryFilter {
        readable: portus_core::policy::NamespaceFilter::EVERY,
        registry: None,
        namespace: None,
    };
    assert!(world.memory.repositories(&all, &Slice::first(9)).await.unwrap().rows.is_empty());
    world.clock.advance(Duration::from_secs(359));
    assert!(matches!(make().await, Err(CreateNamespaceError::Held(..))));
    world.clock.advance(Duration::from_secs(2));
    make().await.unwrap();
    deliver(&world, &[]).await;
    assert_eq!(parked(&world).await.len(), 1, "it stays, for an admin to decide");
    assert_eq!(world.granted("alice", "repository:qa/app:pull").await, "pull");
}

#[tokio::test]
async fn a_person_gets_no_name_that_was_deleted() {
    let (world, table) = arranged(Switches::default()).await;
    ask(&world, &table, "alice", &namespace("qa")).await.unwrap();
    work(&world, &table).await;
    world.person("qa", false).await;
    assert_eq!(world.granted("qa", "repository:qa/app:*").await, "");
    assert_eq!(world.granted("qa", "repository:qa0/app:*").await, "*");
}

#[tokio::test]
async fn global_and_personal_namespaces_are_never_deleted() {
    let (world, table) = arranged(Switches::default()).await;
    let global = Wanted::Namespace("main".parse().unwrap(), None);
    for (who, wanted) in
        [("root", &global), ("root", &namespace("alice")), ("alice", &namespace("alice"))]
    {
        let refused = ask(&world, &table, who, wanted).await.unwrap_err();
        assert!(matches!(refused, DeletionError::Refused(_)), "{who}: {refused}");
    }
}

#[tokio::test]
async fn a_namespace_that_still_holds_something_is_given_back() {
    let (world, table) = arranged(Switches::default()).await;
    let id = ask(&world, &table, "alice", &namespace("qa")).await.unwrap();
    // Somebody gives it away meanwhile.
    let (registry, name) = ("main".parse().unwrap(), "qa".parse().unwrap());
    let to = portus_core::usecase::Owner::Team("qa".parse().unwrap());
    world.change_namespace().give(&operator(), (&registry, &name), &to).await.unwrap();
    work(&world, &table).await;
    let (deletion, _) = seen(&world, "alice", id).await.unwrap();
    assert_eq!(deletion.state, DeletionState::Stopped);
    assert_eq!(left(&world).await, ["1", "2", "3"]);
}

/// SR9: a deletion is there for who asked, owners of the team and admins alone.
#[tokio::test]
async fn sr9_others_see_no_deletion() {
    let (world, table) = arranged(Switches::default()).await;
    let id = ask(&world, &table, "root", &tags(&["1"])).await.unwrap();
    let follow = FollowDeletions { store: world.store.clone() };
    for (who, sees) in [("root", true), ("alice", true), ("bob", false), ("mallory", false)] {
        assert_eq!(seen(&world, who, id).await.is_some(), sees, "{who}");
        let page = follow.list(&caller(&world, who).await, None, &Slice::first(9)).await.unwrap();
        assert_eq!(page.rows.len(), usize::from(sees), "{who}");
    }
    let page = follow.list(&Caller::ANONYMOUS, None, &Slice::first(9)).await.unwrap();
    assert!(page.rows.is_empty());
}

/// A credential for some namespaces lists no others' deletions.
#[tokio::test]
async fn sr8_a_credential_for_some_namespaces_lists_no_deletions() {
    let (world, table) = arranged(Switches::default()).await;
    ask(&world, &table, "root", &tags(&["1"])).await.unwrap();
    let follow = FollowDeletions { store: world.store.clone() };
    let mut root = caller(&world, "root").await;
    root.limits.namespaces = Some(Arc::default());
    let page = follow.list(&root, None, &Slice::first(9)).await.unwrap();
    assert!(page.rows.is_empty());
}

/// Whose a namespace was may be gone when its deletion ends early: it stays nobody's then.
#[tokio::test]
async fn a_namespace_whose_team_is_gone_stays_nobodys() {
    let (world, table) = arranged(Switches::default()).await;
    let id = ask(&world, &table, "alice", &namespace("qa")).await.unwrap();
    // No use case does it meanwhile.
    world
        .store
        .write::<_, StoreError>(async |tx| {
            let team = tx.teams().by_name(&"qa".parse().unwrap()).await?.unwrap();
            tx.teams().delete(team.id).await
        })
        .await
        .unwrap();
    work(&world, &table).await;
    let (deletion, _) = seen(&world, "root", id).await.unwrap();
    assert_eq!(deletion.state, DeletionState::Stopped);
    let registry = world.registry().await.id;
    let found = world.store.read::<_, StoreError>(async |tx| {
        tx.namespaces().by_name(registry, Some(&"qa".parse().unwrap())).await
    });
    assert_eq!(found.await.unwrap().unwrap().kind, NamespaceKind::Orphan);
}
