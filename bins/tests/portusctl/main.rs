//! `portusctl` as a shell sees it: what it prints, how it ends, what it leaves behind.

mod bad_input;
mod commands;
mod doctor;
mod place;
mod secrets;
