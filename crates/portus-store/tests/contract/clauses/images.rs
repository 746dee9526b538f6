//! What is in a repository: images with their tags, what they say, and what belongs to them.

use portus_core::companion::ReferrerKind;
use portus_core::configuration::{Configuration, Step};
use portus_core::id::RepositoryId;
use portus_core::image::{Child, Descriptor, ManifestDetails, MediaType, OCI_INDEX, OCI_MANIFEST};
use portus_core::namespace::NamespaceKind;
use portus_core::page::Slice;
use portus_core::policy::NamespaceFilter;
use portus_core::port::Described;
use portus_core::shelf::{
    ImageFilter, ImageOrder, ImageRow, LabelledRow, ManifestRow, PastRow, StoredChild,
};

use crate::world::{World, as_of, at, digest, named, seen, walk};

pub async fn images_are_listed_one_a_digest_with_all_their_tags(world: World) {
    let of = world.repository().await;
    for (tag, digit, second) in [
        ("1.9", 'a', 1),
        ("v1.10", 'b', 2),
        ("1.10-rc.1", 'c', 3),
        ("stable", 'b', 4),
        ("old", 'a', 5),
        ("latest", 'd', 6),
        ("gone", 'e', 7),
        ("UPPER_case", 'f', 8),
    ] {
        set(&world, of, tag, digit, second).await;
    }
    world
        .write(async |tx| tx.repositories().remove_tag(of, &named("gone"), &as_of(9, "gone")).await)
        .await;
    for (order, expected) in [
        (ImageOrder::Push, "UPPER_case | latest | old 1.9 | stable v1.10 | 1.10-rc.1"),
        (ImageOrder::Version, "v1.10 stable | 1.10-rc.1 | 1.9 old | latest | UPPER_case"),
        (ImageOrder::Name, "1.10-rc.1 | 1.9 old | UPPER_case | latest | stable v1.10"),
    ] {
        let filter = ImageFilter { order, ..ImageFilter::default() };
        assert_eq!(listed(&world, of, &filter).await, expected, "by {}", order.as_str());
    }
    for (text, expected) in [
        ("1.1", "1.10-rc.1 | v1.10"),
        ("upper", "UPPER_case"),
        ("r_c", "UPPER_case"),
        ("_", "UPPER_case"),
        ("%", ""),
        ("!", ""),
        ("st", "latest | stable"),
        ("nothing", ""),
    ] {
        let named = Some(text.to_owned());
        let filter = ImageFilter { order: ImageOrder::Name, named, companions: false };
        assert_eq!(listed(&world, of, &filter).await, expected, "{text}");
    }
    let endless = Some("t".repeat(60_000));
    let filter = ImageFilter { order: ImageOrder::Name, named: endless, companions: false };
    assert_eq!(listed(&world, of, &filter).await, "");
}

pub async fn of_an_image_with_many_tags_fifty_are_listed(world: World) {
    let of = world.repository().await;
    for number in 0..51 {
        set(&world, of, &format!("t{number:02}"), 'a', 2).await;
    }
    let page = world.images.images(of, &ImageFilter::default(), &Slice::first(9)).await.unwrap();
    let row = &page.rows[0];
    assert_eq!((page.rows.len(), row.tags.len(), row.more), (1, 50, true));
    assert_eq!((row.tags[0].as_str(), row.first.name.as_str()), ("t50", "t50"));
}

pub async fn tags_that_are_about_an_image_are_listed_apart(world: World) {
    let of = world.repository().await;
    set(&world, of, "1", 'a', 1).await;
    let signature = format!("sha256-{}.sig", "a".repeat(64));
    set(&world, of, &signature, 'b', 2).await;
    assert_eq!(listed(&world, of, &ImageFilter::default()).await, "1");
    let companions = ImageFilter { companions: true, ..ImageFilter::default() };
    assert_eq!(listed(&world, of, &companions).await, signature);
}

