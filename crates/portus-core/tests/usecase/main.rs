//! What Portus does, on a store in memory.
#![cfg(test)]

mod accounts;
mod events;
mod keys;
mod remote;
mod sign_in;
mod sync;
mod teams;
mod tokens;
mod world;
