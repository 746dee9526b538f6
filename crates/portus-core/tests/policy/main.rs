//! Every question there is, and its answer: in a table a person can review, in vectors another
//! language can run, and in a property over all of them.
#![cfg(test)]

mod actors;
mod document;
mod expected;
mod list;
mod manage;
mod table;
mod vectors;
