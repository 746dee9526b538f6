use async_trait::async_trait;

use super::StoreError;
use crate::account::{Account, Email, NewAccount, PasswordHash, Username};
use crate::id::AccountId;
use crate::namespace::NamespaceName;

/// People and bots.
#[async_trait]
pub trait Accounts: Send {
    /// Adds an account.
    ///
    /// # Errors
    ///
    /// [`StoreError::Taken`] where the name, the address or the personal namespace's name is in
    /// use by another account; the unit of work stays usable.
    async fn add(&mut self, account: &NewAccount) -> Result<AccountId, StoreError>;

    /// Sets or removes the right to administer of a person; nothing for a bot.
    async fn set_admin(&mut self, account: AccountId, admin: bool) -> Result<(), StoreError>;

    /// Lets an account do things, or not.
    async fn set_enabled(&mut self, account: AccountId, enabled: bool) -> Result<(), StoreError>;

    /// Replaces an account's mail address.
    ///
    /// # Errors
    ///
    /// [`StoreError::Taken`] where another account has it; the unit of work stays usable.
    async fn set_email(
        &mut self,
        account: AccountId,
        email: Option<&Email>,
    ) -> Result<(), StoreError>;

    /// Replaces a person's password, and ends the link by which she could have set one.
    async fn set_password(
        &mut self,
        account: AccountId,
        hash: &PasswordHash,
    ) -> Result<(), StoreError>;

    /// Replaces a password's hash if it is still `old`: for a stronger hash of the same password.
    async fn upgrade_password(
        &mut self,
        account: AccountId,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool, StoreError>;

    /// Whether an account may act and its password's hash is still this one; keeps both so until
    /// the unit of work ends.
    async fn hold_password(
        &mut self,
        account: AccountId,
        hash: &PasswordHash,
    ) -> Result<bool, StoreError>;

    /// Removes an account with its memberships, tokens and sessions. What belongs to it still has to
    /// be somebody else's before.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] where a namespace is still its own.
    async fn delete(&mut self, account: AccountId) -> Result<(), StoreError>;

    /// How many accounts there are.
    async fn count(&mut self) -> Result<u64, StoreError>;

    /// How many enabled people administer Portus.
    async fn enabled_admins(&mut self) -> Result<u64, StoreError>;

    /// The account of this name, in any case.
    async fn by_name(&mut self, name: &Username) -> Result<Option<Account>, StoreError>;

    /// The account of this number.
    async fn by_id(&mut self, account: AccountId) -> Result<Option<Account>, StoreError>;

    /// Every person, by number from `after` on, at most `limit`: for making personal namespaces.
    async fn people(
        &mut self,
        after: Option<AccountId>,
        limit: u32,
    ) -> Result<Vec<Account>, StoreError>;

    /// Whether a name could be that of a person's own namespaces: no account has it, no registry
    /// has a namespace of it.
    async fn is_personal_name_free(&mut self, name: &NamespaceName) -> Result<bool, StoreError>;
}
