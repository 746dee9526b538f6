//! Who may do what with which image, and what happens when they do.
//!
//! No sockets, no SQL, no clock of its own: everything outside is a trait in [`port`]. A service
//! that only wants the decisions needs [`policy`] and the nouns beside it.
#![deny(missing_docs)]

pub mod account;
pub mod activity;
pub mod catalog;
pub mod companion;
pub mod comparison;
pub mod configuration;
pub mod credential;
pub mod deletion;
pub mod deletion_reason;
pub mod digest;
pub mod event;
pub mod finding;
pub mod id;
pub mod image;
pub mod key;
#[cfg(feature = "memory")]
pub mod memory;
pub mod namespace;
pub mod page;
pub mod policy;
pub mod port;
pub mod registry;
pub mod repository;
pub mod scope;
pub mod search;
pub mod secret;
pub mod session;
pub mod shelf;
pub mod tag;
pub mod team;
mod text;
pub mod usecase;
mod version;
pub mod words;
