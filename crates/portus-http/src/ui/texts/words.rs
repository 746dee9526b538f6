//! Words that many pages use, and the rooms of the others.

use super::access::Access;
use super::admin::Admin;
use super::audit::Audit;
use super::connect::Connect;
use super::deletions::Deletions;
use super::doctor::Doctor;
use super::images::Images;
use super::mistakes::Mistakes;
use super::notices::Notices;
use super::outlook::Outlook;
use super::password::Password;
use super::preferences::Preferences;
use super::reference::Reference;
use super::refusals::Refusals;
use super::remarks::Remarks;
use super::search::Search;
use super::sessions::Sessions;
use super::settings::Settings;
use super::setup::Setup;
use super::sign_in::SignIn;
use super::sign_up::SignUp;
use super::sure::Sure;
use super::teams::Teams;
use super::tokens::Tokens;
use super::trouble::Trouble;
use super::users::Users;
use super::{About, texts};

texts! {
    /// What pages say.
    Texts {
        /// As in `lang`.
        language = "en",
            "de";
        /// Of the year, short.
        months: [&'static str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
            ["Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."];
        /// A number of `s`, `min`, `h` or `d`.
        ago: fn(u64, &str) -> String = ago_in_english,
            ago_in_german;
        /// Before the tenths.
        decimal = ".",
            ",";
        /// Between three digits and the next.
        thousands = ",",
            ".";

        access: Access = Access::ENGLISH, Access::GERMAN;
        admin: Admin = Admin::ENGLISH, Admin::GERMAN;
        audit: Audit = Audit::ENGLISH, Audit::GERMAN;
        connect: Connect = Connect::ENGLISH, Connect::GERMAN;
        deletions: Deletions = Deletions::ENGLISH, Deletions::GERMAN;
        doctor: Doctor = Doctor::ENGLISH, Doctor::GERMAN;
        images: Images = Images::ENGLISH, Images::GERMAN;
        mistakes: Mistakes = Mistakes::ENGLISH, Mistakes::GERMAN;
        refusals: Refusals = Refusals::ENGLISH, Refusals::GERMAN;
        notices: Notices = Notices::ENGLISH, Notices::GERMAN;
        outlook: Outlook = Outlook::ENGLISH, Outlook::GERMAN;
        password: Password = Password::ENGLISH, Password::GERMAN;
        search: Search = Search::ENGLISH, Search::GERMAN;
        reference: Reference = Reference::ENGLISH, Reference::GERMAN;
        preferences: Preferences = Preferences::ENGLISH, Preferences::GERMAN;
        sessions: Sessions = Sessions::ENGLISH, Sessions::GERMAN;
        settings: Settings = Settings::ENGLISH, Settings::GERMAN;
        setup: Setup = Setup::ENGLISH, Setup::GERMAN;
        sign_in: SignIn = SignIn::ENGLISH, SignIn::GERMAN;
        sign_up: SignUp = SignUp::ENGLISH, SignUp::GERMAN;
        sure: Sure = Sure::ENGLISH, Sure::GERMAN;
        team: Teams = Teams::ENGLISH, Teams::GERMAN;
        tokens: Tokens = Tokens::ENGLISH, Tokens::GERMAN;
        trouble: Trouble = Trouble::ENGLISH, Trouble::GERMAN;
        users: Users = Users::ENGLISH, Users::GERMAN;
        words: Remarks = Remarks::ENGLISH, Remarks::GERMAN;

        accounts = "Accounts",
            "Konten";
        action = "Action",
            "Aktion";
        address = "Address",
            "Adresse";
        administration = "Administration",
            "Verwaltung";
        all_namespaces = "All namespaces",
            "Alle Namensräume";
        anyone = "nobody signed in",
            "niemand Angemeldetes";
        by: About = |name| format!("by {name}"),
            |name| format!("von {name}");
        copy = "Copy",
            "Kopieren";
        dark = "Dark",
            "Dunkel";
        delete = "delete",
            "löschen";
        disabled = "Disabled",
            "Gesperrt";
        email = "Email",
            "E-Mail";
        empty_namespace = "Nothing was pushed here yet. The first image is pushed with:",
            "Hier wurde noch nichts gepusht. Das erste Image wird gepusht mit:";
        empty_namespace_other = "Nothing was pushed here yet. Who may push here fills it.",
            "Hier wurde noch nichts gepusht. Wer hier pushen darf, füllt ihn.";
        empty_namespaces = "There is no namespace that you can see. An owner of a team can make one, and an admin can add you to a team.",
            "Es gibt keinen sichtbaren Namensraum. Eigner eines Teams können einen anlegen, Admins können in ein Team aufnehmen.";
        empty_public = "Nothing here is public. Sign in to see what is yours.",
            "Hier ist nichts öffentlich. Nach der Anmeldung ist das Eigene zu sehen.";
        empty_repositories = "There is no repository that you can see yet.",
            "Es gibt noch kein sichtbares Repository.";
        facts = "Facts",
            "Angaben";
        filter = "Filter",
            "Filtern";
        global = "Global namespace",
            "Globaler Namensraum";
        home = "Home",
            "Start";
        label = "Label",
            "Bezeichnung";
        last_push = "Last push",
            "Letzter Push";
        light = "Light",
            "Hell";
        may = "May",
            "Darf";
        members = "Members",
            "Mitglieder";
        menu = "menu",
            "Menü";
        namespace = "Namespace",
            "Namensraum";
        namespaces = "Namespaces",
            "Namensräume";
        never = "never",
            "nie";
        newer = "Back to the start",
            "Zurück zum Anfang";
        next = "Next",
            "Weiter";
        object = "To what",
            "Woran";
        orphan = "Nobody’s: an admin can give it to a team or a person.",
            "Gehört niemandem: ein Admin kann ihn einem Team oder einer Person geben.";
        outcome = "Outcome",
            "Ausgang";
        outcome_done = "done",
            "getan";
        outcome_refused = "refused",
            "verweigert";
        owner = "Owner",
            "Eigner";
        owners = "Owners",
            "Eigner";
        places = "Places",
            "Orte";
        private = "Private",
            "Privat";
        profile = "Profile",
            "Profil";
        protected = "Protected",
            "Geschützt";
        public = "Public",
            "Öffentlich";
        pull = "pull",
            "pullen";
        pulls = "Pulls",
            "Pulls";
        push = "push",
            "pushen";
        recently = "Repositories",
            "Repositories";
        registries = "Registries",
            "Registries";
        repositories = "Repositories",
            "Repositories";
        repository = "Repository",
            "Repository";
        request = "Request",
            "Anfrage";
        revoke = "Revoke",
            "Widerrufen";
        revoke_named: About = |name| format!("Revoke {name}"),
            |name| format!("{name} widerrufen");
        role_admin = "Administers Portus",
            "Verwaltet Portus";
        role_person = "Person",
            "Person";
        sign_out = "Sign out",
            "Abmelden";
        size = "Size",
            "Größe";
        skip = "Skip to content",
            "Zum Inhalt";
        system = "System",
            "System";
        tag = "Tag",
            "Tag";
        tags = "Tags",
            "Tags";
        teams = "Teams",
            "Teams";
        theme = "Theme",
            "Farben";
        username = "Username",
            "Benutzername";
        username_hint = "Letters, digits, dots, dashes and underscores. People and programs share the names.",
            "Buchstaben, Ziffern, Punkte, Striche und Unterstriche. Menschen und Programme teilen sich die Namen.";
        visibility = "Visibility",
            "Sichtbarkeit";
        what = "What",
            "Was";
        what_you_can_do = "What you can do",
            "Was man tun kann";
        when = "When",
            "Wann";
        you_may = "You may",
            "Erlaubt";
        you_may_not = "You may not",
            "Nicht erlaubt";
    }
}

fn ago_in_english(number: u64, unit: &str) -> String {
    match (number, unit) {
        (number, "d") => format!("{number} days ago"),
        (number, unit) => format!("{number} {unit} ago"),
    }
}

fn ago_in_german(number: u64, unit: &str) -> String {
    match (number, unit) {
        (number, "d") => format!("vor {number} Tagen"),
        (number, "h") => format!("vor {number} Std."),
        (number, "min") => format!("vor {number} Min."),
        (number, unit) => format!("vor {number} {unit}"),
    }
}
