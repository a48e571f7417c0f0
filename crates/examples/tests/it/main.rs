//! The examples run, and what holds for the whole system.

mod programs;
