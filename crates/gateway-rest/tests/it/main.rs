//! The gateway client against the sandbox and the documents.

mod simulation;
