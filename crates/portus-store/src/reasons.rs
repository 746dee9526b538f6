//! Why a deletion waits or ended, as a column holds it: a word, and what it speaks of after a tab.
//! What has no such word is what an earlier release wrote.

use std::borrow::Cow;

use portus_core::deletion_reason::DeletionReason as Reason;
use portus_core::port::StoreError;
use portus_core::tag::TagName;

use crate::values::{parsed, storable};

/// As it is stored; empty where there is none.
pub(crate) fn stored(reason: Option<&Reason>) -> String {
    let Some(reason) = reason else { return String::new() };
    let (word, of): (_, Cow<'_, str>) = match reason {
        Reason::CalledOff(name) => ("called_off", name.into()),
        Reason::Given => ("given", "".into()),
        Reason::NoAsker => ("no_asker", "".into()),
        Reason::NoNamespace => ("no_namespace", "".into()),
        Reason::NotAllowed(why) => ("not_allowed", why.into()),
        Reason::PushedAgain(digest) => ("pushed_again", digest.as_str().into()),
        Reason::PushedLater => ("pushed_later", "".into()),
        Reason::Said(text) => ("said", text.into()),
        Reason::Siblings(tags) => {
            let tags: Vec<_> = tags.iter().map(TagName::as_str).collect();
            ("siblings", tags.join(" ").into())
        }
        Reason::SomethingLeft => ("something_left", "".into()),
        Reason::SwitchedOff => ("switched_off", "".into()),
        Reason::TokenEnded => ("token_ended", "".into()),
        Reason::TokenRevoked => ("token_revoked", "".into()),
        Reason::Wanted(index) => ("wanted", index.as_str().into()),
    };
    storable(&format!("{word}\t{of}")).into_owned()
}

/// As it was stored in a column.
pub(crate) fn reason(column: &str, text: &str) -> Result<Option<Reason>, StoreError> {
    if text.is_empty() {
        return Ok(None);
    }
    let (word, of) = text.split_once('\t').unwrap_or(("", text));
    Ok(Some(match word {
        "called_off" => Reason::CalledOff(of.to_owned()),
        "given" => Reason::Given,
        "no_asker" => Reason::NoAsker,
        "no_namespace" => Reason::NoNamespace,
        "not_allowed" => Reason::NotAllowed(of.to_owned()),
        "pushed_again" => Reason::PushedAgain(parsed(column, of)?),
        "pushed_later" => Reason::PushedLater,
        "said" => Reason::Said(of.to_owned()),
        "siblings" => {
            let tags = of.split_ascii_whitespace().map(|tag| parsed(column, tag));
            Reason::Siblings(tags.collect::<Result<_, _>>()?)
        }
        "something_left" => Reason::SomethingLeft,
        "switched_off" => Reason::SwitchedOff,
        "token_ended" => Reason::TokenEnded,
        "token_revoked" => Reason::TokenRevoked,
        "wanted" => Reason::Wanted(parsed(column, of)?),
        _ => Reason::Said(text.to_owned()),
    }))
}
