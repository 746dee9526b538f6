//! The harness of the end-to-end tests: starts programs, registries, databases and stand-ins, on free
//! ports and in temporary folders, and ends every one of them with the test.
//!
//! A test begins with a [`World`]: a Portus, a registry in front of it, and people.

pub mod browser;
pub mod client;
pub mod distribution3;
pub mod image;
pub mod notification;
pub mod pages;
pub mod port;
pub mod portus;
pub mod postgres;
pub mod process;
pub mod programs;
pub mod registry;
pub mod relay;
pub mod stand_in;
pub mod token;
pub mod visitor;
pub mod wait;
pub mod wire;
pub mod world;

pub use browser::{Browser, Wishes};
pub use client::Client;
pub use image::Image;
pub use notification::Event;
pub use portus::{Portus, Settings};
pub use process::Outcome;
pub use registry::Registry;
pub use token::{Token, TokenRequest};
pub use visitor::Visitor;
pub use wait::{eventually, until};
pub use world::{Database, Place, Worker, World};
