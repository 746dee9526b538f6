//! Application tokens.

use super::About;
use super::texts;

texts! {
    /// Application tokens.
    Tokens {
        again = "Revoke it and make it anew",
            "Widerrufen und neu anlegen";
        again_lead = "It was never used. If you pressed the button twice, its secret was on the page that the browser dropped.",
            "Es wurde nie benutzt. Wer zweimal gedrückt hat: das Geheimnis stand auf der Seite, die der Browser verworfen hat.";
        empty = "You have no tokens yet. Programs, and docker itself, sign in with one instead of your password.",
            "Es gibt noch keine Token. Programme, auch docker selbst, melden sich damit statt mit dem Passwort an.";
        ends_soon = "These application tokens of yours end soon:",
            "Diese eigenen Anwendungstoken enden bald:";
        ends_soon_do = "Make others, and give them to what uses these.",
            "Neue anlegen und dort eintragen, wo diese benutzt werden.";
        everywhere = "everywhere",
            "überall";
        expired = "Expired",
            "Abgelaufen";
        expires = "Expires",
            "Läuft ab";
        expires_days: About = |name| format!("in {name} days"),
            |name| format!("in {name} Tagen");
        expires_never = "Never",
            "Nie";
        expires_on = "On this day, at its end (UTC)",
            "An diesem Tag, an seinem Ende (UTC)";
        expires_on_day = "Day",
            "Tag";
        label_hint = "Where it will live, such as “build-host”. Others don’t see it.",
            "Wo es liegen wird, etwa „build-host“. Andere sehen sie nicht.";
        last_use = "Last use",
            "Zuletzt benutzt";
        lead = "What programs sign in with instead of your password.",
            "Womit sich Programme statt mit dem Passwort anmelden.";
        made: About = |name| format!("Token “{name}” is made"),
            |name| format!("Token „{name}“ ist angelegt");
        namespaces = "Only in these namespaces",
            "Nur in diesen Namensräumen";
        namespaces_hint = "Registry and name, such as main/crew, several with a space between; main/_ is the global one. Empty: everywhere. A token for some namespaces manages nothing.",
            "Registry und Name, etwa main/crew, mehrere mit Leerzeichen dazwischen; main/_ ist der globale. Leer: überall. Ein Token für einzelne Namensräume verwaltet nichts.";
        new = "New token",
            "Neues Token";
        once = "Shown once. Portus keeps only a fingerprint of it.",
            "Wird einmal gezeigt. Portus behält nur einen Fingerabdruck.";
        title = "Application tokens",
            "Anwendungstoken";
        usage = "Sign in with it; the program asks for the token as the password:",
            "Damit anmelden; das Programm fragt nach dem Token als Passwort:";
        yours = "Your tokens",
            "Eigene Token";
    }
}
