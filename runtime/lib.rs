//! rlm
pub mod model;
