//! Callbacks of the gateway, from the request to the event and the answer.

use payments_core::Secret;
use payments_sign::HmacKey;

mod gateway;
mod service;

/// The key of the document's Java sample.
const KEY: &str = "ooc7slpvc61k7sf7ma7p4hrefr";

/// The parameters of the document's Java sample, documents/003, lines 6514-6563.
const SAMPLE: &str = "mdOrder=06cf5599-3f17-7c86-bdbc-bd7d00a8b38b&operation=approved\
    &orderNumber=2003&status=1\
    &checksum=EAF2FB72CAB99FD5067F4BA493DD84F4D79C1589FDE8ED29622F0F07215AA972";

fn key() -> HmacKey {
    HmacKey::new(&Secret::<String>::new(KEY)).expect("not empty")
}
