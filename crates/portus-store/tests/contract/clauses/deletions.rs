//! Deletions, and names that were deleted.

use portus_core::deletion::{
    Counts, Deletion, DeletionItem, DeletionScope, DeletionState, ItemState, NewDeletion,
};
use portus_core::deletion_reason::DeletionReason;
use portus_core::id::{
    AccountId, ApplicationTokenId, DeletionId, NamespaceId, RegistryId, RepositoryId,
};
use portus_core::image::{Child, Descriptor, ManifestDetails, MediaType, OCI_INDEX, OCI_MANIFEST};
use portus_core::namespace::{NamespaceKind, Visibility};
use portus_core::page::Slice;
use portus_core::port::{Described, StoreError, Sums, Tx};
use portus_core::team::Role;
use portus_core::words::NewComment;

use crate::world::{World, as_of, at, digest, named, namespace, of_team, seen, walk};

pub async fn a_deletion_reads_back_with_its_items_in_order(world: World) {
    let (registry, namespace) = place(&world).await;
    let team = world.team("crew").await;
    let kinds = [
        NamespaceKind::Orphan,
        NamespaceKind::Global { visibility: Visibility::Public },
        of_team(team, Visibility::Protected),
        NamespaceKind::Personal { account: AccountId(7), visibility: Visibility::Private },
    ];
    for kind in kinds {
        let new = NewDeletion { kind, ..new(registry, namespace) };
        let id = world.write(async |tx| tx.deletions().add(&new).await).await;
        let read = of(&world, id).await;
        assert_eq!((read.registry_name.as_str(), read.kind, read.scope), ("main", kind, new.scope));
        assert_eq!((read.object.as_str(), read.actor.as_str()), ("qa/app:1", "alice"));
        assert_eq!((read.account, read.asked_at), (new.account, at(5)));
        assert_eq!((read.state, read.counts), (DeletionState::UnderWay, Counts::default()));
        assert_eq!((read.listed_to, read.finished_at), (None, None));
    }
    let id = add(&world, registry, namespace).await;
    let items = [(Some(named("2")), digest('b')), (None, digest('a'))];
    world.write(async |tx| tx.deletions().add_items(id, &named("qa/app"), &items).await).await;
    let rows = walk(
        |item: &DeletionItem| item.id,
        async |slice| world.read(async |tx| tx.deletions().items(id, &slice).await).await,
    )
    .await;
    let read: Vec<_> = rows.iter().map(|item| (item.tag.clone(), item.digest.clone())).collect();
    assert_eq!(read, items);
    assert!(rows.iter().all(|item| item.state == ItemState::Waiting && item.reason.is_none()));
    assert_eq!(of(&world, id).await.counts.total, 2);
    let waiting = world.read(async |tx| tx.deletions().waiting(id, 1).await).await;
    assert_eq!(waiting, rows[..1]);
    let nobody = world.read(async |tx| tx.deletions().by_id(DeletionId(4711)).await).await;
    assert_eq!(nobody, None);
}

