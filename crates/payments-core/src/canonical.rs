//! Canonical forms: the exact bytes that are hashed, signed or checked.
