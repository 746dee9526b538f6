//! Token requests as clients send them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portus_tests::wire;
use portus_tests::world::SERVICE;

/// How a client shows who it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    Anonymous,
    ApplicationToken,
    Password,
    RefreshToken,
}

impl Kind {
    pub const ALL: [Self; 4] =
        [Self::Anonymous, Self::ApplicationToken, Self::RefreshToken, Self::Password];

    pub const fn words(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::ApplicationToken => "application token",
            Self::Password => "password",
            Self::RefreshToken => "refresh token",
        }
    }

    pub const fn file(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::ApplicationToken => "application",
            Self::Password => "password",
            Self::RefreshToken => "refresh",
        }
    }
}

/// One request.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: &'static str,
    pub path: String,
    pub authorization: String,
    pub body: String,
}

impl Asked {
    /// By nobody.
    pub fn anonymous(scope: &str) -> Self {
        let query = wire::encoded([("service", SERVICE), ("scope", scope)]);
        let path = format!("/v2/token?{query}");
        Self { method: "GET", path, authorization: String::new(), body: String::new() }
    }

    /// By someone with a name, and a password or an application token.
    pub fn basic(name: &str, secret: &str, scope: &str) -> Self {
        let basic = STANDARD.encode(format!("{name}:{secret}"));
        Self { authorization: format!("Basic {basic}"), ..Self::anonymous(scope) }
    }

    /// By someone with a refresh token.
    pub fn refresh(secret: &str, scope: &str) -> Self {
        let body = wire::encoded([
            ("grant_type", "refresh_token"),
            ("refresh_token", secret),
            ("service", SERVICE),
            ("client_id", "bench"),
            ("scope", scope),
        ]);
        let path = "/v2/token".into();
        Self { method: "POST", path, authorization: String::new(), body }
    }

    /// As the script of wrk reads it.
    pub fn line(&self) -> String {
        [self.method, &self.path, &self.authorization, &self.body].join("\t")
    }

    /// Sends it once to the server at `url`.
    pub fn send(&self, url: &str) -> wire::Reply {
        use wire::Ask;
        let mut request = wire::request(self.method, &format!("{url}{}", self.path));
        if !self.authorization.is_empty() {
            request = request.header("authorization", &self.authorization);
        }
        if !self.body.is_empty() {
            let form = "application/x-www-form-urlencoded";
            request = request.header("content-type", form).body(self.body.clone());
        }
        request.ask().expect(200)
    }
}