pub async fn an_item_comes_to_one_end_and_is_counted_once(world: World) {
    let (registry, namespace) = place(&world).await;
    let (id, other) =
        (add(&world, registry, namespace).await, add(&world, registry, namespace).await);
    let all = ['a', 'b', 'c', 'd'].map(|digit| (None, digest(digit)));
    world.write(async |tx| tx.deletions().add_items(id, &named("qa/app"), &all).await).await;
    world.write(async |tx| tx.deletions().add_items(other, &named("qa/app"), &all).await).await;
    let items = world.read(async |tx| tx.deletions().waiting(id, 9).await).await;
    let because = said("because");
    let settle = async |of: DeletionId, at: usize, state| {
        let item = items[at].id;
        let settled =
            async |tx: &mut Tx| tx.deletions().settle(of, item, state, Some(&because)).await;
        world.write(settled).await;
    };
    settle(id, 0, ItemState::Done).await;
    settle(id, 0, ItemState::Failed).await;
    settle(id, 1, ItemState::Kept).await;
    // Another deletion's number settles nothing.
    settle(other, 2, ItemState::Done).await;
    let counts = of(&world, id).await.counts;
    assert_eq!(counts, Counts { total: 4, done: 1, failed: 0, kept: 1, cancelled: 0 });
    let nul = said("nul\0");
    let rest =
        async |tx: &mut Tx| tx.deletions().settle_rest(id, ItemState::Failed, Some(&nul)).await;
    world.write(rest).await;
    let counts = of(&world, id).await.counts;
    assert_eq!(
        (counts, counts.settled()),
        (Counts { total: 4, done: 1, failed: 2, kept: 1, cancelled: 0 }, 4)
    );
    let page = world.read(async |tx| tx.deletions().items(id, &Slice::first(9)).await).await;
    let ends: Vec<_> = page.rows.iter().map(|item| item.state).collect();
    assert_eq!(ends, [ItemState::Done, ItemState::Kept, ItemState::Failed, ItemState::Failed]);
    assert_eq!(page.rows[1].reason, Some(because));
    assert_eq!(of(&world, other).await.counts, Counts { total: 4, ..Counts::default() });
}

pub async fn a_deletion_waits_and_ends_with_a_reason(world: World) {
    let (registry, namespace) = place(&world).await;
    let id = add(&world, registry, namespace).await;
    for reason in reasons() {
        world.write(async |tx| tx.deletions().set_reason(id, Some(&reason)).await).await;
        assert_eq!(of(&world, id).await.reason, Some(reason));
    }
    world.write(async |tx| tx.deletions().set_reason(id, None).await).await;
    assert_eq!(of(&world, id).await.reason, None);
    world.write(async |tx| tx.deletions().set_listed(id, "qa/app").await).await;
    assert_eq!(of(&world, id).await.listed_to.as_deref(), Some("qa/app"));
    let so = said("so");
    for state in [DeletionState::Done, DeletionState::Incomplete, DeletionState::Stopped] {
        world.write(async |tx| tx.deletions().finish(id, state, Some(&so), at(9)).await).await;
        let read = of(&world, id).await;
        assert_eq!((read.state, &read.reason), (state, &Some(so.clone())));
        assert_eq!(read.finished_at, Some(at(9)));
    }
}

fn said(text: &str) -> DeletionReason {
    DeletionReason::Said(text.into())
}

fn reasons() -> Vec<DeletionReason> {
    use DeletionReason as Reason;
    vec![
        Reason::CalledOff("alice".into()),
        Reason::Given,
        Reason::NoAsker,
        Reason::NoNamespace,
        Reason::NotAllowed("denied:\tby `a`".into()),
        Reason::PushedAgain(digest('a')),
        Reason::PushedLater,
        Reason::Said("away".into()),
        Reason::Siblings(vec![named("1"), named("latest")]),
        Reason::SomethingLeft,
        Reason::SwitchedOff,
        Reason::TokenEnded,
        Reason::TokenRevoked,
        Reason::Wanted(digest('b')),
    ]
}

