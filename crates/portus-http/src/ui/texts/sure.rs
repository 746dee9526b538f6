//! Before something is taken away.

use super::{About, texts};

/// A text about two names.
type Both = fn(&str, &str) -> String;

texts! {
    /// Before something is taken away.
    Sure {
        comment_goes = "The comment, for everyone; it does not come back:",
            "Der Kommentar, für alle; er kommt nicht wieder:";
        comment_stays = "The repository, and what else is said of it.",
            "Das Repository, und was sonst dazu gesagt ist.";
        demote: About = |name| format!("Take administration from {name}"),
            |name| format!("{name} die Verwaltung nehmen");
        demote_goes: About = |name| format!("{name} looks after accounts, registries and other people’s namespaces no longer."),
            |name| format!("{name} verwaltet Konten, Registries und fremde Namensräume nicht mehr.");
        demote_stays = "The account, its teams and what is its own. An admin can give it back.",
            "Das Konto, seine Teams und was ihm gehört. Admins können es rückgängig machen.";
        disable: About = |name| format!("Disable {name}"),
            |name| format!("{name} sperren");
        disable_goes: About = |name| format!("{name} can do nothing from now on: no password, session or token is taken."),
            |name| format!("{name} kann ab sofort nichts mehr tun: kein Passwort, keine Sitzung und kein Token gilt.");
        disable_stays = "The account, its teams and namespaces, and what was pushed. It can be enabled again.",
            "Das Konto, seine Teams und Namensräume, und was gepusht wurde. Es lässt sich wieder freigeben.";
        keep = "Change nothing",
            "Nichts ändern";
        leave_goes: About = |team| format!("You can no longer do in {team} and its namespaces what members may."),
            |team| format!("In {team} und den Namensräumen des Teams ist nicht mehr erlaubt, was Mitglieder dürfen.");
        leave_stays = "Your account, and what you pushed and wrote. An owner can add you again.",
            "Das eigene Konto, und was gepusht und geschrieben wurde. Eigner können wieder aufnehmen.";
        member_goes: Both = |name, team| format!("{name} can no longer do in {team} and its namespaces what members may."),
            |name, team| format!("{name} darf in {team} und den Namensräumen des Teams nicht mehr, was Mitglieder dürfen.");
        member_stays = "The account, and what was pushed and written. An owner can add it again.",
            "Das Konto, und was gepusht und geschrieben wurde. Eigner können es wieder aufnehmen.";
        over_goes: Both = |team, role| format!("You own {team} no longer. What you are then: {role}."),
            |team, role| format!("{team} gehört nicht mehr zu den eigenen Teams. Rolle danach: {role}.");
        over_stays: About = |name| format!("All that the team has: members, bots and namespaces. {name} is an owner from then on, and can hand it back."),
            |name| format!("Alles, was das Team hat: Mitglieder, Bots und Namensräume. {name} ist von da an Eigner und kann es zurückgeben.");
        over_to: Both = |team, name| format!("Hand {team} over to {name}"),
            |team, name| format!("{team} an {name} übergeben");
        secret: About = |name| format!("Renew the secret of {name}"),
            |name| format!("Geheimnis von {name} erneuern");
        secret_stays = "Images, rights and tokens. What is pushed meanwhile is found when the catalog is read.",
            "Images, Rechte und Token. Was inzwischen gepusht wird, findet sich beim Lesen des Katalogs.";
        token_goes = "Whatever signs in with it is refused from now on. It may:",
            "Was sich damit anmeldet, wird ab sofort abgewiesen. Es darf:";
        token_stays = "What was done with it, and all other tokens.",
            "Was damit getan wurde, und alle anderen Token.";
    }
}
