//! Bodies of requests, read as far as they are wanted.

use axum::body::Body;
use http_body_util::BodyExt;
use openssl::sha::Sha256;

use super::RegistryError;

/// A body, or the beginning of one that is too large.
pub(super) struct Received {
    /// At most the limit.
    pub(super) kept: Vec<u8>,
    /// All there was, unless even draining ended.
    pub(super) bytes: u64,
    /// The SHA-256 of all that came.
    pub(super) digest: [u8; 32],
    /// Whether the body was larger than the limit.
    pub(super) is_cut: bool,
}

/// Reads a body of at most `limit` bytes.
pub(crate) async fn read(body: Body, limit: usize) -> Result<Vec<u8>, RegistryError> {
    let received = receive(body, limit, 0).await?;
    if received.is_cut { Err(RegistryError::BodyTooLarge(limit)) } else { Ok(received.kept) }
}

/// Reads a body, keeps `limit` bytes of it and reads up to `drain` more without keeping them, so
/// that the sender comes to the end of it and then reads the answer.
pub(super) async fn receive(
    mut body: Body,
    limit: usize,
    drain: u64,
) -> Result<Received, RegistryError> {
    let mut hasher = Sha256::new();
    let (mut kept, mut bytes) = (Vec::new(), 0u64);
    let end = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(drain);
    while let Some(frame) = body.frame().await {
        let Ok(chunk) = frame.map_err(|_| RegistryError::Body)?.into_data() else { continue };
        hasher.update(&chunk);
        bytes = bytes.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        let room = limit.saturating_sub(kept.len()).min(chunk.len());
        kept.extend_from_slice(chunk.get(..room).unwrap_or_default());
        if bytes > end {
            break;
        }
    }
    let is_cut = bytes > u64::try_from(limit).unwrap_or(u64::MAX);
    Ok(Received { kept, bytes, digest: hasher.finish(), is_cut })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(chunks: &[&[u8]]) -> Body {
        let chunks: Vec<_> =
            chunks.iter().map(|chunk| Ok::<_, std::io::Error>(chunk.to_vec())).collect();
        Body::from_stream(futures_util::stream::iter(chunks))
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_its_limit() {
        assert_eq!(read(body(&[b"ab", b"cd"]), 4).await.unwrap(), b"abcd");
        assert!(matches!(
            read(body(&[b"ab", b"cde"]), 4).await,
            Err(RegistryError::BodyTooLarge(4))
        ));
    }

    #[tokio::test]
    async fn what_is_too_large_is_drained_and_told_apart() {
        let one = receive(body(&[b"abcdef", b"ghi"]), 4, 100).await.unwrap();
        let other = receive(body(&[b"abcdef", b"ghj"]), 4, 100).await.unwrap();
        assert_eq!((&*one.kept, one.bytes, one.is_cut), (&b"abcd"[..], 9, true));
        assert_ne!(one.digest, other.digest);
    }

    #[tokio::test]
    async fn draining_ends() {
        let endless = std::iter::repeat_with(|| Ok::<_, std::io::Error>(vec![0u8; 1000]));
        let endless = Body::from_stream(futures_util::stream::iter(endless));
        let received = receive(endless, 10, 5000).await.unwrap();
        assert!(received.is_cut && received.bytes < 10_000);
    }
}
