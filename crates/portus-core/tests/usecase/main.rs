//! What Portus does, on a store in memory.
#![cfg(test)]

mod accounts;
mod deletion;
mod events;
mod granted;
mod keys;
mod remote;
mod retries;
mod sessions;
mod sign_in;
mod sync;
mod teams;
mod tokens;
mod world;
