//! Identifiers with the limits that the banks document.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Invalid;

/// Declares an identifier: a text of so many characters.
///
/// Expands to a newtype with `new` (checks the length), `from_bank` (keeps whatever the bank
/// sent), `as_str`, `Display`, `FromStr` and serde, which reads text and number alike.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $wire:literal, $min:literal..=$max:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// Takes an identifier of the caller's.
            ///
            /// # Errors
            ///
            /// The text is shorter or longer than the documented limits.
            pub fn new(text: impl Into<String>) -> Result<Self, Invalid> {
                let text = text.into();
                let fits = ($min..=$max).contains(&text.chars().count());
                let rule = concat!("must have ", $min, " to ", $max, " characters");
                if fits { Ok(Self(text.into())) } else { Err(Invalid::new($wire, rule)) }
            }

            /// Keeps an identifier as the bank sent it: limits bind what we send, not the bank.
            pub fn from_bank(text: impl Into<String>) -> Self {
                Self(text.into().into())
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                Self::new(text)
            }
        }

        impl From<crate::wire::Text<'_>> for $name {
            fn from(text: crate::wire::Text<'_>) -> Self {
                Self::from_bank(text.into_string())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                crate::wire::Text::deserialize(from).map(Self::from)
            }
        }
    };
}

pub(crate) use id;

id! {
    /// The merchant's own number of an order, unique for the merchant, 1 to 36 characters.
    ///
    /// The merchant makes it; a second registration under it is refused (documents/003, order
    /// registration).
    OrderNumber, "orderNumber", 1..=36
}

id! {
    /// The gateway's own number of an order, 1 to 36 characters; the gateway makes it.
    ///
    /// Calls name it `orderId`, `mdOrder` or `MDORDER`.
    OrderId, "orderId", 1..=36
}

id! {
    /// The merchant's own number of a customer, 1 to 255 characters; stored credentials hang on it.
    ClientId, "clientId", 1..=255
}

id! {
    /// A stored credential, 1 to 255 characters; the gateway makes it.
    BindingId, "bindingId", 1..=255
}

id! {
    /// The merchant's own key of one refund, 1 to 32 characters.
    ///
    /// The gateway answers a second refund with the same key as it answered the first
    /// (documents/003, refund, `externalRefundId`).
    RefundId, "externalRefundId", 1..=32
}

id! {
    /// Login of a merchant on whose behalf a call acts, 1 to 255 characters.
    MerchantLogin, "merchantLogin", 1..=255
}

id! {
    /// One authentication at the 3DS server, 1 to 36 characters; the 3DS server makes it.
    ThreeDsServerTransId, "threeDSServerTransId", 1..=36
}

id! {
    /// One receipt at the fiscaliser, 1 to 36 characters; the fiscaliser makes it.
    ///
    /// The document prints a limit of 32, which its own sample breaks (documents/003, information
    /// about a receipt).
    ReceiptId, "uuid", 1..=36
}

id! {
    /// One payment link, 1 to 32 characters; the gateway makes it.
    TemplateId, "templateId", 1..=32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_count_characters_and_bind_us_alone() {
        assert!(OrderNumber::new("").is_err());
        assert!(OrderNumber::new("ж".repeat(36)).is_ok());
        let error = OrderNumber::new("1".repeat(37)).expect_err("too long");
        assert_eq!(error.to_string(), "orderNumber: must have 1 to 36 characters");
        assert!(RefundId::new("1".repeat(33)).is_err());
        assert_eq!(OrderId::from_bank("1".repeat(99)).as_str().len(), 99);
    }

    #[test]
    fn text_and_number_are_read_alike() {
        let text: ClientId = serde_json::from_str("\"259753456\"").expect("text");
        let number: ClientId = serde_json::from_str("259753456").expect("number");
        assert_eq!(text, number);
    }
}
