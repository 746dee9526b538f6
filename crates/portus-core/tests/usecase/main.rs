//! What Portus does, on a store in memory.
#![cfg(test)]

mod accounts;
mod audited;
mod called_off;
mod deletion;
mod events;
mod forgotten;
mod granted;
mod keys;
mod outlook;
mod people;
mod planned;
mod remote;
mod removal;
mod retries;
mod sessions;
mod sign_in;
mod still_allowed;
mod sync;
mod teams;
mod tokens;
mod world;
