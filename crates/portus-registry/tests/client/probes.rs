use portus_registry::probe::{Challenge, Generation, Greeting, Probe, TokenTrouble, Unreached};

use crate::distribution::{Distribution, Version};
use crate::images::{OCI_MANIFEST, config, content, image};
use crate::served::{API, Nobody, Served, answer, serve};
use crate::world::{SERVICE, World, registry};

async fn greeting(served: &Served) -> Greeting {
    match World::new().registries().probe(&registry(&served.url())).await {
        Probe::Answered(greeting) => greeting,
        Probe::Unreached(why) => panic!("{why}"),
    }
}

#[tokio::test]
async fn a_registry_that_is_set_up_well_shows_it() {
    for (version, generation) in [
        (Version::V2_8, Generation::Two),
        (Version::V3_0, Generation::Three),
        (Version::V3_1, Generation::Three),
    ] {
        let served = Distribution::new(version).start().await;
        let greeting = greeting(&served).await;

        assert_eq!(greeting.status, 401);
        assert_eq!(greeting.api_version.as_deref(), Some("registry/2.0"));
        let challenge = Challenge {
            realm: Some("https://portus.test/v2/token".into()),
            service: Some(SERVICE.into()),
            ..Challenge::default()
        };
        assert_eq!(greeting.challenge, Some(challenge));
        assert_eq!(greeting.token, Ok(()));
        assert_eq!(greeting.deletes, Some(true));
        assert_eq!(greeting.generation, Some(generation));
        let methods = served.asked();
        assert_eq!(methods[..2], ["GET /v2/", "GET /v2/"]);
        assert!(methods[2].starts_with("DELETE /v2/portus-doctor/none/manifests/sha256:0000"));
    }
}

#[tokio::test]
async fn what_is_amiss_is_shown() {
    let mut distribution = Distribution::new(Version::V2_8);
    distribution.announces = "wrong.test".into();
    let greeting_of_wrong = greeting(&distribution.clone().start().await).await;
    let service = greeting_of_wrong.challenge.unwrap().service;
    assert_eq!(service.as_deref(), Some("wrong.test"));
    let refused = TokenTrouble::Refused {
        error: Some("invalid_token".into()),
        said: "401 UNAUTHORIZED: authentication required (invalid_token)".into(),
    };
    assert_eq!(greeting_of_wrong.token, Err(refused));
    assert_eq!(greeting_of_wrong.deletes, None);

    distribution.announces = SERVICE.into();
    distribution.deletes = false;
    assert_eq!(greeting(&distribution.start().await).await.deletes, Some(false));
}

#[tokio::test]
async fn a_clock_that_goes_wrong_is_measured() {
    for (date, ahead) in [
        ("Fri, 02 Jan 2026 03:04:05 GMT", Some(0)),
        ("Fri, 02 Jan 2026 03:06:05 GMT", Some(120)),
        ("Fri, 02 Jan 2026 02:04:05 GMT", Some(-3600)),
        ("yesterday", None),
    ] {
        let served = serve(move |_| answer(200, &[API, ("date", date)], "{}")).await;
        assert_eq!(greeting(&served).await.clock_ahead, ahead, "{date}");
    }
}

#[tokio::test]
async fn what_is_no_registry_shows_nothing_of_one() {
    let served =
        serve(|_| answer(200, &[("content-type", "text/html")], "<h1>It works!</h1>")).await;
    let greeting = greeting(&served).await;

    assert_eq!((greeting.status, greeting.api_version), (200, None));
    assert_eq!((greeting.challenge, greeting.generation, greeting.deletes), (None, None, None));
}

#[tokio::test]
async fn a_registry_that_is_not_there_is_unreached() {
    let nobody = Nobody::home();
    let probe = World::new().registries().probe(&registry(&nobody.url())).await;

    let Probe::Unreached(Unreached::Connection(why)) = probe else { panic!("{probe:?}") };
    assert!(why.contains("refused"), "{why}");
}

#[tokio::test]
async fn touching_a_manifest_reads_it() {
    let manifest = image(&config("amd64", None), &content("layer"));
    let mut distribution = Distribution::new(Version::V3_1);
    distribution.tag("qa/app", "v1", OCI_MANIFEST, &manifest);
    let served = distribution.start().await;
    let registries = World::new().registries();
    let touch = async |digest| {
        let path = "qa/app".parse().unwrap();
        registries.touch(&registry(&served.url()), &path, digest).await.unwrap()
    };

    assert!(touch(&manifest.digest).await);
    assert_eq!(served.asked(), [format!("GET /v2/qa/app/manifests/{}", manifest.digest)]);
    assert!(!touch(&content("x").digest).await);
}
