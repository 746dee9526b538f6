//! The first account.

use super::texts;

texts! {
    /// The first account.
    Setup {
        lead = "Make the first account. It administers Portus.",
            "Das erste Konto anlegen. Es verwaltet Portus.";
        make = "Make the account",
            "Konto anlegen";
        one_use = "It works once, while there is no account.",
            "Er gilt einmal, solange es kein Konto gibt.";
        title = "Set up Portus",
            "Portus einrichten";
    }
}
