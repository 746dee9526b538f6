//! What the errors of use cases are to clients.

use portus_core::port::{PasswordError, StoreError};
use portus_core::usecase::{
    AuthenticateError, CancelDeletionError, ChangeAccountError, ChangeBotError, ChangeMembersError,
    ChangeNamespaceError, ChangeTeamError, CreateAccountError, CreateBotError,
    CreateNamespaceError, CreateTeamError, DeleteAccountError, DeletionError, DescribeError,
    ExplainError, InspectError, LinkPasswordError, ManageTokensError, Refused, RemarkError,
    RetryEventsError, SignInError, WhatCanError, WhatIfError, WhoCanError,
};

use super::{Code, Problem};

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => Self::away(&error),
            _ => Self::broken(&error),
        }
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        Self::new(Code::NotAllowed, refused.to_string())
    }
}

impl From<PasswordError> for Problem {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Weak(_) => Self::new(Code::InvalidValue, error.to_string()),
            PasswordError::Busy => Self::away(&error),
            _ => Self::broken(&error),
        }
    }
}

impl From<AuthenticateError> for Problem {
    fn from(error: AuthenticateError) -> Self {
        match error {
            AuthenticateError::Away | AuthenticateError::Busy => Self::away(&error),
            AuthenticateError::InvalidGrant | AuthenticateError::Rejected => {
                Self::new(Code::CredentialsWrong, "the username or the token is wrong")
            }
            AuthenticateError::Password(_) => Self::broken(&error),
            AuthenticateError::Store(error) => error.into(),
        }
    }
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Authenticate(error) => error.into(),
            SignInError::Store(error) => error.into(),
        }
    }
}

impl From<InspectError> for Problem {
    fn from(error: InspectError) -> Self {
        match error {
            InspectError::Refused(refused) => refused.into(),
            InspectError::Store(error) => error.into(),
        }
    }
}

impl From<ExplainError> for Problem {
    fn from(error: ExplainError) -> Self {
        match error {
            ExplainError::Store(error) => error.into(),
            // Of whom one may not ask, one does not learn whether they are there.
            ExplainError::Refused(refused) => Self::hidden(refused),
            _ => Self::absent(),
        }
    }
}

impl From<WhoCanError> for Problem {
    fn from(error: WhoCanError) -> Self {
        match error {
            WhoCanError::Store(error) => error.into(),
            // Of what one does not keep, one does not learn whether it is there.
            WhoCanError::Refused(refused) => Self::hidden(refused),
            WhoCanError::Unknown => Self::absent(),
        }
    }
}

impl From<WhatCanError> for Problem {
    fn from(error: WhatCanError) -> Self {
        match error {
            WhatCanError::Store(error) => error.into(),
            WhatCanError::Refused(refused) => Self::hidden(refused),
            WhatCanError::UnknownAccount(_) => Self::absent(),
        }
    }
}

impl From<WhatIfError> for Problem {
    fn from(error: WhatIfError) -> Self {
        match error {
            WhatIfError::Orphan => Self::new(Code::Conflict, error.to_string()),
            WhatIfError::Store(error) => error.into(),
            WhatIfError::Refused(refused) => Self::hidden(refused),
            WhatIfError::Unknown | WhatIfError::UnknownAccount(_) => Self::absent(),
        }
    }
}

impl From<ManageTokensError> for Problem {
    fn from(error: ManageTokensError) -> Self {
        use ManageTokensError::{
            Exceeds, Expired, Limit, Many, NoActions, Refused, Store, Taken, Unknown,
            UnknownNamespace, UnknownRegistry, UnknownToken,
        };
        match error {
            Expired | Many | NoActions | UnknownNamespace(..) | UnknownRegistry(_) => {
                Self::new(Code::InvalidValue, error.to_string())
            }
            Exceeds => Self::new(Code::NotAllowed, error.to_string()),
            Limit(..) => Self::new(Code::LimitReached, error.to_string()),
            // Whose tokens one may not see, one does not learn whether they are there.
            Refused(refused) => Self::hidden(refused),
            Unknown(_) | UnknownToken(..) => Self::absent(),
            Store(error) => error.into(),
            Taken(..) => Self::new(Code::Taken, error.to_string()),
        }
    }
}

