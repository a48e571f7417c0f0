//! The amounts of an order as a status report shows them.

use crate::Minor;

/// An order's amounts at one moment, in minor units of the order's currency, as
/// `paymentAmountInfo` of a status report carries them (documents/003, getOrderStatusExtended).
///
/// How the three move together is read off rule G-161 (of two refunds that expect the same
/// deposited amount only one runs, so a refund lowers it) and the samples; no document spells it
/// out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Amounts {
    /// `approvedAmount`: authorised at first, less what was reversed since. A completion leaves it.
    pub approved: Minor,
    /// `depositedAmount`: taken so far, less what was reversed or refunded since.
    pub deposited: Minor,
    /// `refundedAmount`: refunded so far.
    pub refunded: Minor,
}

impl Amounts {
    /// Nothing authorised, taken or refunded.
    pub const NONE: Self =
        Self { approved: Minor::ZERO, deposited: Minor::ZERO, refunded: Minor::ZERO };

    /// Takes the three amounts, in minor units.
    pub const fn new(approved: Minor, deposited: Minor, refunded: Minor) -> Self {
        Self { approved, deposited, refunded }
    }
}
