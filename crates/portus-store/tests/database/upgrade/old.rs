//! A database as an older version left it, past the adapter.

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use tokio_postgres::Client;

use crate::cluster;

/// How many steps that version knew.
pub const STEPS: usize = 8;

/// Such a database.
pub enum Old {
    Postgres(Client),
    Sqlite(SqliteConnection),
}

#[derive(QueryableByName)]
struct Value {
    #[diesel(sql_type = Text)]
    value: String,
}

impl Old {
    /// A new one with something in every table.
    pub async fn filled(url: &str) -> Self {
        let mut old = match url.strip_prefix("sqlite://") {
            None => Self::Postgres(cluster::connect(url).await),
            Some(path) => Self::Sqlite(SqliteConnection::establish(path).unwrap()),
        };
        let settings = match &old {
            Self::Postgres(_) => "CREATE TABLE migrations (step TEXT COLLATE \"C\" PRIMARY KEY)",
            Self::Sqlite(_) => {
                "PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON;
                CREATE TABLE migrations (step TEXT NOT NULL PRIMARY KEY)"
            }
        };
        old.run(settings).await;
        for step in &folders()[..STEPS] {
            old.step(step).await;
        }
        let rows = rows(|byte| match &old {
            Self::Postgres(_) => format!("decode(repeat('0{byte}', 32), 'hex')"),
            Self::Sqlite(_) => format!("x'{}'", format!("0{byte}").repeat(32)),
        });
        old.run(&rows).await;
        old
    }

    /// Runs one step, as the programs do.
    pub async fn step(&mut self, name: &str) {
        let database = match self {
            Self::Postgres(_) => "postgres",
            Self::Sqlite(_) => "sqlite",
        };
        let sql = std::fs::read_to_string(format!("{}/{name}/up.sql", home(database))).unwrap();
        let note = format!("INSERT INTO migrations (step) VALUES ('{name}')");
        self.run(&format!("BEGIN; {sql} {note}; COMMIT")).await;
    }

    /// The tables, but for the list of steps.
    pub async fn tables(&mut self) -> Vec<String> {
        let mut names = match self {
            Self::Postgres(_) => {
                self.texts(
                    "SELECT tablename::text AS value FROM pg_tables WHERE schemaname = 'public'",
                )
                .await
            }
            Self::Sqlite(_) => {
                self.texts(
                    "SELECT name AS value FROM sqlite_schema
                    WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
                )
                .await
            }
        };
        names.retain(|name| name != "migrations");
        names
    }

    /// A table's columns in order.
    pub async fn columns(&mut self, table: &str) -> Vec<String> {
        let sql = match self {
            Self::Postgres(_) => format!(
                "SELECT column_name::text AS value FROM information_schema.columns
                WHERE table_name = '{table}' ORDER BY ordinal_position"
            ),
            Self::Sqlite(_) => {
                format!("SELECT name AS value FROM pragma_table_xinfo('{table}') ORDER BY cid")
            }
        };
        self.texts(&sql).await
    }

    /// Every row of a table, in the order of its texts.
    pub async fn rows(&mut self, table: &str, columns: &[String]) -> Vec<Vec<String>> {
        let quoted = |column: &String| match self {
            Self::Postgres(_) => format!("quote_nullable({column}::text)"),
            Self::Sqlite(_) => format!("quote({column})"),
        };
        let row: Vec<String> = columns.iter().map(quoted).collect();
        let sql = format!("SELECT {} AS value FROM {table}", row.join(" || '\u{1f}' || "));
        let mut rows = self.texts(&sql).await;
        rows.sort();
        rows.iter().map(|row| row.split('\u{1f}').map(str::to_owned).collect()).collect()
    }

    /// Rows that refer to nothing. PostgreSQL lets none in.
    pub async fn broken_references(&mut self) -> Vec<String> {
        match self {
            Self::Postgres(_) => Vec::new(),
            Self::Sqlite(_) => {
                self.texts("SELECT \"table\" AS value FROM pragma_foreign_key_check").await
            }
        }
    }

    /// What a column called `value` holds.
    pub async fn texts(&mut self, sql: &str) -> Vec<String> {
        match self {
            Self::Postgres(client) => {
                let rows = client.query(sql, &[]).await.unwrap_or_else(|error| panic!("{error:?}"));
                rows.iter().map(|row| row.get("value")).collect()
            }
            Self::Sqlite(file) => {
                let rows: Vec<Value> = sql_query(sql).load(file).unwrap();
                rows.into_iter().map(|row| row.value).collect()
            }
        }
    }

    async fn run(&mut self, sql: &str) {
        match self {
            Self::Postgres(client) => {
                client
                    .batch_execute(sql)
                    .await
                    .unwrap_or_else(|error| panic!("{error:?} in {sql}"));
            }
            Self::Sqlite(file) => file.batch_execute(sql).unwrap(),
        }
    }
}

/// The names of all steps in order.
pub fn folders() -> Vec<String> {
    let found = std::fs::read_dir(home("sqlite")).unwrap();
    let mut names: Vec<String> =
        found.map(|one| one.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn home(database: &str) -> String {
    format!("{}/../../migrations/{database}", env!("CARGO_MANIFEST_DIR"))
}

/// The rows, with the short words for long ones replaced.
fn rows(blob: impl Fn(u32) -> String) -> String {
    let words: Vec<&str> = std::iter::repeat_n("word", 40).collect();
    let kinds = [
        ("{words}", words.join("-")),
        ("{image}", "application/vnd.oci.image.manifest.v1+json".to_owned()),
        ("{index}", "application/vnd.oci.image.index.v1+json".to_owned()),
        ("{config}", "application/vnd.oci.image.config.v1+json".to_owned()),
        ("{layer}", "application/vnd.oci.image.layer.v1.tar+gzip".to_owned()),
    ];
    let mut text = include_str!("rows.sql").to_owned();
    for (short, long) in kinds {
        text = text.replace(short, &long);
    }
    for digit in "0123456789abcdef".chars() {
        let digits = String::from(digit).repeat(64);
        text = text.replace(&format!("{{{digit}}}"), &format!("sha256:{digits}"));
        text = text.replace(&format!("{{hex {digit}}}"), &digits);
    }
    for byte in 1..10 {
        text = text.replace(&format!("{{0{byte}}}"), &blob(byte));
    }
    text
}
