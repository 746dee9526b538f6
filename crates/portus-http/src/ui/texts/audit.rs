//! The audit.

use super::{About, texts};

texts! {
    /// The audit.
    Audit {
        all_of: About = |area| format!("all of {area}"),
            |area| format!("alles aus {area}");
        any = "any",
            "alle";
        clear = "Clear",
            "Leeren";
        empty = "Nothing that fits was written down.",
            "Nichts Passendes wurde notiert.";
        export = "Take all of this away:",
            "Alles davon mitnehmen:";
        from_address = "From address",
            "Von Adresse";
        kind = "Kind",
            "Art";
        lead = "Who did what, when, and what was refused.",
            "Wer was wann getan hat, und was verweigert wurde.";
        since = "From, UTC",
            "Von, UTC";
        title = "Audit",
            "Protokoll";
        until = "To, UTC",
            "Bis, UTC";
    }
}
