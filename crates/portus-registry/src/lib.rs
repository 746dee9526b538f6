//! The client of a Docker registry: its catalog, its tags, its manifests.
//!
//! Portus signs the tokens it calls a registry with, so no other server is ever asked for one,
//! whatever realm a registry announces. What a registry answers is believed as far as it can be
//! checked: bodies have a limit, content has its digest, listings have to end.
#![deny(missing_docs)]

mod address;
mod answer;
mod blob;
mod challenge;
mod configuration;
mod connection;
mod content;
mod deletion;
mod document;
mod link;
mod listing;
mod manifest;
pub mod probe;
mod registries;
mod remote;
mod settings;
mod token;
mod unreached;
mod walk;

pub use registries::HttpRegistries;
pub use settings::{ClientError, ClientSettings};
