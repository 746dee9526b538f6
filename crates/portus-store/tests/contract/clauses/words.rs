//! What people say of images.

use portus_core::id::{CommentId, NamespaceId, RepositoryId, TeamId};
use portus_core::namespace::NamespaceKind;
use portus_core::port::SaidOf;
use portus_core::words::{Comment, Description, NewComment};

use crate::world::{World, as_of, at, digest, named, seen, walk};

pub async fn what_was_said_last_is_the_description(world: World) {
    let registry = world.registry("main").await;
    let namespace = world.namespace(registry, "qa", NamespaceKind::Orphan).await;
    let team = world.team("Qa").await;
    let path = named("qa/app");
    let repository =
        world.write(async |tx| tx.repositories().ensure(namespace, &path, at(1)).await).await;
    let said = async || {
        let explore = &world.explore;
        [
            explore.description(SaidOf::Namespace(namespace)).await.unwrap(),
            explore.description(SaidOf::Repository(repository)).await.unwrap(),
            explore.description(SaidOf::Team(team)).await.unwrap(),
        ]
    };
    assert_eq!(said().await, ["", "", ""]);
    for text in ["# One\n\n'two' \\ %s ü 🐳", "other", ""] {
        let description = |of: &str| match text {
            "" => Description::default(),
            text => named(&format!("{text} of {of}")),
        };
        let [first, second, third] = ["namespace", "repository", "team"].map(description);
        world
            .write(async |tx| {
                tx.words().describe_namespace(namespace, &first).await?;
                tx.words().describe_repository(repository, &second).await?;
                tx.words().describe_team(team, &third).await
            })
            .await;
        assert_eq!(said().await, [first.as_str(), second.as_str(), third.as_str()]);
    }
    let nul: Description = named("a\0b");
    world.write(async |tx| tx.words().describe_team(team, &nul).await).await;
    assert!(world.explore.description(SaidOf::Team(team)).await.unwrap().starts_with('a'));
    let explore = &world.explore;
    for nowhere in [
        SaidOf::Namespace(NamespaceId(4711)),
        SaidOf::Repository(RepositoryId(4711)),
        SaidOf::Team(TeamId(4711)),
    ] {
        assert_eq!(explore.description(nowhere).await.unwrap(), "");
    }
    let stored = world.read(async |tx| tx.namespaces().by_id(namespace).await).await.unwrap();
    assert_eq!(stored.description, "");
}

pub async fn a_star_counts_once(world: World) {
    let repository = pushed(&world).await;
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let star = async |account, second| {
        world.write(async |tx| tx.words().star(account, repository, at(second)).await).await
    };
    let unstar =
        async |account| world.write(async |tx| tx.words().unstar(account, repository).await).await;
    let stars = async || world.browse.repository(repository).await.unwrap().unwrap().stars;
    let hers = async |account| world.explore.is_starred(account, repository).await.unwrap();
    assert_eq!((stars().await, hers(alice).await), (0, false));
    assert!(star(alice, 5).await);
    assert!(!star(alice, 6).await, "twice");
    assert!(star(bob, 7).await);
    assert_eq!((stars().await, hers(alice).await, hers(bob).await), (2, true, true));
    assert!(unstar(alice).await);
    assert!(!unstar(alice).await, "twice");
    assert_eq!((stars().await, hers(alice).await, hers(bob).await), (1, false, true));
    star(alice, 8).await;
    world.write(async |tx| tx.accounts().delete(bob).await).await;
    assert_eq!((stars().await, hers(alice).await), (1, true), "whose account goes, stars nothing");
}

