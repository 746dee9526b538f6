//! What those use who look after Portus.

use std::sync::Arc;

use portus_core::port::Doctor;
use portus_core::registry::Registry;
use portus_core::secret::Secret;
use portus_core::usecase::{DiscardEvents, NoteRefusal, Oversee, RemoveRegistry};
use portus_http::{Admin, Setting, SettingSource};

use super::Portus;
use crate::registry_config;
use crate::settings::{self, Source};

/// All of it.
pub(crate) fn admin(portus: &Portus, doctor: Arc<dyn Doctor>) -> Admin {
    let (store, policy) = (portus.database.store.clone(), portus.policy.clone());
    let clock = portus.clock.clone();
    let settings: Arc<[Setting]> = portus.settings.all.iter().map(setting).collect();
    Admin {
        oversee: Arc::new(Oversee {
            oversight: portus.database.oversight.clone(),
            store: store.clone(),
            epochs: portus.epochs(),
            doctor,
            policy: policy.clone(),
            clock: clock.clone(),
        }),
        add_registry: Arc::new(portus.add_registry()),
        change_registry: Arc::new(portus.change_registry()),
        remove_registry: Arc::new(RemoveRegistry {
            store: store.clone(),
            policy: policy.clone(),
            clock: clock.clone(),
        }),
        discard_events: Arc::new(DiscardEvents { store, policy, clock: clock.clone() }),
        keep_keys: Arc::new(portus.keep_keys()),
        note_refusal: Arc::new(NoteRefusal { notes: portus.notes.clone(), clock }),
        settings,
        registry_config: config(portus),
    }
}

/// SR3: the secret is not in it; `portusctl registry config` alone prints that.
fn config(portus: &Portus) -> Arc<dyn Fn(&Registry) -> String + Send + Sync> {
    let settings = portus.settings.clone();
    Arc::new(move |registry| {
        let keys = registry_config::usual_file(registry.trust);
        let instead =
            Secret::new(format!("SECRET FROM: portusctl registry config {}", registry.name));
        registry_config::told(&settings, registry, keys, instead)
    })
}

fn setting(setting: &settings::Setting) -> Setting {
    let (source, place) = match &setting.source {
        Source::Default => (SettingSource::Default, None),
        Source::Environment(name) => (SettingSource::Environment, Some(name.clone())),
        Source::File(path) => (SettingSource::File, Some(path.display().to_string())),
        Source::Flag(name) => (SettingSource::Flag, Some((*name).to_owned())),
    };
    Setting { key: setting.key.to_owned(), value: setting.value.clone(), source, place }
}
