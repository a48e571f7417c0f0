//! State machines: one closed enum and one constant table of legal moves each.

pub mod amounts;
