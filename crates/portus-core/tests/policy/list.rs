//! Lists show exactly what can be pulled, whatever the credential.

use portus_core::credential::Caller;
use portus_core::policy::{Facts, Policy};
use portus_core::scope::Action;
use proptest::prelude::*;

use super::actors::{callers, facts, limits, namespaces, place, switches};

#[test]
fn sr7_a_list_holds_exactly_what_the_point_decision_lets_pull() {
    for switches in switches() {
        let policy = Policy::new(switches);
        for caller in everyone() {
            let filter = policy.readable(&caller);
            for namespace in namespaces() {
                for read in [true, false] {
                    let facts = facts(namespace, read);
                    let decision = policy.decide(&caller, Action::Pull, &facts);
                    // Of a name nobody uses there is nothing to list.
                    let listable = facts.id.is_some();
                    assert_eq!(
                        filter.admits(&facts),
                        decision.is_allowed() && listable,
                        "{} for {caller:?}: {decision}",
                        place(namespace)
                    );
                }
            }
        }
    }
}

#[test]
fn sr8_a_credential_never_gives_more_than_the_account_has() {
    for switches in switches() {
        let policy = Policy::new(switches);
        for (_, unlimited) in callers() {
            for limits in limits() {
                let limited = Caller { limits, ..unlimited.clone() };
                for namespace in namespaces() {
                    let facts = facts(namespace, true);
                    for action in Action::ALL {
                        let narrow = policy.decide(&limited, action, &facts).is_allowed();
                        let wide = policy.decide(&unlimited, action, &facts).is_allowed();
                        assert!(!narrow || wide, "{limited:?} on {}", place(namespace));
                    }
                }
            }
        }
    }
}

#[test]
fn what_one_may_not_see_is_explained_like_a_name_nobody_uses() {
    for switches in switches() {
        let policy = Policy::new(switches);
        for caller in everyone() {
            for namespace in namespaces() {
                let here = facts(namespace, true);
                if policy.decide(&caller, Action::Pull, &here).is_allowed() {
                    continue;
                }
                for action in Action::ALL {
                    let nobodys = policy.decide(&caller, action, &Facts::UNKNOWN);
                    let explained = policy.explain(&caller, action, &here);
                    assert_eq!(explained.to_string(), nobodys.to_string(), "{}", place(namespace));
                }
            }
        }
    }
}

proptest! {
    /// Whatever is asked, in whatever state: a decision is an allowance by a grant in force for that
    /// very action, or it names every grant for it.
    #[test]
    fn every_decision_names_its_grants(
        switches in prop::sample::select(switches()),
        caller in prop::sample::select(everyone()),
        namespace in prop::sample::select(namespaces()),
        action in prop::sample::select(Action::ALL.to_vec()),
        read in any::<bool>(),
    ) {
        let policy = Policy::new(switches);
        let in_force: Vec<_> =
            policy.grants().iter().filter(|grant| grant.action == action).copied().collect();
        match policy.decide(&caller, action, &facts(namespace, read)) {
            portus_core::policy::Decision::Allow { by } => prop_assert!(in_force.contains(&by)),
            portus_core::policy::Decision::Deny { missed } => {
                let missed: Vec<_> = missed.into_iter().map(|(grant, _)| grant).collect();
                prop_assert_eq!(missed, in_force);
            }
            portus_core::policy::Decision::Limited(_) => {}
        }
    }
}

fn everyone() -> Vec<Caller> {
    let mut all = Vec::new();
    for (_, caller) in callers() {
        all.extend(limits().into_iter().map(|limits| Caller { limits, ..caller.clone() }));
    }
    all
}
