use portus_core::policy::{Deed, Keeper, Ruling};
use portus_core::port::{PasswordError, StoreError};
use portus_core::team::Role;
use portus_core::usecase::{AuthenticateError, Outgrown, Refused};

use super::*;

fn named<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn invalid<T: std::str::FromStr>(text: &str) -> T::Err {
    text.parse::<T>().err().unwrap()
}

fn refused() -> Refused {
    Refused(Ruling { deed: Deed::CancelDeletion, keeper: Keeper::Admins, allowed: false })
}

fn away() -> StoreError {
    StoreError::Unavailable("away".into())
}

/// Each with its English sentence. The German is an exhaustive match, so that none is forgotten.
macro_rules! samples {
    ($($sample:expr),* $(,)?) => {
        vec![$({
            let sample = $sample;
            (sample.to_string(), sample.said(&Texts::ENGLISH), sample.said(&Texts::GERMAN))
        }),*]
    };
}

type Sample = (String, String, String);

fn of_people() -> Vec<Sample> {
    let (who, team) = (|| named("ann"), || named("crew"));
    samples![
        ChangeAccountError::Bot(who()),
        ChangeAccountError::LastAdmin(who()),
        ChangeAccountError::Outgrown(Outgrown),
        ChangeAccountError::Password(PasswordError::Busy),
        ChangeAccountError::Password(PasswordError::Weak(WeakPassword::TooShort)),
        ChangeAccountError::Refused(refused()),
        ChangeAccountError::Store(away()),
        ChangeAccountError::Unknown(who()),
        ChangeBotError::Unknown(who()),
        ChangeBotError::Refused(refused()),
        ChangeEmailError::Authenticate(AuthenticateError::Rejected),
        ChangeEmailError::Taken,
        ChangeMembersError::Bot(who()),
        ChangeMembersError::Disabled(who()),
        ChangeMembersError::LastOwner(who(), team()),
        ChangeMembersError::Member(who(), team()),
        ChangeMembersError::NoMember(who(), team()),
        ChangeMembersError::NoOwner(team()),
        ChangeMembersError::Oneself(who()),
        ChangeMembersError::Refused(refused()),
        ChangeMembersError::UnknownAccount(who()),
        ChangeMembersError::UnknownTeam(team()),
        ChangePasswordError::Authenticate(AuthenticateError::Rejected),
        ChangePasswordError::Same,
        ChangeTeamError::Deleting(team(), "qa".into()),
        ChangeTeamError::Owns(team(), 2),
        ChangeTeamError::Taken(team()),
        ChangeTeamError::Unknown(team()),
        CreateAccountError::NoNamespace(who()),
        CreateAccountError::NotFirst,
        CreateAccountError::Outgrown(Outgrown),
        CreateAccountError::Password(PasswordError::Weak(WeakPassword::Common)),
        CreateAccountError::Taken(who()),
        CreateBotError::Owner,
        CreateBotError::Taken(who()),
        CreateBotError::UnknownTeam(team()),
        CreateTeamError::Bot(who()),
        CreateTeamError::Disabled(who()),
        CreateTeamError::Taken(team()),
        CreateTeamError::UnknownOwner(who()),
        DeleteAccountError::Bot(who()),
        DeleteAccountError::Heir(who()),
        DeleteAccountError::LastAdmin(who()),
        DeleteAccountError::LastOwner(who(), team()),
        DeleteAccountError::Unknown(who()),
        DeleteAccountError::UnknownHeir(who()),
        DeleteAccountError::UnknownTeam(team()),
        LinkPasswordError::Bot(who()),
        LinkPasswordError::Disabled(who()),
        LinkPasswordError::Gone,
        LinkPasswordError::Outgrown(Outgrown),
        LinkPasswordError::Unknown(who()),
    ]
}

