//! What the doctor finds, in German. What programs said in their own words stays as they said it.

use portus_core::finding::{Advice, Check, Found, Last, Place, Setting, TrustLines};

pub(super) fn check(check: &Check) -> String {
    match check {
        Check::Catalog => "Katalog",
        Check::Clock => "Uhr",
        Check::Database => "Datenbank",
        Check::DeleteSwitch => "Löschschalter",
        Check::Doctor => "Untersuchung",
        Check::Inbox => "Posteingang",
        Check::Issuer => "Aussteller und Zertifikat",
        Check::MasterKey => "Hauptschlüssel",
        Check::Notifications => "Benachrichtigungen",
        Check::Parked => "Zurückgestelltes",
        Check::Reachable => "Erreichbarkeit",
        Check::Realm => "Realm",
        Check::RealmHost => "Host des Realms",
        Check::Registries => "Registrys",
        Check::SamePortus => "Dasselbe Portus",
        Check::Server => "Server (Portus)",
        Check::Service => "Dienst",
        Check::SigningKeys => "Signierschlüssel",
        Check::TokenEndpoint => "Token-Adresse",
    }
    .into()
}

pub(super) fn found(found: &Found) -> String {
    match found {
        Found::Announced(text) | Found::Cause(text) => text.clone(),
        Found::AnnouncesNothing(status) => {
            format!("die Registry antwortet Fremden mit {status} und nennt nichts")
        }
        Found::Answers(url) => format!("{url} antwortet"),
        Found::AnswersAs(url, generation) => format!("{url} antwortet, Distribution {generation}"),
        Found::AnswersAsAnother(url) => {
            format!("{url} antwortet, Distribution 3 oder eine andere Registry")
        }
        Found::AnswersStatus(url, status, text) => format!("{url} antwortet mit {status}: {text}"),
        Found::AsksNobody => {
            "die Registry verlangt von niemandem ein Token: alles darin ist offen".into()
        }
        Found::BothDelete => "beide lassen löschen".into(),
        Found::CallsItself(announced, known) => {
            format!("sie nennt sich `{announced}`, Portus kennt `{known}`")
        }
        Found::CannotBeAsked(why) => format!("sie lässt sich nicht fragen: {why}"),
        Found::CannotGoOn(why) => format!("es geht nicht weiter: {why}"),
        Found::CertificateEnded(at) => {
            format!("das Zertifikat endete {at}: kein Token lässt sich signieren")
        }
        Found::CertificateEnds(at) => {
            format!("das Zertifikat endet {at} und wurde nicht rechtzeitig erneuert")
        }
        Found::ClockAhead(seconds) => format!("die Uhr der Registry geht {seconds} s vor"),
        Found::ClockAheadTooFar(seconds) => {
            format!("die Uhr der Registry geht {seconds} s vor, damit weist sie Token zurück")
        }
        Found::ClockBehind(seconds) => format!("die Uhr der Registry geht {seconds} s nach"),
        Found::ClockBehindTooFar(seconds) => {
            format!("die Uhr der Registry geht {seconds} s nach, damit weist sie Token zurück")
        }
        Found::ClockUnknown => "die Registry sagt nicht, wie spät es ist".into(),
        Found::DeletesUnknown => "es zeigt sich nicht, ob die Registry löscht".into(),
        Found::DoesNotAnswer(url, why) => format!("{url} antwortet nicht: {why}"),
        Found::EveryClient(url) => format!("alle Clients gehen zu {url}"),
        Found::GivesTokens(realm) => format!("{realm} gibt Token aus"),
        Found::GivesTokensForNobody(realm) => {
            format!("{realm} hat noch keine Registry, für die es Token gäbe")
        }
        Found::KeyWaits(key) => format!("der Schlüssel `{key}` wartet auf die Aktivierung"),
        Found::LastCame(at) => format!("die letzte kam {at}"),
        Found::LocalRealm(host) => {
            format!("Clients werden zu `{host}` geschickt, und das ist für jeden eine andere Maschine")
        }
        Found::MasterKeyFits(file) => {
            format!("der Schlüssel in {file} öffnet, was die Datenbank enthält")
        }
        Found::NoActiveKey => "kein Schlüssel ist aktiv".into(),
        Found::NoDatabase(path) => format!("bei {path} ist keine Datenbank"),
        Found::NoPortus(url, status) => {
            format!("{url} antwortet mit {status}: das ist kein Portus")
        }
        Found::NoRegistry => "es gibt noch keine Registry".into(),
        Found::NobodyDeletes => "nichts lässt sich löschen".into(),
        Found::NotARegistry(url, status) => {
            format!("{url} antwortet mit {status}, aber nicht wie eine Registry")
        }
        Found::NotAllAnswered(within) => format!("nicht alles hat innerhalb von {within} geantwortet"),
        Found::NotAnswered(within) => format!("sie antwortet nicht innerhalb von {within}"),
        Found::NothingKnown(when) => format!(
            "nicht zu prüfen, solange nichts in der Registry bekannt ist; {}",
            last(when)
        ),
        Found::NothingLately(when) => {
            format!("seit einem Tag kam nichts, was stimmen kann; {}", last(when))
        }
        Found::OnlyPortusDeletes => "Portus lässt löschen, die Registry nicht".into(),
        Found::OnlyRegistryDeletes => {
            "Portus lässt niemanden löschen; die Registry täte es für alle, die sie anders erreichen"
                .into()
        }
        Found::OtherPortus => {
            "dort antwortet ein anderes Portus mit eigenen Schlüsseln".into()
        }
        Found::OtherTroubleFirst(when) => {
            format!("erst zu prüfen, wenn das Übrige behoben ist; {}", last(when))
        }
        Found::Parked(count, first) => {
            format!("{count} Benachrichtigungen ließen sich nicht anwenden, die erste: {first}")
        }
        Found::PlainRealm => {
            "eine https-Registry schickt Clients zu http: crane und oras verweigern das".into()
        }
        Found::PrivateRealm(address) => format!(
            "Clients werden zur privaten Adresse {address} geschickt: crane, ko und kaniko verweigern das"
        ),
        Found::ReadWhole(at) => format!("zum ersten Mal ganz gelesen {at}"),
        Found::SameKeys => "der Server, der antwortet, hat die Schlüssel dieser Datenbank".into(),
        Found::SameTime => "dieselbe Zeit".into(),
        Found::SendsTo(realm) => format!("die Registry schickt ihre Clients zu `{realm}`"),
        Found::Signs(algorithm, ends) => format!("{algorithm}, das Zertifikat endet {ends}"),
        Found::TablesBehind(database, steps) => {
            format!("den Tabellen in {database} fehlen {steps} Schritte")
        }
        Found::TakesTokens => "die Registry nimmt ein Token an, das Portus signiert hat".into(),
        Found::Told(path, milliseconds) => {
            format!("die Registry hat {path} nach {milliseconds} ms gemeldet")
        }
        Found::ToldNothing(path, within, when) => format!(
            "die Registry hat {path} nicht innerhalb von {within} gemeldet; {}",
            last(when)
        ),
        Found::TokenAnswer(realm, status, service) => {
            format!("{realm} antwortet mit {status} für den Dienst `{service}`")
        }
        Found::TokenRefused(said) => format!("sie weist das Token zurück: {said}"),
        Found::TokenUnexpected(said) => format!("sie antwortet: {said}"),
        Found::Unread => "noch nicht gelesen: bis dahin bekommen nur Admins Token dafür".into(),
        Found::Unstarted(database) => format!("Portus wurde auf {database} nie gestartet"),
        Found::Untouchable(why, when) => format!("nicht zu prüfen: {why}; {}", last(when)),
        Found::UpToDate(database) => format!("{database} antwortet und ist auf dem neuesten Stand"),
        Found::Wait(count) => format!("{count} Benachrichtigungen warten"),
        Found::WaitSince(count, since) => {
            format!("{count} Benachrichtigungen warten, die älteste seit {since}")
        }
        Found::WantsSomethingElse => "die Registry will etwas anderes als ein Token".into(),
    }
}

