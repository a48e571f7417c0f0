//! Proof and reading.

use std::fs;

use form_urlencoded::Serializer;
use http::{HeaderMap, HeaderValue, Method, Uri, header};
use payments_core::{
    Minor,
    order::{CallbackOperation, CallbackPaymentState, CallbackStatus},
    poll::Standing,
    state::{
        amounts::Amounts,
        order::{Observed, Order, Phases, State},
    },
};
use payments_notify::{Event, Gateway, NotGenuine, gateway::PARAMETERS};
use payments_sign::{Digest, PublicKey, RsaVerifier, Signer as _};
use proptest::{collection::btree_map, prelude::*};

use crate::{SAMPLE, key};

fn get(gateway: &Gateway, query: &str) -> Result<Event, NotGenuine> {
    let uri: Uri = format!("https://shop.example/callback/?{query}").parse().expect("uri");
    gateway.receive(&Method::GET, &uri, &HeaderMap::new(), b"ignored=1")
}

fn post(gateway: &Gateway, body: &[u8]) -> Result<Event, NotGenuine> {
    let uri = Uri::from_static("https://shop.example/callback/?shop=1&status=0");
    gateway.receive(&Method::POST, &uri, &HeaderMap::new(), body)
}

/// Encodes parameters and puts the checksum of the document's key among them. The text is joined
/// here by hand: the crate's own way would agree with itself.
fn signed<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut pairs: Vec<_> = pairs.into_iter().collect();
    let body = Serializer::new(String::new()).extend_pairs(&pairs).finish();
    pairs.retain(|(name, _)| *name != "sign_alias");
    pairs.sort_unstable();
    let text: String = pairs.iter().map(|(name, value)| format!("{name};{value};")).collect();
    let checksum = key().sign_hex(text.as_bytes()).expect("signs");
    if body.is_empty() {
        format!("checksum={checksum}")
    } else {
        format!("checksum={checksum}&{body}")
    }
}

/// G-247, G-250, G-255: the document's own sample.
#[test]
fn the_documents_sample_is_genuine() {
    let gateway = Gateway::hmac(key());
    for event in [get(&gateway, SAMPLE), post(&gateway, SAMPLE.as_bytes())] {
        let event = event.expect("genuine");
        assert!(event.is_proven() && event.is_paid() && !event.is_failed());
        assert_eq!(event.operation(), Some(CallbackOperation::Approved));
        assert_eq!(event.status(), Some(CallbackStatus::Success));
        let id = event.order_id().expect("comes");
        assert_eq!(id.as_str(), "06cf5599-3f17-7c86-bdbc-bd7d00a8b38b");
        assert_eq!(event.order_number().expect("comes").as_str(), "2003");
        assert_eq!(event.amount(), None);
    }
}

/// G-259: support can have the gateway send any headers; the document's own example sends a content
/// type that is none.
#[test]
fn headers_of_the_merchants_wish_do_not_matter() {
    let mut headers = HeaderMap::new();
    headers.insert(header::AUTHORIZATION, HeaderValue::from_static("token"));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("plain/text"));
    let gateway = Gateway::hmac(key());
    let uri = Uri::from_static("/callback.php");
    let event = gateway.receive(&Method::POST, &uri, &headers, SAMPLE.as_bytes());
    assert!(event.expect("genuine").is_paid());
}

/// G-243: any order of parameters, and either case of the checksum's letters.
#[test]
fn order_and_case_do_not_matter() {
    let gateway = Gateway::hmac(key());
    let (pairs, checksum) = SAMPLE.rsplit_once('=').expect("checksum last");
    let lower = format!("{pairs}={}", checksum.to_lowercase());
    let turned: Vec<_> = SAMPLE.split('&').rev().collect();
    for query in [lower, turned.join("&"), format!("&{}&", turned.join("&&"))] {
        assert!(get(&gateway, &query).expect("genuine").is_paid(), "{query}");
    }
}

/// G-254: a mismatch is a forgery, whatever was changed.
#[test]
fn one_changed_byte_is_a_forgery() {
    let gateway = Gateway::hmac(key());
    for at in 0..SAMPLE.len() {
        let mut changed = SAMPLE.as_bytes().to_vec();
        changed[at] ^= 1;
        let refused = post(&gateway, &changed).expect_err("changed");
        assert!(!refused.is_wrong_method());
    }
}