fn of_places() -> Vec<Sample> {
    let (place, registry) = (|| named("qa"), || named("hub"));
    let digest = || named(&format!("sha256:{}", "a".repeat(64)));
    samples![
        AddRegistryError::Held(named("registry.test"), 9),
        AddRegistryError::NoService,
        AddRegistryError::Taken(registry()),
        ChangeNamespaceError::Bot(named("ci")),
        ChangeNamespaceError::Kept("global"),
        ChangeNamespaceError::Kept("personal"),
        ChangeNamespaceError::Orphan,
        ChangeNamespaceError::Teams(named("ann")),
        ChangeNamespaceError::Unknown("qa".into(), registry()),
        ChangeNamespaceError::UnknownAccount(named("ann")),
        ChangeNamespaceError::UnknownRegistry(registry()),
        ChangeNamespaceError::UnknownTeam(named("crew")),
        ChangeRegistryError::Taken(named("https://hub.test")),
        ChangeRegistryError::Unknown(registry()),
        CreateNamespaceError::Held(place(), 5),
        CreateNamespaceError::Reserved(place()),
        CreateNamespaceError::Taken(place(), registry()),
        CreateNamespaceError::Unavailable(place()),
        CreateNamespaceError::UnknownRegistry(registry()),
        CreateNamespaceError::UnknownTeam(named("crew")),
        Decision::Deny { missed: Vec::new() },
        DeletionReason::CalledOff("ann".into()),
        DeletionReason::Given,
        DeletionReason::NoAsker,
        DeletionReason::NoNamespace,
        DeletionReason::NotAllowed("denied".into()),
        DeletionReason::PushedAgain(digest()),
        DeletionReason::PushedLater,
        DeletionReason::Said("500".into()),
        DeletionReason::Siblings(vec![named("1")]),
        DeletionReason::SomethingLeft,
        DeletionReason::SwitchedOff,
        DeletionReason::TokenEnded,
        DeletionReason::TokenRevoked,
        DeletionReason::Wanted(digest()),
        DeletionRefusal::Decided(Decision::Deny { missed: Vec::new() }),
        DeletionRefusal::Global,
        DeletionRefusal::Personal,
        DeletionRefusal::Ruled(refused().0),
        ExplainError::UnknownAccount(named("ann")),
        ExplainError::UnknownRegistry(registry()),
        ManageTokensError::Exceeds,
        ManageTokensError::Expired,
        ManageTokensError::Limit(named("ann"), 50),
        ManageTokensError::Many,
        ManageTokensError::NoActions,
        ManageTokensError::Taken(named("ann"), named("ci")),
        ManageTokensError::Unknown(named("ann")),
        ManageTokensError::UnknownNamespace(Some(place()), registry()),
        ManageTokensError::UnknownRegistry(registry()),
        ManageTokensError::UnknownToken(named("ann"), named("ci")),
        WhatIfError::Orphan,
        WhatIfError::Unknown,
        WhatIfError::UnknownAccount(named("ann")),
    ]
}

fn of_what_is_typed() -> Vec<Sample> {
    use portus_core::account::{Email, Username};
    use portus_core::credential::{TokenActions, TokenLabel};
    use portus_core::namespace::{NamespaceName, Visibility};
    use portus_core::registry::{RegistryHost, RegistryName, RegistryUrl, ServiceName};
    use portus_core::repository::RepositoryPath;
    use portus_core::team::TeamName;
    samples![
        InvalidSwitchChange,
        WeakPassword::Common,
        WeakPassword::TooLong { bytes: 80 },
        WeakPassword::TooShort,
        WeakPassword::ZeroByte,
        invalid::<Email>("x"),
        invalid::<NamespaceName>("A"),
        invalid::<RegistryHost>("a b"),
        invalid::<RegistryName>("a b"),
        invalid::<RegistryUrl>("x"),
        invalid::<RepositoryPath>("qa/A"),
        invalid::<RepositoryPath>(&"a/".repeat(200)),
        invalid::<Role>("x"),
        invalid::<ServiceName>(""),
        invalid::<TeamName>(""),
        invalid::<TokenActions>("x"),
        invalid::<TokenLabel>(""),
        invalid::<Username>(""),
        invalid::<Username>("a b"),
        invalid::<Visibility>("x"),
    ]
}

/// Every deed, and every keeper.
fn of_deeds() -> Vec<Sample> {
    let keepers = [
        Keeper::Admins,
        Keeper::Anyone,
        Keeper::Members(Role::Owner),
        Keeper::Oneself,
        Keeper::OneselfAlone,
        Keeper::People,
    ];
    let pairs = Deed::ALL.into_iter().zip(keepers.into_iter().cycle());
    let rulings = pairs.map(|(deed, keeper)| Ruling { deed, keeper, allowed: false });
    rulings.flat_map(|ruling| samples![ruling, Refused(ruling)]).collect()
}

#[test]
fn no_refusal_on_a_german_page_is_the_english_sentence() {
    for (said, english, german) in
        [of_deeds(), of_people(), of_places(), of_what_is_typed()].concat()
    {
        assert_eq!(said, english);
        assert_ne!(german, english);
        let words = [" the ", " is ", " a ", " and ", " not "];
        assert!(!words.iter().any(|word| german.contains(word)), "{german}");
    }
}
