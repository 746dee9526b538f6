//! What the doctor finds, and what to change: kinds with what they speak of, never sentences. The
//! sentences here are the English ones.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use crate::registry::{RegistryName, RegistryUrl};
use crate::repository::RepositoryPath;

/// What one check found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    /// Which registry; `None` for Portus itself.
    pub registry: Option<RegistryName>,
    /// What was checked.
    pub check: Check,
    /// How it is.
    pub verdict: Verdict,
    /// What was found.
    pub found: Found,
    /// What to change, and where.
    pub change: Option<Advice>,
    /// The lines to change.
    pub patches: Vec<Patch>,
}

/// How something is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// Something does not work.
    Fail,
    /// As it should be.
    Ok,
    /// It works, but not for everybody, or could not be checked.
    Warn,
}

/// Lines to change in a file, to type into a shell, or to set.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Patch {
    /// Where.
    pub place: Place,
    /// From the first to the last.
    pub lines: Vec<PatchLine>,
}

/// A line of a [`Patch`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PatchLine {
    /// To be there.
    Add(String),
    /// Around it.
    Keep(String),
    /// To go.
    Remove(String),
}

/// Declares what can be said: each kind with what it speaks of, its stable name, and the English
/// sentence.
macro_rules! said {
    ($(#[$doc:meta])* $name:ident {
        $($kind:ident $(($($part:ident: $type:ty),*))? = $code:literal, $english:literal;)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Eq, PartialEq)]
        pub enum $name { $(#[doc = $english] $kind $(($($type),*))?,)* }

        impl $name {
            /// The stable name of every kind.
            pub const KINDS: &[&str] = &[$($code),*];

            /// The stable name of its kind.
            pub const fn kind(&self) -> &'static str {
                match self { $(Self::$kind { .. } => $code,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self { $(Self::$kind $(($($part),*))? => write!(f, $english),)* }
            }
        }
    };
}

said! {
    /// What was checked.
    #[derive(Copy)]
    Check {
        Catalog = "catalog", "catalog";
        Clock = "clock", "clock";
        Database = "database", "database";
        DeleteSwitch = "delete_switch", "delete switch";
        Doctor = "doctor", "doctor";
        Inbox = "inbox", "inbox";
        Issuer = "issuer_and_certificate", "issuer and certificate";
        MasterKey = "master_key", "master key";
        Notifications = "notifications", "notifications";
        Parked = "parked", "parked";
        Reachable = "reachable", "reachable";
        Realm = "realm", "realm";
        RealmHost = "realm_host", "realm host";
        Registries = "registries", "registries";
        SamePortus = "same_portus", "same portus";
        Server = "server", "server";
        Service = "service", "service";
        SigningKeys = "signing_keys", "signing keys";
        TokenEndpoint = "token_endpoint", "token endpoint";
    }
}

said! {
    /// What a check found. What a program or a library said in its own words stays as it was said;
    /// times are RFC 3339.
    Found {
        Announced(text: String) = "announced", "{text}";
        AnnouncesNothing(status: u16) = "announces_nothing", "the registry answers {status} to a stranger, and announces nothing";
        Answers(url: String) = "answers", "{url} answers";
        AnswersAs(url: RegistryUrl, generation: u8) = "answers_as", "{url} answers, distribution {generation}";
        AnswersAsAnother(url: RegistryUrl) = "answers_as_another", "{url} answers, distribution 3 or another";
        AnswersStatus(url: String, status: u16, text: String) = "answers_status", "{url} answers {status}: {text}";
        AsksNobody = "asks_nobody", "the registry asks nobody for a token: all that it holds is open";
        BothDelete = "both_delete", "both let people delete";
        CallsItself(announced: String, known: String) = "calls_itself", "it calls itself `{announced}`, Portus knows `{known}`";
        CannotBeAsked(why: String) = "cannot_be_asked", "it cannot be asked: {why}";
        CannotGoOn(why: String) = "cannot_go_on", "cannot go on: {why}";
        Cause(why: String) = "cause", "{why}";
        CertificateEnded(at: String) = "certificate_ended", "the certificate ended {at}: no token can be signed";
        CertificateEnds(at: String) = "certificate_ends", "the certificate ends {at}, and was not renewed in time";
        ClockAhead(seconds: u64) = "clock_ahead", "the registry's clock is {seconds} s ahead";
        ClockAheadTooFar(seconds: u64) = "clock_ahead_too_far", "the registry's clock is {seconds} s ahead, and it refuses tokens from then";
        ClockBehind(seconds: u64) = "clock_behind", "the registry's clock is {seconds} s behind";
        ClockBehindTooFar(seconds: u64) = "clock_behind_too_far", "the registry's clock is {seconds} s behind, and it refuses tokens from then";
        ClockUnknown = "clock_unknown", "the registry does not say what time it is";
        DeletesUnknown = "deletes_unknown", "it does not show whether the registry deletes";
        DoesNotAnswer(url: String, why: String) = "does_not_answer", "{url}: {why}";
        EveryClient(url: String) = "every_client", "every client goes to {url}";
        GivesTokens(realm: String) = "gives_tokens", "{realm} gives tokens";
        GivesTokensForNobody(realm: String) = "gives_tokens_for_nobody", "{realm} has no registry to give tokens for yet";
        KeyWaits(key: String) = "key_waits", "key `{key}` waits to be activated";
        LastCame(at: String) = "last_came", "the last came {at}";
        LocalRealm(host: String) = "local_realm", "clients are sent to `{host}`, which is another machine for each";
        MasterKeyFits(file: String) = "master_key_fits", "the key in {file} opens what the database holds";
        NoActiveKey = "no_active_key", "no key is active";
        NoDatabase(path: String) = "no_database", "there is no database at {path}";
        NoPortus(url: String, status: u16) = "no_portus", "{url} answers {status}: it is no Portus";
        NoRegistry = "no_registry", "there is no registry yet";
        NobodyDeletes = "nobody_deletes", "nothing can be deleted";
        NotARegistry(url: RegistryUrl, status: u16) = "not_a_registry", "{url} answers {status}, but not like a registry";
        NotAllAnswered(within: Seconds) = "not_all_answered", "not everything answered within {within}";
        NotAnswered(within: Seconds) = "not_answered", "it does not answer within {within}";
        NothingKnown(last: Last) = "nothing_known", "cannot be checked while nothing is known to be in the registry; {last}";
        NothingLately(last: Last) = "nothing_lately", "nothing came within a day, which may be right; {last}";
        OnlyPortusDeletes = "only_portus_deletes", "Portus lets people delete, the registry does not";
        OnlyRegistryDeletes = "only_registry_deletes", "Portus lets nobody delete; the registry would, to whoever reaches it otherwise";
        OtherPortus = "other_portus", "what answers there is another Portus, with keys of its own";
        OtherTroubleFirst(last: Last) = "other_trouble_first", "cannot be checked before what else is wrong is mended; {last}";
        Parked(count: u64, first: String) = "parked", "{count} notifications could not be applied, the first: {first}";
        PlainRealm = "plain_realm", "an https registry sends clients to http: crane and oras refuse that";
        PrivateRealm(address: IpAddr) = "private_realm", "clients are sent to the private address {address}: crane, ko and kaniko refuse that";
        ReadWhole(at: String) = "read_whole", "first read whole at {at}";
        SameKeys = "same_keys", "the server that answers has the keys of this database";
        SameTime = "same_time", "the same time";
        SendsTo(realm: String) = "sends_to", "the registry sends its clients to `{realm}`";
        Signs(algorithm: String, ends: String) = "signs", "{algorithm}, its certificate ends {ends}";
        TablesBehind(database: String, steps: usize) = "tables_behind", "the tables in {database} lack {steps} steps";
        TakesTokens = "takes_tokens", "the registry takes a token that Portus signed";
        Told(path: RepositoryPath, milliseconds: u128) = "told", "the registry told of {path} in {milliseconds} ms";
        ToldNothing(path: RepositoryPath, within: Seconds, last: Last) = "told_nothing", "the registry did not tell of {path} within {within}; {last}";
        TokenAnswer(realm: String, status: u16, service: String) = "token_answer", "{realm} answers {status} for the service `{service}`";
        TokenRefused(said: String) = "token_refused", "it refuses the token: {said}";
        TokenUnexpected(said: String) = "token_unexpected", "it answers {said}";
        Unread = "unread", "not read yet: until then only admins get tokens for it";
        Unstarted(database: String) = "unstarted", "Portus was never started on {database}";
        Untouchable(why: String, last: Last) = "untouchable", "cannot be checked: {why}; {last}";
        UpToDate(database: String) = "up_to_date", "{database} answers and is up to date";
        Wait(count: u64) = "wait", "{count} notifications wait";
        WaitSince(count: u64, since: String) = "wait_since", "{count} notifications wait, the oldest since {since}";
        WantsSomethingElse = "wants_something_else", "the registry wants something else than a token";
    }
}

said! {
    /// What to change, and where.
    Advice {
        AddHost = "add_host", "portusctl registry host add NAME HOST, if the registry is reached by that name; then portusctl events retry --all";
        ApplyEvents = "apply_events", "nobody applies them: set worker.embedded = true, or start portus-sync";
        CheckAgain = "check_again", "check again: a manifest is read then, of which the registry has to tell";
        CorrectAddress = "correct_address", "start the registry, or correct the address";
        Deletes(enabled: bool, setting: Setting, switch: bool) = "deletes", "in the registry's configuration: storage.delete.enabled: {enabled}; or {setting}: {switch}";
        Endpoint(url: String, name: RegistryName) = "endpoint", "in the registry's configuration: notifications.endpoints[].url: {url}, and headers.Authorization as `portusctl registry config {name}` prints them; the registry's machine has to reach that address";
        FirstMasterKey(setting: Setting) = "first_master_key", "{setting}: the file that was made at the first start";
        GiveKey = "give_key", "give its public part to the registries that use `jwks`, restart them, then: portusctl key rotate --activate";
        Look(setting: Setting) = "look", "{setting}";
        NoKeyList = "no_key_list", "distribution 2 knows no `jwks`: add it with --trust bundle";
        OwnAddress = "own_address", "the address in `portusctl registry list` must be the registry's own";
        ReachServer(setting: Setting) = "reach_server", "start portus-server, or change {setting} to where clients reach it";
        Realm(realm: String) = "realm", "in the registry's configuration: auth.token.realm: {realm}";
        RealmAlone(realm: String) = "realm_alone", "in the registry's configuration: auth.token.realm: {realm} (and no auth.token.autoredirect)";
        RenewCertificate = "renew_certificate", "a running portus-server or portus-sync renews it: start one";
        ResolvedName(setting: Setting) = "resolved_name", "{setting}: \"https://NAME\", a name that clients resolve";
        Run(command: String) = "run", "{command}";
        SeeParked = "see_parked", "portusctl events parked; then portusctl events retry --all";
        Service(service: String) = "service", "in the registry's configuration: auth.token.service: {service}";
        SetClocks = "set_clocks", "set the clocks of both machines by NTP";
        Start = "start", "start portus-server, or run portusctl setup";
        StartOrChange(setting: Setting) = "start_or_change", "start portus-server, or run portusctl setup; or change {setting}";
        StartRegistry = "start_registry", "start the registry, or make it reachable from here";
        Trust(trust: TrustLines) = "trust", "in the registry's configuration: {trust}; then restart it, since it reads that file only at its start";
        WholeAuth(name: RegistryName) = "whole_auth", "the whole `auth` section of the registry's configuration: portusctl registry config {name}";
    }
}

said! {
    /// When a registry last told of something.
    Last {
        At(at: String) = "at", "the last came {at}";
        Never = "never", "none ever came";
    }
}

said! {
    /// Where a patch belongs.
    Place {
        CommandLine = "command_line", "portus-server";
        Environment = "environment", "environment";
        File(path: String) = "file", "{path}";
        FileLine(path: String, line: usize) = "file_line", "{path}, line {line}";
        Registry(name: RegistryName) = "registry", "{name}: config.yml";
    }
}

said! {
    /// A setting of Portus, and where it is set.
    Setting {
        Default(key: String) = "default", "`{key}` in portus.toml";
        File(key: String, path: String) = "file", "`{key}` in {path}";
        Flag(option: String) = "flag", "the option {option}";
        Variable(name: String) = "variable", "the environment variable {name}";
    }
}

/// The lines of a registry's configuration that have it take our tokens.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TrustLines {
    /// Who signs.
    pub issuer: String,
    /// What the registry is called in tokens.
    pub service: String,
    /// `rootcertbundle` or `jwks`.
    pub option: &'static str,
    /// Which part of what `registry config` prints goes into its file.
    pub part: &'static str,
    /// The registry.
    pub name: RegistryName,
}

/// A span of whole seconds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Seconds(pub u64);

impl Finding {
    /// As it should be.
    pub const fn ok(check: Check, found: Found) -> Self {
        Self::new(check, Verdict::Ok, found)
    }

    /// It works, but not for everybody, or could not be checked.
    pub const fn warn(check: Check, found: Found) -> Self {
        Self::new(check, Verdict::Warn, found)
    }

    /// Something does not work.
    pub const fn fail(check: Check, found: Found) -> Self {
        Self::new(check, Verdict::Fail, found)
    }

    /// The same, and what to change.
    pub fn change(self, change: Advice) -> Self {
        Self { change: Some(change), ..self }
    }

    /// The same, and the lines to change.
    pub fn patch(mut self, patch: Patch) -> Self {
        self.patches.push(patch);
        self
    }

    /// The same, of a registry.
    pub fn of(self, registry: &RegistryName) -> Self {
        Self { registry: Some(registry.clone()), ..self }
    }

    /// Whether it is as it should be.
    pub fn is_ok(&self) -> bool {
        self.verdict == Verdict::Ok
    }

    const fn new(check: Check, verdict: Verdict, found: Found) -> Self {
        Self { registry: None, check, verdict, found, change: None, patches: Vec::new() }
    }
}

impl Verdict {
    /// As it is written in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Ok => "ok",
            Self::Warn => "warn",
        }
    }
}

impl PatchLine {
    /// Its text.
    pub fn text(&self) -> &str {
        match self {
            Self::Add(text) | Self::Keep(text) | Self::Remove(text) => text,
        }
    }

    /// As a patch marks it: `+`, a space, `-`.
    pub const fn sign(&self) -> char {
        match self {
            Self::Add(_) => '+',
            Self::Keep(_) => ' ',
            Self::Remove(_) => '-',
        }
    }
}

impl From<Duration> for Seconds {
    fn from(span: Duration) -> Self {
        Self(span.as_secs())
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}s", self.0)
    }
}

impl fmt::Display for TrustLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { issuer, service, option, part, name } = self;
        write!(
            f,
            "auth.token.issuer: {issuer}; auth.token.service: {service}; auth.token.{option}: \
             a file with what `portusctl registry config {name} --part {part}` prints"
        )
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { registry, check, verdict, found, change, .. } = self;
        let whose = registry.as_ref().map_or("portus", RegistryName::as_str);
        write!(f, "{:<4}  {whose}: {check}: {found}", verdict.as_str())?;
        match change {
            Some(change) => write!(f, " → {change}"),
            None => Ok(()),
        }
    }
}
