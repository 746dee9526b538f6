//! Application tokens.

use super::About;
use super::texts;

texts! {
    /// Application tokens.
    Tokens {
        empty = "You have no tokens yet. Programs, and docker itself, sign in with one instead of your password.",
            "Es gibt noch keine Token. Programme, auch docker selbst, melden sich damit statt mit dem Passwort an.";
        expired = "Expired",
            "Abgelaufen";
        expires = "Expires",
            "Läuft ab";
        expires_days: About = |name| format!("in {name} days"),
            |name| format!("in {name} Tagen");
        expires_never = "Never",
            "Nie";
        label_hint = "Where it will live, such as “build-host”. Others don’t see it.",
            "Wo es liegen wird, etwa „build-host“. Andere sehen sie nicht.";
        last_use = "Last use",
            "Zuletzt benutzt";
        lead = "What programs sign in with instead of your password.",
            "Womit sich Programme statt mit dem Passwort anmelden.";
        made: About = |name| format!("Token “{name}” is made"),
            |name| format!("Token „{name}“ ist angelegt");
        new = "New token",
            "Neues Token";
        once = "Shown once. Portus keeps only a fingerprint of it.",
            "Wird einmal gezeigt. Portus behält nur einen Fingerabdruck.";
        title = "Application tokens",
            "Anwendungstoken";
        usage = "Sign in with it; docker asks for the token as the password:",
            "Damit anmelden; docker fragt nach dem Token als Passwort:";
        yours = "Your tokens",
            "Eigene Token";
    }
}
