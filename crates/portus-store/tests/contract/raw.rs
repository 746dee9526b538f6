//! The way past the adapter, for what no port does.

use std::path::PathBuf;

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

use crate::cluster;

/// Where a clause's state is.
#[derive(Clone)]
pub enum Raw {
    Memory,
    /// The address of a database.
    Postgres(String),
    /// The file.
    Sqlite(PathBuf),
}

#[derive(QueryableByName)]
struct Value {
    #[diesel(sql_type = Text)]
    value: String,
}

impl Raw {
    /// What the adapter is told.
    pub fn url(&self) -> String {
        match self {
            Self::Memory => panic!("memory has no address"),
            Self::Postgres(url) => url.clone(),
            Self::Sqlite(file) => format!("sqlite://{}", file.display()),
        }
    }

    /// Writes a text into every row of a column, whatever the table thinks of it; the text that
    /// was there.
    pub async fn overwrite(&self, table: &str, column: &str, value: &str) -> String {
        let select = format!("SELECT {column} AS value FROM {table} LIMIT 1");
        let update = format!("UPDATE {table} SET {column} = '{value}'");
        match self {
            Self::Memory => panic!("memory holds what its types hold"),
            Self::Postgres(url) => {
                let client = cluster::connect(url).await;
                let before = client.query_one(&select, &[]).await.unwrap().get("value");
                client.batch_execute(&without_checks(table)).await.unwrap();
                client.batch_execute(&update).await.unwrap();
                before
            }
            Self::Sqlite(file) => {
                let path = file.to_str().unwrap();
                let mut file = SqliteConnection::establish(path).unwrap();
                let before: Value = sql_query(select).get_result(&mut file).unwrap();
                let settings = "PRAGMA busy_timeout = 5000; PRAGMA ignore_check_constraints = ON;";
                file.batch_execute(settings).unwrap();
                file.batch_execute(&update).unwrap();
                before.value
            }
        }
    }
}

fn without_checks(table: &str) -> String {
    format!(
        "DO $$ DECLARE name TEXT; BEGIN
           FOR name IN SELECT conname FROM pg_constraint
             WHERE conrelid = '{table}'::regclass AND contype = 'c'
           LOOP EXECUTE format('ALTER TABLE {table} DROP CONSTRAINT %I', name); END LOOP;
         END $$"
    )
}