#[test]
fn what_is_missing_malformed_or_twice_is_not_genuine() {
    let gateway = Gateway::hmac(key());
    let (without, checksum) = SAMPLE.rsplit_once("&checksum=").expect("checksum last");
    for query in [
        String::new(),
        without.to_owned(),
        format!("{without}&checksum="),
        format!("{without}&checksum"),
        format!("{without}&Checksum={checksum}"),
        format!("{without}&checksum={}", &checksum[..62]),
        format!("{without}&checksum={checksum}00"),
        format!("{without}&checksum=+{checksum}"),
        format!("{without}&checksum={}", "Z".repeat(64)),
        format!("{SAMPLE}&extra=1"),
        format!("{SAMPLE}&extra="),
    ] {
        let refused = get(&gateway, &query).expect_err("not genuine");
        assert!(refused.is_wrong_checksum(), "{query}: {refused}");
    }
    for query in [
        format!("{SAMPLE}&status=1"),
        format!("{SAMPLE}&checksum={checksum}"),
        format!("{SAMPLE}&st%61tus=0"),
        format!("{SAMPLE}&sign_alias=a&sign_alias=b"),
        format!("{SAMPLE}&a=%FF"),
    ] {
        let refused = get(&gateway, &query).expect_err("not genuine");
        assert!(refused.is_malformed(), "{query}: {refused}");
    }
    let uri: Uri = format!("/?{SAMPLE}").parse().expect("uri");
    for method in [Method::HEAD, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let refused = gateway.receive(&method, &uri, &HeaderMap::new(), SAMPLE.as_bytes());
        assert!(refused.expect_err("neither get nor post").is_wrong_method(), "{method}");
    }
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    let refused = gateway.receive(&Method::POST, &uri, &headers, SAMPLE.as_bytes());
    assert!(refused.expect_err("packed").is_malformed());
}

/// G-267: the placeholder checksum fits none of the samples that carry it.
#[test]
fn the_documents_placeholders_are_not_genuine() {
    let spec = fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../testdata/spec/gateway-callbacks.json"
    ));
    let spec: serde_json::Value = serde_json::from_slice(&spec.expect("reads")).expect("json");
    let mut seen = 0;
    for sample in spec["samples"].as_array().expect("a list") {
        let url = sample["url"].as_str().expect("text").replace(' ', "%20");
        let uri: Uri = url.parse().expect("uri");
        let method = sample["method"].as_str().expect("text").parse().expect("method");
        let body = sample["body"].as_str().unwrap_or_default().as_bytes();
        let read = |gateway: &Gateway| gateway.receive(&method, &uri, &HeaderMap::new(), body);
        assert!(read(&Gateway::hmac(key())).expect_err("no key gives it").is_wrong_checksum());
        let event = read(&Gateway::insecure_without_checksum()).expect("reads");
        assert_eq!(event.operation(), Some(CallbackOperation::Deposited), "{url}");
        seen += 1;
    }
    assert_eq!(seen, 9);
}

/// G-253: values are checked decoded, a blank be it written as a plus or as %20.
#[test]
fn values_are_decoded_before_they_are_checked() {
    let gateway = Gateway::hmac(key());
    let pairs = [
        ("callbackCreationDate", "Mon Jan 31 21:46:52 UTC 2022"),
        ("operation", "deposited"),
        ("orderDescription", "Чай & кофе = 100% + молоко"),
        ("panMasked", ""),
    ];
    let body = signed(pairs);
    for body in [body.clone(), body.replace('+', "%20"), body.replace("%3A", ":")] {
        let event = post(&gateway, body.as_bytes()).expect("genuine");
        assert_eq!(event.created(), Some("Mon Jan 31 21:46:52 UTC 2022"));
        assert_eq!(event.other("orderDescription"), Some("Чай & кофе = 100% + молоко"));
        assert_eq!(event.other("panMasked"), Some(""));
        assert_eq!(event.masked_pan(), None);
        assert_eq!(event.other("pan"), None);
    }
}

