//! `docs/money-safety.md` says what the code does: its tables are read and compared with the values.

mod router;

use std::{collections::BTreeSet, fs, path::Path};

use bytes::Bytes;
use gateway_rest::{
    Call,
    bindings::{
        BindCard, CardBindings, ClientBindings, CreateBinding, ExtendBinding, PayByBinding,
        UnBindCard,
    },
    order::{
        decline::Decline,
        deposit::Deposit,
        language::Language,
        pay::{PaymentOrder, SbpSubscription},
        raw_refund::{RawPositionRefund, RawSumRefund},
        refund::Refund,
        register::Register,
        register_pre_auth::RegisterPreAuth,
        reverse::Reverse,
        status::OrderStatus,
    },
    raw::RawCall,
    receipts::{CloseOfdReceipt, ReceiptStatus},
    recurrent::{Charge, InstallmentPayment, RecurrentPayment},
    sbp::{CheckQr, DynamicQr, RejectQr, Subscriptions, Unsubscribe},
    se_token::keys::SeKeys,
    templates::{
        CreateTemplate, ListTemplates, ParamChange, ReadTemplate, TemplateAmount, UpdateTemplate,
    },
    three_ds::{finish::Finish3dsPayment, finish_v2::Finish3dsVer2Payment, proceed::Continue3ds},
    verify_card::VerifyCard,
};
use http::Response;
use payments_core::{
    Effect, Endpoint, Error, Minor, Part, Replay, Secret,
    card::{Cardholder, Expiry, Pan},
    id::{BindingId, ClientId, OrderId, OrderNumber, RefundId, TemplateId, ThreeDsServerTransId},
    money::NonZeroMinor,
    order::TemplateStatus,
    retry::{Decision, Failure, decide},
};

const PAGE: &str = include_str!("../../../../docs/money-safety.md");
const REPLAYS: [Replay; 4] = [Replay::Reads, Replay::SameAnswer, Replay::Refused, Replay::Doubles];

/// The cells of the table under a heading, line by line, the head left out.
fn table(heading: &str) -> Vec<Vec<&'static str>> {
    let section = PAGE.split(heading).nth(1).expect("the page has the heading");
    let section = section.split("\n## ").next().unwrap_or_default();
    let lines = section.lines().filter(|line| line.starts_with("| "));
    let rows = lines.map(|line| line.trim_matches('|').split('|').map(str::trim).collect());
    rows.skip(1).collect()
}

/// What stands between backticks.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

fn answer(status: u16, body: &str) -> Response<Bytes> {
    let body = Bytes::copy_from_slice(body.as_bytes());
    Response::builder().status(status).body(body).expect("valid")
}

/// What a call says of itself.
struct Said {
    name: &'static str,
    replay: Replay,
    /// The codes of a refusal after which the bank did not act.
    cleared: Vec<u32>,
    resolves: bool,
}

fn said<C: Call>(request: C) -> Said {
    let resolves = request.trail().is_some();
    of_call(request, resolves)
}

fn of_call<C: Endpoint>(request: C, resolves: bool) -> Said {
    let effect = |code: &u32| {
        let body = if C::NAME.starts_with("gateway.templates.") {
            format!("{{\"status\":\"FAIL\",\"error\":{{\"code\":\"{code}\",\"message\":\"no\"}}}}")
        } else {
            format!("{{\"errorCode\":\"{code}\",\"errorMessage\":\"no\"}}")
        };
        // Where a code is a success, there is no error.
        request.parse(&answer(200, &body)).err().map(|error| error.effect())
    };
    Said {
        name: C::NAME,
        replay: request.replay(),
        cleared: (1..=999).filter(|code| effect(code) == Some(Effect::No)).collect(),
        resolves,
    }
}

fn order() -> OrderId {
    OrderId::from_bank("906bf262-bd53-4ac7-983c-07127954681b")
}

fn register() -> Register {
    let number = OrderNumber::new("1").expect("valid");
    Register::new(number, Minor::new(1), "https://shop.example/".parse().expect("valid"))
}

fn deposit() -> Deposit {
    Deposit::new(order(), Part::Whole)
}

