//! Token requests as clients write them: in a query, or in a form.

use std::borrow::Cow;

use portus_core::scope::Scope;
use portus_core::secret::Secret;
use portus_core::usecase::{Credential, TokenRequest};

use super::RegistryError;

/// The longest query that is read: a hundred scopes of the longest names fit.
pub(super) const MAX_QUERY: usize = 32 * 1024;

/// Reads the query of a `GET`. Who asks is in the header; what `account` says is not believed.
///
/// Source: `distribution`, `docs/content/spec/auth/token.md`, "Requesting a Token".
pub(super) fn from_query(query: &str) -> Result<TokenRequest, RegistryError> {
    if query.len() > MAX_QUERY {
        return Err(RegistryError::QueryTooLong(MAX_QUERY));
    }
    Fields::read(query.as_bytes())?.request()
}

/// Reads the form of a `POST`, which says who asks, too.
///
/// Source: `distribution`, `docs/content/spec/auth/oauth.md`, "Getting a token".
pub(super) fn from_form(form: &[u8]) -> Result<(Credential, TokenRequest), RegistryError> {
    let fields = Fields::read(form)?;
    let credential = fields.credential()?;
    Ok((credential, fields.request()?))
}

/// The parameters that mean something; all others are ignored.
#[derive(Default)]
struct Fields<'a> {
    access_type: Option<Cow<'a, str>>,
    client_id: Option<Cow<'a, str>>,
    grant_type: Option<Cow<'a, str>>,
    offline_token: Option<Cow<'a, str>>,
    password: Option<Cow<'a, str>>,
    refresh_token: Option<Cow<'a, str>>,
    /// Each may hold several.
    scopes: Vec<Cow<'a, str>>,
    service: Option<Cow<'a, str>>,
    username: Option<Cow<'a, str>>,
}

impl<'a> Fields<'a> {
    fn read(text: &'a [u8]) -> Result<Self, RegistryError> {
        let mut fields = Self::default();
        for (name, value) in form_urlencoded::parse(text) {
            match &*name {
                "access_type" => once("access_type", &mut fields.access_type, value)?,
                "client_id" => once("client_id", &mut fields.client_id, value)?,
                "grant_type" => once("grant_type", &mut fields.grant_type, value)?,
                "offline_token" => once("offline_token", &mut fields.offline_token, value)?,
                "password" => once("password", &mut fields.password, value)?,
                "refresh_token" => once("refresh_token", &mut fields.refresh_token, value)?,
                "scope" => fields.scopes.push(value),
                "service" => once("service", &mut fields.service, value)?,
                "username" => once("username", &mut fields.username, value)?,
                _ => {}
            }
        }
        Ok(fields)
    }

    fn credential(&self) -> Result<Credential, RegistryError> {
        let field = |name, value: &Option<Cow<'a, str>>| {
            value.as_deref().map(str::to_owned).ok_or(RegistryError::Missing(name))
        };
        match self.grant_type.as_deref().filter(|grant| !grant.is_empty()) {
            Some("password") => Ok(Credential::Basic {
                username: field("username", &self.username)?,
                password: Secret::new(field("password", &self.password)?),
            }),
            Some("refresh_token") => {
                let token = field("refresh_token", &self.refresh_token)?;
                Ok(Credential::Refresh(Secret::new(token)))
            }
            Some(other) => Err(RegistryError::GrantType(other.chars().take(80).collect())),
            None => Err(RegistryError::Missing("grant_type")),
        }
    }

    fn request(self) -> Result<TokenRequest, RegistryError> {
        let service = self.service.filter(|service| !service.is_empty());
        let offline = self.offline_token.as_deref() == Some("true")
            || self.access_type.as_deref() == Some("offline");
        Ok(TokenRequest {
            service: service.ok_or(RegistryError::Missing("service"))?.into_owned(),
            scopes: scopes(&self.scopes)?,
            offline,
            client: self.client_id.unwrap_or_default().into_owned(),
        })
    }
}

/// Two values of what has one would let two readers of a request see different things.
fn once<'a>(
    name: &'static str,
    kept: &mut Option<Cow<'a, str>>,
    value: Cow<'a, str>,
) -> Result<(), RegistryError> {
    match kept {
        Some(known) if *known != value => Err(RegistryError::Repeated(name)),
        _ => {
            *kept = Some(value);
            Ok(())
        }
    }
}