impl From<RetryEventsError> for Problem {
    fn from(error: RetryEventsError) -> Self {
        match error {
            RetryEventsError::Refused(refused) => refused.into(),
            RetryEventsError::Store(error) => error.into(),
            RetryEventsError::Unknown(_) => Self::absent(),
        }
    }
}

impl From<CreateAccountError> for Problem {
    fn from(error: CreateAccountError) -> Self {
        match error {
            CreateAccountError::NotFirst => Self::new(Code::Conflict, error.to_string()),
            CreateAccountError::NoNamespace(_) => Self::new(Code::InvalidValue, error.to_string()),
            CreateAccountError::Outgrown(_) => Self::new(Code::NotAllowed, error.to_string()),
            CreateAccountError::Password(error) => error.into(),
            CreateAccountError::Refused(refused) => refused.into(),
            CreateAccountError::Store(error) => error.into(),
            CreateAccountError::Taken(_) => Self::new(Code::Taken, error.to_string()),
        }
    }
}

impl From<ChangeAccountError> for Problem {
    fn from(error: ChangeAccountError) -> Self {
        match error {
            ChangeAccountError::Bot(_) | ChangeAccountError::LastAdmin(_) => {
                Self::new(Code::Conflict, error.to_string())
            }
            ChangeAccountError::Outgrown(_) => Self::new(Code::NotAllowed, error.to_string()),
            ChangeAccountError::Password(error) => error.into(),
            ChangeAccountError::Refused(refused) => refused.into(),
            ChangeAccountError::Store(error) => error.into(),
            ChangeAccountError::Unknown(_) => Self::new(Code::NotFound, error.to_string()),
        }
    }
}

impl From<LinkPasswordError> for Problem {
    fn from(error: LinkPasswordError) -> Self {
        use LinkPasswordError as Error;
        match error {
            Error::Bot(_) | Error::Disabled(_) => Self::new(Code::Conflict, error.to_string()),
            Error::Outgrown(_) => Self::new(Code::NotAllowed, error.to_string()),
            Error::Password(error) => error.into(),
            Error::Refused(refused) => refused.into(),
            Error::Store(error) => error.into(),
            Error::Gone | Error::Unknown(_) => Self::new(Code::NotFound, error.to_string()),
        }
    }
}

impl From<CreateTeamError> for Problem {
    fn from(error: CreateTeamError) -> Self {
        match error {
            CreateTeamError::Bot(_)
            | CreateTeamError::Disabled(_)
            | CreateTeamError::UnknownOwner(_) => Self::new(Code::InvalidValue, error.to_string()),
            CreateTeamError::Refused(refused) => refused.into(),
            CreateTeamError::Store(error) => error.into(),
            CreateTeamError::Taken(_) => Self::new(Code::Taken, error.to_string()),
        }
    }
}

impl From<ChangeMembersError> for Problem {
    fn from(error: ChangeMembersError) -> Self {
        use ChangeMembersError::{
            Bot, Disabled, LastOwner, Member, NoMember, NoOwner, Oneself, Refused, Store,
            UnknownAccount, UnknownTeam,
        };
        match error {
            Bot(_) | Disabled(_) | LastOwner(..) | NoOwner(_) | Oneself(_) => {
                Self::new(Code::Conflict, error.to_string())
            }
            Member(..) => Self::new(Code::Taken, error.to_string()),
            // Who comes so far may know who is there.
            NoMember(..) | UnknownAccount(_) => Self::new(Code::NotFound, error.to_string()),
            UnknownTeam(_) => Self::absent(),
            Refused(refused) => refused.into(),
            Store(error) => error.into(),
        }
    }
}

impl From<ChangeTeamError> for Problem {
    fn from(error: ChangeTeamError) -> Self {
        match error {
            ChangeTeamError::Deleting(..) | ChangeTeamError::Owns(..) => {
                Self::new(Code::Conflict, error.to_string())
            }
            ChangeTeamError::Refused(refused) => refused.into(),
            ChangeTeamError::Store(error) => error.into(),
            ChangeTeamError::Taken(_) => Self::new(Code::Taken, error.to_string()),
            ChangeTeamError::Unknown(_) => Self::absent(),
        }
    }
}

impl From<ChangeBotError> for Problem {
    fn from(error: ChangeBotError) -> Self {
        match error {
            ChangeBotError::Refused(refused) => refused.into(),
            ChangeBotError::Store(error) => error.into(),
            ChangeBotError::Unknown(_) => Self::absent(),
        }
    }
}

