//! The condition of a list, against the rule it stands for.

use std::collections::BTreeSet;
use std::sync::Arc;

use portus_core::credential::AccountStanding;
use portus_core::id::{AccountId, NamespaceId};
use portus_core::namespace::{NamespaceKind, Visibility};
use portus_core::page::Slice;
use portus_core::policy::{Facts, NamespaceFacts, NamespaceFilter};
use portus_core::port::RepositoryFilter;
use portus_core::team::Role;

use super::browse::put;
use crate::world::{World, at, of_team};

/// A namespace, and how the asker stands to it.
struct Place {
    id: NamespaceId,
    path: String,
    kind: NamespaceKind,
    role: Option<Role>,
    registry_read: bool,
}

pub async fn a_list_holds_what_its_filter_admits(world: World) {
    let (alice, places) = everything(&world).await;
    let half: BTreeSet<NamespaceId> = places.iter().map(|place| place.id).step_by(2).collect();
    let within = [None, Some(Arc::new(half)), Some(Arc::default())];
    for filter in filters(alice, &within) {
        let mut expected: Vec<(NamespaceId, &str)> = places
            .iter()
            .filter(|place| filter.admits(&facts(place, filter.account)))
            .map(|place| (place.id, place.path.as_str()))
            .collect();
        expected.sort();

        let page = world.browse.namespaces(&filter, &Slice::first(1000)).await.unwrap();
        let mut listed: Vec<NamespaceId> = page.rows.iter().map(|row| row.id).collect();
        listed.sort();
        let ids: Vec<NamespaceId> = expected.iter().map(|(id, _)| *id).collect();
        assert_eq!(listed, ids, "namespaces by {filter:?}");

        let asked = RepositoryFilter { readable: filter.clone(), registry: None, namespace: None };
        let page = world.browse.repositories(&asked, &Slice::first(1000)).await.unwrap();
        let mut listed: Vec<String> =
            page.rows.iter().map(|row| format!("{}/{}", row.registry, row.path)).collect();
        listed.sort();
        let mut paths: Vec<&str> = expected.iter().map(|(_, path)| *path).collect();
        paths.sort();
        assert_eq!(listed, paths, "repositories by {filter:?}");
    }
}

/// Every kind, as open and as close to the asker as can be, in a registry that was read and in
/// one that was not; a repository in each.
async fn everything(world: &World) -> (AccountId, Vec<Place>) {
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let mut kinds = vec![("found".to_owned(), NamespaceKind::Orphan, None)];
    for visibility in Visibility::ALL {
        for (name, account) in [("alice", alice), ("bob", bob)] {
            let kind = NamespaceKind::Personal { account, visibility };
            kinds.push((format!("{name}-{visibility}"), kind, None));
        }
        for role in [None, Some(Role::Viewer), Some(Role::Contributor), Some(Role::Owner)] {
            let name = format!("{visibility}-{}", role.map_or("nobody", Role::as_str));
            let team = world.team(&name).await;
            world.member(team, bob, Role::Owner).await;
            if let Some(role) = role {
                world.member(team, alice, role).await;
            }
            kinds.push((name, of_team(team, visibility), role));
        }
    }
    let mut places = Vec::new();
    for registry_read in [true, false] {
        for visibility in Visibility::ALL {
            let name = format!("{visibility}-{registry_read}");
            let registry = world.registry(&name).await;
            if registry_read {
                world.write(async |tx| tx.registries().set_read(registry, at(1)).await).await;
            }
            let global = (String::new(), NamespaceKind::Global { visibility }, None);
            // The others are alike in each, so they are in the first two only.
            let others = if visibility == Visibility::Private { kinds.as_slice() } else { &[] };
            for (namespace, kind, role) in others.iter().chain([&global]) {
                let id = world.namespace(registry, namespace, *kind).await;
                let path =
                    if namespace.is_empty() { "app".into() } else { format!("{namespace}/app") };
                put(world, registry, &path).await;
                let path = format!("{name}/{path}");
                places.push(Place { id, path, kind: *kind, role: *role, registry_read });
            }
        }
    }
    (alice, places)
}

fn facts(place: &Place, asker: Option<AccountId>) -> Facts {
    Facts {
        namespace: NamespaceFacts::of(
            place.kind,
            asker.map(|account| (account, AccountStanding::Person)),
            asker.and(place.role),
        ),
        id: Some(place.id),
        registry_read: place.registry_read,
    }
}

type Within = Option<Arc<BTreeSet<NamespaceId>>>;

fn filters(alice: AccountId, within: &[Within]) -> Vec<NamespaceFilter> {
    let open: [&[Visibility]; 4] = [
        &[],
        &[Visibility::Public],
        &[Visibility::Public, Visibility::Protected],
        &Visibility::ALL,
    ];
    let mut filters = Vec::new();
    for every in [false, true] {
        for visibilities in open {
            for role in [None, Some(Role::Viewer), Some(Role::Contributor), Some(Role::Owner)] {
                for (own, account) in [(false, None), (false, Some(alice)), (true, Some(alice))] {
                    for (within, read_registries_only) in
                        within.iter().flat_map(|within| [(within, false), (within, true)])
                    {
                        filters.push(NamespaceFilter {
                            every,
                            visibilities: visibilities.to_vec(),
                            role,
                            own,
                            account,
                            within: within.clone(),
                            read_registries_only,
                        });
                    }
                }
            }
        }
    }
    filters
}