pub(super) fn advice(advice: &Advice) -> String {
    match advice {
        Advice::AddHost => "portusctl registry host add NAME HOST, wenn die Registry unter diesem Namen erreicht wird; dann portusctl events retry --all".into(),
        Advice::ApplyEvents => "niemand wendet sie an: worker.embedded = true setzen oder portus-sync starten".into(),
        Advice::CheckAgain => "noch einmal prüfen: dann wird ein Manifest gelesen, was die Registry melden muss".into(),
        Advice::CorrectAddress => "die Registry starten oder die Adresse berichtigen".into(),
        Advice::Deletes(enabled, set, switch) => format!("in der Konfiguration der Registry: storage.delete.enabled: {enabled}; oder {}: {switch}", setting(set)),
        Advice::Endpoint(url, name) => format!("in der Konfiguration der Registry: notifications.endpoints[].url: {url}, und headers.Authorization, wie `portusctl registry config {name}` es ausgibt; die Maschine der Registry muss diese Adresse erreichen"),
        Advice::FirstMasterKey(set) => format!("{}: die Datei, die beim ersten Start entstand", setting(set)),
        Advice::GiveKey => "den öffentlichen Teil den Registrys geben, die `jwks` benutzen, sie neu starten, dann: portusctl key rotate --activate".into(),
        Advice::Look(set) => setting(set),
        Advice::NoKeyList => "Distribution 2 kennt kein `jwks`: mit --trust bundle hinzufügen".into(),
        Advice::OwnAddress => "die Adresse in `portusctl registry list` muss die der Registry selbst sein".into(),
        Advice::ReachServer(set) => format!("portus-server starten, oder {} auf die Adresse setzen, unter der Clients ihn erreichen", setting(set)),
        Advice::Realm(realm) => format!("in der Konfiguration der Registry: auth.token.realm: {realm}"),
        Advice::RealmAlone(realm) => format!("in der Konfiguration der Registry: auth.token.realm: {realm} (und kein auth.token.autoredirect)"),
        Advice::RenewCertificate => "ein laufender portus-server oder portus-sync erneuert es: einen starten".into(),
        Advice::ResolvedName(set) => format!("{}: \"https://NAME\", ein Name, den Clients auflösen", setting(set)),
        // What is typed into a shell.
        Advice::Run(command) => command.clone(),
        Advice::SeeParked => "portusctl events parked; danach portusctl events retry --all".into(),
        Advice::Service(service) => format!("in der Konfiguration der Registry: auth.token.service: {service}"),
        Advice::SetClocks => "die Uhren beider Maschinen mit NTP stellen".into(),
        Advice::Start => "portus-server starten oder portusctl setup ausführen".into(),
        Advice::StartOrChange(set) => format!("portus-server starten oder portusctl setup ausführen; oder {} ändern", setting(set)),
        Advice::StartRegistry => "die Registry starten oder von hier aus erreichbar machen".into(),
        Advice::Trust(lines) => trust(lines),
        Advice::WholeAuth(name) => format!("den ganzen Abschnitt `auth` der Konfiguration der Registry: portusctl registry config {name}"),
    }
}

