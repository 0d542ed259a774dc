//! std
