//! Who can, what someone reaches, what a change would do.

use portus_core::policy::{Audience, Grant, Miss, Reach};
use portus_core::usecase::{Affected, AsWhat, Place};

use super::{About, texts};

/// So many of something.
type Count = fn(u64) -> String;

fn counted(number: u64, one: &str, more: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { more })
}

texts! {
    /// Who can, what someone reaches, what a change would do.
    Outlook {
        admins = "admins",
            "Admins";
        admins_counted: Count = |number| counted(number, "admin", "admins"),
            |number| counted(number, "Admin", "Admins");
        bots_counted: Count = |number| counted(number, "bot", "bots"),
            |number| counted(number, "Bot", "Bots");
        change = "Change it",
            "So ändern";
        claimants = "people who own a team of that name",
            "Eigner eines Teams dieses Namens";
        configured = "Switches are set in the configuration. Change this line and restart:",
            "Schalter stehen in der Konfiguration. Diese Zeile ändern und neu starten:";
        contributors_counted: Count = |number| counted(number, "contributor", "contributors"),
            |number| counted(number, "Mitwirkender", "Mitwirkende");
        counted_cut = "Only the first 200 of those who could were counted.",
            "Nur die ersten 200, die in Frage kommen, wurden gezählt.";
        cut = "Only the first 200 namespaces of the team were looked at.",
            "Nur die ersten 200 Namensräume des Teams wurden betrachtet.";
        disabled = "The account is disabled and may do nothing at all.",
            "Das Konto ist gesperrt und darf gar nichts.";
        everyone = "everyone, signed in or not",
            "alle, auch ohne Anmeldung";
        explain = "Explain",
            "Erklären";
        gains = "gains",
            "bekommt";
        global = "global namespaces",
            "globale Namensräume";
        grant = "Rule",
            "Regel";
        grants = "The rules for it, and why each did not apply",
            "Die Regeln dafür, und warum keine zutraf";
        lead_what_can = "Where someone may do what, and which rule lets her. About others owners may ask for their namespaces, admins for all.",
            "Wo jemand was darf, und welche Regel es erlaubt. Nach anderen dürfen Eigner für ihre Namensräume fragen, Admins für alle.";
        lead_what_if = "See who would gain and who would lose what, before anything is changed. For owners of what it is about, and admins.",
            "Sehen, wer was bekäme und wer was verlöre, bevor etwas geändert wird. Für Eigner dessen, worum es geht, und Admins.";
        lead_who_can = "Everyone who may do something in a namespace, and which rule lets them. For its owners and admins.",
            "Alle, die in einem Namensraum etwas dürfen, und welche Regel es erlaubt. Für seine Eigner und Admins.";
        loses = "loses",
            "verliert";
        member = "Member",
            "Mitglied";
        miss_action = "the credential is not for this action",
            "das Credential ist nicht für diese Aktion";
        miss_audience = "is for others",
            "gilt für andere";
        miss_namespace = "the credential is not for this namespace",
            "das Credential ist nicht für diesen Namensraum";
        miss_reach = "is for other namespaces",
            "gilt für andere Namensräume";
        miss_unread = "waits until the registry’s catalog was read",
            "wartet, bis der Katalog der Registry gelesen ist";
        namespace_hint = "Its name, or the path of a repository in it; _ is the global one",
            "Sein Name, oder der Pfad eines Repositorys darin; _ ist der globale";
        no_effect = "Nobody would gain or lose anything.",
            "Niemand bekäme oder verlöre etwas.";
        no_member = "no member",
            "kein Mitglied";
        no_one = "nobody",
            "niemand";
        nobody = "Nobody has this right for what they are.",
            "Niemand hat dieses Recht für das, was er ist.";
        nothing = "There is no namespace that she reaches.",
            "Es gibt keinen Namensraum, den sie erreicht.";
        now = "Now",
            "Jetzt";
        oneself = "the person whose it is",
            "die Person, der er gehört";
        orphans = "namespaces that are nobody’s",
            "Namensräume, die niemandem gehören";
        personal = "people’s own namespaces",
            "Namensräume von Personen";
        rights = "May",
            "Darf";
        role = "Role",
            "Rolle";
        role_change = "A member’s role",
            "Die Rolle eines Mitglieds";
        see = "What if…",
            "Was wäre, wenn …";
        owners_counted: Count = |number| counted(number, "owner", "owners"),
            |number| counted(number, "Eigner", "Eigner");
        signed_in = "everyone who signed in",
            "alle Angemeldeten";
        speaks_of = "Speaks of",
            "Gilt für";
        switch_change = "A switch of the configuration",
            "Ein Schalter der Konfiguration";
        switched_off = "No rule is for this: it is switched off.",
            "Keine Regel ist dafür da: es ist abgeschaltet.";
        team = "Team",
            "Team";
        teams = "teams’ namespaces",
            "Namensräume von Teams";
        then = "Then",
            "Dann";
        unchanged = "That is how it is now.",
            "So ist es jetzt schon.";
        unused = "names that nobody uses",
            "Namen, die niemand benutzt";
        visibility_change = "A namespace’s visibility",
            "Die Sichtbarkeit eines Namensraums";
        way = "As",
            "Als";
        way_credential = "Come with another credential: this one is for less.",
            "Mit einem anderen Credential kommen: dieses ist für weniger.";
        way_role: About = |role| format!("An owner of the team can make her {role}."),
            |role| format!("Ein Eigner des Teams kann sie zum {role} machen.");
        way_unread = "Once the registry’s catalog was read.",
            "Sobald der Katalog der Registry gelesen ist.";
        way_visible: About = |open| format!("An owner can make the namespace {open}."),
            |open| format!("Ein Eigner kann den Namensraum {open} machen.");
        ways = "What would change it",
            "Was es ändern würde";
        what_can = "What can she reach",
            "Was erreicht sie";
        what_if = "What if",
            "Was wäre, wenn";
        whole = "every namespace and unused name",
            "jeder Namensraum und unbenutzte Name";
        whole_known = "every namespace",
            "jeder Namensraum";
        viewers_counted: Count = |number| counted(number, "viewer", "viewers"),
            |number| counted(number, "Lesender", "Lesende");
        who_can_what = "Who can do what",
            "Wer kann was";
        who_can = "Who can",
            "Wer kann";
        why_missed = "Why it missed",
            "Warum sie nicht zutraf";
        within_own = "Only your namespaces were looked at.",
            "Nur die eigenen Namensräume wurden betrachtet.";
    }
}

