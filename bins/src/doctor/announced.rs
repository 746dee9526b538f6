//! What a registry shows, held against what Portus expects. Pure.

use std::net::IpAddr;

use crate::settings::{PublicUrl, Settings};
use portus_core::registry::{KeyTrust, Registry};
use portus_registry::probe::{Challenge, Generation, Greeting, TokenTrouble};

use portus_core::port::{Finding, Patch, PatchLine};

use crate::registry_config::quoted;

use super::finding::{ours, setting, theirs};

/// What a registry is expected to be set up with.
pub(super) struct Expected<'a> {
    /// As Portus knows it.
    pub(super) registry: &'a Registry,
    /// What holds for Portus.
    pub(super) settings: &'a Settings,
}

impl Expected<'_> {
    /// What of its clients will make of the two addresses.
    pub(super) fn hosts(&self) -> Vec<Finding> {
        let (own, registry) = (self.url().as_str(), self.registry.url.host().as_str());
        let (scheme, realm) = parts(own);
        let mut odd = Vec::new();
        let private = self.url().numeric_host().filter(|address| is_private(*address));
        if let Some(address) = private.filter(|_| realm != registry) {
            odd.push(format!(
                "clients are sent to the private address {address}: crane, ko and kaniko refuse that"
            ));
        }
        if scheme == "http" && self.registry.url.as_str().starts_with("https:") {
            odd.push("an https registry sends clients to http: crane and oras refuse that".into());
        }
        if is_local(realm) && !is_local(registry) {
            odd.push(format!("clients are sent to `{realm}`, which is another machine for each"));
        }
        if odd.is_empty() {
            return vec![Finding::ok("realm host", format!("every client goes to {own}"))];
        }
        let url = setting(self.settings, "server.url");
        let change = format!("{url}: \"https://NAME\", a name that clients resolve");
        let patch = ours(self.settings, "server.url", "\"https://NAME\"");
        let warn = |odd| Finding::warn("realm host", odd).change(&change).patch(patch.clone());
        odd.into_iter().map(warn).collect()
    }

    /// What it announces, and whether it takes our tokens.
    pub(super) fn judge(&self, greeting: &Greeting) -> Vec<Finding> {
        let mut findings = vec![self.reached(greeting)];
        let Some(challenge) = &greeting.challenge else {
            findings.push(self.unasked(greeting));
            findings.push(clock(greeting));
            return findings;
        };
        findings.push(self.realm(challenge));
        findings.push(self.service(challenge));
        findings.push(self.token(greeting));
        findings.push(clock(greeting));
        findings.push(self.deletes(greeting));
        findings
    }

    fn reached(&self, greeting: &Greeting) -> Finding {
        let url = &self.registry.url;
        match (&greeting.api_version, greeting.generation) {
            (None, _) => {
                let found = format!("{url} answers {}, but not like a registry", greeting.status);
                Finding::fail("reachable", found)
                    .change("the address in `portusctl registry list` must be the registry's own")
            }
            (Some(_), None) => Finding::ok("reachable", format!("{url} answers")),
            (Some(_), Some(Generation::Two)) => {
                Finding::ok("reachable", format!("{url} answers, distribution 2"))
            }
            (Some(_), Some(Generation::Three)) => {
                Finding::ok("reachable", format!("{url} answers, distribution 3 or another"))
            }
        }
    }

    fn unasked(&self, greeting: &Greeting) -> Finding {
        let found = match greeting.status {
            200 => "the registry asks nobody for a token: all that it holds is open".to_owned(),
            401 => "the registry wants something else than a token".to_owned(),
            status => format!("the registry answers {status} to a stranger, and announces nothing"),
        };
        let name = &self.registry.name;
        Finding::fail("realm", found).change(format!(
            "the whole `auth` section of the registry's configuration: portusctl registry config {name}"
        ))
    }

    fn realm(&self, challenge: &Challenge) -> Finding {
        let expected = self.url().realm();
        let announced = challenge.realm.as_deref().unwrap_or_default();
        // A query string is the registry's own: clients add theirs to it.
        let bare = announced.split('?').next().unwrap_or_default();
        if bare == expected {
            return Finding::ok("realm", announced);
        }
        let change = format!("in the registry's configuration: auth.token.realm: {expected}");
        let change = if bare.ends_with("/auth/token") {
            change + " (and no auth.token.autoredirect)"
        } else {
            change
        };
        let found = format!("the registry sends its clients to `{announced}`");
        Finding::fail("realm", found)
            .change(change)
            .patch(self.token_line("realm", announced, &expected))
    }

    fn service(&self, challenge: &Challenge) -> Finding {
        let announced = challenge.service.as_deref().unwrap_or_default();
        if self.registry.service(announced).is_some() {
            return Finding::ok("service", announced);
        }
        let known: Vec<&str> =
            self.registry.services.iter().map(|service| service.as_str()).collect();
        let first = known.first().copied().unwrap_or_default();
        let known = known.join("`, `");
        Finding::fail("service", format!("it calls itself `{announced}`, Portus knows `{known}`"))
            .change(format!("in the registry's configuration: auth.token.service: {first}"))
            .patch(self.token_line("service", announced, first))
    }

    /// The line of the registry's `auth.token` section that has to say something else.
    fn token_line(&self, name: &str, old: &str, new: &str) -> Patch {
        let removed = PatchLine::Remove(format!("{name}: {}", quoted(old)));
        let added = PatchLine::Add(format!("{name}: {}", quoted(new)));
        theirs(self.registry, &["auth", "token"], vec![removed, added])
    }

    fn token(&self, greeting: &Greeting) -> Finding {
        let trouble = match &greeting.token {
            Ok(()) => {
                let found = "the registry takes a token that Portus signed";
                return Finding::ok("issuer and certificate", found);
            }
            Err(trouble) => trouble,
        };
        let finding = Finding::fail("issuer and certificate", trouble.to_string());
        let jwks = self.registry.trust == KeyTrust::Jwks;
        if jwks && greeting.generation == Some(Generation::Two) {
            return finding.change("distribution 2 knows no `jwks`: add it with --trust bundle");
        }
        let TokenTrouble::Refused { .. } = trouble else { return finding };
        let (option, part) = if jwks { ("jwks", "jwks") } else { ("rootcertbundle", "bundle") };
        let (issuer, name) = (&self.settings.keys.issuer, &self.registry.name);
        let service = self.registry.services.first().map_or("", |service| service.as_str());
        finding.change(format!(
            "in the registry's configuration: auth.token.issuer: {issuer}; auth.token.service: {service}; \
             auth.token.{option}: a file with what `portusctl registry config {name} --part {part}` prints; \
             then restart it, since it reads that file only at its start"
        ))
    }

    fn deletes(&self, greeting: &Greeting) -> Finding {
        const REGISTRYS: &str = "in the registry's configuration: storage.delete.enabled: ";
        let ours_set = setting(self.settings, "delete.enabled");
        match (self.settings.switches.delete, greeting.deletes) {
            (_, None) => {
                Finding::warn("delete switch", "it does not show whether the registry deletes")
            }
            (true, Some(true)) => Finding::ok("delete switch", "both let people delete"),
            (false, Some(false)) => Finding::ok("delete switch", "nothing can be deleted"),
            (true, Some(false)) => {
                Finding::fail("delete switch", "Portus lets people delete, the registry does not")
                    .change(format!("{REGISTRYS}true; or {ours_set}: false"))
                    .patch(self.delete_line(true))
                    .patch(ours(self.settings, "delete.enabled", "false"))
            }
            (false, Some(true)) => Finding::warn(
                "delete switch",
                "Portus lets nobody delete; the registry would, to whoever reaches it otherwise",
            )
            .change(format!("{REGISTRYS}false; or {ours_set}: true"))
            .patch(self.delete_line(false))
            .patch(ours(self.settings, "delete.enabled", "true")),
        }
    }

    fn delete_line(&self, enabled: bool) -> Patch {
        let line = PatchLine::Add(format!("enabled: {enabled}"));
        theirs(self.registry, &["storage", "delete"], vec![line])
    }

    fn url(&self) -> &PublicUrl {
        &self.settings.server.url
    }
}

fn clock(greeting: &Greeting) -> Finding {
    let change = "set the clocks of both machines by NTP";
    let Some(ahead) = greeting.clock_ahead else {
        return Finding::warn("clock", "the registry does not say what time it is");
    };
    let found = match ahead {
        0 => "the same time".to_owned(),
        1.. => format!("the registry's clock is {ahead} s ahead"),
        _ => format!("the registry's clock is {} s behind", ahead.unsigned_abs()),
    };
    match ahead.unsigned_abs() {
        // A second is how exactly it is said.
        0..=2 => Finding::ok("clock", found),
        3..LEEWAY => Finding::warn("clock", found).change(change),
        _ => Finding::fail("clock", format!("{found}, and it refuses tokens from then"))
            .change(change),
    }
}

/// Seconds that registries forgive.
const LEEWAY: u64 = 60;

/// Scheme and host with port of an address.
fn parts(url: &str) -> (&str, &str) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    (scheme, rest.split('/').next().unwrap_or_default())
}

fn is_local(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => name,
        _ => host,
    };
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost"
        || name.ends_with(".localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_private() || v4.is_loopback() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests;
