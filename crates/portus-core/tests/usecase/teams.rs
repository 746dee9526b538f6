//! Teams, their owners and their bots.

use portus_core::namespace::Visibility::Private;
use portus_core::policy::Switches;
use portus_core::team::Role::{Contributor, Owner, Viewer};
use portus_core::usecase::{
    ChangeMembersError, ChangeNamespaceError, CreateBotError, CreateNamespaceError, ManageTokens,
    ManageTokensError, NewToken, Owner as NamespaceOwner,
};

use crate::world::{World, operator};

async fn quality() -> World {
    let world = World::new(Switches::default()).await;
    for name in ["olga", "bob", "mallory"] {
        world.person(name, false).await;
    }
    world.team("quality", &[("olga", Owner), ("bob", Contributor)]).await;
    world
}

#[tokio::test]
async fn the_last_owner_stays() {
    let world = quality().await;
    let (team, olga) = ("quality".parse().unwrap(), "olga".parse().unwrap());
    let answer = world.members().remove(&operator(), &team, &olga).await;
    assert!(matches!(answer, Err(ChangeMembersError::LastOwner(..))));
    let answer = world.members().set_role(&operator(), &team, &olga, Viewer).await;
    assert!(matches!(answer, Err(ChangeMembersError::LastOwner(..))));

    world.members().set_role(&operator(), &team, &"bob".parse().unwrap(), Owner).await.unwrap();
    world.members().remove(&operator(), &team, &olga).await.unwrap();
}

#[tokio::test]
async fn owners_manage_their_team_and_nobody_elses() {
    let world = quality().await;
    let team = "quality".parse().unwrap();
    let mallory = "mallory".parse().unwrap();
    for (name, may) in [("olga", true), ("bob", false), ("mallory", false)] {
        let actor = world.actor(name).await;
        let added = world.members().add(&actor, &team, &mallory, Viewer).await;
        assert_eq!(added.is_ok(), may, "{name}");
        if may {
            world.members().remove(&actor, &team, &mallory).await.unwrap();
        }
    }
}

/// SR12: a bot has its role in its team, and is nobody elsewhere.
#[tokio::test]
async fn sr12_a_bot_has_tokens_only_and_rights_in_one_team_only() {
    let world = quality().await;
    let team = "quality".parse().unwrap();
    let olga = world.actor("olga").await;
    let answer = world.create_bot().create(&olga, &"ci".parse().unwrap(), &team, Owner).await;
    assert!(matches!(answer, Err(CreateBotError::Owner)));
    let ci = "ci".parse().unwrap();
    world.create_bot().create(&olga, &ci, &team, Contributor).await.unwrap();
    world.namespace("qa", "quality", Private).await;
    world.team("other", &[("mallory", Owner)]).await;
    world.namespace("dev", "other", Private).await;

    let answer = world.members().add(&operator(), &"other".parse().unwrap(), &ci, Viewer).await;
    assert!(matches!(answer, Err(ChangeMembersError::Bot(_))));
    let answer = world.members().set_role(&operator(), &team, &ci, Owner).await;
    assert!(matches!(answer, Err(ChangeMembersError::Bot(_))));

    let secret = world.token("ci", "push", None).await;
    let who = world.sign_in("ci", &secret).await.unwrap();
    let asked = ["repository:qa/app:pull,push", "repository:dev/app:pull,push"];
    assert_eq!(crate::world::words(&world.ask(&who, &asked).await.unwrap()), "pull,push");
    let password = portus_core::secret::Secret::new("ci-password");
    assert!(world.sign_in("ci", &password).await.is_err());
}

