//! From the first admin to the first push.

use super::{About, texts};

texts! {
    /// From the first admin to the first push.
    Connect {
        checks = "Does it know Portus?",
            "Kennt sie Portus?";
        checks_lead = "Once the registry was restarted with these lines, have Portus ask it. Each check is good, or names the line to change.",
            "Ist die Registry mit diesen Zeilen neu gestartet, fragt Portus sie. Jede Prüfung ist gut oder nennt die Zeile, die zu ändern ist.";
        finish = "Done: look around",
            "Fertig: umsehen";
        lead = "Portus decides who may pull and push; the images are in a registry. Type where yours is: Portus asks it at once, and shows what to change.",
            "Portus entscheidet, wer pullen und pushen darf; die Images liegen in einer Registry. Ihre Adresse genügt: Portus fragt sie sofort und zeigt, was zu ändern ist.";
        push = "The first push",
            "Der erste Push";
        skip = "Skip for now",
            "Vorerst überspringen";
        tell: About = |name| format!("Tell {name} of Portus"),
            |name| format!("{name} von Portus erzählen");
        title = "Connect your registry",
            "Registry anbinden";
    }
}
