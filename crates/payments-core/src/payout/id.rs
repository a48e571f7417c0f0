//! Identifiers of payouts, customers and cards.
//!
//! The page names no lengths although codes 210 to 237 say that there are some: the limits here are
//! those of the bank's sibling products (`docs/unverified.md`).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Invalid, id::id};

id! {
    /// The bank's name of a terminal, 1 to 20 characters; the bank gives it.
    TerminalKey, "TerminalKey", 1..=20
}

id! {
    /// The merchant's own number of a payout, unique in its system, 1 to 36 characters.
    ///
    /// The merchant makes it; a second Init under it is refused (documents/002, Init; codes 20, 623
    /// and 4005).
    OrderId, "OrderId", 1..=36
}

id! {
    /// The bank's number of a payout, 1 to 20 characters; the answer to Init gives it.
    PaymentId, "PaymentId", 1..=20
}

id! {
    /// The merchant's own identifier of a customer, 1 to 36 characters.
    CustomerKey, "CustomerKey", 1..=36
}

id! {
    /// A bound card, 1 to 40 characters; the bank makes it.
    CardId, "CardId", 1..=40
}

id! {
    /// One binding of a card, 1 to 64 characters; the answer to AddCard gives it.
    ///
    /// A UUID as a rule, which two samples break (documents/002, AttachCard).
    RequestKey, "RequestKey", 1..=64
}

impl PaymentId {
    /// The number, where it is one: a request for a confirmation lists numbers (documents/002,
    /// getConfirmOperation).
    pub fn number(&self) -> Option<u64> {
        super::to::digits(self.as_str())?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_bind_us_alone() {
        assert!(OrderId::new("").is_err() && OrderId::new("1".repeat(37)).is_err());
        assert_eq!(OrderId::new("1".repeat(36)).expect("fits").as_str().len(), 36);
        let error = TerminalKey::new("1".repeat(21)).expect_err("too long");
        assert_eq!(error.to_string(), "TerminalKey: must have 1 to 20 characters");
        let sample = "0e0b4ac6-6fe5-4a4e-8d3b-5d5f3b8a7e0bd"; // One digit too many, as samples have.
        let read: RequestKey = serde_json::from_str(&format!("{sample:?}")).expect("text");
        assert_eq!(read.as_str(), sample);
    }

    /// what the bank wrote as text or number goes into a list of numbers.
    #[test]
    fn payments_are_text_numbers_and_numbers() {
        for json in ["\"1201206437\"", "1201206437"] {
            let id: PaymentId = serde_json::from_str(json).expect("reads");
            assert_eq!(id.number(), Some(1_201_206_437));
        }
        for text in ["", "+7", "7a", "99999999999999999999"] {
            assert_eq!(PaymentId::from_bank(text).number(), None, "{text}");
        }
    }
}
