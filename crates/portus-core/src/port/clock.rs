use std::time::SystemTime;

/// The time, so that tests can set it; whole microseconds, which is what stores keep.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> SystemTime;
}

/// Randomness fit for secrets.
pub trait Entropy: Send + Sync {
    /// 256 random bits.
    fn bytes(&self) -> [u8; 32];
}
