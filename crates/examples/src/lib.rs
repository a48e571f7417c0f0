#![doc = include_str!("../../../README.md")]

mod browser;

pub use browser::Browser;

/// Whatever goes wrong in an example.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
