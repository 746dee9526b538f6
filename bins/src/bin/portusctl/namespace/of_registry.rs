use portus_core::page::{NamespaceRow, Page, Slice};
use portus_core::policy::NamespaceFilter;
use portus_core::port::{Browse, StoreError};
use portus_core::registry::RegistryName;

/// Part of the list of one registry's namespaces. The list of all is by registry; where a page of
/// it would hold more than is wanted, it is asked for again, cut there, since only the store knows
/// how to go on.
pub async fn of_registry(
    browse: &dyn Browse,
    registry: &RegistryName,
    wanted: Slice,
) -> Result<Page<NamespaceRow>, StoreError> {
    let mut rows = Vec::new();
    let mut ask = Slice { after: wanted.after, limit: LARGEST_PAGE };
    loop {
        let page = browse.namespaces(&NamespaceFilter::EVERY, &ask).await?;
        let missing = wanted.limit as usize - rows.len();
        let last = page
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| row.registry == *registry)
            .nth(missing.saturating_sub(1))
            .map(|(at, _)| at + 1);
        if let Some(limit) = last.filter(|limit| *limit < page.rows.len()) {
            ask.limit = u32::try_from(limit).unwrap_or(LARGEST_PAGE);
            continue;
        }
        rows.extend(page.rows.into_iter().filter(|row| row.registry == *registry));
        if last.is_some() || page.next.is_none() {
            return Ok(Page { rows, next: page.next });
        }
        ask = Slice { after: page.next, limit: LARGEST_PAGE };
    }
}

const LARGEST_PAGE: u32 = 1000;

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use portus_core::memory::MemoryStore;
    use portus_core::namespace::{NamespaceKind, NewNamespace};
    use portus_core::port::Store;
    use portus_core::registry::{KeyTrust, NewRegistry};

    use super::*;

    async fn two_registries(each: u32) -> MemoryStore {
        let store = MemoryStore::default();
        let as_store: &dyn Store = &store;
        let at = SystemTime::UNIX_EPOCH;
        as_store
            .write::<_, StoreError>(async |tx| {
                for name in ["hub", "lab"] {
                    let registry = NewRegistry {
                        name: name.parse().unwrap(),
                        url: format!("http://{name}").parse().unwrap(),
                        services: vec![name.parse().unwrap()],
                        hosts: Vec::new(),
                        trust: KeyTrust::Bundle,
                        token_lifetime: None,
                        created_at: at,
                    };
                    let registry = tx.registries().add(&registry).await?;
                    for number in 0..each {
                        let name = Some(format!("{name}{number:05}").parse().unwrap());
                        let kind = NamespaceKind::Orphan;
                        let new = NewNamespace { registry, name, kind, created_at: at };
                        tx.namespaces().add(&new).await?;
                    }
                }
                Ok(())
            })
            .await
            .unwrap();
        store
    }

    #[tokio::test]
    async fn the_list_of_one_registry_skips_the_others() {
        let store = two_registries(1500).await;
        for (name, limit) in [("hub", 7), ("lab", 7), ("lab", 1000), ("hub", 1000)] {
            let place: RegistryName = name.parse().unwrap();
            let mut wanted = Slice::first(limit);
            let mut found = Vec::new();
            loop {
                let page = of_registry(&store, &place, wanted).await.unwrap();
                assert!(page.rows.len() <= limit as usize);
                found.extend(page.rows.into_iter().map(|row| row.name.unwrap().to_string()));
                let Some(next) = page.next else { break };
                wanted = Slice { after: Some(next), limit };
            }
            let expected: Vec<String> = (0..1500).map(|n| format!("{name}{n:05}")).collect();
            assert_eq!(found, expected, "{name}, {limit} at a time");
        }
    }
}
