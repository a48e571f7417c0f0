//! Links by which a payer pays in the application of a bank.

use std::fmt;

use bytes::Bytes;
use payments_core::{Error, id::OrderId, limit, wire::Text};
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::{
    fault::{self, Codes},
    lenient,
};

/// An address to which the payer's browser is sent, exactly as the router gave it.
///
/// Hosts and forms differ from bank to bank and change without notice. Send the payer there as it is:
/// what stands in it is encoded already, and encoding it anew breaks it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PaymentLink(Box<str>);

impl PaymentLink {
    /// The address as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PaymentLink {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for PaymentLink {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(from)?.into_string();
        // A page or an application is opened by it: nothing that runs, nothing that is no address.
        if limit::is_app_address(&text) {
            Ok(Self(text.into()))
        } else {
            Err(D::Error::custom("expected the address of a page or an application"))
        }
    }
}

/// What the calls for T-Pay and Alfa Pay answer, inside the envelope or without it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Linked {
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) error_code: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) error_message: Option<String>,
    #[serde(default, deserialize_with = "lenient::from")]
    pub(crate) order_id: Option<OrderId>,
    pub(crate) redirect: PaymentLink,
}

/// What stands outside the envelope.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Around {
    #[serde(deserialize_with = "lenient::text")]
    error_code: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    error_message: Option<String>,
}

impl Linked {
    /// Reads an accepted answer.
    pub(crate) fn read(answer: &http::Response<Bytes>, codes: Codes) -> Result<Self, Error> {
        let mut linked: Self = fault::read(answer, codes)?;
        let around: Around = serde_json::from_slice(answer.body()).unwrap_or_default();
        linked.error_code = around.error_code.or(linked.error_code);
        linked.error_message = around.error_message.or(linked.error_message);
        Ok(linked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_kept_byte_for_byte() {
        for text in [
            "https://www.tinkoff.ru/tpay/2000000000000000622",
            "https://test-alfa-mobile.alfabank.ru/mobile/api/v1/goto-alfapay/alfapay?orderId=85af6430-9f86-7.....1hMzM5LWM2YzMwMTM2NjEwOA==",
            "bank100000000004://qr.nspk.ru/x?a=%2F&b=1+2",
        ] {
            let json = serde_json::to_string(text).expect("text");
            let link: PaymentLink = serde_json::from_str(&json).expect("an address");
            assert_eq!((link.as_str(), link.to_string().as_str()), (text, text));
        }
        for wrong in
            ["", "javascript:alert(1)", "/tpay/1", "https://", "https://a b", "1a://b", "a://b\\n"]
        {
            assert!(
                serde_json::from_str::<PaymentLink>(&format!("\"{wrong}\"")).is_err(),
                "{wrong}"
            );
        }
        assert!(serde_json::from_str::<PaymentLink>("null").is_err());
    }
}
