use payments_core::order::ReceiptStatus as Status;
use proptest::prelude::*;

use super::*;
use crate::testing::{damaged, effects, ok, parameter, refusal, sent, takes_a_long_login};
use payments_core::{Effect, order::PaymentMethod, time::UnixMillis};

/// The sample of documents/003 with the comma that is missing in print.
const SAMPLE: &str = r#"{"errorCode":"0","orderNumber":"220170606034051002_177",
    "orderId":"abd60d0c-e096-42c3-8b17-6081c67db214","receipt":[{"receiptStatus":1,
    "uuid":"790925e5-739c-430c-9e92-79d9f14481a4","shift_number":"27","fiscal_receipt_number":"21",
    "receipt_date_time":1499256900000,"fn_number":"9999078900006364",
    "ecr_registration_number":"1234567890023481","fiscal_document_number":"21",
    "fiscal_document_attribute":"3713381819","amount_total":10000,"ofdOrderBundle":[{
    "taxType":"VAT_0","name":"water","itemAmount":111165,"itemPrice":7411,"quantity":{
    "value":"15","measure":"0"},"itemAttributes":[{"name":"paymentMethod","value":"1"},
    {"name":"paymentObject","value":"1"}]}]}]}"#;

fn ask() -> ReceiptStatus {
    ReceiptStatus::of_order(OrderId::from_bank("abd60d0c-e096-42c3-8b17-6081c67db214"))
}

fn read(body: &str) -> ReceiptReport {
    ask().parse(&ok(body.to_owned())).expect("an answer")
}