impl From<DeleteAccountError> for Problem {
    fn from(error: DeleteAccountError) -> Self {
        use DeleteAccountError::{
            Bot, Heir, LastAdmin, LastOwner, Refused, Store, Unknown, UnknownHeir, UnknownTeam,
        };
        match error {
            Bot(_) | LastAdmin(_) | LastOwner(..) => Self::new(Code::Conflict, error.to_string()),
            Heir(_) | UnknownHeir(_) | UnknownTeam(_) => {
                Self::new(Code::InvalidValue, error.to_string())
            }
            Refused(refused) => refused.into(),
            Store(error) => error.into(),
            Unknown(_) => Self::new(Code::NotFound, error.to_string()),
        }
    }
}

impl From<CreateBotError> for Problem {
    fn from(error: CreateBotError) -> Self {
        match error {
            CreateBotError::Owner => Self::new(Code::InvalidValue, error.to_string()),
            CreateBotError::Refused(refused) => refused.into(),
            CreateBotError::Store(error) => error.into(),
            CreateBotError::Taken(_) => Self::new(Code::Taken, error.to_string()),
            CreateBotError::UnknownTeam(_) => Self::absent(),
        }
    }
}

impl From<CreateNamespaceError> for Problem {
    fn from(error: CreateNamespaceError) -> Self {
        match error {
            CreateNamespaceError::Refused(refused) => refused.into(),
            CreateNamespaceError::Held(..)
            | CreateNamespaceError::Reserved(_)
            | CreateNamespaceError::Taken(..)
            | CreateNamespaceError::Unavailable(_) => Self::new(Code::Taken, error.to_string()),
            CreateNamespaceError::Store(error) => error.into(),
            CreateNamespaceError::UnknownRegistry(_) => {
                Self::new(Code::NotFound, error.to_string())
            }
            CreateNamespaceError::UnknownTeam(_) => Self::absent(),
        }
    }
}

impl From<ChangeNamespaceError> for Problem {
    fn from(error: ChangeNamespaceError) -> Self {
        use ChangeNamespaceError::{
            Bot, Kept, Orphan, Refused, Store, Teams, Unknown, UnknownAccount, UnknownRegistry,
            UnknownTeam,
        };
        match error {
            Bot(_) => Self::new(Code::InvalidValue, error.to_string()),
            Kept(_) | Orphan | Teams(_) => Self::new(Code::Conflict, error.to_string()),
            Refused(refused) => refused.into(),
            Store(error) => error.into(),
            Unknown(..) | UnknownAccount(_) | UnknownRegistry(_) | UnknownTeam(_) => Self::absent(),
        }
    }
}

impl From<DeletionError> for Problem {
    fn from(error: DeletionError) -> Self {
        use DeletionError::{
            Absent, Many, Moved, Needed, Refused, Siblings, Store, SwitchedOff, UnderWay,
        };
        match error {
            Absent => Self::absent(),
            Many => Self::new(Code::InvalidValue, error.to_string()),
            Moved(_) | Needed(_) | Siblings(_) | SwitchedOff | UnderWay => {
                Self::new(Code::Conflict, error.to_string())
            }
            Refused(why) => Self::new(Code::NotAllowed, why.to_string()),
            Store(error) => error.into(),
        }
    }
}

impl From<CancelDeletionError> for Problem {
    fn from(error: CancelDeletionError) -> Self {
        match error {
            CancelDeletionError::Absent => Self::absent(),
            CancelDeletionError::Over(_) => Self::new(Code::Conflict, error.to_string()),
            CancelDeletionError::Refused(why) => Self::new(Code::NotAllowed, why.to_string()),
            CancelDeletionError::Store(error) => error.into(),
        }
    }
}

impl From<DescribeError> for Problem {
    fn from(error: DescribeError) -> Self {
        match error {
            DescribeError::Refused(refused) => refused.into(),
            DescribeError::Store(error) => error.into(),
            DescribeError::Unknown(_) => Self::absent(),
        }
    }
}

impl From<RemarkError> for Problem {
    fn from(error: RemarkError) -> Self {
        match error {
            RemarkError::Refused(refused) => refused.into(),
            RemarkError::Store(error) => error.into(),
            RemarkError::Unknown(_) | RemarkError::UnknownComment(_) => Self::absent(),
        }
    }
}
