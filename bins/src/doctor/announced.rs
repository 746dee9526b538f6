//! What a registry shows, held against what Portus expects. Pure.

use std::net::IpAddr;

use crate::settings::{PublicUrl, Settings};
use portus_core::registry::{KeyTrust, Registry};
use portus_registry::probe::{Challenge, Generation, Greeting, TokenTrouble};

use portus_core::finding::{Advice, Check, Finding, Found, Patch, PatchLine, TrustLines};

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
            odd.push(Found::PrivateRealm(address));
        }
        if scheme == "http" && self.registry.url.as_str().starts_with("https:") {
            odd.push(Found::PlainRealm);
        }
        if is_local(realm) && !is_local(registry) {
            odd.push(Found::LocalRealm(realm.to_owned()));
        }
        if odd.is_empty() {
            return vec![Finding::ok(Check::RealmHost, Found::EveryClient(own.to_owned()))];
        }
        let change = Advice::ResolvedName(setting(self.settings, "server.url"));
        let patch = ours(self.settings, "server.url", "\"https://NAME\"");
        let warn =
            |odd| Finding::warn(Check::RealmHost, odd).change(change.clone()).patch(patch.clone());
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
        let url = self.registry.url.clone();
        if greeting.api_version.is_none() {
            let found = Found::NotARegistry(url, greeting.status);
            return Finding::fail(Check::Reachable, found).change(Advice::OwnAddress);
        }
        let found = match greeting.generation {
            None => Found::Answers(url.to_string()),
            Some(Generation::Two) => Found::AnswersAs(url, 2),
            Some(Generation::Three) => Found::AnswersAsAnother(url),
        };
        Finding::ok(Check::Reachable, found)
    }

    fn unasked(&self, greeting: &Greeting) -> Finding {
        let found = match greeting.status {
            200 => Found::AsksNobody,
            401 => Found::WantsSomethingElse,
            status => Found::AnnouncesNothing(status),
        };
        let name = self.registry.name.clone();
        Finding::fail(Check::Realm, found).change(Advice::WholeAuth(name))
    }

    fn realm(&self, challenge: &Challenge) -> Finding {
        let expected = self.url().realm();
        let announced = challenge.realm.as_deref().unwrap_or_default();
        // A query string is the registry's own: clients add theirs to it.
        let bare = announced.split('?').next().unwrap_or_default();
        if bare == expected {
            return Finding::ok(Check::Realm, Found::Announced(announced.to_owned()));
        }
        let change = match bare.ends_with("/auth/token") {
            true => Advice::RealmAlone(expected.clone()),
            false => Advice::Realm(expected.clone()),
        };
        Finding::fail(Check::Realm, Found::SendsTo(announced.to_owned()))
            .change(change)
            .patch(self.token_line("realm", announced, &expected))
    }

    fn service(&self, challenge: &Challenge) -> Finding {
        let announced = challenge.service.as_deref().unwrap_or_default();
        if self.registry.service(announced).is_some() {
            return Finding::ok(Check::Service, Found::Announced(announced.to_owned()));
        }
        let known: Vec<&str> =
            self.registry.services.iter().map(|service| service.as_str()).collect();
        let first = known.first().copied().unwrap_or_default();
        let known = known.join("`, `");
        Finding::fail(Check::Service, Found::CallsItself(announced.to_owned(), known))
            .change(Advice::Service(first.to_owned()))
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
            Ok(()) => return Finding::ok(Check::Issuer, Found::TakesTokens),
            Err(trouble) => trouble,
        };
        let finding = Finding::fail(Check::Issuer, shown(trouble));
        let jwks = self.registry.trust == KeyTrust::Jwks;
        if jwks && greeting.generation == Some(Generation::Two) {
            return finding.change(Advice::NoKeyList);
        }
        let TokenTrouble::Refused { .. } = trouble else { return finding };
        let (option, part) = if jwks { ("jwks", "jwks") } else { ("rootcertbundle", "bundle") };
        let service = self.registry.services.first().map_or("", |service| service.as_str());
        finding.change(Advice::Trust(TrustLines {
            issuer: self.settings.keys.issuer.clone(),
            service: service.to_owned(),
            option,
            part,
            name: self.registry.name.clone(),
        }))
    }

    fn deletes(&self, greeting: &Greeting) -> Finding {
        const CHECK: Check = Check::DeleteSwitch;
        let change = |registrys, own| {
            Advice::Deletes(registrys, setting(self.settings, "delete.enabled"), own)
        };
        match (self.settings.switches.delete, greeting.deletes) {
            (_, None) => Finding::warn(CHECK, Found::DeletesUnknown),
            (true, Some(true)) => Finding::ok(CHECK, Found::BothDelete),
            (false, Some(false)) => Finding::ok(CHECK, Found::NobodyDeletes),
            (true, Some(false)) => Finding::fail(CHECK, Found::OnlyPortusDeletes)
                .change(change(true, false))
                .patch(self.delete_line(true))
                .patch(ours(self.settings, "delete.enabled", "false")),
            (false, Some(true)) => Finding::warn(CHECK, Found::OnlyRegistryDeletes)
                .change(change(false, true))
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
    let Some(ahead) = greeting.clock_ahead else {
        return Finding::warn(Check::Clock, Found::ClockUnknown);
    };
    let off = ahead.unsigned_abs();
    let found = match (ahead, off < LEEWAY) {
        (0, _) => Found::SameTime,
        (1.., true) => Found::ClockAhead(off),
        (1.., false) => Found::ClockAheadTooFar(off),
        (_, true) => Found::ClockBehind(off),
        (_, false) => Found::ClockBehindTooFar(off),
    };
    match off {
        // A second is how exactly it is said.
        0..=2 => Finding::ok(Check::Clock, found),
        3..LEEWAY => Finding::warn(Check::Clock, found).change(Advice::SetClocks),
        _ => Finding::fail(Check::Clock, found).change(Advice::SetClocks),
    }
}

fn shown(trouble: &TokenTrouble) -> Found {
    match trouble {
        TokenTrouble::Refused { said, .. } => Found::TokenRefused(said.clone()),
        TokenTrouble::Unexpected(said) => Found::TokenUnexpected(said.clone()),
        TokenTrouble::Untried(why) => Found::Cause(why.clone()),
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
