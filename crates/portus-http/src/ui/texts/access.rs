//! Who may do what.

use super::texts;

texts! {
    /// Who may do what.
    Access {
        allowed = "Yes",
            "Ja";
        ask = "Ask",
            "Fragen";
        denied = "No",
            "Nein";
        hint_path = "Such as crew/app; it need not exist. crew/ is the namespace as a whole",
            "Etwa crew/app; es muss nicht existieren. crew/ ist der Namensraum als Ganzes";
        lead = "Who may do what, and why. Every answer names the rule that decided it.",
            "Wer was darf, und warum. Jede Antwort nennt die Regel, die entschieden hat.";
        path = "Repository",
            "Repository";
        registry = "Registry",
            "Registry";
        title = "Access",
            "Zugriff";
        who = "Who",
            "Wer";
        whom_hint = "Empty: yourself. Owners may ask about others for their namespaces, admins for all.",
            "Leer: man selbst. Eigner dürfen für ihre Namensräume nach anderen fragen, Admins für alle.";
    }
}
