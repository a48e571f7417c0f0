//! Value lists and code tables, generated from `testdata/spec`.

pub(super) mod action_codes;
pub(super) mod callback;
pub(super) mod card;
pub(super) mod payer;
pub(super) mod payment;
pub(super) mod processor_codes;
pub(super) mod receipt;
pub(super) mod sbp;
pub(super) mod status;
pub(super) mod template;
