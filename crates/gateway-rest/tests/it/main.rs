//! The gateway client against the sandbox and the documents.

#[cfg(feature = "client")]
mod bank;
#[cfg(feature = "client")]
mod bindings;
mod cart_rules;
mod codes;
#[cfg(feature = "client")]
mod evidence;
mod full;
mod money;
mod pay;
#[cfg(feature = "client")]
mod poll;
#[cfg(feature = "client")]
mod profiles;
mod protocol;
#[cfg(feature = "client")]
mod raw_refund;
#[cfg(feature = "client")]
mod receipts;
#[cfg(feature = "client")]
mod recurrent;
mod register;
mod samples;
mod sbp;
#[cfg(all(feature = "client", feature = "card-data"))]
mod se_token;
#[cfg(feature = "client")]
mod simulation;
mod status;
#[cfg(feature = "client")]
mod templates;
mod three_ds;
#[cfg(feature = "client")]
mod verify_card;
