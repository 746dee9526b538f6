//! The wire: what clients and registries send, and what they get.
#![cfg(test)]

mod admin;
mod api;
mod api_routes;
mod audit_rows;
mod browser;
mod captures;
mod closed;
mod connect;
mod deletions;
mod denied;
mod every_form;
mod every_text;
#[path = "../../../portus-core/tests/policy/expected.rs"]
mod expected;
mod forms;
mod furnished;
mod hostile;
mod images;
mod kept;
mod links;
mod log;
mod managing;
mod nested;
mod notification;
mod once;
mod operators;
mod outlook;
mod pages;
mod places;
mod remote;
mod rest;
mod search;
mod serve;
mod sure;
mod token_get;
mod token_post;
mod trouble;
mod words;
mod world;
