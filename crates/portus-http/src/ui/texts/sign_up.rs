//! Making an account of one’s own.

use super::texts;

texts! {
    /// Making an account of one’s own.
    SignUp {
        have = "You have an account?",
            "Schon ein Konto?";
        lead = "Make an account. Teams add you, or you make one.",
            "Ein Konto anlegen. Teams nehmen auf, oder man legt selbst eines an.";
        link = "Make an account",
            "Konto anlegen";
        make = "Make the account",
            "Konto anlegen";
        /// How many seconds.
        wait: fn(u64) -> String = |seconds| format!("Too many accounts were asked for from your address. Wait {seconds} seconds, then try again."),
            |seconds| format!("Von dieser Adresse aus wurden zu viele Konten verlangt. {seconds} Sekunden warten, dann noch einmal versuchen.");
        title = "Make an account",
            "Konto anlegen";
        without = "No account yet?",
            "Noch kein Konto?";
    }
}