pub async fn comments_are_listed_newest_first(world: World) {
    let repository = pushed(&world).await;
    let alice = world.person("alice").await;
    let mut expected = Vec::new();
    for number in 1..=7 {
        let text = format!("comment {number}\nwith <b>'\\%");
        let new = NewComment {
            repository,
            account: (number % 2 == 0).then_some(alice),
            author: "alice".into(),
            text: named(&text),
            created_at: at(5),
        };
        let id = world.write(async |tx| tx.words().add_comment(&new).await).await;
        let (author, account) = ("alice".into(), new.account);
        expected.push(Comment { id, account, author, text, created_at: at(5) });
    }
    expected.reverse();
    let last = async |of| world.write(async |tx| tx.words().last_comment(of).await).await;
    assert_eq!(last(repository).await.as_ref(), expected.first());
    assert_eq!(last(RepositoryId(4711)).await, None);
    let rows = walk(
        |comment: &Comment| std::cmp::Reverse(comment.id),
        async |slice| world.explore.comments(repository, &slice).await.unwrap(),
    )
    .await;
    assert_eq!(rows, expected);
    let slice = portus_core::page::Slice::first(9);
    let elsewhere = world.explore.comments(RepositoryId(4711), &slice).await.unwrap();
    assert_eq!(elsewhere.rows, []);
}

/// SR9.
pub async fn a_comment_is_found_and_removed_only_where_it_is(world: World) {
    let repository = pushed(&world).await;
    let other = RepositoryId(4711);
    let new = NewComment {
        repository,
        account: None,
        author: "operator:tester".into(),
        text: named("first"),
        created_at: at(5),
    };
    let id = world.write(async |tx| tx.words().add_comment(&new).await).await;
    let find =
        async |of, id| world.read(async |tx| tx.words().comment(of, id).await).await.is_some();
    let remove =
        async |of, id| world.write(async |tx| tx.words().remove_comment(of, id).await).await;
    assert!(find(repository, id).await && !find(other, id).await);
    assert!(!find(repository, CommentId(4711)).await);
    let text = named("second");
    let edit =
        async |of, id| world.write(async |tx| tx.words().edit_comment(of, id, &text).await).await;
    assert!(!edit(other, id).await && !edit(repository, CommentId(4711)).await);
    assert!(edit(repository, id).await);
    let read = world.read(async |tx| tx.words().comment(repository, id).await).await.unwrap();
    assert_eq!((read.text.as_str(), read.created_at), ("second", at(5)));
    assert!(!remove(other, id).await && find(repository, id).await);
    assert!(remove(repository, id).await && !find(repository, id).await);
    assert!(!remove(repository, id).await, "twice");
}

pub async fn a_repository_is_found_while_something_is_in_it(world: World) {
    let repository = world.repository().await;
    let registry = world.read(async |tx| tx.registries().by_name(&named("main")).await).await;
    let (registry, path) = (registry.unwrap().id, named("qa/app"));
    let found = async || world.read(async |tx| tx.words().repository(registry, &path).await).await;
    assert_eq!(found().await, None);
    let change = async |there: bool, second| {
        world
            .write(async |tx| {
                let as_of = as_of(second, "e");
                let tx = tx.repositories();
                match there {
                    true => tx.add_manifest(repository, &seen('a', second), &as_of).await,
                    false => tx.remove_manifest(repository, &digest('a'), &as_of).await,
                }
            })
            .await
    };
    for (there, second) in [(true, 1), (false, 2), (true, 3)] {
        change(there, second).await;
        assert_eq!(found().await, there.then_some(repository));
    }
    let elsewhere = async |tx: &mut portus_core::port::Tx| {
        tx.words().repository(registry, &named("qa/other")).await
    };
    assert_eq!(world.read(elsewhere).await, None);
}

/// A repository with a tag.
async fn pushed(world: &World) -> RepositoryId {
    let repository = world.repository().await;
    world
        .write(async |tx| {
            let tx = tx.repositories();
            tx.add_manifest(repository, &seen('a', 1), &as_of(1, "e")).await?;
            tx.set_tag(repository, &named("1"), &digest('a'), &as_of(1, "e"), None).await
        })
        .await;
    repository
}