pub async fn deletions_are_listed_newest_first_for_whom_they_are(world: World) {
    let (registry, namespace) = place(&world).await;
    let (crew, other) = (world.team("crew").await, world.team("other").await);
    let [owner, member, asker] =
        [world.person("owner").await, world.person("member").await, world.person("asker").await];
    world.member(crew, owner, Role::Owner).await;
    world.member(crew, member, Role::Contributor).await;
    let mut ids = Vec::new();
    for (second, (team, account)) in
        (1..).zip([(crew, asker), (other, asker), (crew, member), (other, member)])
    {
        let new = NewDeletion {
            kind: of_team(team, Visibility::Private),
            account: Some(account),
            asked_at: at(second),
            ..new(registry, namespace)
        };
        ids.push(world.write(async |tx| tx.deletions().add(&new).await).await);
    }
    for (viewer, sees) in [
        (None, vec![3, 2, 1, 0]),
        (Some(asker), vec![1, 0]),
        (Some(owner), vec![2, 0]),
        (Some(member), vec![3, 2]),
        (Some(AccountId(4711)), vec![]),
    ] {
        let rows = walk(
            |row: &Deletion| row.id,
            async |slice| {
                world.read(async |tx| tx.deletions().list(viewer, None, &slice).await).await
            },
        )
        .await;
        let read: Vec<_> = rows.iter().map(|row| row.id).collect();
        assert_eq!(read, sees.iter().map(|at| ids[*at]).collect::<Vec<_>>(), "{viewer:?}");
    }
    let (done, ended) = (DeletionState::Done, at(9));
    world.write(async |tx| tx.deletions().finish(ids[1], done, None, ended).await).await;
    for (viewer, state, sees) in [
        (None, done, vec![1]),
        (None, DeletionState::UnderWay, vec![3, 2, 0]),
        (Some(asker), done, vec![1]),
        (Some(owner), done, vec![]),
        (Some(asker), DeletionState::Stopped, vec![]),
    ] {
        let rows = walk(
            |row: &Deletion| row.id,
            async |slice| {
                world.read(async |tx| tx.deletions().list(viewer, Some(state), &slice).await).await
            },
        );
        let read: Vec<_> = rows.await.iter().map(|row| row.id).collect();
        assert_eq!(read, sees.iter().map(|at| ids[*at]).collect::<Vec<_>>(), "{state:?}");
    }
}

pub async fn a_namespace_is_going_while_all_of_it_is_deleted(world: World) {
    let (registry, namespace) = place(&world).await;
    let going = async || world.read(async |tx| tx.deletions().is_going(namespace).await).await;
    add(&world, registry, namespace).await;
    assert!(!going().await, "only images");
    let whole = NewDeletion { scope: DeletionScope::Namespace, ..new(registry, namespace) };
    let id = world.write(async |tx| tx.deletions().add(&whole).await).await;
    assert!(going().await);
    world
        .write(async |tx| tx.deletions().finish(id, DeletionState::Incomplete, None, at(9)).await)
        .await;
    assert!(!going().await);
}

pub async fn a_repository_is_taken_whole_with_indexes_first(world: World) {
    let (registry, namespace) = place(&world).await;
    let app = filled(&world, namespace).await;
    let id = add(&world, registry, namespace).await;
    let added =
        world.write(async |tx| tx.deletions().add_manifests(id, app, &named("qa/app")).await).await;
    assert_eq!(added, 3);
    let items = world.read(async |tx| tx.deletions().waiting(id, 9).await).await;
    let order: Vec<_> = items.iter().map(|item| item.digest.clone()).collect();
    assert_eq!(order, [digest('c'), digest('a'), digest('b')]);
    assert!(items.iter().all(|item| item.tag.is_none() && item.repository == named("qa/app")));
    assert_eq!(of(&world, id).await.counts.total, 3);
}

pub async fn what_needs_a_manifest_is_found(world: World) {
    let (registry, namespace) = place(&world).await;
    let app = filled(&world, namespace).await;
    let indexes = async |digit| {
        world.read(async |tx| tx.deletions().indexes_of(app, &digest(digit)).await).await
    };
    assert_eq!(indexes('a').await, [digest('c')]);
    assert_eq!(indexes('b').await, []);
    let id = add(&world, registry, namespace).await;
    let item = [(Some(named("1")), digest('a'))];
    world.write(async |tx| tx.deletions().add_items(id, &named("qa/app"), &item).await).await;
    let others = async || {
        world.read(async |tx| tx.deletions().other_tags(id, app, &digest('a')).await).await
    };
    assert_eq!(others().await, [named("2")]);
    // An index that is gone needs nothing any more.
    world
        .write(async |tx| tx.repositories().remove_manifest(app, &digest('c'), &as_of(9, "")).await)
        .await;
    assert_eq!(indexes('a').await, []);
}

