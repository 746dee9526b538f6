//! The steps that make the tables.

use portus_core::port::StoreError;

/// One step, as each database spells it.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) postgres: &'static str,
    pub(crate) sqlite: &'static str,
}

/// Why the tables are not as this version needs them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrateError {
    /// The database has seen steps that this version does not know.
    #[error("the database was used by a newer version of Portus: it has step `{0}`")]
    Newer(String),
    /// A step did not run; all of them were undone.
    #[error("step `{step}` cannot be run")]
    Step {
        /// Which.
        step: &'static str,
        /// Why.
        source: diesel::result::Error,
    },
    /// The database did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The steps that are still to run, once `applied` did.
pub(crate) fn pending(applied: &[String]) -> Result<Vec<&'static Step>, MigrateError> {
    let is_known = |name: &String| STEPS.iter().any(|step| step.name == name);
    match applied.iter().find(|name| !is_known(name)) {
        Some(unknown) => Err(MigrateError::Newer(unknown.clone())),
        None => {
            Ok(STEPS.iter().filter(|step| !applied.iter().any(|name| name == step.name)).collect())
        }
    }
}

macro_rules! steps {
    ($($name:literal)*) => {
        &[$(Step {
            name: $name,
            postgres: include_str!(concat!("../../../migrations/postgres/", $name, "/up.sql")),
            sqlite: include_str!(concat!("../../../migrations/sqlite/", $name, "/up.sql")),
        }),*]
    };
}

const STEPS: &[Step] = steps! {
    "0001_installation"
    "0002_people"
    "0003_registries"
    "0004_images"
    "0005_inbox"
    "0006_tokens"
    "0007_audit"
    "0008_sessions"
    "0009_words"
    "0010_search"
    "0011_deletions"
    "0012_teams"
    "0013_images"
    "0014_admin"
    "0015_answers"
    "0016_arrivals"
    "0018_versions"
    "0019_audit"
    "0021_password_links"
    "0022_seen"
    "0023_jobs_again"
    "0024_audit_statistics"
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_nobody_knows_is_from_a_newer_version() {
        let error = pending(&["0001_installation".into(), "9999_later".into()]).err().unwrap();
        assert!(error.to_string().contains("9999_later"), "{error}");
    }

    #[test]
    fn the_folders_are_the_steps() {
        for database in ["postgres", "sqlite"] {
            let folder = format!("{}/../../migrations/{database}", env!("CARGO_MANIFEST_DIR"));
            let mut found: Vec<String> = std::fs::read_dir(folder)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            found.sort();
            let known: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
            assert_eq!(found, known, "{database}");
        }
    }
}
