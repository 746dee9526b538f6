//! Someone with the database and the master key in hand.

use portus::settings::{DatabaseKind, Flag, Given, Settings};
use portus::wiring::{self, Portus};
use portus_core::activity::Actor;
use portus_core::port::StoreError;
use portus_core::registry::{Registry, RegistryName};

use crate::command_line::Global;
use crate::failure::Failure;
use crate::listing::{Output, say};

/// Who runs a command, with what settings.
pub struct Operator {
    /// `operator:<unix user>`, as the audit has it.
    pub actor: Actor,
    /// How results are printed.
    pub output: Output,
    /// What is set.
    pub settings: Settings,
}

impl Operator {
    /// The user who runs this program, with the settings that hold for her.
    ///
    /// # Errors
    ///
    /// [`Failure::Input`] where something in the configuration is wrong.
    pub fn new(global: &Global) -> Result<Self, Failure> {
        let flag = |name, key, value: &Option<String>| {
            value.clone().map(|value| Flag { name, key, value })
        };
        let flags = [
            flag("--data", "data.dir", &global.data),
            flag("--database", "database.url", &global.database),
        ];
        let given =
            Given::to_this_process(global.config.clone(), flags.into_iter().flatten().collect());
        let settings = Settings::load(&given).map_err(|problems| match problems.0.as_slice() {
            [one] => Failure::Input(one.to_string()),
            _ => Failure::Input(problems.to_string()),
        })?;
        let actor = Actor::operator(&unix_user());
        Ok(Self { actor, output: Output { json: global.json }, settings })
    }

    /// Portus as it was set up before: its tables brought up to date where the settings say so.
    ///
    /// # Errors
    ///
    /// Where the database is away, or belongs to another master key; where its file is not there,
    /// since it is more likely looked for in the wrong place than to be made by asking about it.
    pub async fn portus(&self) -> Result<Portus, Failure> {
        match &self.settings.database.kind {
            DatabaseKind::Sqlite(path) if !path.exists() => {
                let path = path.display();
                Err(Failure::Failed(format!(
                    "there is no database at {path}: `portusctl setup` makes one, --data DIR or --database URL names another"
                )))
            }
            _ => self.portus_or_new().await,
        }
    }

    /// The same for commands that may come first: tables and keys are made where there are none.
    ///
    /// # Errors
    ///
    /// Where the database is away, or belongs to another master key.
    pub async fn portus_or_new(&self) -> Result<Portus, Failure> {
        let database = wiring::database(&self.settings)
            .map_err(|error| Failure::Input(format!("{error:#}")))?;
        Ok(Portus::open(&self.settings, database).await?)
    }

    /// Says something besides the result, to someone who does not want JSON.
    pub fn hint(&self, text: &str) {
        if !self.output.json {
            say(text);
        }
    }
}

/// The registry of this name, or the only one there is.
///
/// # Errors
///
/// Where there is none of that name, or nothing says which of several is meant.
pub async fn registry(portus: &Portus, name: Option<&RegistryName>) -> Result<Registry, Failure> {
    let all =
        portus.database.store.read::<_, StoreError>(async |tx| tx.registries().all().await).await?;
    match (name, all.as_slice()) {
        (Some(name), _) => {
            let found = all.iter().find(|registry| registry.name == *name).cloned();
            found.ok_or_else(|| Failure::Failed(format!("there is no registry `{name}`")))
        }
        (None, [only]) => Ok(only.clone()),
        (None, []) => {
            let how = "portusctl registry add NAME URL";
            Err(Failure::Failed(format!("there is no registry yet: `{how}` adds one")))
        }
        (None, several) => {
            let names: Vec<&str> = several.iter().map(|registry| registry.name.as_str()).collect();
            let names = names.join(", ");
            Err(Failure::Input(format!("there are several registries, name one: {names}")))
        }
    }
}

/// The name of the user that this process really runs for, whatever the environment says.
fn unix_user() -> String {
    let id = rustix::process::getuid().as_raw();
    let known = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    user_in(&known, id).unwrap_or_else(|| format!("uid {id}"))
}

fn user_in(passwd: &str, id: u32) -> Option<String> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, number) = (fields.next()?, fields.nth(1)?);
        (number.parse() == Ok(id) && !name.is_empty()).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_looked_up_by_number() {
        let passwd = "root:x:0:0:root:/root:/bin/sh\n# odd\nmia:x:1000:1000::/home/mia:/bin/sh\n";
        assert_eq!(user_in(passwd, 1000).as_deref(), Some("mia"));
        assert_eq!(user_in(passwd, 1), None);
    }
}
