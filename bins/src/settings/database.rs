//! `[database]`: where the state is.

use std::path::{Path, PathBuf};

use portus_core::secret::Secret;

use super::reader::Reader;

/// `[database]`
#[derive(Clone, Debug)]
pub struct Database {
    /// `sqlite://…` or `postgres://…`; may hold a password.
    pub url: Secret,
    /// Which of the two.
    pub kind: DatabaseKind,
    /// How many connections at most.
    pub pool: usize,
    /// Whether a program that starts brings the tables up to date.
    pub migrate_on_start: bool,
}

/// What keeps the state.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum DatabaseKind {
    /// A server, which may be away for a while.
    Postgres,
    /// A file.
    Sqlite(PathBuf),
}

impl Database {
    pub(super) fn read(reader: &mut Reader, data: &Path) -> Self {
        let given = reader.secret("database.url", "database.url_file");
        let password = reader.secret_in_file("database.password_file").map(|(secret, _)| secret);
        let default = || format!("sqlite://{}", data.join("portus.db").display());
        let is_given = given.is_some();
        let text = given.map_or_else(default, |(url, _)| url.expose().trim().to_owned());
        let key = "database.url";
        if !is_given {
            reader.assume(key, text.clone());
        }
        let kind = kind_of(&text).unwrap_or_else(|| {
            reader.object(key, "must be `sqlite://PATH` or `postgres://USER@HOST/DATABASE`");
            DatabaseKind::Sqlite(data.join("portus.db"))
        });
        let url = match password {
            Some(password) => with_password(&text, &password).unwrap_or_else(|message| {
                reader.object("database.password_file", message);
                text
            }),
            None => text,
        };
        let embedded = kind != DatabaseKind::Postgres;
        Self {
            url: Secret::new(url),
            kind,
            pool: reader.number("database.pool", 8, 1..=1000) as usize,
            migrate_on_start: reader.flag("database.migrate_on_start", embedded),
        }
    }
}

fn kind_of(url: &str) -> Option<DatabaseKind> {
    match url.split_once("://")? {
        ("postgres" | "postgresql", _) => Some(DatabaseKind::Postgres),
        ("sqlite", path) if !path.is_empty() => Some(DatabaseKind::Sqlite(path.into())),
        _ => None,
    }
}

fn with_password(text: &str, password: &Secret) -> Result<String, &'static str> {
    let mut url = url::Url::parse(text).map_err(|_| "`database.url` is no address to add it to")?;
    if url.password().is_some() {
        return Err("`database.url` holds a password already");
    }
    url.set_password(Some(password.expose()))
        .map_err(|()| "a password is only for `postgres://USER@HOST/DATABASE`")?;
    Ok(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_from_a_file_goes_into_the_address() {
        let with = |text| with_password(text, &Secret::new("p@ss/w:rd"));
        let url = "postgres://portus@db.example.org:5433/portus?sslmode=require";
        let expected = url.replace("portus@", "portus:p%40ss%2Fw%3Ard@");
        assert_eq!(with(url), Ok(expected));
        assert!(with("postgres://a:b@host/db").is_err());
        assert!(with("sqlite:///var/lib/portus.db").is_err());
    }
}