/// Every scope of every value; `None` where there is none at all, as at a log-in.
fn scopes(values: &[Cow<'_, str>]) -> Result<Option<Vec<Scope>>, RegistryError> {
    let mut scopes: Option<Vec<Scope>> = None;
    // Only spaces separate: another kind of white space is a control character in a scope.
    for scope in values.iter().flat_map(|value| value.split(' ')).filter(|one| !one.is_empty()) {
        scopes.get_or_insert_default().push(scope.parse()?);
    }
    Ok(scopes)
}

#[cfg(test)]
mod tests {
    use portus_core::scope::Action;
    use proptest::prelude::*;

    use super::*;

    fn paths(query: &str) -> Vec<String> {
        let scopes = from_query(query).unwrap().scopes.unwrap_or_default();
        scopes.iter().map(|scope| format!("{scope:?}")).collect()
    }

    #[test]
    fn scopes_come_repeated_or_separated_by_spaces() {
        let repeated = paths("service=r&scope=repository:a:pull&scope=repository:b:push");
        assert_eq!(repeated.len(), 2);
        for same in [
            "service=r&scope=repository:a:pull%20repository:b:push",
            "service=r&scope=repository:a:pull+repository:b:push",
            "scope=repository%3Aa%3Apull&service=r&scope=++repository%3Ab%3Apush+",
        ] {
            assert_eq!(paths(same), repeated, "{same}");
        }
    }

    #[test]
    fn a_login_asks_for_no_scope() {
        for query in ["account=alice&service=r", "service=r&scope=", "service=r&scope=+"] {
            assert_eq!(from_query(query).unwrap().scopes, None, "{query}");
        }
    }

    #[test]
    fn a_query_is_read_as_clients_write_it() {
        let login = from_query(
            "account=alice&client_id=docker&offline_token=true&service=registry.test%3A5000",
        );
        let login = login.unwrap();
        assert_eq!(login.service, "registry.test:5000");
        assert_eq!((login.offline, &*login.client), (true, "docker"));
        let star = from_query("service=r&scope=repository:a:*").unwrap().scopes.unwrap();
        let Some(Scope::Repository { asked, .. }) = star.first() else { panic!("{star:?}") };
        assert!(asked.star && asked.actions.contains(&Action::Delete));
        assert!(!from_query("service=r&offline_token=false").unwrap().offline);
    }

    #[test]
    fn a_query_that_says_nothing_clear_is_refused() {
        use RegistryError::*;
        assert!(matches!(from_query("scope=registry:catalog:*"), Err(Missing("service"))));
        assert!(matches!(from_query("service="), Err(Missing("service"))));
        assert!(matches!(from_query("service=a&service=b"), Err(Repeated("service"))));
        assert!(from_query("service=a&service=a").is_ok());
        for scope in ["x", "a:b", "repository:a%00:pull", "repository:a:pull%0Arepository:b:pull"] {
            assert!(matches!(from_query(&format!("service=r&scope={scope}")), Err(Scope(_))));
        }
        let long = format!("service=r&x={}", "a".repeat(MAX_QUERY));
        assert!(matches!(from_query(&long), Err(QueryTooLong(_))));
    }

    #[test]
    fn a_hundred_scopes_of_the_longest_names_fit() {
        let scope = format!("&scope=repository%3A{}%3Apull%2Cpush", "a".repeat(255));
        let query = format!("service=r{}", scope.repeat(100));
        assert_eq!(from_query(&query).unwrap().scopes.unwrap().len(), 100);
    }

    #[test]
    fn a_form_says_who_asks() {
        let (who, request) = from_form(
            b"grant_type=password&username=alice&password=p%2Bq&service=r&client_id=\
              containerd-client&scope=repository%3Aa%3Apull+repository%3Aa%3Apull%2Cpush",
        )
        .unwrap();
        let Credential::Basic { username, password } = who else { panic!("{who:?}") };
        assert_eq!((&*username, password.expose()), ("alice", "p+q"));
        assert_eq!(request.scopes.unwrap().len(), 2);
        let (who, request) = from_form(
            b"client_id=oras-go&grant_type=refresh_token&refresh_token=RT&service=r&access_type=offline",
        )
        .unwrap();
        assert!(matches!(who, Credential::Refresh(token) if token.expose() == "RT"));
        assert!(request.offline);
    }

    #[test]
    fn a_form_without_a_whole_credential_is_refused() {
        use RegistryError::*;
        let form = |text: &str| from_form(text.as_bytes()).map(|_| ());
        for grant in ["client_credentials", "authorization_code", "Password"] {
            let text = format!("grant_type={grant}&service=r");
            assert!(matches!(form(&text), Err(GrantType(_))), "{grant}");
        }
        assert!(matches!(form("service=r"), Err(Missing("grant_type"))));
        assert!(matches!(form(""), Err(Missing("grant_type"))));
        assert!(matches!(
            form("grant_type=password&username=a&service=r"),
            Err(Missing("password"))
        ));
        assert!(matches!(
            form("grant_type=refresh_token&service=r"),
            Err(Missing("refresh_token"))
        ));
        assert!(matches!(
            form("grant_type=password&username=a&username=b&password=x&service=r"),
            Err(Repeated("username"))
        ));
    }

    proptest! {
        #[test]
        fn no_bytes_upset_the_reader(bytes in any::<Vec<u8>>(), text in ".*") {
            let _ = from_form(&bytes);
            let _ = from_query(&text);
            let _ = from_query(&format!("service=r&scope={text}"));
        }
    }
}
