//! Content is what its digest says, or it is not believed.

use openssl::hash::{MessageDigest, hash};
use portus_core::digest::Digest;
use portus_core::port::RemoteError;

/// The digest that registries give content by default.
pub(crate) fn sha256(content: &[u8]) -> Result<Digest, RemoteError> {
    let text = format!("sha256:{}", hex(MessageDigest::sha256(), content)?);
    text.parse().map_err(|_| uncomputed())
}

/// Checks content against what it was asked for by.
///
/// # Errors
///
/// Where it is other content.
pub(crate) fn verify(digest: &Digest, content: &[u8]) -> Result<(), RemoteError> {
    let (algorithm, encoded) = digest.as_str().split_once(':').unwrap_or_default();
    let algorithm = match algorithm {
        "sha256" => MessageDigest::sha256(),
        "sha384" => MessageDigest::sha384(),
        "sha512" => MessageDigest::sha512(),
        _ => return Err(uncomputed()),
    };
    if hex(algorithm, content)? == encoded {
        Ok(())
    } else {
        Err(RemoteError::Odd(format!("the content is not that of `{digest}`")))
    }
}

/// Works on content, where it is big away from the threads that everyone waits for.
pub(crate) async fn apart<T: Send + 'static>(
    content: Vec<u8>,
    work: impl FnOnce(&[u8]) -> Result<T, RemoteError> + Send + 'static,
) -> Result<T, RemoteError> {
    if content.len() < BIG {
        return work(&content);
    }
    let done = tokio::task::spawn_blocking(move || work(&content)).await;
    done.unwrap_or_else(|_| Err(RemoteError::Odd("its answer could not be worked on".into())))
}

fn hex(algorithm: MessageDigest, content: &[u8]) -> Result<String, RemoteError> {
    let bytes = hash(algorithm, content).map_err(|_| uncomputed())?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn uncomputed() -> RemoteError {
    RemoteError::Odd("its digest cannot be computed".into())
}

const BIG: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_checked_with_the_algorithm_of_its_digest() {
        let empty = b"";
        for digest in [
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
        ] {
            let digest: Digest = digest.parse().unwrap();
            assert!(verify(&digest, empty).is_ok());
            assert!(verify(&digest, b"other").is_err());
        }
        assert!(verify(&sha256(b"text").unwrap(), b"text").is_ok());
    }
}
