use portus_core::port::Entropy;

/// Random bytes from OpenSSL, which the operating system seeds.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    fn bytes(&self) -> [u8; 32] {
        random()
    }
}

/// Random bytes fit for secrets.
#[expect(clippy::disallowed_methods, reason = "the home of what draws random bytes")]
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    openssl::rand::rand_bytes(&mut bytes)
        .expect("OpenSSL draws random bytes unless the system gives it no seed at all");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_draw_is_like_another() {
        let draws: std::collections::HashSet<_> = (0..1000).map(|_| OsEntropy.bytes()).collect();
        assert_eq!(draws.len(), 1000);
    }
}
