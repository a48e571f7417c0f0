//! What comes back through the payer's browser. Anyone can write it: it proves nothing.
//!
//! Every function here is total and gives an untrusted value, from which nothing follows but a
//! status call.

use std::fmt;

use payments_core::{Secret, id::OrderId};

/// The payer came back to `returnUrl` or `failUrl`, so the query says. Ask for the order's status.
///
/// The gateway adds `orderId` to the merchant's own query, `orderID` on the way to `failUrl` after
/// acsRedirect, and mostly `lang` (documents/003, rules G-121, G-266).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Returned {
    /// The order that the browser names. Look it up among your own before you ask the bank.
    pub claimed_order: OrderId,
    /// Language of the page that the payer came from.
    pub language: Option<String>,
}

impl Returned {
    /// Reads the query of the request that the payer's browser made, without the `?`.
    ///
    /// None where no order is named, or two different ones.
    pub fn from_query(query: &str) -> Option<Self> {
        let mut orders = Vec::new();
        let mut language = None;
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "orderId" | "orderID" => orders.push(value.into_owned()),
                "lang" => language = Some(value.into_owned()),
                _ => {}
            }
        }
        orders.dedup();
        match orders.as_slice() {
            [order] => Some(Self { claimed_order: OrderId::new(order.as_str()).ok()?, language }),
            _ => None,
        }
    }
}

/// The issuer's page of 3-D Secure 1 posted `MD` and `PaRes` to the merchant, so the body says.
///
/// Pass `pa_res` on with [`Finish3dsPayment`](crate::three_ds::finish::Finish3dsPayment): the
/// gateway checks it.
#[derive(Clone)]
#[non_exhaustive]
pub struct PaResReturned {
    /// The merchant's mark, as [`AcsForm::pa_req`](crate::three_ds::redirect::AcsForm::pa_req) set
    /// it: the order.
    pub md: String,
    /// The issuer's answer.
    pub pa_res: Secret,
}

impl PaResReturned {
    /// Reads a form body. None where a part is missing or stands twice.
    pub fn from_body(body: &[u8]) -> Option<Self> {
        let md = once(body, "MD")?;
        let pa_res = once(body, "PaRes")?;
        Some(Self { md, pa_res: Secret::new(pa_res) })
    }
}

impl fmt::Debug for PaResReturned {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("PaResReturned").field("md", &self.md).finish_non_exhaustive()
    }
}

/// The issuer's page of 3-D Secure 2 posted `cres` to the merchant, so the body says.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CResReturned {
    /// The issuer's message; the gateway fetches the true result itself.
    pub c_res: Secret,
    /// The merchant's mark (`threeDSSessionData`), if the issuer gave it back.
    pub session_data: Option<Secret>,
}

impl CResReturned {
    /// Reads a form body. None where `cres` is missing or stands twice.
    pub fn from_body(body: &[u8]) -> Option<Self> {
        let c_res = Secret::new(once(body, "cres")?);
        Some(Self { c_res, session_data: once(body, "threeDSSessionData").map(Secret::new) })
    }
}

/// The issuer's method frame of 3-D Secure 2 reported that it ran, so the body says.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct MethodNotified {
    /// `threeDSMethodData`: base64url of a JSON object that names the authentication.
    pub three_ds_method_data: Secret,
}

impl MethodNotified {
    /// Reads a form body. None where the parameter is missing or stands twice.
    pub fn from_body(body: &[u8]) -> Option<Self> {
        once(body, "threeDSMethodData").map(|data| Self { three_ds_method_data: Secret::new(data) })
    }
}

/// The value of a form parameter that stands exactly once and is not empty.
fn once(body: &[u8], name: &str) -> Option<String> {
    let mut values =
        form_urlencoded::parse(body).filter(|(found, _)| found == name).map(|(_, value)| value);
    match (values.next(), values.next()) {
        (Some(value), None) if !value.is_empty() => Some(value.into_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_spellings_beside_the_merchants_own_query() {
        // G-121, G-266
        let returned = Returned::from_query("cart=7&orderId=01493844-d4d3&lang=en").expect("reads");
        assert_eq!(returned.claimed_order.as_str(), "01493844-d4d3");
        assert_eq!(returned.language.as_deref(), Some("en"));
        assert!(Returned::from_query("orderID=01493844-d4d3").is_some());
        assert!(Returned::from_query("orderId=a&orderID=a").is_some());
        for wrong in ["", "orderid=a", "orderId=a&orderId=b", "orderId="] {
            assert_eq!(Returned::from_query(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_the_issuer_posts_is_read_and_not_shown() {
        let pa_res = PaResReturned::from_body(b"MD=order&PaRes=MARKER%2B").expect("reads");
        assert_eq!((pa_res.md.as_str(), pa_res.pa_res.expose().as_str()), ("order", "MARKER+"));
        let c_res =
            CResReturned::from_body(b"cres=MARKER&threeDSSessionData=MARKER").expect("reads");
        let method = MethodNotified::from_body(b"threeDSMethodData=MARKER").expect("reads");
        assert!(!format!("{pa_res:?} {c_res:?} {method:?}").contains("MARKER"));
        assert!(PaResReturned::from_body(b"MD=a&PaRes=b&PaRes=c").is_none());
        assert!(CResReturned::from_body(b"cres=").is_none());
    }

    proptest! {
        #[test]
        fn no_bytes_panic(body: Vec<u8>, query: String) {
            let _ = Returned::from_query(&query);
            let _ = PaResReturned::from_body(&body);
            let _ = CResReturned::from_body(&body);
            let _ = MethodNotified::from_body(&body);
        }
    }
}