fn raw_refunds() -> Vec<Said> {
    let amount = NonZeroMinor::new(Minor::new(1)).expect("not zero");
    vec![
        said(RawSumRefund::new(order(), Part::Whole)),
        said(RawPositionRefund::new(order(), amount, 1.into())),
    ]
}

fn charges() -> Vec<Said> {
    let number = OrderNumber::new("1").expect("valid");
    let charge = Charge::new(number, Minor::new(1), BindingId::new("1").expect("valid"));
    vec![said(RecurrentPayment::from(charge.clone())), said(InstallmentPayment::from(charge))]
}

fn verify() -> VerifyCard {
    let pan = Pan::new("4111111111111111").expect("a test card");
    VerifyCard::new(pan, Expiry::new(2030, 12).expect("a month"))
}

fn stored() -> BindingId {
    BindingId::new("1").expect("valid")
}

fn expiry() -> Expiry {
    Expiry::new(2030, 12).expect("a month")
}

fn create(client: ClientId) -> CreateBinding {
    let pan = Pan::new("4111111111111111").expect("a test card");
    CreateBinding::new(client, pan, expiry(), Cardholder::new("NAME").expect("valid"))
}

fn close_receipt() -> CloseOfdReceipt {
    CloseOfdReceipt::of_order(order(), NonZeroMinor::new(Minor::new(1)).expect("not zero"))
}

fn template() -> TemplateId {
    TemplateId::new("umoPoMUCbGrsKRKT").expect("valid")
}

fn link() -> CreateTemplate {
    CreateTemplate::new("name", "name for payers", TemplateAmount::PayerChooses)
}

fn changes_of_links() -> Vec<Said> {
    let change = || UpdateTemplate::new(template());
    let status = change().with(|it| it.status = Some(TemplateStatus::Active));
    let fields = change().with(|it| it.additional_params = vec![ParamChange::remove("phone")]);
    vec![said(status), said(fields)]
}

/// The calls of each row, by the row's first cell.
fn calls() -> Vec<(&'static str, Vec<Said>)> {
    let refund = || Refund::without_key(order(), Part::Whole);
    let keyed = Refund::new(order(), Part::Whole, RefundId::new("key").expect("valid"));
    let expected = refund().with(|it| it.expected_deposited_amount = Some(Minor::new(1)));
    let means = SbpSubscription::new(Secret::new("token"), "member");
    let pay = PaymentOrder::new(order(), means, Language::English);
    let authentication = ThreeDsServerTransId::new("1").expect("valid");
    let paying = vec![said(pay), said(Continue3ds::new(order()))];
    let finishing = vec![
        said(Finish3dsPayment::new(order(), Secret::new("answer"))),
        said(Finish3dsVer2Payment::new(authentication, order())),
    ];
    let number = OrderNumber::new("1").expect("valid");
    let client = ClientId::new("customer").expect("valid");
    let binding = BindingId::new("subscription").expect("valid");
    vec![
        (
            "`register`, `registerPreAuth`",
            vec![said(register()), said(RegisterPreAuth::from(register()))],
        ),
        ("`paymentorder`, `3ds/continue`", paying),
        ("`finish3dsPayment`, `finish3dsVer2Payment`", finishing),
        ("`se/keys.do`", vec![said(SeKeys::new())]),
        ("`getOrderStatusExtended`", vec![said(OrderStatus::of_order(order()))]),
        ("`deposit`", vec![said(deposit())]),
        ("`reverse`", vec![said(Reverse::new(order(), Part::Whole))]),
        (
            "`refund` with `externalRefundId`",
            vec![
                said(keyed.clone()),
                said(keyed.with(|it| it.expected_deposited_amount = Some(Minor::new(1)))),
            ],
        ),
        ("`refund` with `expectedDepositedAmount` alone", vec![said(expected)]),
        ("`refund` with neither (`Refund::without_key`)", vec![said(refund())]),
        ("`decline`", vec![said(Decline::new(order(), number))]),
        ("`paymentOrderBinding`", vec![said(PayByBinding::by_merchant(order(), stored()))]),
        (
            "`getBindings`, `getBindingsByCardOrId`",
            vec![
                said(ClientBindings::new(client.clone())),
                said(CardBindings::of_binding(stored())),
            ],
        ),
        (
            "`unBindCard`, `bindCard`",
            vec![said(UnBindCard::new(stored())), said(BindCard::new(stored()))],
        ),
        ("`extendBinding`", vec![said(ExtendBinding::new(stored(), expiry(), Language::English))]),
        ("`createBindingNoPayment`", vec![said(create(client.clone()))]),
        ("`sbp/c2b/qr/dynamic/get`", vec![said(DynamicQr::new(order()))]),
        ("`sbp/c2b/qr/status`", vec![said(CheckQr::new(order()))]),
        ("`sbp/c2b/qr/dynamic/reject`", vec![said(RejectQr::new(order()))]),
        ("`sbp/c2b/getBindings`", vec![said(Subscriptions::new(client))]),
        ("`sbp/c2b/unBind`", vec![said(Unsubscribe::new(binding))]),
        ("`processRawSumRefund`, `processRawPositionRefund`", raw_refunds()),
        ("`recurrentPayment`, `installmentPayment`", charges()),
        ("`verifyCard`", vec![said(verify())]),
        (
            "`verifyCard` with `threeDSVer2MdOrder`",
            vec![said(verify().with(|it| it.three_ds_ver2_md_order = Some(order())))],
        ),
        ("`closeOfdReceipt`", vec![said(close_receipt())]),
        ("`getReceiptStatus`", vec![said(ReceiptStatus::of_order(order()))]),
        ("`templates/create`", vec![said(link())]),
        (
            "`templates/get`, `templates/getList`",
            vec![said(ReadTemplate::new(template())), said(ListTemplates::active())],
        ),
        (
            "`templates/update` of plain values",
            vec![said(UpdateTemplate::new(template()).with(|it| it.name = Some("n".into())))],
        ),
        ("`templates/update` of status or further fields", changes_of_links()),
        ("a raw call", REPLAYS.map(|replay| said(RawCall::new("a.do", replay))).into()),
    ]
}

