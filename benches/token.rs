//! What answering a token request costs in one process: no socket, no database.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use divan::{Bencher, black_box};
use portus_bench::{Office, REPOSITORY};
use portus_core::catalog::{self, KnownTag, KnownTags, Observed};
use portus_core::credential::{AccountStanding, Caller, Identity};
use portus_core::digest::Digest;
use portus_core::id::{AccountId, NamespaceId};
use portus_core::namespace::Visibility;
use portus_core::policy::{Facts, NamespaceFacts, Policy, Switches};
use portus_core::scope::{Action, Scope};
use portus_core::tag::{AsOf, TagName};
use portus_core::team::Role;

fn main() {
    divan::main();
}

#[divan::bench(threads = [1, 2])]
fn anonymous(bencher: Bencher<'_, '_>) {
    let office = Office::open();
    bencher.bench(|| office.issue(None));
}

#[divan::bench(threads = [1, 2])]
fn application_token(bencher: Bencher<'_, '_>) {
    let office = Office::open();
    bencher.bench(|| office.issue(Some(&office.application)));
}

#[divan::bench(threads = [1, 2])]
fn refresh_token(bencher: Bencher<'_, '_>) {
    let office = Office::open();
    bencher.bench(|| office.issue(Some(&office.refresh)));
}

#[divan::bench(threads = [1, 2])]
fn password_verified(bencher: Bencher<'_, '_>) {
    let office = Office::open();
    bencher.bench(|| office.issue(Some(&office.password)));
}

#[divan::bench(args = [REPOSITORY, "registry:catalog:*", "repository:a/b:frobnicate"])]
fn parse_scope(text: &str) -> Option<Scope> {
    black_box(text).parse().ok()
}

#[divan::bench(args = [Action::Pull, Action::Push, Action::Delete])]
fn decide(bencher: Bencher<'_, '_>, action: Action) {
    let (policy, caller, facts) = (Policy::new(Switches::default()), viewer(), facts());
    bencher.bench(|| policy.decide(black_box(&caller), action, black_box(&facts)));
}

/// What a denial's sentence costs more.
#[divan::bench]
fn explain(bencher: Bencher<'_, '_>) {
    let (policy, caller, facts) = (Policy::new(Switches::default()), viewer(), facts());
    bencher.bench(|| policy.explain(black_box(&caller), Action::Push, &facts).to_string());
}

#[divan::bench]
fn list_filter(bencher: Bencher<'_, '_>) {
    let (policy, caller, facts) = (Policy::new(Switches::default()), viewer(), facts());
    bencher.bench(|| policy.readable(black_box(&caller)).admits(&facts));
}

/// Ten thousand tags, of which one in a hundred is new and one in a hundred moved.
#[divan::bench]
fn diff_of_ten_thousand_tags(bencher: Bencher<'_, '_>) {
    let (known, observed, as_of) = listings(10_000);
    bencher.bench(|| catalog::diff(black_box(&known), black_box(&observed), &as_of));
}

fn viewer() -> Caller {
    Caller::unlimited(Identity {
        id: AccountId(1),
        name: "carol".parse().expect("a name"),
        standing: AccountStanding::Person,
    })
}

fn facts() -> Facts {
    Facts {
        namespace: NamespaceFacts::Team {
            visibility: Visibility::Private,
            role: Some(Role::Viewer),
        },
        id: Some(NamespaceId(1)),
        registry_read: true,
    }
}

fn listings(count: usize) -> (KnownTags, Observed, AsOf) {
    let at = |seconds| AsOf {
        at: SystemTime::UNIX_EPOCH + Duration::from_secs(seconds),
        event: "".into(),
    };
    let (mut known, mut tags) = (BTreeMap::new(), BTreeMap::new());
    for number in 0..count {
        let name: TagName = format!("v1.{number}").parse().expect("a tag");
        tags.insert(name.clone(), digest(number));
        match number % 100 {
            0 => {}
            1 => drop(known.insert(name, tag(digest(number + 1), at(1)))),
            _ => drop(known.insert(name, tag(digest(number), at(1)))),
        }
    }
    let repository = "qa/app".parse().expect("a path");
    (known, Observed { repository, tags }, at(2))
}

fn tag(digest: Digest, as_of: AsOf) -> KnownTag {
    KnownTag { digest: Some(digest), as_of }
}

fn digest(number: usize) -> Digest {
    format!("sha256:{number:064x}").parse().expect("a digest")
}
