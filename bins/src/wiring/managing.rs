//! The use cases of those who manage something.

use std::sync::Arc;

use portus_core::port::RemoteRegistries;
use portus_core::usecase::{
    AddRegistry, CancelDeletion, ChangeAccount, ChangeBot, ChangeMembers, ChangeNamespace,
    ChangeRegistry, ChangeTeam, CreateBot, CreateNamespace, CreateTeam, DeleteAccount,
    DeleteImages, Describe, Find, FollowDeletions, Inspect, LinkPassword, PlanDeletion, Probed,
    Remark, RetryEvents, Roster, RunDeletion, Survey, WhatCan, WhatIf, WhoCan,
};

use super::Portus;

macro_rules! over_the_store {
    ($($(#[$doc:meta])* $name:ident: $usecase:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(&self) -> $usecase {
            $usecase {
                store: self.database.store.clone(),
                policy: self.policy.clone(),
                clock: self.clock.clone(),
            }
        }
    )*};
}

impl Portus {
    over_the_store! {
        /// Adds registries.
        add_registry: AddRegistry;
        /// Calls deletions off.
        cancel_deletion: CancelDeletion;
        /// Lets bots act or not, and removes them.
        change_bot: ChangeBot;
        /// Changes who is in a team.
        change_members: ChangeMembers;
        /// Changes whose a namespace is, and how open.
        change_namespace: ChangeNamespace;
        /// Changes what registries are known by.
        change_registry: ChangeRegistry;
        /// Renames and removes teams.
        change_team: ChangeTeam;
        /// Makes bots.
        create_bot: CreateBot;
        /// Makes namespaces.
        create_namespace: CreateNamespace;
        /// Makes teams.
        create_team: CreateTeam;
        /// Removes people's accounts.
        delete_account: DeleteAccount;
        /// Says what repositories and teams are for.
        describe: Describe;
        /// Stars repositories, and comments on them.
        remark: Remark;
        /// Puts parked events back.
        retry_events: RetryEvents;
    }

    /// Changes what accounts may do.
    pub fn change_account(&self) -> ChangeAccount {
        ChangeAccount {
            store: self.database.store.clone(),
            policy: self.policy.clone(),
            passwords: self.passwords.clone(),
            clock: self.clock.clone(),
        }
    }

    /// Makes links by which people set a password.
    pub fn link_password(&self) -> LinkPassword {
        LinkPassword {
            store: self.database.store.clone(),
            policy: self.policy.clone(),
            passwords: self.passwords.clone(),
            entropy: self.entropy.clone(),
            clock: self.clock.clone(),
        }
    }

    /// Says who may do something.
    pub fn who_can(&self) -> WhoCan {
        WhoCan {
            store: self.database.store.clone(),
            rights: self.database.rights.clone(),
            policy: self.policy.clone(),
        }
    }

    /// Says what someone may do.
    pub fn what_can(&self) -> WhatCan {
        WhatCan {
            store: self.database.store.clone(),
            browse: self.database.browse.clone(),
            rights: self.database.rights.clone(),
            policy: self.policy.clone(),
        }
    }

    /// Says what a change would do to that.
    pub fn what_if(&self) -> WhatIf {
        WhatIf {
            store: self.database.store.clone(),
            rights: self.database.rights.clone(),
            policy: self.policy.clone(),
        }
    }

    /// Finds what people look for.
    pub fn find(&self) -> Find {
        Find {
            search: self.database.search.clone(),
            images: self.database.images.clone(),
            policy: self.policy.clone(),
        }
    }

    /// Shows who is there, in which teams, and with what.
    pub fn roster(&self) -> Roster {
        Roster {
            people: self.database.people.clone(),
            browse: self.database.browse.clone(),
            store: self.database.store.clone(),
            policy: self.policy.clone(),
        }
    }

    /// Shows people what is theirs, what is new, and what is said.
    pub fn survey(&self) -> Survey {
        Survey {
            browse: self.database.browse.clone(),
            explore: self.database.explore.clone(),
            policy: self.policy.clone(),
        }
    }

    /// Shows what those look at who manage it.
    pub fn inspect(&self) -> Inspect {
        Inspect {
            browse: self.database.browse.clone(),
            store: self.database.store.clone(),
            policy: self.policy.clone(),
        }
    }

    /// Plans deletions, and has them done.
    pub fn delete_images(&self, remotes: Arc<dyn RemoteRegistries>) -> DeleteImages {
        let plan = PlanDeletion {
            look: Arc::new(self.look()),
            remotes,
            entropy: self.entropy.clone(),
            clock: self.clock.clone(),
            probed: Probed::default(),
        };
        DeleteImages { plan: Arc::new(plan), clock: self.clock.clone() }
    }

    /// Shows how far deletions are.
    pub fn follow_deletions(&self) -> FollowDeletions {
        FollowDeletions { store: self.database.store.clone(), policy: self.policy.clone() }
    }

    /// Does deletions.
    pub fn run_deletion(&self, remotes: Arc<dyn RemoteRegistries>) -> RunDeletion {
        RunDeletion {
            store: self.database.store.clone(),
            remotes,
            policy: self.policy.clone(),
            clock: self.clock.clone(),
        }
    }
}