pub async fn what_an_image_says_of_itself_reads_back(world: World) {
    let of = world.repository().await;
    assert_eq!(world.images.about(of, &digest('a')).await.unwrap(), None);
    set(&world, of, "1", 'a', 1).await;
    assert_eq!(world.images.about(of, &digest('a')).await.unwrap(), Some(<_>::default()));
    let (text, pair) = (|text: &str| Some(text.to_owned()), |one: &str| (one.into(), "ü\"".into()));
    let configuration = Configuration {
        created: text("2026-11-20T11:55:02Z"),
        author: text("alice"),
        entrypoint: vec!["/a b".into()],
        command: vec!["c".into()],
        environment: vec!["A=1".into()],
        working_folder: text("/srv"),
        user: text("1"),
        stop_signal: text("SIGTERM"),
        ports: vec!["1/tcp".into()],
        volumes: vec!["/v".into()],
        labels: vec![pair("x")],
        history: vec![Step { made_by: "RUN".into(), comment: "c".into(), is_empty: true }],
    };
    let details = ManifestDetails {
        subject: Some(digest('f')),
        annotations: vec![pair("y")],
        configuration: Some(Box::new(configuration.clone())),
        ..image(None)
    };
    describe(&world, of, 'a', details.clone()).await;
    let about = world.images.about(of, &digest('a')).await.unwrap().unwrap();
    assert_eq!((about.subject, about.annotations), (details.subject, details.annotations));
    assert_eq!((about.configuration, about.children), (Some(configuration), vec![]));
    describe(&world, of, 'a', image(None)).await;
    assert_eq!(world.images.about(of, &digest('a')).await.unwrap(), Some(<_>::default()));
    world
        .write(async |tx| {
            tx.repositories().remove_manifest(of, &digest('a'), &as_of(9, "gone")).await
        })
        .await;
    assert_eq!(world.images.about(of, &digest('a')).await.unwrap(), None);
}

pub async fn only_the_manifests_of_an_index_that_are_there_are_told(world: World) {
    let of = world.repository().await;
    for (tag, digit) in [("index", 'f'), ("one", 'a'), ("two", 'b')] {
        set(&world, of, tag, digit, 1).await;
    }
    describe(&world, of, 'a', image(None)).await;
    describe(&world, of, 'f', index(&[('a', None), ('c', None), ('b', Some('a'))])).await;
    let about = world.images.about(of, &digest('f')).await.unwrap().unwrap();
    let child = |digit, size, attests: Option<char>| StoredChild {
        digest: digest(digit),
        size,
        attests: attests.map(digest),
    };
    assert_eq!(about.children, [child('a', Some(7), None), child('b', None, Some('a'))]);
}

pub async fn what_is_about_an_image_is_found_however_it_says_so(world: World) {
    let of = world.repository().await;
    let cosign = format!("sha256-{}.sig", "a".repeat(64));
    let unrelated = format!("sha256-{}.sig", "9".repeat(64));
    for (tag, digit) in
        [("app", 'a'), ("x", 'b'), (&cosign, 'c'), ("i", 'd'), ("at", 'e'), (&unrelated, '8')]
    {
        set(&world, of, tag, digit, 1).await;
    }
    let sbom = Some(MediaType::new("application/spdx+json"));
    let subject = Some(digest('a'));
    let details = ManifestDetails { artifact_type: sbom, subject, ..image(None) };
    describe(&world, of, 'b', details).await;
    describe(&world, of, 'd', index(&[('a', None), ('e', Some('a'))])).await;
    let find = async |of| world.images.referrers(of, &[digest('a'), digest('7')]).await.unwrap();
    let found = find(of).await;
    let told: Vec<_> = found.iter().map(|one| (one.digest.clone(), one.kind)).collect();
    let expected = [
        (digest('b'), ReferrerKind::Sbom),
        (digest('c'), ReferrerKind::Signature),
        (digest('e'), ReferrerKind::Attestation),
    ];
    assert_eq!(told, expected);
    assert!(found.iter().all(|one| one.of == digest('a') && one.pushed_at == at(1)));
    assert_eq!(found[1].tag.as_ref().unwrap().as_str(), cosign);
    assert_eq!((found[0].size, found[2].size), (Some(7), None));
    assert_eq!(find(RepositoryId(4711)).await, [], "elsewhere it is nothing");
    world
        .write(async |tx| {
            for digit in ['b', 'c', 'd'] {
                tx.repositories().remove_manifest(of, &digest(digit), &as_of(9, "gone")).await?;
            }
            Ok(())
        })
        .await;
    assert_eq!(find(of).await, [], "it was removed");
}

