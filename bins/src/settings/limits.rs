//! The sections that bound something: tokens, passwords, lock-out, notifications.

use std::time::Duration;

use portus_core::registry::LONGEST_TOKEN;
use portus_core::usecase::SessionTimes;
use portus_http::Network;

use super::reader::Reader;
use super::server::networks;
use super::size::Size;

/// `[application_tokens]`, `[refresh_tokens]` and `[token]`
#[derive(Clone, Debug)]
pub struct Tokens {
    /// How long a registry token is good for, where the registry has no lifetime of its own.
    pub lifetime: Duration,
    /// How many application tokens an account may have.
    pub application_limit: u32,
    /// How many refresh tokens an account may have.
    pub refresh_limit: u32,
    /// How long a refresh token that nobody uses stays good.
    pub refresh_unused: Duration,
}

/// `[passwords]`
#[derive(Clone, Debug)]
pub struct Passwords {
    /// The logarithm of bcrypt's rounds.
    pub cost: u32,
    /// How many are checked at a time.
    pub parallel: usize,
    /// How many may wait for that.
    pub queue: usize,
}

/// `[lockout]`
#[derive(Clone, Debug)]
pub struct Lockout {
    /// How many different wrong passwords for a name from an address are too many.
    pub failures: u32,
    /// Within what time, and for how long.
    pub window: Duration,
}

/// `[notifications]`
#[derive(Clone, Debug)]
pub struct Notifications {
    /// From where they may come; empty is anywhere.
    pub networks: Vec<Network>,
    /// Bodies with more bytes are parked unread.
    pub max_body: usize,
}

impl Tokens {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let lifetimes = MINUTE..=LONGEST_TOKEN;
        Self {
            lifetime: reader.duration("token.lifetime", 5 * MINUTE, lifetimes),
            application_limit: reader.number("application_tokens.limit", 50, 0..=10_000),
            refresh_limit: reader.number("refresh_tokens.limit", 100, 1..=10_000),
            refresh_unused: reader.duration("refresh_tokens.unused", 90 * DAY, HOUR..=3650 * DAY),
        }
    }
}

/// `[sessions]`
pub(super) fn sessions(reader: &mut Reader) -> SessionTimes {
    SessionTimes {
        idle: reader.duration("sessions.idle", DAY, 5 * MINUTE..=90 * DAY),
        longest: reader.duration("sessions.longest", 14 * DAY, HOUR..=365 * DAY),
        limit: reader.number("sessions.limit", 50, 1..=10_000),
    }
}

impl Passwords {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let cores = u32::try_from(cores).unwrap_or(1).min(1024);
        Self {
            cost: reader.number("passwords.cost", 12, 4..=18),
            parallel: reader.number("passwords.parallel", cores, 1..=1024) as usize,
            queue: reader.number("passwords.queue", 64, 1..=100_000) as usize,
        }
    }
}

impl Lockout {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self {
            failures: reader.number("lockout.failures", 10, 1..=50),
            window: reader.duration("lockout.window", 10 * MINUTE, MINUTE..=DAY),
        }
    }
}

impl Notifications {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let sizes = Size::kib(16)..=Size::mib(64);
        Self {
            networks: networks(reader, "notifications.networks"),
            max_body: reader.size("notifications.max_body", Size::mib(1), sizes),
        }
    }
}

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);
