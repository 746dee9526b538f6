//! What is wrong with what someone typed.

use super::About;
use super::texts;

texts! {
    /// What is wrong with what someone typed.
    Mistakes {
        day: About = |text| format!("`{text}` is no day such as `2027-01-31`"),
            |text| format!("`{text}` ist kein Tag wie `2027-01-31`");
        heir: About = |name| format!("`{name}` is no team or person that you may give it to"),
            |name| format!("`{name}` ist kein Team und keine Person, an die er gegeben werden darf");
        hosts: About = |most| format!("at most {most} hosts"),
            |most| format!("höchstens {most} Hosts");
        minutes = "1 to 60 minutes",
            "1 bis 60 Minuten";
        number: About = |text| format!("`{text}` is no number"),
            |text| format!("`{text}` ist keine Zahl");
        place: About = |word| format!("`{word}` is no namespace such as `main/crew`"),
            |word| format!("`{word}` ist kein Namensraum wie `main/crew`");
    }
}
