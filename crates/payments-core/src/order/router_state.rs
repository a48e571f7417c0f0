//! What the router says of an order in one word.

crate::open_enum! {
    /// State of an order at the AntiDDOS Router (`state` of its status answer), which stands beside
    /// what the bank reports. The documents show no list: the values are those of the router's
    /// reference pages.
    pub enum RouterState {
        /// Registered at the router; no bank was chosen yet.
        Preregistered = "PREREGISTERED",
        /// A bank was chosen and has the order; nothing is paid.
        Created = "CREATED",
        /// A payment is under way and its outcome open.
        Pending = "PENDING",
        /// An amount is held (two phases).
        Approved = "APPROVED",
        /// Debited.
        Deposited = "DEPOSITED",
        /// Refused, expired or declined by the merchant.
        Declined = "DECLINED",
        /// The hold was given back.
        Reversed = "REVERSED",
        /// Something was refunded, perhaps not all of it.
        Refunded = "REFUNDED",
    }
}
