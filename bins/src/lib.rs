//! What the three programs share.

pub mod clock;
pub mod doctor;
pub mod http;
pub mod keeping;
pub mod registry_config;
pub mod settings;
pub mod signals;
pub mod tasks;
pub mod telemetry;
pub mod wiring;
pub mod worker;
