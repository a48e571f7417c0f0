use bytes::Bytes;
use payments_core::{
    Minor, Part,
    id::{OrderNumber, ReceiptId, RefundId},
    state::amounts::Amounts,
};
use proptest::prelude::*;

use super::*;

const SENT: UnixMillis = UnixMillis::new(1_000_000);
const SETTLED: UnixMillis = UnixMillis::new(1_090_000);

fn report(json: &str) -> Result<Box<OrderReport>, Error> {
    let request = OrderStatus::of_order(order());
    request.parse(&http::Response::new(Bytes::copy_from_slice(json.as_bytes())))
}

fn amounts(
    status: u8,
    approved: u64,
    deposited: u64,
    refunded: u64,
) -> Result<Box<OrderReport>, Error> {
    report(&format!(
        r#"{{"errorCode":"0","orderStatus":{status},"amount":2000,
            "attributes":[{{"name":"mdOrder","value":"m"}}],
            "paymentAmountInfo":{{"approvedAmount":{approved},"depositedAmount":{deposited},
            "refundedAmount":{refunded}}}}}"#
    ))
}

fn order() -> OrderId {
    OrderId::from_bank("m")
}

fn seen(approved: u64, deposited: u64, refunded: u64) -> Option<Amounts> {
    Some(Amounts::new(Minor::new(approved), Minor::new(deposited), Minor::new(refunded)))
}

fn part(amount: u64) -> Part {
    Part::exactly(Minor::new(amount)).expect("not zero")
}

fn judge(
    trail: &OrderTrail,
    answer: Result<Box<OrderReport>, Error>,
    now: UnixMillis,
) -> Result<Resolved, Error> {
    Trail::from(trail.clone()).judge(answer, now, SETTLED)
}

/// `Some(true)`: shown; `Some(false)`: shown not to be there; none: unclear.
fn verdict(trail: &OrderTrail, answer: Result<Box<OrderReport>, Error>) -> Option<bool> {
    match judge(trail, answer, SETTLED).expect("judged") {
        Resolved::Happened(_) => Some(true),
        Resolved::DidNot => Some(false),
        Resolved::Unknown { .. } => None,
    }
}

#[test]
fn before_it_settles_absence_proves_nothing() {
    let trail = OrderTrail::Deposit { order_id: order(), part: part(500), seen: seen(2000, 0, 0) };
    let early = judge(&trail, amounts(1, 2000, 0, 0), SENT).expect("judged");
    assert!(matches!(early, Resolved::Unknown { ask_again_at } if ask_again_at == SETTLED));
    let late = judge(&trail, amounts(1, 2000, 0, 0), SETTLED).expect("judged");
    assert!(matches!(late, Resolved::DidNot));
    let done = judge(&trail, amounts(2, 2000, 500, 0), SENT).expect("judged");
    assert!(done.happened());
}