/// G-251: the gateway's key pair. `sign_alias` says SHA-256, the signature is SHA-512, and a caller
/// who believed it would refuse the genuine.
#[test]
fn the_documents_rsa_samples_are_genuine() {
    let case = |name: &str, file: &str| {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/signature/callback-rsa");
        fs::read(format!("{root}/{name}/{file}")).expect("reads")
    };
    for (name, weak) in [("java-sample", true), ("php-sample", false)] {
        let key = PublicKey::from_pem(&case(name, "public-key.pem")).expect("reads");
        assert_eq!(Gateway::rsa(key.clone()).is_err(), weak, "{name}");
        let pairs: Vec<(String, String)> =
            serde_json::from_slice(&case(name, "parameters.json")).expect("pairs");
        let body = Serializer::new(String::new()).extend_pairs(pairs).finish();
        for (digest, genuine) in [(Digest::Sha512, true), (Digest::Sha256, false)] {
            let verifier = RsaVerifier::allowing_weak_1024_bit_keys(key.clone(), digest);
            let gateway = Gateway::verifier(std::sync::Arc::new(verifier.expect("1024 and up")));
            let event = post(&gateway, body.as_bytes());
            assert_eq!(event.is_ok_and(|event| event.is_paid()), genuine, "{name} {digest:?}");
        }
    }
}

/// G-255: every operation with every status.
#[test]
fn paid_is_approved_or_deposited_with_status_1() {
    let gateway = Gateway::hmac(key());
    for operation in CallbackOperation::KNOWN.iter().copied().chain(["APPROVED", "", "new"]) {
        for status in ["1", "0", "", "2", "01", "true"] {
            let body = signed([("operation", operation), ("status", status)]);
            let event = post(&gateway, body.as_bytes()).expect("genuine");
            let payment = matches!(operation, "approved" | "deposited" | "APPROVED");
            assert_eq!(event.is_paid(), payment && status == "1", "{operation} {status}");
            assert_eq!(event.is_failed(), payment && status == "0", "{operation} {status}");
        }
    }
}

/// G-244: without a checksum anyone can write callbacks, and none of them says that anything is paid.
#[test]
fn nothing_is_paid_without_a_checksum() {
    let event = get(&Gateway::insecure_without_checksum(), SAMPLE).expect("reads");
    assert!(!event.is_proven() && !event.is_paid() && !event.is_failed());
    assert_eq!(event.operation(), Some(CallbackOperation::Approved));
}

/// The text under the checksum does not escape its semicolons: two callbacks, one checksum.
#[test]
fn a_callback_that_can_be_cut_anew_proves_nothing() {
    let gateway = Gateway::hmac(key());
    let bank = [
        ("cardholderName", "X;mdOrder;other;operation;deposited;status;1;zzz;"),
        ("mdOrder", "real"),
        ("operation", "deposited"),
        ("status", "0"),
    ];
    let body = signed(bank);
    let checksum = body.split('&').next().expect("first");
    let forged = format!(
        "{checksum}&cardholderName=X&mdOrder=other&operation=deposited&status=1\
         &zzz=%3BmdOrder%3Breal%3Boperation%3Bdeposited%3Bstatus%3B0"
    );
    // The checksum fits both, since both have the same text.
    for body in [body, forged] {
        let event = post(&gateway, body.as_bytes());
        assert!(event.is_ok_and(|event| !event.is_proven() && !event.is_paid()));
    }
}