impl Outlook {
    /// Whom a rule speaks of.
    pub(crate) fn audience(&self, grant: &Grant) -> String {
        match grant.to {
            Audience::Admins => self.admins.into(),
            Audience::Anyone => self.everyone.into(),
            Audience::Claimants => self.claimants.into(),
            Audience::Members(role) => format!("{} ({role}+)", self.member),
            Audience::Oneself => self.oneself.into(),
            Audience::SignedIn => self.signed_in.into(),
        }
    }

    /// Which namespaces a rule speaks of.
    pub(crate) fn reach(&self, grant: &Grant) -> String {
        match grant.on {
            Reach::Every => self.whole.into(),
            Reach::Known => self.whole_known.into(),
            Reach::Open(visibility) => visibility.to_string(),
            Reach::Personal => self.personal.into(),
            Reach::Team => self.teams.into(),
            Reach::Unknown => self.unused.into(),
        }
    }

    /// Why a rule did not apply.
    pub(crate) const fn miss(&self, miss: Miss) -> &'static str {
        match miss {
            Miss::CredentialAction => self.miss_action,
            Miss::CredentialNamespace => self.miss_namespace,
            Miss::NotInAudience => self.miss_audience,
            Miss::OutOfReach => self.miss_reach,
            Miss::RegistryUnread => self.miss_unread,
        }
    }

    /// What would have had a rule apply, where that can be.
    pub(crate) fn way(&self, grant: &Grant, miss: Miss) -> Option<String> {
        match (miss, grant.to, grant.on) {
            (Miss::NotInAudience, Audience::Members(role), _) => {
                Some((self.way_role)(role.as_str()))
            }
            (Miss::OutOfReach, _, Reach::Open(visibility)) => {
                Some((self.way_visible)(visibility.as_str()))
            }
            (Miss::RegistryUnread, ..) => Some(self.way_unread.into()),
            _ => None,
        }
    }

    /// What someone is to a namespace.
    pub(crate) fn as_what(&self, what: AsWhat) -> String {
        match what {
            AsWhat::Admin => self.admins.into(),
            AsWhat::Member(role) => role.to_string(),
            AsWhat::Owner => self.oneself.into(),
        }
    }

    /// Whose right comes or goes.
    pub(crate) fn affected(&self, who: &Affected) -> String {
        match who {
            Affected::Account(name) => name.to_string(),
            Affected::Admins => self.admins.into(),
            Affected::Claimants => self.claimants.into(),
            Affected::Everyone => self.everyone.into(),
            Affected::Members(role) => format!("{}: {role}", self.member),
            Affected::Oneself => self.oneself.into(),
            Affected::SignedIn => self.signed_in.into(),
        }
    }

    /// Where.
    pub(crate) fn place(&self, place: &Place) -> String {
        match place {
            Place::Kind("global") => self.global.into(),
            Place::Kind("orphan") => self.orphans.into(),
            Place::Kind("personal") => self.personal.into(),
            Place::Kind("team") => self.teams.into(),
            Place::Kind(_) => self.unused.into(),
            Place::Namespace(registry, name) => {
                format!("{registry} / {}", name.as_ref().map_or("_", |name| name.as_str()))
            }
        }
    }
}
