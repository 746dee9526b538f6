use std::net::{IpAddr, Ipv6Addr};

use crate::account::PasswordHash;
use crate::activity::{Actor, Who};
use crate::credential::Caller;
use crate::id::{ApplicationTokenId, RefreshTokenId, RegistryId};
use crate::secret::Secret;

/// What a request shows to say who it is from.
#[derive(Clone, Debug)]
pub enum Credential {
    /// A name with a password or an application token. An empty name with a refresh token is what
    /// containerd sends when its `POST` was refused.
    Basic {
        /// As typed; need not be a username.
        username: String,
        /// As typed.
        password: Secret,
    },
    /// A refresh token.
    Refresh(Secret),
    /// An application token alone, which says itself whose it is.
    Token(Secret),
}

/// Where a request came from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Origin {
    /// The client's address.
    pub address: IpAddr,
    /// The request's id.
    pub request: Option<Box<str>>,
}

impl Origin {
    /// Where a client is, as far as limits tell clients apart.
    pub fn network(&self) -> IpAddr {
        network(self.address)
    }

    /// Someone who does something from here.
    pub fn actor(&self, caller: Caller) -> Actor {
        Actor {
            who: Who::Caller(caller),
            address: Some(self.address),
            request: self.request.clone(),
        }
    }
}

/// One client may have as many IPv6 addresses as it likes, but hardly several networks of 64 bits.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
        address => address,
    }
}

/// Who is asking, and how she showed it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Authenticated {
    /// Who.
    pub caller: Caller,
    /// By what.
    pub by: Shown,
    /// What the password was right against, where one was shown.
    pub password: Option<PasswordHash>,
}

/// What was shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Shown {
    /// An application token.
    ApplicationToken(ApplicationTokenId),
    /// Nothing.
    Nothing,
    /// A password.
    Password,
    /// A refresh token, which is good for one registry.
    RefreshToken {
        /// Which.
        id: RefreshTokenId,
        /// For which registry.
        registry: RegistryId,
    },
}

impl Authenticated {
    pub(super) fn by(caller: Caller, by: Shown) -> Self {
        Self { caller, by, password: None }
    }
}

impl Origin {
    /// The machine itself.
    pub const LOCAL: Self =
        Self { address: IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), request: None };
}
