//! What the doctor finds, and what to change. The English sentences are those of the findings.

mod german;

use portus_core::finding::{Advice, Check, Found, Place};

use super::texts;

texts! {
    /// What the doctor finds, and what to change.
    Doctor {
        advice: fn(&Advice) -> String = |advice| advice.to_string(), german::advice;
        check: fn(&Check) -> String = |check| check.to_string(), german::check;
        found: fn(&Found) -> String = |found| found.to_string(), german::found;
        place: fn(&Place) -> String = |place| place.to_string(), german::place;
    }
}

#[cfg(test)]
mod tests;
