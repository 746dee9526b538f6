use std::sync::atomic::Ordering;
use std::time::Duration;

use portus_core::port::{Access, RemoteError, RemoteRegistries};
use portus_core::registry::KeyTrust;
use portus_core::scope::Action;

use crate::distribution::{Distribution, Version};
use crate::served::{answer, json, serve};
use crate::world::{SERVICE, SUBJECT, World, registry, unreachable};

fn pull(path: &str) -> Access {
    let path = path.parse().unwrap();
    Access::Repository { path, actions: vec![Action::Pull], star: false }
}

#[tokio::test]
async fn a_token_grants_just_what_the_request_needs() {
    let served = Distribution::new(Version::V2_8).start().await;
    let world = World::new();
    let mut row = registry(&served.url());
    row.trust = KeyTrust::Jwks;
    let remote = world.registries().open(&row);
    remote.catalog(None).await.unwrap();
    remote.tags(&"qa/app".parse().unwrap(), None).await.unwrap();

    let signed = world.signer.signed.lock().unwrap().clone();
    let access: Vec<_> = signed.iter().map(|claims| claims.access.clone().unwrap()).collect();
    assert_eq!(access, [vec![Access::Catalog], vec![pull("qa/app")]]);
    for claims in signed {
        assert_eq!(claims.subject, SUBJECT);
        assert_eq!(claims.audience.as_str(), SERVICE);
        assert_eq!(claims.trust, KeyTrust::Jwks);
        assert!(claims.lifetime <= Duration::from_secs(300));
    }
}

#[tokio::test]
async fn a_token_is_used_until_it_is_nearly_over() {
    let served = serve(|_| json(r#"{"name":"qa/app","tags":[]}"#)).await;
    let world = World::new();
    let registries = world.registries();
    let ask = async |path: &str| {
        let remote = registries.open(&registry(&served.url()));
        remote.tags(&path.parse().unwrap(), None).await.unwrap();
        served.last().header("authorization").unwrap().split('|').next().unwrap().to_owned()
    };

    assert_eq!(ask("qa/app").await, "Bearer 1");
    assert_eq!(ask("qa/app").await, "Bearer 1");
    assert_eq!(ask("qa/other").await, "Bearer 2");
    world.clock.advance(60);
    assert_eq!(ask("qa/app").await, "Bearer 1");
    world.clock.advance(31);
    assert_eq!(ask("qa/app").await, "Bearer 3");
}

#[tokio::test]
async fn a_token_that_was_refused_is_not_used_again() {
    let served = serve(|heard| match heard.header("authorization") {
        Some(header) if header.starts_with("Bearer 1|") => answer(401, &[], ""),
        _ => json(r#"{"repositories":[]}"#),
    })
    .await;
    let remote = World::new().open(&served.url());

    let refused = remote.catalog(None).await;
    assert!(matches!(&refused, Err(RemoteError::Refused(said)) if said == "401"), "{refused:?}");
    assert!(remote.catalog(None).await.is_ok());
}

/// SR15
#[tokio::test]
async fn a_refusal_is_told_in_the_registrys_words_and_nobody_else_is_asked_for_a_token() {
    let realm = serve(|_| json(r#"{"token":"stolen"}"#)).await;
    let challenge =
        format!("Bearer realm=\"{}\",service=\"x\",error=\"invalid_token\"", realm.url());
    let served = serve(move |_| {
        let body = r#"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}"#;
        answer(401, &[("www-authenticate", &challenge)], body)
    })
    .await;

    let refused = World::new().open(&served.url()).catalog(None).await.unwrap_err();
    let told = "the registry refuses the token that Portus signed: \
                401 UNAUTHORIZED: authentication required (invalid_token)";
    assert_eq!(refused.to_string(), told);
    assert_eq!(realm.asked(), [""; 0]);
}

#[tokio::test]
async fn without_a_key_nothing_is_asked() {
    let served = serve(|_| json("{}")).await;
    let world = World::new();
    world.signer.has_no_key.store(true, Ordering::Relaxed);

    let unsigned = world.open(&served.url()).catalog(None).await;
    assert_eq!(unreachable(unsigned), "no signing key is ready");
    assert_eq!(served.asked(), [""; 0]);
}

#[tokio::test]
async fn requests_say_who_asks() {
    let served = serve(|_| json(r#"{"repositories":[]}"#)).await;
    World::new().open(&served.url()).catalog(None).await.unwrap();

    let version = concat!("portus/", env!("CARGO_PKG_VERSION"));
    assert_eq!(served.last().header("user-agent"), Some(version));
}