#[tokio::test]
async fn a_namespace_is_made_by_those_who_keep_the_team() {
    let world = quality().await;
    let (registry, team) = ("main".parse().unwrap(), "quality".parse().unwrap());
    for (name, namespace, may) in
        [("bob", "b", false), ("mallory", "m", false), ("olga", "o", true)]
    {
        let actor = world.actor(name).await;
        let namespace = namespace.parse().unwrap();
        let made =
            world.create_namespace().create(&actor, (&registry, &namespace), &team, Private).await;
        assert_eq!(made.is_ok(), may, "{name}: {made:?}");
    }
    let olga = world.actor("olga").await;
    world.team("secret", &[]).await;
    world.namespace("hidden", "secret", Private).await;
    // Why a name is not free says who may know.
    for (actor, name, why) in [
        (&olga, "o", "registry `main` has a namespace `o` already"),
        (&olga, "hidden", "`hidden` is not free: "),
        (&olga, "mallory", "`mallory` is not free: "),
        (&operator(), "hidden", "registry `main` has a namespace `hidden` already"),
        (&operator(), "mallory", "`mallory` is kept for a person's own namespace"),
    ] {
        let name = name.parse().unwrap();
        let create = world.create_namespace();
        let answer = create.create(actor, (&registry, &name), &team, Private).await;
        let answer = answer.unwrap_err().to_string();
        assert!(answer.starts_with(why), "{answer}");
    }
    let (free, secret) = ("free".parse().unwrap(), "secret".parse().unwrap());
    let answer = world.create_namespace().create(&olga, (&registry, &free), &secret, Private).await;
    assert!(matches!(answer, Err(CreateNamespaceError::UnknownTeam(_))), "{answer:?}");
}

#[tokio::test]
async fn giving_a_namespace_away_needs_the_right_on_both_sides() {
    let world = quality().await;
    world.namespace("qa", "quality", Private).await;
    world.team("theirs", &[("mallory", Owner)]).await;
    world.team("both", &[("olga", Owner)]).await;
    let place = ("main".parse().unwrap(), "qa".parse().unwrap());
    let give = async |name: &str, to: &str| {
        let actor = world.actor(name).await;
        let to = NamespaceOwner::Team(to.parse().unwrap());
        world.change_namespace().give(&actor, (&place.0, &place.1), &to).await
    };
    assert!(matches!(give("mallory", "theirs").await, Err(ChangeNamespaceError::Refused(_))));
    assert!(matches!(give("olga", "theirs").await, Err(ChangeNamespaceError::Refused(_))));
    give("olga", "both").await.unwrap();
    let personal = ("main".parse().unwrap(), "bob".parse().unwrap());
    let to = NamespaceOwner::Team("both".parse().unwrap());
    let answer = world.change_namespace().give(&operator(), (&personal.0, &personal.1), &to).await;
    assert!(matches!(answer, Err(ChangeNamespaceError::Kept("personal"))));
}

#[tokio::test]
async fn nobody_makes_or_sees_the_tokens_of_another() {
    let world = quality().await;
    world.token("olga", "pull", None).await;
    let (mallory, olga) = (world.actor("mallory").await, "olga".parse().unwrap());
    let new = NewToken {
        label: "stolen".parse().unwrap(),
        actions: "pull".parse().unwrap(),
        namespaces: None,
        expires_at: None,
    };
    let answer = world.tokens().create(&mallory, &olga, &new).await;
    assert!(matches!(answer, Err(ManageTokensError::Refused(_))));
    assert!(world.tokens().list(&mallory, &olga).await.is_err());
    let label = "pull-0".parse().unwrap();
    assert!(world.tokens().revoke(&mallory, &olga, &label).await.is_err());
    let own = world.actor("olga").await;
    assert_eq!(world.tokens().list(&own, &olga).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_account_has_so_many_tokens_and_no_more() {
    let world = quality().await;
    let tokens = ManageTokens { limit: 2, ..world.tokens() };
    let new = |label: &str| NewToken {
        label: label.parse().unwrap(),
        actions: "pull".parse().unwrap(),
        namespaces: None,
        expires_at: None,
    };
    let create = async |owner: &str, label: &str| {
        let actor = world.actor(owner).await;
        tokens.create(&actor, &owner.parse().unwrap(), &new(label)).await
    };
    let first = create("olga", "first").await.unwrap();
    create("olga", "second").await.unwrap();
    let refused = create("olga", "third").await;
    let olga = "olga".parse().unwrap();
    assert!(matches!(&refused, Err(ManageTokensError::Limit(owner, 2)) if *owner == olga));
    assert_eq!(tokens.list(&operator(), &olga).await.unwrap().len(), 2);
    assert!(world.sign_in("olga", &first).await.is_ok(), "none gave way");
    let by_operator = tokens.create(&operator(), &olga, &new("third")).await;
    assert!(matches!(by_operator, Err(ManageTokensError::Limit(..))));

    create("bob", "first").await.unwrap();
    tokens.revoke(&operator(), &olga, &"first".parse().unwrap()).await.unwrap();
    create("olga", "third").await.unwrap();
}