pub async fn the_last_word_of_what_is_there_is_found(world: World) {
    let (_, namespace) = place(&world).await;
    let app = filled(&world, namespace).await;
    let last = async |tag: Option<&str>, digit| {
        let (tag, digest) = (tag.map(named), digest(digit));
        world.read(async |tx| tx.deletions().last_word(app, tag.as_ref(), &digest).await).await
    };
    // The manifests came before the tags.
    assert_eq!(last(None, 'b').await, Some(at(2)));
    assert_eq!(last(None, 'a').await, Some(at(3)));
    assert_eq!(last(Some("1"), 'a').await, Some(at(3)));
    assert_eq!(last(Some("1"), 'b').await, None, "it points elsewhere");
    assert_eq!(last(None, 'e').await, None);
    world
        .write(async |tx| tx.repositories().remove_manifest(app, &digest('a'), &as_of(9, "")).await)
        .await;
    assert_eq!((last(None, 'a').await, last(Some("1"), 'a').await), (None, None));
}

pub async fn what_is_there_is_summed_up(world: World) {
    let (_, namespace) = place(&world).await;
    let app = filled(&world, namespace).await;
    world
        .write(async |tx| tx.repositories().ensure(namespace, &named("qa/void"), at(1)).await)
        .await;
    let author = world.person("author").await;
    world
        .write(async |tx| {
            tx.words().describe_repository(app, &named("What it is for")).await?;
            tx.words().star(author, app, at(1)).await?;
            tx.words().add_comment(&comment(app)).await
        })
        .await;
    let sums = Sums {
        repositories: 1,
        tags: 3,
        manifests: 3,
        descriptions: 1,
        comments: 1,
        stars: 1,
        pulled_at: Some(at(7)),
    };
    let read = world.read(async |tx| tx.deletions().sums_of_repository(app).await).await;
    assert_eq!(read, sums);
    let read = world.read(async |tx| tx.deletions().sums_of_namespace(namespace).await).await;
    assert_eq!(read, sums);
    let none =
        world.read(async |tx| tx.deletions().sums_of_namespace(NamespaceId(4711)).await).await;
    assert_eq!(none, Sums::default());
}

pub async fn only_empty_repositories_are_forgotten(world: World) {
    let (registry, namespace) = place(&world).await;
    let app = filled(&world, namespace).await;
    world
        .write(async |tx| tx.repositories().ensure(namespace, &named("qa/void"), at(1)).await)
        .await;
    let next = async |after: Option<&str>| {
        world.read(async |tx| tx.deletions().next_repository(namespace, after).await).await
    };
    assert_eq!(next(None).await, Some((app, named("qa/app"))));
    assert_eq!(next(Some("qa/app")).await, None);
    let forget = async |limit| {
        world.write(async |tx| tx.deletions().forget_repositories(namespace, limit).await).await
    };
    assert_eq!((forget(9).await, forget(9).await), (1, 0));
    let found =
        world.read(async |tx| tx.repositories().by_path(registry, &named("qa/app")).await).await;
    assert_eq!(found, Some(app));
}

