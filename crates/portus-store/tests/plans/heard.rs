//! The statements that a store runs, as it traces them.

use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// What was heard.
#[derive(Clone, Default)]
pub struct Heard(Arc<Mutex<Vec<String>>>);

/// Hears every statement of this process from now on.
pub fn listen() -> Heard {
    let heard = Heard::default();
    tracing::subscriber::set_global_default(heard.clone()).expect("nobody else listens");
    heard
}

impl Heard {
    /// Begins anew.
    pub fn forget(&self) {
        self.0.lock().unwrap().clear();
    }

    /// The statements in SQLite's spelling, which quotes names otherwise.
    pub fn of_sqlite(&self) -> Vec<String> {
        self.0.lock().unwrap().iter().filter(|text| text.contains('`')).cloned().collect()
    }
}

impl Visit for Heard {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "statement" {
            self.0.lock().unwrap().push(value.to_owned());
        }
    }

    fn record_debug(&mut self, _field: &Field, _value: &dyn std::fmt::Debug) {}
}

impl Subscriber for Heard {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "portus_store::statements"
    }

    fn new_span(&self, _span: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}
