//! Tables of error codes, generated from `testdata/spec`.

pub(super) mod card;
pub(super) mod sbp;