/// G-256: a genuine callback moves the order without a status call, a repeated one is known, and a late one moves nothing back.
#[test]
fn callbacks_meet_in_the_orders_machine() {
    let gateway = Gateway::hmac(key());
    let report = |operation: &'static str, status: &'static str, amounts: [&'static str; 3]| {
        let names = ["approvedAmount", "depositedAmount", "refundedAmount"];
        let pairs = names.into_iter().zip(amounts);
        let pairs = pairs.chain([("operation", operation), ("status", status)]);
        post(&gateway, signed(pairs).as_bytes()).expect("genuine").report()
    };
    let mut order = Order::registered(Minor::new(2000), Phases::Two);
    let held = report("approved", "1", ["2000", "0", "0"]).expect("sure");
    assert_eq!(held.amounts(), Some(Amounts::new(Minor::new(2000), Minor::ZERO, Minor::ZERO)));
    assert_eq!(order.observe(&held), Observed::Moved);
    assert_eq!(order.observe(&held), Observed::AlreadyThere);
    let deposited = report("deposited", "1", ["2000", "1500", "0"]).expect("sure");
    assert_eq!(order.observe(&deposited), Observed::Moved);
    assert_eq!((order.state(), order.deposited()), (State::Deposited, Minor::new(1500)));
    order.observe(&held);
    assert_eq!((order.state(), order.deposited()), (State::Deposited, Minor::new(1500)));
    // Whoever waits for the payment is told the same.
    let standing = |operation: &'static str, status: &'static str| {
        let body = signed([("operation", operation), ("status", status)]);
        post(&gateway, body.as_bytes()).expect("genuine").standing()
    };
    assert_eq!(standing("deposited", "1"), Standing::Paid);
    assert_eq!(standing("deposited", "0"), Standing::Open);
    assert_eq!(standing("declinedByTimeout", "0"), Standing::Expired);
    let unproven = get(&Gateway::insecure_without_checksum(), SAMPLE).expect("reads");
    assert_eq!(unproven.standing(), Standing::Open);
    // What is not sure: failed, unknown, without status.
    for (operation, status) in [("deposited", "0"), ("deposited", ""), ("new", "1"), ("", "1")] {
        assert_eq!(report(operation, status, ["0", "0", "0"]), None, "{operation} {status}");
    }
    let some = report("deposited", "1", ["2000", "15.00", ""]).expect("sure");
    assert_eq!((some.state(), some.amounts()), (Some(State::Deposited), None));
    let unproven = get(&Gateway::insecure_without_checksum(), SAMPLE).expect("reads");
    assert_eq!(unproven.report(), None);
}

/// G-248, G-258: parameters that no document names are checked and given out as well.
#[test]
fn unknown_parameters_take_part() {
    let gateway = Gateway::hmac(key());
    let body = signed([("operation", "approved"), ("status", "1"), ("unheardOf", "7")]);
    let event = post(&gateway, body.as_bytes()).expect("genuine");
    assert_eq!(event.other("unheardOf"), Some("7"));
    let stripped = body.replace("&unheardOf=7", "");
    assert!(post(&gateway, stripped.as_bytes()).expect_err("taken out").is_wrong_checksum());
}

#[test]
fn what_the_own_server_adds_is_left_out() {
    let gateway = Gateway::hmac(key()).leaving_out(["rest_route", "shop"]);
    let query = format!("rest_route=%2Fcallback&{SAMPLE}&shop=1&shop=2");
    let event = get(&gateway, &query).expect("genuine");
    assert!(event.is_paid());
    assert_eq!((event.other("shop"), event.other("rest_route")), (None, None));
    assert!(get(&gateway, &format!("{query}&Shop=1")).is_err());
}

/// G-262: the two spellings of an order's number and of a reference number.
#[test]
fn both_spellings_are_read() {
    let gateway = Gateway::hmac(key());
    let read = |pairs: &[(&'static str, &'static str)]| {
        post(&gateway, signed(pairs.iter().copied()).as_bytes()).expect("genuine")
    };
    let id = |event: &Event| event.order_id().map(|id| id.to_string());
    assert_eq!(id(&read(&[("mdorder", "1")])).as_deref(), Some("1"));
    assert_eq!(id(&read(&[("mdorder", "1"), ("mdOrder", "1")])).as_deref(), Some("1"));
    assert_eq!(id(&read(&[("mdorder", "2"), ("mdOrder", "1")])), None);
    let event = read(&[("refnum", "1"), ("refNum", ""), ("paymentRefNum", "1")]);
    assert_eq!(event.reference_number(), Some("1"));
    assert_eq!(read(&[("refnum", "1"), ("refNum", "2")]).reference_number(), None);
}

