//! Databases that an older version filled: nothing in them is lost, and what was added since is right
//! for what was there before.

mod old;
mod reads;

use std::collections::BTreeMap;

use portus_store::{Options, connect};

use crate::cluster::Cluster;
use crate::run;
use old::{Old, folders};

#[test]
fn an_old_postgres_goes_on() {
    let cluster = Cluster::start();
    run(async {
        let client = crate::cluster::connect(&cluster.database(1).await).await;
        for name in ["at_once", "by_steps"] {
            client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
        }
        let urls = ["at_once", "by_steps"].map(|name| cluster.url(name));
        goes_on(urls).await;
    });
}

#[test]
fn an_old_sqlite_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name| format!("sqlite://{}", folder.path().join(name).display());
    run(goes_on(["at_once", "by_steps"].map(file)));
}

/// Both ways from the last step before the web pages to the newest.
async fn goes_on([at_once, by_steps]: [String; 2]) {
    let mut stepped = Old::filled(&by_steps).await;
    let before = Rows::of(&mut stepped).await;
    for step in &folders()[old::STEPS..] {
        stepped.step(step).await;
        assert_eq!(stepped.broken_references().await, [""; 0], "after {step}");
        before.are_kept(&Rows::of(&mut stepped).await, step);
    }

    let mut old = Old::filled(&at_once).await;
    let database = connect(&at_once, Options::default()).unwrap();
    assert_eq!(database.migrate().await.unwrap(), folders()[old::STEPS..]);
    let (whole, stepped) = (Rows::of(&mut old).await, Rows::of(&mut stepped).await);
    // When what was read is read again counts from the upgrade.
    assert_eq!(whole.without(&["jobs"]), stepped.without(&["jobs"]));

    reads::added(&mut old).await;
    reads::pages(&database).await;
    reads::tokens(&database).await;
    reads::versions(&database, &mut old).await;
}

/// Every row of every table, as texts: by table, then column.
#[derive(Debug, Eq, PartialEq)]
struct Rows(BTreeMap<String, Table>);

/// The names of the columns, and the rows by their numbers in this text.
#[derive(Debug, Eq, PartialEq)]
struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Rows {
    async fn of(old: &mut Old) -> Self {
        let mut tables = BTreeMap::new();
        for name in old.tables().await {
            let columns = old.columns(&name).await;
            let rows = old.rows(&name, &columns).await;
            tables.insert(name, Table { columns, rows });
        }
        Self(tables)
    }

    fn without(&self, names: &[&str]) -> BTreeMap<&String, &Table> {
        self.0.iter().filter(|(name, _)| !names.contains(&name.as_str())).collect()
    }

    /// Everything of before is there, value for value; only jobs came along.
    fn are_kept(&self, after: &Self, step: &str) {
        for (name, before) in &self.0 {
            assert!(!before.rows.is_empty(), "nothing was in {name}");
            let after = after.0.get(name).unwrap_or_else(|| panic!("{step}: no {name}"));
            let place = |column| after.columns.iter().position(|one| one == column);
            let places: Vec<usize> = before.columns.iter().map(|one| place(one).unwrap()).collect();
            let of_old = |row: &Vec<String>| -> Vec<String> {
                places.iter().map(|place| row[*place].clone()).collect()
            };
            let mut kept: Vec<Vec<String>> = after.rows.iter().map(of_old).collect();
            if name == "jobs" {
                kept.retain(|row| before.rows.contains(row));
            }
            assert_eq!(kept, before.rows, "{step}: {name}");
        }
    }
}
