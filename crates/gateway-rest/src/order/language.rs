//! The language of texts for people.

pub use payments_core::order::language::Language;

pub(crate) use payments_core::order::language::check;
