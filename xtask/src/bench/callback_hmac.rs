//! A callback from bytes to a typed event, against the plain way to the same bytes of the checksum.

use std::{error::Error, hint::black_box};

use http::{HeaderMap, Method, Uri};
use payments_core::Secret;
use payments_notify::Gateway;
use payments_sign::HmacKey;
use ring::hmac;

use super::measure::{Measured, compare};

/// The sample of documents/003 whose checksum reproduces: its own key and parameters.
const KEY: &str = "ooc7slpvc61k7sf7ma7p4hrefr";
const URI: &str = "/callback?mdOrder=06cf5599-3f17-7c86-bdbc-bd7d00a8b38b&operation=approved\
                   &orderNumber=2003&status=1\
                   &checksum=EAF2FB72CAB99FD5067F4BA493DD84F4D79C1589FDE8ED29622F0F07215AA972";

pub(super) fn measure() -> Result<Measured, Box<dyn Error>> {
    let gateway = Gateway::hmac(HmacKey::new(&Secret::<String>::new(KEY))?);
    let uri: Uri = URI.parse()?;
    let headers = HeaderMap::new();
    let ours = || {
        let event = gateway.receive(&Method::GET, black_box(&uri), &headers, b"");
        let event = event.expect("the sample is genuine");
        assert!(event.is_paid() && event.order_id().is_some());
        black_box(event);
    };
    let key = hmac::Key::new(hmac::HMAC_SHA256, KEY.as_bytes());
    let plain = || assert!(plain(&key, black_box(&uri)));
    Ok(compare(ours, plain))
}

/// Pairs, sort, join, HMAC: what a programmer writes who reads the document.
fn plain(key: &hmac::Key, uri: &Uri) -> bool {
    let query = uri.query().unwrap_or_default();
    let mut pairs: Vec<(String, String)> =
        form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    pairs.sort();
    let mut checksum = String::new();
    let mut text = String::new();
    for (name, value) in pairs {
        if name == "checksum" {
            checksum = value;
        } else if name != "sign_alias" {
            text.push_str(&name);
            text.push(';');
            text.push_str(&value);
            text.push(';');
        }
    }
    let tag: Vec<u8> = (0..checksum.len() / 2)
        .filter_map(|at| u8::from_str_radix(checksum.get(2 * at..2 * at + 2)?, 16).ok())
        .collect();
    hmac::verify(key, text.as_bytes(), &tag).is_ok()
}
