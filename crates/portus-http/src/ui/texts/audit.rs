//! The audit.

use super::texts;

texts! {
    /// The audit.
    Audit {
        empty = "Nothing that fits was written down.",
            "Nichts Passendes wurde notiert.";
        lead = "Who did what, when, and what was refused.",
            "Wer was wann getan hat, und was verweigert wurde.";
        title = "Audit",
            "Protokoll";
    }
}
