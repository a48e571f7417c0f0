//! The calls of 3-D Secure against the documents' samples.

#[cfg(feature = "client")]
mod flows;

use gateway_rest::{
    Credentials, Profile,
    three_ds::{finish::Finish3dsPayment, finish_v2::Finish3dsVer2Payment, proceed::Continue3ds},
};
use payments_core::{
    Endpoint as _, Secret,
    id::{OrderId, ThreeDsServerTransId},
};

use crate::samples::{answer, assert_same, prepared, prepared_as, request, response};

fn finish() -> Finish3dsPayment {
    let order = OrderId::from_bank("906bf262-bd53-4ac7-983c-07127954681b");
    Finish3dsPayment::new(order, Secret::new("eJzFV2uTokoS%...%ADPms%0D%0A"))
}

fn finish_v2() -> Finish3dsVer2Payment {
    let authentication = ThreeDsServerTransId::from_bank("33b17cb5-b4a5-48ac-a3b8-bc8d6d979a46");
    Finish3dsVer2Payment::new(authentication, OrderId::from_bank("f61e2a41"))
}

fn proceed() -> Continue3ds {
    Continue3ds::new(OrderId::from_bank("eb708f0a-2683-7437-b458-f80400b40dc0"))
}

/// G-205, G-206, G-207: the printed requests, as multisets of parameters.
#[test]
fn the_printed_requests() {
    assert_same(&prepared(&finish()), &request("rest/finish3dsPayment.do", 0));
    assert_same(&prepared(&finish_v2()), &request("rest/finish3dsVer2Payment.do", 0));
    let other = Credentials::login("test-user", "test-password").expect("valid");
    let outgoing = prepared_as(&other, &Profile::vtb_test(), &proceed()).expect("no rule broken");
    assert_same(&outgoing, &request("rest/3ds/continue.do", 0));
}

#[test]
fn the_printed_answers() {
    let finished = finish().parse(&answer(&response("rest/finish3dsPayment.do", 0)));
    assert_eq!(
        finished.expect("answered").redirect.as_deref(),
        Some("https://mybestmerchantreturnurl.com?orderId=906bf262-bd53-4ac7-983c-07127954681b")
    );
    let finished = finish_v2().parse(&answer(&response("rest/finish3dsVer2Payment.do", 0)));
    let finished = finished.expect("answered");
    assert_eq!(finished.is_3ds_ver2, Some(true));
    assert!(finished.redirect.is_some_and(|url| url.ends_with("&lang=en")));
}

/// A damaged answer is repaired by the tests alone: the crate takes it for none.
#[test]
fn damage_is_not_forgiven() {
    let whole = response("rest/finish3dsPayment.do", 0);
    let damaged = whole.replace("\n}", ",\n}");
    assert_ne!(whole, damaged);
    let error = finish().parse(&answer(&damaged)).expect_err("no json");
    assert_eq!(error.effect(), payments_core::Effect::Maybe);
    assert!(error.refusal().is_none());
}

/// G-207, G-208: a challenge, an end without one, and two failures that come with code 0.
#[test]
fn what_continue_answers() {
    let read = |number| proceed().parse(&answer(&response("rest/3ds/continue.do", number)));
    let [challenge, frictionless, refused, declined] =
        [0, 1, 2, 3].map(|number| read(number).expect("answered"));
    assert_eq!(challenge.acs_url.as_deref(), Some("https://bestbank.com/acs2/acs/creq"));
    assert!(challenge.packed_c_req.is_some() && challenge.redirect.is_none());
    assert!(challenge.error.is_none());
    assert!(frictionless.redirect.is_some_and(|url| url.contains("/returnUrl?")));
    assert!(frictionless.acs_url.is_none());
    for (failed, kind, stage) in [
        (refused, "TDS_UNKNOWN_ARES_STATUS", "MANDATORY_3DSECURE"),
        (declined, "DATA_INPUT_ERROR", "CLIENT_ERROR"),
    ] {
        assert!(failed.is_failed());
        assert_eq!(failed.error_code.as_deref(), Some("0"));
        assert_eq!(failed.error_type_name.as_deref(), Some(kind));
        assert_eq!(failed.processing_error_type.as_deref(), Some(stage));
        assert!(failed.redirect.is_some_and(|url| url.contains("/failUrl?")));
    }
}
