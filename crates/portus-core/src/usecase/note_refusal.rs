use std::sync::Arc;

use super::write_notes::{Note, Notes};
use crate::activity::{Actor, NewActivity, kind};
use crate::port::Clock;

/// Writes down that someone asked for what she may not do. No answer waits for it.
pub struct NoteRefusal {
    /// On the way to the audit.
    pub notes: Arc<Notes>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl NoteRefusal {
    /// `what` was asked for, such as `POST /api/v1/users`, and refused in these words.
    pub fn note(&self, actor: &Actor, what: &str, why: &str) {
        let row = NewActivity::done(kind::ACCESS_REFUSED, actor, self.clock.now(), what);
        self.notes.take(Note::Activity(Box::new(row.detail(why).refused())));
    }
}