/// A receipt with one more member.
fn with(member: &str) -> Receipt {
    let body = format!(r#"{{"receipt":[{{"receiptStatus":1,{member}}}]}}"#);
    read(&body).receipts.pop().expect("one")
}

/// G-011: a form, as the sample has it.
#[test]
fn the_sample_on_the_wire() {
    insta::assert_snapshot!(sent(&ask()), @"
    POST https://vtb.rbsuat.com/payment/rest/getReceiptStatus.do
    content-type: application/x-www-form-urlencoded

    orderId=abd60d0c-e096-42c3-8b17-6081c67db214&password=test_user_password&userName=test_user
    ");
    assert!(takes_a_long_login(&ask())); // G-008
}

/// G-220: by an order, by a receipt, by both; never by neither.
#[test]
fn what_is_asked_for() {
    let receipt = ReceiptId::new("790925e5-739c-430c-9e92-79d9f14481a4").expect("fits");
    let alone = ReceiptStatus::of_receipt(receipt.clone());
    assert_eq!(parameter(&alone, "uuid").as_deref(), Some(receipt.as_str()));
    assert_eq!(parameter(&alone, "orderId"), None);
    let number = OrderNumber::new("7").expect("fits");
    let by_number = ReceiptStatus::of_number(number).with(|it| it.receipt = Some(receipt));
    assert_eq!(parameter(&by_number, "orderNumber").as_deref(), Some("7"));
    assert!(parameter(&by_number, "uuid").is_some());
    let nothing = ask().with(|it| it.order_id = None);
    assert_eq!(refusal(&nothing), "orderId: must be set where orderNumber and uuid are not");
    let wrong = ask().with(|it| it.language = Some("e".into()));
    assert_eq!(refusal(&wrong), "language: must be two letters of ISO 639-1");
}

/// G-129, G-222, G-225: the sample's spellings and types.
#[test]
fn the_sample_s_answer() {
    let report = read(SAMPLE);
    assert_eq!(report.order_number, Some(OrderNumber::from_bank("220170606034051002_177")));
    let [receipt] = &report.receipts[..] else { panic!("one receipt") };
    assert_eq!(receipt.status, Some(Status::PaymentDelivered));
    assert!(receipt.is_delivered() && !receipt.is_refund() && !receipt.has_failed());
    assert_eq!((receipt.shift_number, receipt.fiscal_receipt_number), (Some(27), Some(21)));
    let time = receipt.time().expect("there");
    assert_eq!((time.unix(), time.local()), (Some(UnixMillis::new(1_499_256_900_000)), None));
    assert_eq!(receipt.amount_total.as_ref().map(ReceiptTotal::as_str), Some("10000"));
    let [item] = &receipt.items[..] else { panic!("one position") };
    assert_eq!(item.tax_type.as_deref(), Some("VAT_0"));
    assert_eq!(item.payment_method(), Some(PaymentMethod::FullPrepayment));
    assert_eq!(report.seen().ids.len(), 1);
}

/// G-222: the table's spelling of the moment, and its form.
#[test]
fn a_moment_in_both_spellings() {
    let receipt = with(r#""receipt_datetime":"2017:07:05 15:15:00""#);
    let time = receipt.time().expect("there");
    assert_eq!(time.as_str(), "2017:07:05 15:15:00");
    assert_eq!(time.unix(), None);
    assert_eq!(time.local().map(|it| it.to_string()).as_deref(), Some("2017-07-05T15:15:00"));
    let millis = with(r#""receipt_datetime":"1499256900000""#);
    assert!(millis.time().and_then(ReceiptTime::unix).is_some());
}

/// G-223: 15 digits before the separator and 2 behind it, a point or a comma.
#[test]
fn a_total_with_a_separator() {
    let total = |json: &str| {
        let total = with(&format!("\"amount_total\":{json}")).amount_total.expect("there");
        (total.as_str().to_owned(), total.decimal().map(|it| it.to_string()))
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(total("\"100.50\""), ("100.50".into(), some("100.50")));
    assert_eq!(total("\"100,5\""), ("100,5".into(), some("100.5")));
    assert_eq!(total("100.5"), ("100.5".into(), some("100.5")));
    let long = "999999999999999.99";
    assert_eq!(total(&format!("\"{long}\"")), (long.into(), some(long)));
    assert_eq!(total("\"much\""), ("much".into(), None));
}

/// G-224: an operator without links sends an empty one.
#[test]
fn an_empty_link_is_none() {
    assert_eq!(with(r#""ofd_receipt_url":"""#).ofd_receipt_url, None);
    let link = with(r#""ofd_receipt_url":"https://ofd.example/1""#).ofd_receipt_url;
    assert_eq!(link.as_deref(), Some("https://ofd.example/1"));
}

/// G-032, G-221: each version adds fields; none of them is needed.
#[test]
fn versions_add_fields() {
    let first = with(r#""uuid":"u""#);
    assert_eq!((&first.kind, &first.params, first.items.len()), (&None, &None, 0));
    assert!(!first.says_closing());
    assert_eq!(with(r#""original_ofd_uuid":"o""#).original_ofd_uuid.as_deref(), Some("o"));
    assert!(with(r#""receiptType":"close""#).says_closing());
    assert_eq!(with(r#""receiptType":7"#).kind.as_deref(), Some("7"));
    assert_eq!(with(r#""receiptType":null"#).kind, None);
    let params = with(
        r#""ofdReceiptParams":{"vatAmount":"333","ofdReceiptStatus":{"queuedDoc":"2",
        "queuedFirstDocNum":7,"queuedFirstDocDate":"2026-01-02","ffdVersion":"1.2",
        "internetSign":"true"}}"#,
    )
    .params
    .expect("there");
    let status = params.status.expect("there");
    assert_eq!((status.queued_doc, status.internet_sign), (Some(2), Some(true)));
    assert_eq!(status.ffd_version.as_deref(), Some("1.2"));
    let one = with(r#""ofdOrderBundle":{"name":"water","itemAmount":1}"#);
    assert_eq!(one.items.len(), 1, "one position without its array");
    let ofd = with(r#""OFD":{"inn":"0123456789","name":"a \"b\" \\","website":"ofd.example"}"#);
    let ofd = ofd.ofd.expect("there");
    assert_eq!(ofd.inn.as_deref(), Some("0123456789"), "leading zeros stay"); // G-085
    assert_eq!(ofd.name.as_deref(), Some("a \"b\" \\"));
}

/// One receipt may come without its array; a status that no list knows is kept.
#[test]
fn what_else_may_come() {
    let report = read(r#"{"receipt":{"receiptStatus":"17","uuid":790925}}"#);
    let status = report.receipts[0].status.as_ref().expect("there");
    assert!(!status.is_known() && status.as_str() == "17");
    assert_eq!(report.receipts[0].uuid, Some(ReceiptId::from_bank("790925")));
    assert_eq!(read(r#"{"errorCode":0,"receipt":null}"#).receipts, []);
    for (status, refund, failed, delivered) in [
        (0, false, false, false),
        (2, false, true, false),
        (3, true, false, false),
        (4, true, false, true),
        (5, true, true, false),
    ] {
        let receipt = &read(&format!(r#"{{"receipt":{{"receiptStatus":{status}}}}}"#)).receipts[0];
        let is = (receipt.is_refund(), receipt.has_failed(), receipt.is_delivered());
        assert_eq!(is, (refund, failed, delivered), "{status}");
    }
}

#[test]
fn it_only_asks() {
    assert_eq!(ask().replay(), Replay::Reads);
    assert_eq!(effects(&ask(), &["1", "2", "5", "6", "7"]), [Effect::No; 5]);
    assert!(ask().parse(&ok(r#"{"errorCode":"6"}"#)).expect_err("refused").is_not_found());
}

proptest! {
    #[test]
    fn no_answer_panics(body in damaged(SAMPLE)) {
        let _ = ask().parse(&ok(body));
    }
}
