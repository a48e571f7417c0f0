//! The examples run, and what holds for the whole system.

mod money_safety;
mod programs;
mod secrets;
mod snapshots;
