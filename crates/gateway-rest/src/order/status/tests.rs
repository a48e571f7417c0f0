use payments_core::{
    Effect, Minor,
    order::{PaymentMethod, PaymentObject, PaymentState, PaymentSystem, PaymentWay, cart::Pair},
    state::amounts::Amounts,
    time::UnixMillis,
};
use proptest::prelude::*;

use super::*;
use crate::testing::{damaged, effects, ok, parameter, refusal, sent, takes_a_long_login};

fn status() -> OrderStatus {
    OrderStatus::of_order(OrderId::from_bank("01491d0b-c848-7dd6-a20d-e96900a7d8c0"))
}

fn read(body: &str) -> Box<OrderReport> {
    status().parse(&ok(body.to_owned())).expect("an answer")
}

/// G-001, G-010: a POST, everything in the body of the form.
#[test]
fn the_sample_on_the_wire() {
    let request = status().with(|request| request.language = Some(Language::English));
    insta::assert_snapshot!(sent(&request), @r"
    POST https://vtb.rbsuat.com/payment/rest/getOrderStatusExtended.do
    content-type: application/x-www-form-urlencoded

    language=en&orderId=01491d0b-c848-7dd6-a20d-e96900a7d8c0&password=test_user_password&userName=test_user
    ");
    assert!(!takes_a_long_login(&request)); // G-008
}

/// G-123: one of the two numbers is needed.
#[test]
fn one_of_the_numbers_is_needed() {
    let number = OrderStatus::of_number(OrderNumber::new("7005").expect("fits"));
    assert_eq!(parameter(&number, "orderNumber").as_deref(), Some("7005"));
    assert_eq!(parameter(&number, "orderId"), None);
    let none = number.with(|request| request.order_number = None);
    assert_eq!(refusal(&none), "orderId: must be set where orderNumber is not");
}

#[test]
fn a_wrong_field_is_named() {
    let wrong = status().with(|request| request.language = Some("rus".into()));
    assert_eq!(refusal(&wrong), "language: must be two letters of ISO 639-1");
}

#[test]
fn it_only_asks() {
    assert_eq!(status().replay(), Replay::Reads);
    let codes = ["1", "2", "5", "6", "7", "99"];
    let (no, maybe) = (Effect::No, Effect::Maybe);
    assert_eq!(effects(&status(), &codes), [no, no, no, no, no, maybe]);
}

/// G-028, G-029: only the statuses 1 and 2 say that the order is paid.
#[test]
fn paid_is_held_or_taken() {
    for code in 0..=9 {
        let report = read(&format!(r#"{{"errorCode":"0","orderStatus":{code}}}"#));
        assert_eq!(report.is_paid(), matches!(code, 1 | 2), "{code}");
        assert_eq!(report.is_declined(), code == 6, "{code}");
    }
    assert!(!read(r#"{"errorCode":"0"}"#).is_paid());
}

/// G-125, G-126: an order that was not found has no status; it may lack its number too.
#[test]
fn an_unknown_order_has_no_status() {
    let report = read(r#"{"errorCode":"0","actionCode":-100}"#);
    assert!(report.order_status.is_none() && report.order_number.is_none());
    assert!(report.report().is_none());
    let error = status().parse(&ok(r#"{"errorCode":"6","errorMessage":"unknown"}"#));
    assert!(error.expect_err("a refusal").is_not_found());
}

/// G-031: text and number alike.
#[test]
fn text_and_number_alike() {
    let text = read(r#"{"errorCode":"0","orderStatus":"2","amount":"2000","actionCode":"-2007"}"#);
    let number = read(r#"{"errorCode":0,"orderStatus":2,"amount":2000,"actionCode":-2007}"#);
    assert_eq!(format!("{text:?}"), format!("{number:?}"));
    assert_eq!(number.action_code.map(|code| code.to_string()).as_deref(), Some("-2007"));
}

/// G-127: times are milliseconds since 1970.
#[test]
fn times_are_milliseconds() {
    let report = read(r#"{"date":1617972915659,"authDateTime":"1617973059029"}"#);
    assert_eq!(report.date, Some(UnixMillis::new(1_617_972_915_659)));
    assert_eq!(report.auth_date_time, Some(UnixMillis::new(1_617_973_059_029)));
}

/// G-128: refunds come only where there are any; one may come without its array.
#[test]
fn refunds_come_as_one_or_many() {
    let one = r#"{"externalRefundId":"r1","amount":500,"actionCode":0}"#;
    assert_eq!(read("{}").refunds, []);
    assert_eq!(read(r#"{"refunds":null}"#).refunds, []);
    for (json, count) in [(one.to_owned(), 1), (format!("[{one},{one}]"), 2)] {
        let refunds = read(&format!(r#"{{"refunds":{json}}}"#)).refunds;
        assert_eq!(refunds.len(), count);
        assert!(refunds.iter().all(|refund| refund.amount == Some(Minor::new(500))));
    }
}

/// G-133, G-134: the order's id is an attribute; each parameter of the merchant is one pair.
#[test]
fn pairs_by_name() {
    let report = read(
        r#"{"attributes":[{"name":"mdOrder","value":"01491d0b"}],
            "merchantOrderParams":[{"name":"a","value":"b"},{"name":"originalResponseCode","value":"51"}]}"#,
    );
    assert_eq!(report.order_id(), Some(OrderId::from_bank("01491d0b")));
    assert_eq!(report.merchant_order_params.len(), 2);
    assert_eq!(report.merchant_order_params[1], Pair::new("originalResponseCode", "51"));
    assert_eq!(read("{}").order_id(), None);
}

/// G-135, G-136: what support did not fill is empty, and read.
#[test]
fn empty_products_are_read() {
    let report = read(
        r#"{"cardAuthInfo":{"maskedPan":"411111**1111","product":"","productCategory":"",
            "corporateCard":"","paymentSystem":"VISA"}}"#,
    );
    let card = report.card_auth_info.expect("there");
    assert_eq!(card.masked_pan.as_deref(), Some("411111**1111"));
    assert_eq!(card.payment_system, Some(PaymentSystem::Visa));
    assert!(card.product_category.is_none());
}

/// G-137: `cavv` and `xid` sit in `threeDSInfo`; they are secrets.
#[test]
fn cryptograms_are_found_and_do_not_show() {
    let body = r#"{"cardAuthInfo":{"secureAuthInfo":{"eci":5,
        "threeDSInfo":{"cavv":"MARKER-C","xid":"MARKER-X"}}}}"#;
    let report = read(body);
    assert!(!format!("{report:?} {report:#?}").contains("MARKER"));
    let secure = report.card_auth_info.and_then(|card| card.secure_auth_info).expect("there");
    let info = secure.three_ds_info.expect("there");
    assert_eq!(info.cavv.expect("there").expose(), "MARKER-C");
    assert_eq!(info.xid.expect("there").expose(), "MARKER-X");
    let error = status().parse(&ok(format!("{body}MARKER"))).expect_err("no json");
    assert!(!format!("{error:?} {error}").contains("MARKER"));
}

/// G-139, G-140: the amounts of a completed one-phase order; the total comes beside them.
#[test]
fn amounts_are_read_as_they_come() {
    let report = read(
        r#"{"orderStatus":2,"paymentAmountInfo":{"paymentState":"DEPOSITED","approvedAmount":2000,
            "depositedAmount":1500,"refundedAmount":0,"totalAmount":2010}}"#,
    );
    let amounts = Amounts::new(Minor::new(2000), Minor::new(1500), Minor::ZERO);
    assert_eq!(report.amounts(), Some(amounts));
    let info = report.payment_amount_info.expect("there");
    assert_eq!(info.total_amount, Some(Minor::new(2010)));
    assert_eq!(info.payment_state, Some(PaymentState::Deposited));
    assert_eq!(read("{}").amounts(), None);
}

/// G-143: the names of the version list mean the same as those of the table.
#[test]
fn two_spellings_are_one_field() {
    let secure = |names: [&str; 3]| {
        let [version, ares, rreq] = names;
        let report = read(&format!(
            r#"{{"cardAuthInfo":{{"secureAuthInfo":{{"{version}":"2.1.0","{ares}":"C","{rreq}":"Y"}}}}}}"#
        ));
        let secure = report.card_auth_info.and_then(|card| card.secure_auth_info).expect("there");
        assert_eq!(secure.ares_trans_status.as_deref(), Some("C"));
        assert_eq!(secure.rreq_trans_status.as_deref(), Some("Y"));
        assert!(secure.three_ds_protocol_version.is_some());
    };
    secure(["threeDSProtocolVersion", "aresTransStatus", "rreqTransStatus"]);
    secure(["threeDsProtocolVersion", "aResTransStatus", "rReqTransStatus"]);
    for name in ["depositedItemAmount", "depostedItemAmount"] {
        let report = read(&format!(
            r#"{{"bindingInfo":{{"externalCreated":true}},"orderBundle":{{"cartItems":{{"items":[
                {{"positionId":1,"name":"a","quantity":{{"value":1,"measure":"0"}},"{name}":"700"}}
            ]}}}}}}"#
        ));
        let items = report.order_bundle.expect("there").cart_items.items;
        assert_eq!(items[0].deposited_item_amount, Some(Minor::new(700)), "{name}");
        assert_eq!(report.binding_info.expect("there").external_created, Some(true));
    }
}

