//! Ways to take the payer's browser to the issuer: `GET acsRedirect.do`, or a form that posts.
//!
//! documents/003, "Redirect to the ACS"; rules G-120 to G-122.

use payments_core::{Invalid, Secret, id::OrderId};
use url::Url;

use crate::profile::Profile;

/// The address of `acsRedirect.do` for an order: open it in the payer's browser, and the gateway
/// takes the payer on to the issuer. It carries no credentials.
///
/// At the end the payer is sent to `returnUrl` with `orderId`, or on failure to `failUrl` (without
/// one, `returnUrl`) with `orderID`.
///
/// # Errors
///
/// The profile's address cannot be joined with the path.
pub fn acs_redirect(profile: &Profile, order_id: &OrderId) -> Result<Url, Invalid> {
    let rule = "must be an address under which acsRedirect.do can stand";
    let mut url = profile.outer.join("acsRedirect.do").map_err(|_| Invalid::new("outer", rule))?;
    url.query_pairs_mut().append_pair("orderId", order_id.as_str());
    Ok(url)
}

/// A form that the payer's browser posts to the issuer.
///
/// Its hidden values are secrets of the payer's session: hand the page to the payer only.
#[derive(Clone, Debug)]
pub struct AcsForm {
    action: String,
    fields: Vec<(&'static str, Secret)>,
}

impl AcsForm {
    /// 3-D Secure 1: `PaReq`, `TermUrl` (where the issuer sends the payer back) and `MD` (the
    /// merchant's own mark, here the order).
    pub fn pa_req(acs_url: &str, pa_req: &Secret, term_url: &str, order_id: &OrderId) -> Self {
        let fields = vec![
            ("PaReq", pa_req.clone()),
            ("TermUrl", Secret::new(term_url)),
            ("MD", Secret::new(order_id.as_str())),
        ];
        Self { action: acs_url.to_owned(), fields }
    }

    /// 3-D Secure 2: `creq`.
    pub fn c_req(acs_url: &str, packed_c_req: &Secret) -> Self {
        Self { action: acs_url.to_owned(), fields: vec![("creq", packed_c_req.clone())] }
    }

    /// The method of 3-D Secure 2: `threeDSMethodData`, which a hidden frame posts to the issuer.
    pub fn method(url: &str, data_packed: &Secret) -> Self {
        Self { action: url.to_owned(), fields: vec![("threeDSMethodData", data_packed.clone())] }
    }

    /// Where the form goes.
    pub fn action(&self) -> &str {
        &self.action
    }

    /// What it carries.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.fields.iter().map(|(name, value)| (*name, value.expose().as_str()))
    }

    /// A whole HTML page that posts the form at once, and with a button where scripts are off.
    /// `button` is its caption.
    ///
    /// # Errors
    ///
    /// The issuer's address is not one of `https` (or `http` on this machine): a browser must not
    /// be sent to a script.
    pub fn to_html(&self, button: &str) -> Result<String, Invalid> {
        let (url, inputs) = (web("acsUrl", &self.action)?, self.inputs());
        Ok(format!(
            "<!doctype html><html><head><meta charset=\"utf-8\"><title>3-D Secure</title></head>\
             <body onload=\"document.forms[0].submit()\"><form method=\"post\" action=\"{}\">{inputs}\
             <button type=\"submit\">{}</button></form></body></html>",
            escape(url.as_str()),
            escape(button)
        ))
    }

    /// The fields as hidden inputs.
    pub(super) fn inputs(&self) -> String {
        let input = |(name, value)| {
            format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value))
        };
        self.fields().map(input).collect()
    }
}

/// An address to which a browser may be sent: nothing that would run in the page's own name.
pub(super) fn web(field: &'static str, address: &str) -> Result<Url, Invalid> {
    let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "https" | "http"));
    url.ok_or_else(|| Invalid::new(field, "must be an absolute http or https address"))
}

pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_the_sample() {
        // G-120: the printed sample, outside rest/.
        let order = OrderId::from_bank("85eb9a84-2a47-7cca-b0ae-662c000016d1");
        let url = acs_redirect(&Profile::vtb_test(), &order).expect("joins");
        assert_eq!(
            url.as_str(),
            "https://vtb.rbsuat.com/payment/acsRedirect.do?orderId=85eb9a84-2a47-7cca-b0ae-662c000016d1"
        );
    }

    #[test]
    fn the_page_escapes_and_hides() {
        let form = AcsForm::c_req("https://acs.example/creq?a=1&b=2", &Secret::new("\"><MARKER"));
        assert!(!format!("{form:?}").contains("MARKER"));
        let page = form.to_html("Go on").expect("https");
        assert!(page.contains("value=\"&quot;&gt;&lt;MARKER\""), "{page}");
        assert!(page.contains("action=\"https://acs.example/creq?a=1&amp;b=2\""), "{page}");
        let script = AcsForm::c_req("javascript:alert(1)", &Secret::new("x"));
        assert!(script.to_html("Go on").is_err());
    }
}