pub async fn what_a_tag_was_set_to_is_told_newest_first(world: World) {
    let of = world.repository().await;
    for (digit, second) in [('a', 1), ('b', 3), ('a', 2), ('c', 4)] {
        set(&world, of, "1", digit, second).await;
        set(&world, of, "other", digit, second).await;
    }
    world
        .write(async |tx| {
            tx.repositories().remove_manifest(of, &digest('b'), &as_of(3, "gone")).await
        })
        .await;
    let past = walk(
        |row: &PastRow| std::cmp::Reverse(row.at),
        async |slice| world.images.past(of, &named("1"), &slice).await.unwrap(),
    )
    .await;
    let told: Vec<_> = past.iter().map(|row| (row.digest.clone(), row.at, row.present)).collect();
    let row = |digit, second, present| (digest(digit), at(second), present);
    assert_eq!(told, [row('c', 4, true), row('b', 3, false), row('a', 2, true), row('a', 1, true)]);
    assert!(past.iter().all(|row| row.author.as_deref() == Some("alice")));
    let none = world.images.past(of, &named("none"), &Slice::first(9)).await.unwrap();
    assert_eq!(none.rows, []);
}

pub async fn manifests_without_a_tag_are_listed_newest_first(world: World) {
    let of = world.repository().await;
    set(&world, of, "1", 'a', 1).await;
    set(&world, of, "1", 'b', 2).await;
    set(&world, of, "index", 'f', 3).await;
    world
        .write(async |tx| {
            for digit in ['c', 'd'] {
                tx.repositories().add_manifest(of, &seen(digit, 5), &as_of(5, "e")).await?;
            }
            tx.repositories().add_manifest(of, &seen('e', 6), &as_of(6, "e")).await?;
            tx.repositories().remove_manifest(of, &digest('e'), &as_of(7, "gone")).await
        })
        .await;
    describe(&world, of, 'f', index(&[('c', None)])).await;
    let subject = Some(digest('b'));
    describe(&world, of, 'd', ManifestDetails { subject: subject.clone(), ..image(None) }).await;
    let rows = walk(
        |row: &ManifestRow| std::cmp::Reverse((row.pushed_at, row.digest.clone())),
        async |slice| world.images.manifests(of, Some(false), &slice).await.unwrap(),
    )
    .await;
    let told: Vec<_> = rows.iter().map(|row| (row.digest.clone(), row.part_of.clone())).collect();
    let expected = [(digest('d'), None), (digest('c'), Some(digest('f'))), (digest('a'), None)];
    assert_eq!(told, expected);
    assert_eq!((&rows[0].subject, rows[0].size), (&subject, Some(7)));
}

