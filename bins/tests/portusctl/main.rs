//! `portusctl` as a shell sees it: what it prints, how it ends, what it leaves behind.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what tests share is tests too"
)]

mod bad_input;
mod commands;
mod doctor;
mod place;
mod secrets;