/// G-260, G-261, G-263: the words of callbacks, and events that carry no status.
#[test]
fn the_words_of_callbacks_are_their_own() {
    let gateway = Gateway::hmac(key());
    let pairs = [
        ("operation", "declinedCardpresent"),
        ("paymentState", "payment_approved"),
        ("amount", "35000099"),
        ("approvedAmount", "350000.99"),
        ("currency", "643"),
        ("enabled", "true"),
    ];
    let event = post(&gateway, signed(pairs).as_bytes()).expect("genuine");
    assert_eq!(event.operation(), Some(CallbackOperation::DeclinedCardPresent));
    assert_eq!(event.other("operation"), Some("declinedCardpresent"));
    assert_eq!(event.payment_state(), Some(CallbackPaymentState::PaymentApproved));
    assert_eq!(event.amount(), Some(Minor::new(35_000_099)));
    assert_eq!((event.approved_amount(), event.other("approvedAmount")), (None, Some("350000.99")));
    assert_eq!(event.currency().expect("known").code(), "643");
    assert_eq!((event.binding_enabled(), event.status()), (Some(true), None));
    assert!(!event.is_paid() && !event.is_failed());
}

/// The names are those of the handed-over table, and every one of them can be asked for.
#[test]
fn every_documented_parameter_is_given_out() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/spec/gateway-callbacks.json");
    let spec: serde_json::Value =
        serde_json::from_slice(&fs::read(path).expect("reads")).expect("json");
    let listed = spec["parameters"].as_array().expect("a list").iter();
    let listed: Vec<_> = listed.map(|row| row["name"].as_str().expect("text")).collect();
    assert_eq!(listed, PARAMETERS);
    let sent: Vec<_> = listed.iter().filter(|name| **name != "checksum").collect();
    let body = signed(sent.iter().map(|name| (**name, **name)));
    let event = post(&Gateway::hmac(key()), body.as_bytes()).expect("genuine");
    for name in sent {
        assert_eq!(event.other(name), Some(*name));
    }
    assert_eq!(event.names().count(), 82);
}

#[test]
fn a_marker_never_shows() {
    let gateway = Gateway::hmac(key());
    let shown = ["mdOrder", "mdorder", "orderNumber", "operation", "status"];
    let hidden = PARAMETERS.iter().filter(|name| **name != "checksum" && !shown.contains(name));
    let hidden = hidden.filter(|name| !name.ends_with("mount"));
    let pairs = hidden.map(|name| (*name, "MARKER")).chain([("MARKER", "MARKER")]);
    let pairs = pairs.chain([("mdOrder", "shown"), ("amount", "100")]);
    let body = signed(pairs);
    let event = post(&gateway, body.as_bytes()).expect("genuine");
    let text = format!("{event:?} {event:#?} {gateway:?}");
    assert!(!text.contains("MARKER") && text.contains("shown") && text.contains("cavv"), "{text}");
    let changed = body.replace("shown", "MARKER");
    let refused = post(&gateway, changed.as_bytes()).expect_err("changed");
    assert!(!format!("{refused} {refused:?}").contains("MARKER"));
    let checksum = body.split(['=', '&']).nth(1).expect("checksum");
    assert!(!text.contains(checksum), "{text}");
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes: Vec<u8>, query in "[ -~]{0,60}") {
        for gateway in [Gateway::hmac(key()), Gateway::insecure_without_checksum()] {
            let events = [post(&gateway, &bytes), post(&gateway, query.as_bytes())];
            for event in events.into_iter().flatten() {
                let _ = format!("{event:?}");
                let _ = (event.is_paid(), event.order_id(), event.amount(), event.currency());
                let _ = (event.action_code(), event.reference_number(), event.masked_pan());
            }
        }
    }

    /// What the bank signs is taken, whatever its parameters and their order.
    #[test]
    fn what_was_signed_is_genuine(
        pairs in btree_map("[a-zA-Z_]{1,4}", "\\PC{0,6}", 0..8),
        turn: usize,
    ) {
        let body = signed(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let mut pieces: Vec<_> = body.split('&').collect();
        let turn = turn % pieces.len();
        pieces.rotate_left(turn);
        let event = post(&Gateway::hmac(key()), pieces.join("&").as_bytes());
        let event = event.expect("genuine");
        for (name, value) in &pairs {
            prop_assert_eq!(event.other(name), Some(value.as_str()));
        }
        let semicolon = pairs.values().any(|value| value.contains(';'));
        prop_assert_eq!(event.is_proven(), !semicolon);
    }
}