pub(super) fn place(place: &Place) -> String {
    match place {
        Place::CommandLine => "Aufruf von portus-server".into(),
        Place::Environment => "Umgebung".into(),
        Place::File(path) => path.clone(),
        Place::FileLine(path, line) => format!("{path}, Zeile {line}"),
        Place::Registry(name) => format!("{name}: config.yml"),
    }
}

fn trust(lines: &TrustLines) -> String {
    let TrustLines { issuer, service, option, part, name } = lines;
    format!(
        "in der Konfiguration der Registry: auth.token.issuer: {issuer}; auth.token.service: {service}; \
         auth.token.{option}: eine Datei mit dem, was `portusctl registry config {name} --part {part}` ausgibt; \
         dann sie neu starten, denn sie liest diese Datei nur beim Start"
    )
}

fn last(last: &Last) -> String {
    match last {
        Last::At(at) => format!("die letzte kam {at}"),
        Last::Never => "es kam noch nie eine".into(),
    }
}

fn setting(setting: &Setting) -> String {
    match setting {
        Setting::Default(key) => format!("`{key}` in portus.toml"),
        Setting::File(key, path) => format!("`{key}` in {path}"),
        Setting::Flag(option) => format!("die Option {option}"),
        Setting::Variable(name) => format!("die Umgebungsvariable {name}"),
    }
}
