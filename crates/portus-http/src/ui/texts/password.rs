//! Passwords.

use super::{About, texts};

texts! {
    /// Passwords.
    Password {
        change = "Change the password",
            "Passwort ändern";
        current = "Current password",
            "Jetziges Passwort";
        email_change = "Change the address",
            "Adresse ändern";
        email_hint = "Empty for none. Admins see it; nobody else does.",
            "Leer für keine. Admins sehen sie, sonst niemand.";
        email_password = "Your password",
            "Das eigene Passwort";
        hint = "At least 8 characters, at most 72 bytes, and not one that everybody uses.",
            "Mindestens 8 Zeichen, höchstens 72 Bytes, und keines, das alle nehmen.";
        lead = "A new password signs you out everywhere: in this browser, in others, and what docker keeps. Application tokens go on.",
            "Ein neues Passwort meldet überall ab: in diesem Browser, in anderen, und was docker behält. Anwendungstoken gelten weiter.";
        link_do = "Make a link",
            "Link anlegen";
        link_for: About = |name| format!("Set the password of {name}. This link works once; afterwards you are signed in."),
            |name| format!("Das Passwort von {name} setzen. Dieser Link gilt einmal; danach ist man angemeldet.");
        link_lead = "The person sets a password alone: give her the link on a safe way. It works once, for an hour; another link, or any new password, ends it.",
            "Die Person setzt ihr Passwort selbst: den Link auf sicherem Weg geben. Er gilt einmal und eine Stunde lang; ein neuer Link oder ein neues Passwort beendet ihn.";
        link_made: About = |name| format!("Link for {name}"),
            |name| format!("Link für {name}");
        link_once = "Shown this once.",
            "Nur dieses eine Mal zu sehen.";
        link_until = "Good until",
            "Gültig bis";
        link_title = "Set your password",
            "Passwort setzen";
        link_what = "Link to set a password",
            "Link zum Setzen eines Passworts";
        new = "New password",
            "Neues Passwort";
        word = "Password",
            "Passwort";
        wrong = "That is not your current password.",
            "Das ist nicht das jetzige Passwort.";
    }
}
