//! What each method's `errorCode` says, against the tables that were collected of the platform.

use std::collections::BTreeSet;

use gateway_rest::{
    bindings::{BindCard, ClientBindings, ExtendBinding, PayByBinding, UnBindCard},
    order::{
        deposit::Deposit, language::Language, refund::Refund, register::Register,
        register_pre_auth::RegisterPreAuth, reverse::Reverse, status::OrderStatus,
    },
    sbp::Unsubscribe,
};
use payments_core::{
    Effect::{self, Maybe, No},
    Endpoint, Minor, Part,
    card::Expiry,
    error::RefusalKind::{
        self, AccessDenied, BadRequest, BankFault, Duplicate, NotFound, Other, WrongState,
    },
    id::{BindingId, ClientId, OrderId, OrderNumber},
    order::Tii,
};
use serde_json::Value;

use crate::samples::answer;

type Said = (RefusalKind, Effect);

/// What a refusal by a code says; none if the answer is no refusal.
type Ask = fn(&str) -> Option<Said>;

/// The collected table, the methods that it is about, and what their codes say.
struct Table {
    of: &'static str,
    methods: &'static [Ask],
    codes: &'static [(&'static str, Said)],
}

const TABLES: &[Table] = &[
    Table {
        of: "register/registerPreAuth",
        methods: &[
            |code| said(&register(), code),
            |code| said(&RegisterPreAuth::from(register()), code),
        ],
        codes: &[
            ("1", (Duplicate, Maybe)),
            ("3", (BadRequest, No)),
            ("4", (BadRequest, No)),
            ("5", (AccessDenied, No)),
            ("7", (BankFault, Maybe)),
            ("14", (BadRequest, No)),
        ],
    },
    Table {
        of: "getOrderStatusExtended",
        methods: &[|code| said(&OrderStatus::of_order(order()), code)],
        codes: &[
            ("1", (BadRequest, No)),
            ("2", (Other, No)),
            ("5", (AccessDenied, No)),
            ("6", (NotFound, No)),
            ("7", (BankFault, No)),
        ],
    },
    Table {
        of: "deposit",
        methods: &[|code| said(&Deposit::new(order(), Part::Whole), code)],
        codes: MOVING,
    },
    Table {
        of: "reverse",
        methods: &[|code| said(&Reverse::new(order(), Part::Whole), code)],
        codes: MOVING,
    },
    Table {
        of: "refund",
        methods: &[|code| said(&Refund::without_key(order(), Part::Whole), code)],
        codes: MOVING,
    },
    Table {
        of: "getBindings",
        methods: &[|code| said(&ClientBindings::new(ClientId::new("1").expect("short")), code)],
        codes: &[
            ("1", (BadRequest, No)),
            ("2", (NotFound, No)),
            ("5", (AccessDenied, No)),
            ("7", (BankFault, No)),
        ],
    },
    Table {
        of: "bindCard/unBindCard/extendBinding",
        methods: &[
            |code| said(&BindCard::new(binding()), code),
            |code| said(&UnBindCard::new(binding()), code),
            |code| {
                let expiry = Expiry::new(2030, 12).expect("a month");
                said(&ExtendBinding::new(binding(), expiry, Language::English), code)
            },
        ],
        codes: &[("2", (WrongState, Maybe)), ("5", (AccessDenied, No)), ("7", (BankFault, Maybe))],
    },
    Table {
        of: "paymentOrderBinding",
        methods: &[|code| said(&PayByBinding::new(order(), binding(), Tii::UnscheduledCit), code)],
        codes: &[
            ("1", (BadRequest, Maybe)),
            ("2", (WrongState, Maybe)),
            ("5", (AccessDenied, Maybe)),
            ("7", (BankFault, Maybe)),
        ],
    },
];

const MOVING: &[(&str, Said)] =
    &[("5", (WrongState, Maybe)), ("6", (NotFound, No)), ("7", (BankFault, Maybe))];

/// Collected tables of calls that are none of the gateway's 36, of other systems, or of no call.
const FOREIGN: [&str; 8] = [
    "*",
    "getOrderStatus",
    "getLastOrdersForMerchants",
    "verifyEnrollment",
    "updateSSLCardList",
    "securecardpayment wiki grouping",
    "Ameriabank vPOS (RBS derivative)",
    "template.error.code",
];

const UNBIND: &str = "SBP unbind (documents/003 line 4530)";

fn order() -> OrderId {
    OrderId::from_bank("1")
}

fn binding() -> BindingId {
    BindingId::from_bank("1")
}

fn register() -> Register {
    let back = "https://shop.example/".parse().expect("full");
    Register::new(OrderNumber::new("1").expect("short"), Minor::new(1), back)
}

fn said<E: Endpoint>(request: &E, code: &str) -> Option<Said> {
    let body = format!("{{\"errorCode\":{code:?},\"errorMessage\":\"text\"}}");
    let error = request.parse(&answer(&body)).err()?;
    let refusal = error.refusal().expect("a refusal");
    assert_eq!(refusal.code, code);
    assert_eq!(refusal.effect, error.effect());
    Some((refusal.kind, refusal.effect))
}

fn collected() -> Value {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/spec/gateway-enums.json");
    let text = std::fs::read_to_string(file).expect("the tables are there");
    serde_json::from_str::<Value>(&text).expect("JSON")["errorCodes"].take()
}

/// Every collected table is here, with exactly its codes, and the methods say what stands here. A
/// code of no table may mean anything: the bank may have acted.
#[test]
fn the_codes_of_each_method_say_what_was_collected() {
    let collected = collected();
    let collected = collected.as_object().expect("tables");
    let known = TABLES.iter().map(|table| table.of).chain(FOREIGN).chain([UNBIND]);
    let known: BTreeSet<&str> = known.collect();
    assert_eq!(known, collected.keys().map(String::as_str).collect());
    for Table { of, methods, codes } in TABLES {
        let rows = collected[*of].as_array().expect("rows").iter();
        let want: Vec<&str> = rows.map(|row| row["code"].as_str().expect("text")).collect();
        assert_eq!(codes.iter().map(|(code, _)| *code).collect::<Vec<_>>(), want, "{of}");
        for ask in *methods {
            for (code, want) in *codes {
                assert_eq!(ask(code), Some(*want), "{of} {code}");
            }
            for unlisted in ["99", "-1", "text", "05"] {
                assert_eq!(ask(unlisted), Some((Other, Maybe)), "{of} {unlisted}");
            }
        }
    }
}

/// G-203: code 2 of the subscription's end is its success; 5 is a refusal by right.
#[test]
fn the_end_of_a_subscription_succeeds_with_code_2() {
    let rows = collected()[UNBIND].take();
    let codes: Vec<&str> =
        rows.as_array().expect("rows").iter().filter_map(|row| row["code"].as_str()).collect();
    assert_eq!(codes, ["2", "5"]);
    let ask = |code| said(&Unsubscribe::new(binding()), code);
    assert_eq!(ask("2"), None);
    assert_eq!(ask("5"), Some((AccessDenied, No)));
}
