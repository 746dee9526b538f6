//! Signing in.

use super::About;
use super::texts;

texts! {
    /// Signing in.
    SignIn {
        docker_hint = "For docker login, use an application token; you make one after signing in.",
            "Für docker login ein Anwendungstoken nehmen; nach der Anmeldung lässt sich eines anlegen.";
        failed_name_password = "That name and password don’t go together.",
            "Name und Passwort passen nicht zusammen.";
        /// After how many wrong passwords, and how many minutes.
        failed_try_again: fn(u32, u64) -> String = |failures, minutes| format!("Try again. After {failures} wrong passwords from here, this name has to wait {minutes} minutes; application tokens keep working."),
            |failures, minutes| format!("Noch einmal versuchen. Nach {failures} falschen Passwörtern von hier muss dieser Name {minutes} Minuten warten; Anwendungstoken gelten weiter.");
        /// How many seconds.
        failed_wait: fn(u64) -> String = |seconds| {
        format!(
            "Too many wrong passwords came from your address. Wait {seconds} seconds, then try again."
        )
    },
            |seconds| {
        format!(
            "Von dieser Adresse kamen zu viele falsche Passwörter. {seconds} Sekunden warten, dann noch einmal versuchen."
        )
    };
        look_around = "Look around",
            "Umsehen";
        public_lead = "Public images need no account:",
            "Öffentliche Images brauchen kein Konto:";
        title = "Sign in",
            "Anmelden";
        tls_needed = "This page needs TLS",
            "Diese Seite braucht TLS";
        tls_needed_do = "Browsers keep no session over plain HTTP except on localhost. Put a certificate in front of Portus, or, in a laboratory only, set server.insecure_cookies = true.",
            "Browser behalten ohne TLS keine Sitzung, außer auf localhost. Ein Zertifikat vor Portus setzen oder, nur im Labor, server.insecure_cookies = true.";
        to: About = |name| format!("Sign in to {name}"),
            |name| format!("Anmelden bei {name}");
    }
}
