//! What a run did, read back from its record.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/mod.rs"]
mod support;

mod official;
mod reading;
mod views;