pub async fn images_are_found_by_a_label_of_what_the_asker_may_see(world: World) {
    let of = world.repository().await;
    let registry = world.registry("other").await;
    let place = world.namespace(registry, "ops", NamespaceKind::Orphan).await;
    let path = named("ops/app");
    let other = world.write(async |tx| tx.repositories().ensure(place, &path, at(1)).await).await;
    for (of, digit, value) in
        [(of, 'a', "1.2/x"), (of, 'b', "1.10"), (of, 'c', "2"), (other, 'd', "1.20")]
    {
        set(&world, of, &format!("t{digit}"), digit, 1).await;
        let labels = vec![("version".into(), value.into()), ("long".into(), "x".repeat(9000))];
        describe(&world, of, digit, image(Some(labels))).await;
    }
    let find = async |filter: &NamespaceFilter, name: &str, value: &str| {
        let rows = walk(
            |row: &LabelledRow| row.value.clone(),
            async |slice| {
                world.images.manifests_with_label(filter, (name, value), &slice).await.unwrap()
            },
        );
        rows.await.into_iter().map(|row| format!("{} {}", row.path, row.value)).collect::<Vec<_>>()
    };
    let every = NamespaceFilter::EVERY;
    assert_eq!(
        find(&every, "version", "1.").await,
        ["qa/app 1.10", "qa/app 1.2/x", "ops/app 1.20"]
    );
    assert_eq!(find(&every, "version", "1.2").await, ["qa/app 1.2/x", "ops/app 1.20"]);
    assert_eq!(find(&every, "version", "").await.len(), 4);
    assert_eq!(find(&every, "Version", "").await.len(), 0);
    assert_eq!(find(&every, "version", "%").await.len(), 0);
    let within = Some(std::sync::Arc::new([place].into()));
    let some = NamespaceFilter { within, ..NamespaceFilter::EVERY };
    assert_eq!(find(&some, "version", "").await, ["ops/app 1.20"]);
    let long = world.images.manifests_with_label(&every, ("long", "xx"), &Slice::first(9)).await;
    assert_eq!(long.unwrap().rows[0].value.len(), 256);
    describe(&world, of, 'c', image(None)).await;
    world
        .write(async |tx| {
            tx.repositories().remove_manifest(of, &digest('b'), &as_of(9, "gone")).await
        })
        .await;
    assert_eq!(find(&every, "version", "").await, ["qa/app 1.2/x", "ops/app 1.20"]);
}

async fn listed(world: &World, of: RepositoryId, filter: &ImageFilter) -> String {
    let rows: Vec<ImageRow> =
        world.images.images(of, filter, &Slice::first(1000)).await.unwrap().rows;
    for limit in [1, 2, 3] {
        let (mut walked, mut slice) = (Vec::new(), Slice::first(limit));
        loop {
            let page = world.images.images(of, filter, &slice).await.unwrap();
            walked.extend(page.rows);
            assert!(walked.len() <= rows.len(), "pages of {limit} repeat");
            match page.next {
                None => break,
                after => slice.after = after,
            }
        }
        assert_eq!(walked, rows, "with pages of {limit}");
    }
    for cursor in ["", "x", "1", "/", ".", "9.%\0"] {
        let slice = Slice { after: Some(cursor.into()), limit: 5 };
        world.images.images(of, filter, &slice).await.unwrap();
    }
    for row in &rows {
        assert_eq!((row.more, &row.tags[0]), (false, &row.first.name));
    }
    let images = rows
        .iter()
        .map(|row| row.tags.iter().map(|tag| tag.as_str()).collect::<Vec<_>>().join(" "));
    images.collect::<Vec<_>>().join(" | ")
}

async fn set(world: &World, of: RepositoryId, tag: &str, digit: char, second: u64) {
    let as_of = as_of(second, "event");
    world
        .write(async |tx| {
            let tx = tx.repositories();
            tx.add_manifest(of, &seen(digit, second), &as_of).await?;
            tx.set_tag(of, &named(tag), &digest(digit), &as_of, Some((None, "alice"))).await
        })
        .await;
}

async fn describe(world: &World, of: RepositoryId, digit: char, details: ManifestDetails) {
    let (digest, read) = (digest(digit), Described::Read(Box::new(details)));
    world.write(async |tx| tx.repositories().describe(of, &digest, &read).await).await;
}

fn image(labels: Option<Vec<(String, String)>>) -> ManifestDetails {
    let media_type = MediaType::new(OCI_MANIFEST);
    let layer = Descriptor { media_type: media_type.clone(), digest: digest('1'), size: 7 };
    let configuration =
        labels.map(|labels| Box::new(Configuration { labels, ..Configuration::default() }));
    ManifestDetails { media_type, layers: vec![layer], configuration, ..<_>::default() }
}

fn index(children: &[(char, Option<char>)]) -> ManifestDetails {
    let child = |(digit, attests): &(char, Option<char>)| Child {
        descriptor: Descriptor {
            media_type: MediaType::new(OCI_MANIFEST),
            digest: digest(*digit),
            size: 500,
        },
        platform: None,
        attests: attests.map(digest),
    };
    let children = children.iter().map(child).collect();
    ManifestDetails { media_type: MediaType::new(OCI_INDEX), children, ..<_>::default() }
}