/// The codes that a cell begins with; none where it begins with a word.
fn codes(cell: &str) -> Vec<u32> {
    let list = cell.split([';', ':']).next().unwrap_or_default();
    list.split(", ").map_while(|code| code.parse().ok()).collect()
}

#[test]
fn each_method_does_what_its_row_says() {
    let calls = calls();
    compare(&table("\n## By method\n"), &calls);
    let raw: Vec<Replay> =
        calls.last().into_iter().flat_map(|row| &row.1).map(|it| it.replay).collect();
    assert_eq!(raw, REPLAYS, "a raw call is what the caller says");
}

/// Compares the rows of a table with the calls that each is about.
fn compare(rows: &[Vec<&'static str>], calls: &[(&'static str, Vec<Said>)]) {
    let written: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    let known: Vec<&str> = calls.iter().map(|(cell, _)| *cell).collect();
    assert_eq!(written, known, "a row for each call, and a call for each row");
    for (row, (cell, calls)) in rows.iter().zip(calls) {
        let [_, replay, cleared, resolved, _] = row[..] else { panic!("{cell}: five cells") };
        for call in calls {
            match quoted(replay).first() {
                Some(written) => assert_eq!(*written, format!("{:?}", call.replay), "{cell}"),
                None => assert_eq!(replay, "what the caller says"),
            }
            assert_eq!(codes(cleared), call.cleared, "{cell}: codes that clear it");
            assert!(call.cleared.is_empty() == cleared.starts_with("none"), "{cell}: {cleared}");
            let by_itself = !resolved.starts_with("not ");
            assert_eq!(by_itself, call.resolves, "{cell}: whether it can be resolved");
        }
    }
}

/// Every call that the crate has stands in the table above.
#[test]
fn no_method_is_without_a_row() {
    assert_all(&calls(), "../gateway-rest/src");
}