/// G-041: a number that is taken by an order of another amount is not this registration.
#[test]
fn registrations_by_number_and_amount() {
    let number = OrderNumber::new("7").expect("short");
    let trail =
        |amount| OrderTrail::Register { order_number: number.clone(), amount: Minor::new(amount) };
    assert_eq!(verdict(&trail(2000), amounts(0, 0, 0, 0)), Some(true));
    assert_eq!(verdict(&trail(1999), amounts(0, 0, 0, 0)), Some(false));
    let missing = report(r#"{"errorCode":"6","errorMessage":"no such order"}"#);
    assert_eq!(verdict(&trail(2000), missing), Some(false));
    let refused = report(r#"{"errorCode":"5"}"#);
    assert!(judge(&trail(2000), refused, SETTLED).is_err());
}

#[test]
fn payments_by_status() {
    let trail = OrderTrail::Pay { order_id: order() };
    for (status, expected) in [
        (0, Some(false)),
        (1, Some(true)),
        (2, Some(true)),
        (3, Some(true)),
        (4, Some(true)),
        (5, Some(true)),
        (6, Some(true)),
        (7, None),
        (8, Some(true)),
        (9, None),
    ] {
        assert_eq!(verdict(&trail, amounts(status, 0, 0, 0)), expected, "{status}");
    }
    assert_eq!(verdict(&trail, report("{}")), None);
}

/// What finishes a payment did not act while the bank still waits for the payer.
#[test]
fn finishes_by_status() {
    let trail = OrderTrail::Finish { order_id: order() };
    for (status, expected) in [
        (0, Some(false)),
        (1, Some(true)),
        (2, Some(true)),
        (5, Some(false)),
        (6, Some(true)),
        (7, None),
    ] {
        assert_eq!(verdict(&trail, amounts(status, 0, 0, 0)), expected, "{status}");
    }
    assert_eq!(verdict(&trail, report("{}")), None);
}

/// G-125, G-189, G-190: a payment that registers its own order is found by its number; an order of
/// another amount took the number before, and a fee may be in the report's amount.
#[test]
fn charges_by_number_amount_and_status() {
    let number = OrderNumber::new("7").expect("short");
    let trail = |amount, fee: Option<u64>| OrderTrail::Charge {
        order_number: number.clone(),
        amount: Minor::new(amount),
        fee: fee.map(Minor::new),
    };
    let Question::Order(question) = Trail::from(trail(2000, None)).question() else {
        panic!("of an order")
    };
    assert_eq!((question.order_number, question.order_id), (Some(number.clone()), None));
    for (status, expected) in
        [(0, Some(false)), (1, Some(true)), (2, Some(true)), (6, Some(true)), (7, None)]
    {
        assert_eq!(verdict(&trail(2000, None), amounts(status, 0, 0, 0)), expected, "{status}");
    }
    assert_eq!(verdict(&trail(1999, None), amounts(2, 2000, 2000, 0)), Some(false));
    assert_eq!(verdict(&trail(1900, Some(100)), amounts(2, 2000, 2000, 0)), Some(true));
    assert_eq!(verdict(&trail(2000, Some(100)), amounts(2, 2000, 2000, 0)), Some(true));
    assert_eq!(verdict(&trail(1900, Some(99)), amounts(2, 2000, 2000, 0)), Some(false));
    let missing = || report(r#"{"errorCode":"6","errorMessage":"no such order"}"#);
    assert_eq!(verdict(&trail(2000, None), missing()), Some(false));
    assert_eq!(verdict(&trail(2000, None), report("{}")), Some(false));
    assert_eq!(verdict(&trail(2000, None), report(r#"{"orderStatus":2}"#)), Some(true));
    let early = judge(&trail(2000, None), missing(), SENT).expect("judged");
    assert!(matches!(early, Resolved::Unknown { ask_again_at } if ask_again_at == SETTLED));
    assert!(judge(&trail(2000, None), report(r#"{"errorCode":"5"}"#), SETTLED).is_err());
}

#[test]
fn deposits_and_reversals_by_the_amounts_before() {
    let deposit = |part, seen| OrderTrail::Deposit { order_id: order(), part, seen };
    let from = seen(2000, 0, 0);
    assert_eq!(verdict(&deposit(part(500), from), amounts(2, 2000, 500, 0)), Some(true));
    assert_eq!(verdict(&deposit(part(500), from), amounts(1, 2000, 0, 0)), Some(false));
    assert_eq!(verdict(&deposit(part(500), from), amounts(2, 2000, 700, 0)), None);
    assert_eq!(verdict(&deposit(part(500), from), amounts(4, 2000, 400, 100)), None);
    assert_eq!(verdict(&deposit(Part::Whole, from), amounts(2, 2000, 2000, 0)), Some(true));
    let blind = judge(&deposit(part(500), None), amounts(2, 2000, 500, 0), SETTLED);
    assert_eq!(
        blind.expect_err("nothing to compare").as_invalid().map(Invalid::field),
        Some("seen")
    );

    let reverse = |part, seen| OrderTrail::Reverse { order_id: order(), part, seen };
    assert_eq!(verdict(&reverse(Part::Whole, None), amounts(3, 0, 0, 0)), Some(true));
    assert_eq!(verdict(&reverse(part(500), from), amounts(1, 1500, 0, 0)), Some(true));
    assert_eq!(verdict(&reverse(part(500), from), amounts(1, 2000, 0, 0)), Some(false));
    assert_eq!(verdict(&reverse(part(500), from), amounts(1, 1400, 0, 0)), None);
    let paid = seen(2000, 2000, 0);
    assert_eq!(verdict(&reverse(part(500), paid), amounts(2, 1500, 1500, 0)), Some(true));
    assert_eq!(verdict(&reverse(part(500), paid), amounts(4, 2000, 1500, 500)), None);
}

/// G-162: the key decides; where the answer version lists no keys, nothing is claimed.
#[test]
fn refunds_by_key_or_by_the_amounts_before() {
    let key = RefundId::new("r1").expect("short");
    let keyed = |seen| OrderTrail::Refund {
        order_id: order(),
        part: part(500),
        refund_id: Some(key.clone()),
        seen,
    };
    let listed = |keys: &str| {
        report(&format!(
            r#"{{"orderStatus":4,"refunds":[{keys}],"paymentAmountInfo":{{"approvedAmount":2000,
                "depositedAmount":1500,"refundedAmount":500}}}}"#
        ))
    };
    assert_eq!(verdict(&keyed(None), listed(r#"{"externalRefundId":"r1"}"#)), Some(true));
    assert_eq!(verdict(&keyed(None), listed(r#"{"externalRefundId":"r2"}"#)), Some(false));
    let both = r#"{"amount":400},{"amount":100,"externalRefundId":"r2"}"#;
    assert_eq!(verdict(&keyed(None), listed(both)), Some(false));
    assert_eq!(verdict(&keyed(None), listed(r#"{"amount":500}"#)), None);
    assert_eq!(verdict(&keyed(None), listed("")), None);
    assert_eq!(verdict(&keyed(None), amounts(2, 2000, 2000, 0)), Some(false));
    assert_eq!(verdict(&keyed(seen(2000, 1500, 500)), listed("")), Some(false));

    let plain =
        |seen| OrderTrail::Refund { order_id: order(), part: part(500), refund_id: None, seen };
    assert_eq!(verdict(&plain(seen(2000, 2000, 0)), listed("")), Some(true));
    assert_eq!(verdict(&plain(seen(2000, 1500, 500)), listed("")), Some(false));
    assert_eq!(verdict(&plain(seen(2000, 1600, 400)), listed("")), None);
}

#[test]
fn a_step_that_is_not_ours_is_named() {
    let read = |facts: &[(&str, &str)]| {
        let facts =
            facts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Trail::from_step(&Step::new("1", "x", SENT, facts))
    };
    assert_eq!(read(&[]).expect_err("empty").field(), "kind");
    assert_eq!(read(&[("kind", "pay")]).expect_err("no order").field(), "orderId");
    let zero = read(&[("kind", "deposit"), ("orderId", "m"), ("part", "0")]);
    assert_eq!(zero.expect_err("zero is not the whole").field(), "amount");
}

fn parts() -> impl Strategy<Value = Part> {
    prop_oneof![Just(Part::Whole), (1_u64..1_000_000_000_000).prop_map(part)]
}

fn sights() -> impl Strategy<Value = Option<Amounts>> {
    prop_oneof![
        Just(None),
        (any::<u32>(), any::<u32>(), any::<u32>()).prop_map(|(a, d, r)| seen(
            a.into(),
            d.into(),
            r.into()
        ))
    ]
}

fn trails() -> impl Strategy<Value = Trail> {
    let id = "[a-z0-9-]{1,36}";
    let order = id.prop_map(|text| OrderId::new(text).expect("short"));
    let key = proptest::option::of("[a-z0-9]{1,32}")
        .prop_map(|key| key.map(|key| RefundId::new(key).expect("short")));
    let receipts = proptest::option::of(proptest::collection::vec(".{0,8}", 0..3));
    (0..9_u8, order, id, parts(), key, sights(), (any::<u32>(), receipts)).prop_map(
        |(kind, order_id, number, part, refund_id, seen, (amount, receipts))| match kind {
            0 => OrderTrail::Register {
                order_number: OrderNumber::new(number).expect("short"),
                amount: Minor::new(amount.into()),
            }
            .into(),
            6 => OrderTrail::Charge {
                order_number: OrderNumber::new(number).expect("short"),
                amount: Minor::new(amount.into()),
                fee: seen.map(|seen| seen.approved),
            }
            .into(),
            1 => OrderTrail::Pay { order_id }.into(),
            7 => OrderTrail::Finish { order_id }.into(),
            2 => OrderTrail::Deposit { order_id, part, seen }.into(),
            3 => OrderTrail::Reverse { order_id, part, seen }.into(),
            4 => OrderTrail::Refund { order_id, part, refund_id, seen }.into(),
            5 => Trail::CloseReceipt {
                order: match part {
                    Part::Whole => order_id.into(),
                    Part::Exactly(_) => OrderNumber::new(number).expect("short").into(),
                },
                seen: receipts
                    .map(|ids| SeenReceipts::new(ids.into_iter().map(ReceiptId::from_bank))),
            },
            _ => OrderTrail::Decline { order_id }.into(),
        },
    )
}

proptest! {
    /// What the journal keeps is enough to follow the trail later.
    #[test]
    fn trails_survive_the_journal(trail in trails()) {
        let step = Step::new("1", "gateway", SENT, trail.facts());
        prop_assert_eq!(Trail::from_step(&step), Ok(trail));
    }
}

/// What another party moved is not the whole, and an amount that did not come is not zero.
#[test]
fn the_whole_is_all_of_it_and_absence_is_no_amount() {
    let paid = seen(2000, 2000, 0);
    let refund = |part| OrderTrail::Refund { order_id: order(), part, refund_id: None, seen: paid };
    assert_eq!(verdict(&refund(Part::Whole), amounts(4, 2000, 0, 2000)), Some(true));
    assert_eq!(verdict(&refund(Part::Whole), amounts(4, 2000, 1999, 1)), None);
    assert_eq!(verdict(&refund(Part::Whole), amounts(2, 2000, 2000, 0)), Some(false));
    assert_eq!(verdict(&refund(part(500)), amounts(4, 2000, 1500, 0)), None, "it fell");
    let partly =
        r#"{"orderStatus":4,"paymentAmountInfo":{"approvedAmount":2000,"depositedAmount":2000}}"#;
    assert_eq!(verdict(&refund(part(500)), report(partly)), None);
    let held = seen(2000, 0, 0);
    let deposit = OrderTrail::Deposit { order_id: order(), part: Part::Whole, seen: held };
    assert_eq!(verdict(&deposit, amounts(2, 2000, 100, 0)), None);
    let reverse = |seen| OrderTrail::Reverse { order_id: order(), part: Part::Whole, seen };
    assert_eq!(verdict(&reverse(held), amounts(1, 1900, 0, 0)), None);
    assert_eq!(verdict(&reverse(held), amounts(1, 2000, 0, 0)), Some(false));
    assert_eq!(verdict(&reverse(paid), amounts(2, 0, 0, 0)), Some(true));
    assert_eq!(verdict(&reverse(paid), amounts(2, 1900, 1900, 0)), None);
    let nothing = report(r#"{"orderStatus":1,"paymentAmountInfo":{}}"#);
    assert_eq!(verdict(&reverse(held), nothing), None);
}

/// G-162: a refund that is listed as failed has taken its key, so that it proves nothing.
#[test]
fn a_listed_refund_that_failed_proves_nothing() {
    let trail = OrderTrail::Refund {
        order_id: order(),
        part: part(500),
        refund_id: Some(RefundId::new("r1").expect("short")),
        seen: None,
    };
    for (code, expected) in [("0", Some(true)), ("116", None)] {
        let listed = format!(
            r#"{{"orderStatus":2,"refunds":[{{"externalRefundId":"r1","actionCode":"{code}"}}]}}"#
        );
        assert_eq!(verdict(&trail, report(&listed)), expected, "{code}");
    }
}
