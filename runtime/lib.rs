//! rlm
