//! The wire: what clients and registries send, and what they get.
#![cfg(test)]

mod captures;
mod notification;
mod operators;
mod serve;
mod token_get;
mod token_post;
mod trouble;
mod world;
