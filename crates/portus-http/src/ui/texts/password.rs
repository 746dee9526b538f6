//! Passwords.

use super::texts;

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
        new = "New password",
            "Neues Passwort";
        word = "Password",
            "Passwort";
        wrong = "That is not your current password.",
            "Das ist nicht das jetzige Passwort.";
    }
}
