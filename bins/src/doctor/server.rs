//! Whether Portus answers where clients are sent.

use std::time::Duration;

use crate::wiring::Portus;
use portus_core::finding::{Advice, Check, Finding, Found, Patch};
use portus_core::registry::Registry;
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};

use super::finding::{ours, setting};
use crate::worker::chain;

/// Asks the server at `server.url` whether it is ready, for a token, and whose keys it has; says
/// whether it is this Portus, and answers.
pub(super) async fn examine(
    portus: &Portus,
    registries: &[Registry],
    findings: &mut Vec<Finding>,
) -> Result<bool, anyhow::Error> {
    let client = Client::builder()
        .user_agent(concat!("portus-doctor/", env!("CARGO_PKG_VERSION")))
        .timeout(PATIENCE)
        .redirect(Policy::none())
        .no_proxy()
        .build()?;
    let before = findings.len();
    findings.push(ready(&client, portus).await);
    if findings.iter().skip(before).all(|finding| finding.is_ok()) {
        findings.push(same(&client, portus).await);
    }
    if findings.iter().skip(before).all(|finding| finding.is_ok()) {
        findings.push(token(&client, portus, registries).await);
    }
    Ok(findings.iter().skip(before).all(|finding| finding.is_ok()))
}

async fn ready(client: &Client, portus: &Portus) -> Finding {
    let url = format!("{}/readyz", portus.settings.server.url);
    match ask(client, &url).await {
        Ok((StatusCode::OK, _)) => Finding::ok(Check::Server, Found::Answers(url)),
        Ok((status, text)) => {
            let first = text.lines().next().unwrap_or_default();
            let found = Found::AnswersStatus(url, status.as_u16(), first.to_owned());
            Finding::fail(Check::Server, found)
                .change(where_to_look(portus))
                .patch(address_line(portus))
        }
        Err(why) => Finding::fail(Check::Server, Found::DoesNotAnswer(url, why))
            .change(where_to_look(portus))
            .patch(address_line(portus)),
    }
}

/// Whether what answers signs with our keys: else another Portus does.
async fn same(client: &Client, portus: &Portus) -> Finding {
    const CHECK: Check = Check::SamePortus;
    let url = format!("{}/.well-known/jwks.json", portus.settings.server.url);
    let ring = match portus.keep_keys().ring().await {
        Ok(ring) => ring,
        Err(error) => return Finding::fail(CHECK, Found::Cause(chain(&error))),
    };
    match ask(client, &url).await {
        Ok((StatusCode::OK, text)) if ring.keys.iter().any(|key| text.contains(&key.key_id)) => {
            Finding::ok(CHECK, Found::SameKeys)
        }
        Ok((StatusCode::OK, _)) => Finding::fail(CHECK, Found::OtherPortus)
            .change(where_to_look(portus))
            .patch(address_line(portus)),
        Ok((status, _)) => {
            let found = Found::NoPortus(url, status.as_u16());
            Finding::fail(CHECK, found).change(where_to_look(portus)).patch(address_line(portus))
        }
        Err(why) => Finding::fail(CHECK, Found::DoesNotAnswer(url, why))
            .change(where_to_look(portus))
            .patch(address_line(portus)),
    }
}

async fn token(client: &Client, portus: &Portus, registries: &[Registry]) -> Finding {
    const CHECK: Check = Check::TokenEndpoint;
    let realm = portus.settings.server.url.realm();
    let Some(service) = registries.first().and_then(|registry| registry.services.first()) else {
        return Finding::ok(CHECK, Found::GivesTokensForNobody(realm));
    };
    let mut url = match url::Url::parse(&realm) {
        Ok(url) => url,
        Err(error) => return Finding::fail(CHECK, Found::Cause(error.to_string())),
    };
    url.query_pairs_mut().append_pair("service", service.as_str());
    match ask(client, url.as_str()).await {
        Ok((StatusCode::OK, _)) => Finding::ok(CHECK, Found::GivesTokens(realm)),
        Ok((status, _)) => {
            let found = Found::TokenAnswer(realm, status.as_u16(), service.to_string());
            Finding::fail(CHECK, found).change(where_to_look(portus)).patch(address_line(portus))
        }
        Err(why) => Finding::fail(CHECK, Found::DoesNotAnswer(realm, why))
            .change(where_to_look(portus))
            .patch(address_line(portus)),
    }
}

fn where_to_look(portus: &Portus) -> Advice {
    Advice::ReachServer(setting(&portus.settings, "server.url"))
}

fn address_line(portus: &Portus) -> Patch {
    ours(&portus.settings, "server.url", "\"https://NAME\"")
}

async fn ask(client: &Client, url: &str) -> Result<(StatusCode, String), String> {
    let said = |error: reqwest::Error| {
        let is_late = error.is_timeout();
        if is_late { "it does not answer in time".into() } else { innermost(&error) }
    };
    let answer = client.get(url).send().await.map_err(said)?;
    let status = answer.status();
    let text = answer.text().await.map_err(said)?;
    Ok((status, text))
}

/// What is behind all else that an error says.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(cause) = innermost.source() {
        innermost = cause;
    }
    innermost.to_string()
}

const PATIENCE: Duration = Duration::from_secs(5);
