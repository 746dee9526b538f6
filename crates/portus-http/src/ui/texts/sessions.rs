//! Where people are signed in.

use super::texts;

texts! {
    /// Where people are signed in.
    Sessions {
        began = "Signed in",
            "Angemeldet";
        end = "Sign out",
            "Abmelden";
        end_others = "Sign out everywhere else",
            "Überall sonst abmelden";
        lead = "Where you are signed in with a browser. A new password signs all of them out.",
            "Wo man mit einem Browser angemeldet ist. Ein neues Passwort beendet alle.";
        this = "this browser",
            "dieser Browser";
        title = "Sessions",
            "Sitzungen";
    }
}
