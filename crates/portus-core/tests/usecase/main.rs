//! What Portus does, on a store in memory.

mod accounts;
mod events;
mod keys;
mod remote;
mod sign_in;
mod sync;
mod teams;
mod tokens;
mod world;