/// G-129, G-132: the cart that is left after refunds, with a word where the table has a number.
#[test]
fn the_cart_that_is_left() {
    let report = read(
        r#"{"ofdOrderBundle":[{"name":"apple","itemAmount":7411,"itemPrice":7411,
            "taxType":"VAT_0","quantity":{"value":1.5,"measure":"kg"},
            "itemAttributes":[{"name":"paymentMethod","value":"1"},
            {"name":"paymentObject","value":"1"}]}]}"#,
    );
    let [item] = &report.ofd_order_bundle[..] else { panic!("one position") };
    assert_eq!(item.tax_type.as_deref(), Some("VAT_0"));
    assert_eq!(item.payment_method(), Some(PaymentMethod::FullPrepayment));
    assert_eq!(item.payment_object(), Some(PaymentObject::Commodity));
    let quantity = item.quantity.as_ref().expect("there");
    assert_eq!(quantity.value.map(|value| value.to_string()).as_deref(), Some("1.5"));
}

/// G-141, G-142, G-144, G-145: a payment by Efecty and one by a plugin; what was asked for comes
/// back; every way of paying that the list has.
#[test]
fn ways_of_paying() {
    let report = read(
        r#"{"paymentWay":"SBP_C2B","usedPsdIndicatorValue":"LVP","efectyOrderInfo":{
            "referenceNumber":217,"referenceTerm":24,"networkID":1,"networkName":"efecty"}}"#,
    );
    assert_eq!(report.payment_way, Some(PaymentWay::SbpC2b));
    assert_eq!(report.used_psd_indicator_value.map(|it| it.to_string()).as_deref(), Some("LVP"));
    let efecty = report.efecty_order_info.expect("there");
    assert_eq!((efecty.network_id, efecty.network_name.as_deref()), (Some(1), Some("efecty")));
    assert_eq!(efecty.reference_term, Some(24));
    assert!(report.plugin_info.is_none());
    for way in PaymentWay::KNOWN.iter().copied().chain(["NEW_WAY"]) {
        let report = read(&format!(r#"{{"paymentWay":"{way}"}}"#));
        assert_eq!(report.payment_way.map(|it| it.to_string()).as_deref(), Some(way));
    }
}

const SAMPLE: &str = r#"{"errorCode":"0","orderNumber":"7005","orderStatus":2,"actionCode":0,
    "amount":2000,"currency":"643","date":1617972915659,"refunds":[{"amount":1}],
    "attributes":[{"name":"mdOrder","value":"01491d0b-c848-7dd6-a20d-e96900a7d8c0"}],
    "cardAuthInfo":{"maskedPan":"411111**1111","secureAuthInfo":{"eci":5,"threeDSInfo":{"cavv":"x"}}},
    "bindingInfo":{"clientId":"259753456"},"paymentAmountInfo":{"approvedAmount":2000},
    "orderBundle":{"cartItems":{"items":[{"positionId":1,"name":"a","quantity":{"value":1.5,
    "measure":"0"},"itemAttributes":{"attributes":[{"name":"agent_info.type","value":"7"}]}}]}},
    "pluginInfo":{"name":"a","params":{"b":1}},"ofdOrderBundle":[{"quantity":{"value":1}}]}"#;

proptest! {
    #[test]
    fn no_answer_panics(body in damaged(SAMPLE)) {
        if let Ok(report) = status().parse(&ok(body)) {
            let _ = (report.amounts(), report.report(), report.order_id(), report.is_paid());
        }
    }
}

/// What the property above damages is an answer before that.
#[test]
fn the_sample_is_read() {
    let report = read(SAMPLE);
    assert_eq!(report.order_number.map(|it| it.to_string()).as_deref(), Some("7005"));
    assert_eq!(report.plugin_info.and_then(|it| it.params).as_deref(), Some(r#"{"b":1}"#));
}
