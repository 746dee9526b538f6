//! What people look at on the way to images.

use std::sync::Arc;

use portus_core::id::{AccountId, NamespaceId, RepositoryId, TeamId};
use portus_core::page::Slice;
use portus_core::policy::NamespaceFilter;
use portus_core::port::{RepositoryQuery, RepositorySort, SaidOf};
use portus_store::Database;

pub async fn ask(database: &Database) {
    let explore = &database.explore;
    let every = NamespaceFilter::EVERY;
    let within =
        NamespaceFilter { within: Some(Arc::new([NamespaceId(5)].into())), ..every.clone() };
    for sort in [RepositorySort::Name, RepositorySort::Pulls, RepositorySort::Pushed] {
        for (readable, namespace, name) in [
            (&every, None, None),
            (&every, Some(NamespaceId(5)), None),
            (&every, Some(NamespaceId(5)), Some("app".to_owned())),
            (&within, None, None),
        ] {
            let query = RepositoryQuery { readable: readable.clone(), namespace, name, sort };
            let page = explore.repositories_by(&query, &Slice::first(50)).await.unwrap();
            assert_eq!(page.rows.len(), 50, "{query:?}");
        }
    }
    let starred = explore.starred(AccountId(77), &every, &Slice::first(50)).await.unwrap();
    assert_eq!(starred.rows.len(), 50);
    assert!(explore.is_starred(AccountId(77), RepositoryId(7)).await.unwrap());
    assert_eq!(explore.description(SaidOf::Repository(RepositoryId(7))).await.unwrap(), "");
    let comments = explore.comments(RepositoryId(7), &Slice::first(50)).await.unwrap();
    assert_eq!(comments.rows.len(), 1);
    for (of, rows) in [
        (SaidOf::Namespace(NamespaceId(5)), Some(50)),
        (SaidOf::Repository(RepositoryId(7)), None),
        (SaidOf::Team(TeamId(7)), None),
    ] {
        let done = explore.activities_of(of, &Slice::first(50)).await.unwrap();
        assert!(rows.is_none_or(|rows| done.rows.len() == rows), "{of:?}");
    }
    for filter in [&every, &within] {
        assert_eq!(explore.recent_activities(filter, 12).await.unwrap().len(), 12);
    }
    assert_eq!(explore.extent(&within).await.unwrap().repositories, 100);
    assert_eq!(explore.extent(&within).await.unwrap().tags, 100);
}
