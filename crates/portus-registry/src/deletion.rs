//! Deleting a tag, or a manifest with every tag on it.

use portus_core::port::{Access, Reference, RemoteError, Removal};
use portus_core::repository::RepositoryPath;
use portus_core::scope::Action;
use reqwest::{Method, StatusCode};

use crate::connection::{Ask, Connection};

impl Connection {
    /// Asks the registry to delete something.
    ///
    /// Source: OCI distribution specification 1.1, "Content Management". Distribution deletes by
    /// tag from 3.0 on; before, a tag is a digest it cannot read: 400.
    pub(crate) async fn delete(
        &self,
        repository: &RepositoryPath,
        which: &Reference,
    ) -> Result<Removal, RemoteError> {
        let reference = match which {
            Reference::Digest(digest) => digest.as_str(),
            Reference::Tag(tag) => tag.as_str(),
        };
        let url = self.url(&format!("/v2/{repository}/manifests/{reference}"))?;
        let access = delete(repository);
        let method = Method::DELETE;
        let ask = Ask { method, url, access: Some(&access), accept: &[], limit: MAX_ANSWER };
        let answer = self.ask(ask).await?;
        let date = answer.date();
        match answer.status {
            status if status.is_success() => Ok(Removal::Gone { date }),
            StatusCode::METHOD_NOT_ALLOWED => Ok(Removal::Unsupported),
            StatusCode::BAD_REQUEST if matches!(which, Reference::Tag(_)) => {
                Ok(Removal::Unsupported)
            }
            _ if answer.is_absent() => Ok(Removal::NotThere { date }),
            _ => Err(answer.failure()),
        }
    }
}

/// The right to delete in one repository.
fn delete(path: &RepositoryPath) -> Access {
    Access::Repository { path: path.clone(), actions: vec![Action::Delete], star: false }
}

/// What a registry says of a deletion is not read.
const MAX_ANSWER: usize = 64 * 1024;
