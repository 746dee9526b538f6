//! Where people are signed in.

use super::texts;

texts! {
    /// Where people are signed in.
    Sessions {
        began = "Signed in",
            "Angemeldet";
        client = "Client",
            "Programm";
        clients = "Clients of registries",
            "Clients von Registries";
        clients_lead = "What docker and others keep to sign in with your password again. A new password ends all of it.",
            "Was docker und andere behalten, um sich mit dem Passwort wieder anzumelden. Ein neues Passwort beendet alles.";
        clients_none = "None. Docker keeps something only where it signs in with your password.",
            "Keine. Docker behält nur etwas, wo es sich mit dem Passwort anmeldet.";
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