pub async fn a_removed_namespace_leaves_its_name_held(world: World) {
    let (registry, gone) = place(&world).await;
    let other = world.registry("other").await;
    filled(&world, gone).await;
    let held = async |registry: RegistryId| {
        world.read(async |tx| tx.deletions().held(registry, &named("qa")).await).await
    };
    assert_eq!(held(registry).await, None);
    world.write(async |tx| tx.deletions().remove_namespace(gone, at(77)).await).await;
    assert_eq!(world.read(async |tx| tx.namespaces().by_id(gone).await).await, None);
    let app = world.read(async |tx| tx.repositories().by_path(registry, &named("qa/app")).await);
    assert_eq!(app.await, None);
    assert_eq!(held(registry).await.map(|held| held.until), Some(at(77)));
    assert_eq!(held(other).await, None);
    let free = world.read(async |tx| tx.accounts().is_personal_name_free(&named("qa")).await);
    assert!(!free.await, "no person gets it");
    let (team, alice) = (world.team("qa").await, world.person("alice").await);
    world.member(team, alice, Role::Owner).await;
    let claimable = world.lookups.claimable(&[named("qa")], alice).await.unwrap();
    assert_eq!(claimable, [], "no push makes it");

    let again = world
        .write(async |tx| {
            tx.deletions().release(registry, &named("qa")).await?;
            tx.namespaces().add(&namespace(registry, "qa", NamespaceKind::Orphan)).await
        })
        .await;
    assert_ne!(again, gone, "a number is never given twice");
    assert_eq!(held(registry).await, None);
}

pub async fn place(world: &World) -> (RegistryId, NamespaceId) {
    let registry = world.registry("main").await;
    (registry, world.namespace(registry, "qa", NamespaceKind::Orphan).await)
}

/// `1` and `2` on one image, `3` on an index that names it, and an image without a tag.
pub async fn filled(world: &World, namespace: NamespaceId) -> RepositoryId {
    world
        .write(async |tx| {
            let app = tx.repositories().ensure(namespace, &named("qa/app"), at(1)).await?;
            for (digit, tags) in [('a', &["1", "2"][..]), ('b', &[]), ('c', &["3"])] {
                tx.repositories().add_manifest(app, &seen(digit, 2), &as_of(2, "e")).await?;
                for tag in tags {
                    let (tag, word) = (named(tag), as_of(3, tag));
                    tx.repositories().set_tag(app, &tag, &digest(digit), &word, None).await?;
                }
                let described = Described::Read(Box::new(details(digit == 'c')));
                tx.repositories().describe(app, &digest(digit), &described).await?;
            }
            tx.repositories().count_pulls(app, &digest('a'), at(7), 1).await?;
            Ok::<_, StoreError>(app)
        })
        .await
}

pub fn comment(repository: RepositoryId) -> NewComment {
    NewComment {
        repository,
        account: None,
        author: "author".into(),
        text: named("Well done"),
        created_at: at(4),
    }
}

fn details(index: bool) -> ManifestDetails {
    let part = |digit, size| Descriptor {
        media_type: MediaType::new(OCI_MANIFEST),
        digest: digest(digit),
        size,
    };
    let child = Child { descriptor: part('a', 10), platform: None, attests: None };
    ManifestDetails {
        media_type: MediaType::new(if index { OCI_INDEX } else { OCI_MANIFEST }),
        artifact_type: None,
        config: (!index).then(|| part('e', 40)),
        layers: if index { Vec::new() } else { vec![part('f', 60)] },
        children: if index { vec![child] } else { Vec::new() },
        platform: None,
        subject: None,
        annotations: Vec::new(),
        configuration: None,
    }
}

pub fn new(registry: RegistryId, namespace: NamespaceId) -> NewDeletion {
    NewDeletion {
        registry,
        namespace,
        namespace_name: Some(named("qa")),
        kind: NamespaceKind::Orphan,
        scope: DeletionScope::Images,
        object: "qa/app:1".into(),
        account: Some(AccountId(3)),
        token: Some(ApplicationTokenId(7)),
        actor: "alice".into(),
        asked_at: at(5),
    }
}

pub async fn add(world: &World, registry: RegistryId, namespace: NamespaceId) -> DeletionId {
    world.write(async |tx| tx.deletions().add(&new(registry, namespace)).await).await
}

pub async fn of(world: &World, id: DeletionId) -> Deletion {
    world.read(async |tx| tx.deletions().by_id(id).await).await.unwrap()
}