/// Compares the calls of a table with those that a crate has.
fn assert_all(calls: &[(&'static str, Vec<Said>)], sources: &str) {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join(sources);
    let (mut folders, mut named) = (vec![sources], BTreeSet::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("readable") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(path).expect("text");
            let names = text.split("const NAME: &'static str = \"").skip(1);
            named.extend(names.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
        }
    }
    let known: BTreeSet<String> =
        calls.iter().flat_map(|(_, calls)| calls).map(|call| call.name.to_owned()).collect();
    assert_eq!(named, known);
}

/// The errors of each row of the first table; none where the row is about no error.
fn errors() -> Vec<(&'static str, Vec<Error>)> {
    let of = |status: u16, body: &str| {
        deposit().parse(&answer(status, body)).map(|_| ()).expect_err("no answer")
    };
    let unreadable = ["{}", "[]", "null", "{\"orderId\":1,}"]
        .map(|body| register().parse(&answer(200, body)).map(|_| ()).expect_err("none"));
    let status = |codes: &[u16]| codes.iter().map(|code| of(*code, "{\"errorCode\":0}")).collect();
    let refused = |code: &str| of(200, &format!("{{\"errorCode\":{code}}}"));
    vec![
        ("the request breaks a rule", vec![Error::invalid("a", "b")]),
        ("the signer or the journal failed", vec![Error::signing("a"), Error::journal("a")]),
        ("queueing, DNS, TCP, TLS, proxy failed", vec![Error::not_sent("a")]),
        ("bytes may have left, no answer came", vec![Error::transport("a")]),
        ("400, 429, 5xx", status(&[400, 429, 500, 502, 503, 504, 599])),
        ("404", status(&[404])),
        ("any other HTTP status but 200", status(&[201, 204, 302, 401, 403, 405, 410])),
        (
            "HTTP 200, not JSON, or JSON that is no answer",
            unreadable
                .into_iter()
                .chain([of(200, "<html>"), of(200, ""), of(200, "[1]")])
                .collect(),
        ),
        ("HTTP 200 with a refusal whose code the method's table clears", vec![refused("6")]),
        ("HTTP 200 with any other refusal", ["1", "5", "7", "99", "\"text\""].map(refused).into()),
        (
            "a refusal that answers a resent copy",
            ["5", "6", "7"].map(|code| refused(code).after_other_copies()).into(),
        ),
        ("the future was dropped", Vec::new()),
        ("`Ok`", Vec::new()),
    ]
}

#[test]
fn each_failure_means_what_its_row_says() {
    let (rows, errors) = (table("\n## The same for every method\n"), errors());
    let written: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    let known: Vec<&str> = errors.iter().map(|(cell, _)| *cell).collect();
    assert_eq!(written, known, "a row for each failure, and a failure for each row");
    for (row, (cell, errors)) in rows.iter().zip(&errors) {
        for error in errors {
            let written = quoted(row[1]);
            assert_eq!(written, [format!("{:?}", error.effect())], "{cell}: {error}");
        }
    }
}

/// What the stack sends again, by the third column.
#[test]
fn what_is_sent_again_is_what_the_page_says() {
    let again = |failure| {
        let decided =
            |replay: &Replay| matches!(decide(*replay, failure, 1, 2), Decision::Again(_));
        let replays = REPLAYS.iter().filter(|replay| decided(replay));
        replays.map(|replay| format!("{replay:?}")).collect::<Vec<_>>()
    };
    let rows = table("\n## The same for every method\n");
    let does = |failed: &str| rows.iter().find(|row| row[0] == failed).expect("a row")[2];
    let lost = does("bytes may have left, no answer came");
    assert!(lost.starts_with("sends again `") && lost.ends_with("nothing else"), "{lost}");
    assert_eq!(quoted(lost), again(Failure::MaybeSent));
    assert!(does("400, 429, 5xx").starts_with("as above"));
    assert_eq!(again(Failure::Faulted), again(Failure::MaybeSent));
    let unsent = does("queueing, DNS, TCP, TLS, proxy failed");
    assert!(unsent.starts_with("sends again, whatever the replay"), "{unsent}");
    assert_eq!(again(Failure::NotSent).len(), REPLAYS.len());
}
