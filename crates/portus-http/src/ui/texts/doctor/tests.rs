use portus_core::finding::{Last, Seconds, Setting, TrustLines};

use super::*;

fn named<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn text() -> String {
    "x".into()
}

fn found() -> Vec<Found> {
    let url = || named("https://hub.test");
    let last = || Last::Never;
    vec![
        Found::Announced(text()),
        Found::AnnouncesNothing(418),
        Found::Answers(text()),
        Found::AnswersAs(url(), 2),
        Found::AnswersAsAnother(url()),
        Found::AnswersStatus(text(), 503, text()),
        Found::AsksNobody,
        Found::BothDelete,
        Found::CallsItself(text(), text()),
        Found::CannotBeAsked(text()),
        Found::CannotGoOn(text()),
        Found::Cause(text()),
        Found::CertificateEnded(text()),
        Found::CertificateEnds(text()),
        Found::ClockAhead(3),
        Found::ClockAheadTooFar(90),
        Found::ClockBehind(3),
        Found::ClockBehindTooFar(90),
        Found::ClockUnknown,
        Found::DeletesUnknown,
        Found::DoesNotAnswer(text(), text()),
        Found::EveryClient(text()),
        Found::GivesTokens(text()),
        Found::GivesTokensForNobody(text()),
        Found::KeyWaits(text()),
        Found::LastCame(text()),
        Found::LocalRealm(text()),
        Found::MasterKeyFits(text()),
        Found::NoActiveKey,
        Found::NoDatabase(text()),
        Found::NoPortus(text(), 200),
        Found::NoRegistry,
        Found::NobodyDeletes,
        Found::NotARegistry(url(), 200),
        Found::NotAllAnswered(Seconds(60)),
        Found::NotAnswered(Seconds(8)),
        Found::NothingKnown(last()),
        Found::NothingLately(Last::At(text())),
        Found::OnlyPortusDeletes,
        Found::OnlyRegistryDeletes,
        Found::OtherPortus,
        Found::OtherTroubleFirst(last()),
        Found::Parked(2, text()),
        Found::PlainRealm,
        Found::PrivateRealm(named("10.0.0.7")),
        Found::ReadWhole(text()),
        Found::SameKeys,
        Found::SameTime,
        Found::SendsTo(text()),
        Found::Signs(text(), text()),
        Found::TablesBehind(text(), 2),
        Found::TakesTokens,
        Found::Told(named("qa/app"), 12),
        Found::ToldNothing(named("qa/app"), Seconds(5), last()),
        Found::TokenAnswer(text(), 400, text()),
        Found::TokenRefused(text()),
        Found::TokenUnexpected(text()),
        Found::Unread,
        Found::Unstarted(text()),
        Found::Untouchable(text(), last()),
        Found::UpToDate(text()),
        Found::Wait(2),
        Found::WaitSince(2, text()),
        Found::WantsSomethingElse,
    ]
}

fn advice() -> Vec<Advice> {
    let set = || Setting::Variable(text());
    let name = || named("hub");
    let (option, part) = ("jwks", "jwks");
    let trust = TrustLines { issuer: text(), service: text(), option, part, name: name() };
    vec![
        Advice::AddHost,
        Advice::ApplyEvents,
        Advice::CheckAgain,
        Advice::CorrectAddress,
        Advice::Deletes(true, set(), false),
        Advice::Endpoint(text(), name()),
        Advice::FirstMasterKey(set()),
        Advice::GiveKey,
        Advice::Look(set()),
        Advice::NoKeyList,
        Advice::OwnAddress,
        Advice::ReachServer(set()),
        Advice::Realm(text()),
        Advice::RealmAlone(text()),
        Advice::RenewCertificate,
        Advice::ResolvedName(set()),
        Advice::Run(text()),
        Advice::SeeParked,
        Advice::Service(text()),
        Advice::SetClocks,
        Advice::Start,
        Advice::StartOrChange(set()),
        Advice::StartRegistry,
        Advice::Trust(trust),
        Advice::WholeAuth(name()),
    ]
}

/// What is in no language: what a program said, and what is typed into a shell.
const AS_IT_IS: [&str; 3] = ["announced", "cause", "run"];

#[test]
fn every_finding_is_said_in_german() {
    let kinds: Vec<_> = found().iter().map(Found::kind).collect();
    assert_eq!(kinds, Found::KINDS);
    for one in found() {
        let same = (Doctor::GERMAN.found)(&one) == one.to_string();
        assert_eq!(same, AS_IT_IS.contains(&one.kind()), "{one}");
        assert_eq!((Doctor::ENGLISH.found)(&one), one.to_string());
    }
}

#[test]
fn every_advice_is_said_in_german() {
    let kinds: Vec<_> = advice().iter().map(Advice::kind).collect();
    assert_eq!(kinds, Advice::KINDS);
    for one in advice() {
        let same = (Doctor::GERMAN.advice)(&one) == one.to_string();
        assert_eq!(same, AS_IT_IS.contains(&one.kind()), "{one}");
        assert_eq!((Doctor::ENGLISH.advice)(&one), one.to_string());
    }
}
