//! Each example runs, and prints what it should, amounts included.
//!
//! The files under `examples/` are the programs themselves: what a newcomer reads is what runs here.

#![expect(dead_code, reason = "a program's `main` only hands `run` the terminal")]

use examples::Failure;

#[path = "../../examples/04_callbacks.rs"]
mod callbacks;
#[path = "../../examples/09_declines.rs"]
mod declines;
#[path = "../../examples/01_first_payment.rs"]
mod first_payment;
#[path = "../../examples/06_journal.rs"]
mod journal;
#[path = "../../examples/05_lost_answers.rs"]
mod lost_answers;
#[path = "../../examples/07_own_transport.rs"]
mod own_transport;
#[path = "../../examples/12_payment_link.rs"]
mod payment_link;
#[path = "../../examples/13_router_sbp.rs"]
mod router_sbp;
#[path = "../../examples/14_router_subscription.rs"]
mod router_subscription;
#[path = "../../examples/15_router_wallets.rs"]
mod router_wallets;
#[path = "../../examples/11_sbp_qr.rs"]
mod sbp_qr;
#[path = "../../examples/08_signed_requests.rs"]
mod signed_requests;
#[path = "../../examples/10_stored_cards.rs"]
mod stored_cards;
#[path = "../../examples/03_three_d_secure.rs"]
mod three_d_secure;
#[path = "../../examples/02_two_phase.rs"]
mod two_phase;

/// What a program printed, with each of the bank's ids replaced by `<id>`.
fn printed(ran: Result<(), Failure>, out: Vec<u8>) -> String {
    let text = String::from_utf8(out).expect("text");
    assert!(ran.is_ok(), "{ran:?} after\n{text}");
    let mut words = String::new();
    for word in text.split_inclusive([' ', '\n', '=', '&', '/', '?']) {
        let id = word.len() >= 36 && word.bytes().filter(|byte| *byte == b'-').count() == 4;
        words.push_str(if id { "<id>" } else { word });
        if id {
            words.extend(word.chars().last().filter(|last| !last.is_ascii_hexdigit()));
        }
    }
    words
}

#[tokio::test]
async fn first_payment_runs() {
    let mut out = Vec::new();
    let ran = first_payment::run(&mut out).await;
    insta::assert_snapshot!(printed(ran, out), @"
    send the payer to https://bank.example/payment/merchants/ecom/payment_ru.html?mdOrder=<id>
    the payer comes back to https://shop.example/back?cart=7&orderId=<id>&lang=ru
    paid: true, 20.00 RUB
    ");
}

#[tokio::test]
async fn two_phase_runs() {
    let mut out = Vec::new();
    let ran = two_phase::run(&mut out).await;
    insta::assert_snapshot!(printed(ran, out), @"
    the payer pays         held 100.00 RUB, taken 0.00 RUB, refunded 0.00 RUB
    60.00 are taken        held 100.00 RUB, taken 60.00 RUB, refunded 0.00 RUB
    15.00 are paid back    held 100.00 RUB, taken 45.00 RUB, refunded 15.00 RUB
    the same refund again  held 100.00 RUB, taken 45.00 RUB, refunded 15.00 RUB
    a part of 0.00         amount: must not be zero: the bank reads zero as the whole sum
    ");
}

#[tokio::test]
async fn three_d_secure_runs() {
    let mut out = Vec::new();
    let ran = three_d_secure::run(&mut out).await;
    insta::assert_snapshot!(printed(ran, out), @"
    the issuer looks at the browser at https://bank.example/acs/method
    the payer's browser posts creq to https://bank.example/acs/creq
    after the challenge: paid false
    after the finish: paid true, 20.00 RUB
    ");
}

#[tokio::test]
async fn callbacks_runs() {
    let mut out = Vec::new();
    let ran = callbacks::run(&mut out).await;
    insta::assert_snapshot!(printed(ran, out), @"
    genuine: true
    Moved: Deposited, paid true, 20.00 RUB
    a forged callback is answered 403 Forbidden
    ");
}

#[tokio::test]
async fn lost_answers_runs() {
    let mut out = Vec::new();
    let ran = lost_answers::run(&mut out).await;
    insta::assert_snapshot!(printed(ran, out), @"
    no answer came, and the bank may have the request: resolve
    resolved: the order is there, 20.00 RUB
    no answer came, and the bank may have the request: resolve
    resolved at once: happened None
    resolved later: happened Some(false)
    sent again under the same key: refunded 5.00 RUB
    ");
}

#[tokio::test]
async fn journal_runs() {
    let mut out = Vec::new();
    let ran = journal::run(&mut out).await;
    insta::assert_snapshot!(printed(ran, out), @"
    open steps after answered calls: 0
    answered before the program died: false
    gateway.refund of 500: happened Some(true)
    refunded 5.00 RUB; open steps: 0
    ");
}

#[tokio::test]
async fn own_transport_runs() {
    let mut out = Vec::new();
    let ran = own_transport::run(&mut out).await;
    insta::assert_snapshot!(printed(ran, out), @"
    order 2026-0007 took /payment/rest/register.do, /payment/rest/getOrderStatusExtended.do
    paid: true, 20.00 RUB
    no answer came, and the bank may have the request; effect Maybe
    the request did not leave; effect No
    ");
}

#[tokio::test]
async fn signed_requests_runs() {
    let mut out = Vec::new();
    let ran = signed_requests::run(&mut out).await;
    insta::assert_snapshot!(printed(ran, out), @"
    another passphrase: the passphrase does not fit the key
    signed: registered, 20.00 RUB
    ");
}

#[tokio::test]
async fn declines_runs() {
    let mut out = Vec::new();
    let ran = declines::run(&mut out).await;
    insta::assert_snapshot!(printed(ran, out), @"
    116 InsufficientFunds, taken 0.00 RUB: check the card's data and balance, or take another
    101 CardExpired, taken 0.00 RUB: check the card's data and balance, or take another
    5 DeclinedUnknown, taken 0.00 RUB: your bank refused; take another card or ask it
    -20010 BlockedByLimit, taken 0.00 RUB: your bank refused; take another card or ask it
    151019 ProcessingTimeoutSent, taken 0.00 RUB: please wait, we are looking
    given up: declined true, paid false
    ");
}

#[tokio::test]
async fn stored_cards_runs() {
    let mut out = Vec::new();
    let ran = stored_cards::run(&mut out).await;
    insta::assert_snapshot!(printed(ran, out), @"
    the customer pays: paid true, 20.00 RUB
    stored: 411111**1111
    the card is charged: paid true, 30.00 RUB
    and again, recurrently: paid true, 15.00 RUB
    a second copy: duplicate true, effect Maybe
    after that: Binding isn't active
    ");
}

#[tokio::test]
async fn sbp_qr_runs() {
    let mut out = Vec::new();
    let ran = sbp_qr::run(&mut out).await;
    insta::assert_snapshot!(printed(ran, out), @"
    a picture: true
    the payer's bank agrees: true
    the code: ACCEPTED; the order: paid true, 20.00 RUB
    rejected: true; the payer can pay: false; paid false
    ");
}

#[tokio::test]
async fn payment_link_runs() {
    let mut out = Vec::new();
    let ran = payment_link::run(&mut out).await;
    insta::assert_snapshot!(printed(ran, out), @"
    links that can be paid: 1
    paid: true, 20.00 RUB
    after its only payment: 0
    ");
}

#[tokio::test]
async fn router_sbp_runs() {
    let mut out = Vec::new();
    let ran = router_sbp::run(&mut out).await;
    insta::assert_snapshot!(printed(ran, out), @"
    a picture for the browser: true
    the link asks for 20.00 RUB, check digits Right
    by Т-Банк: true
    the code is Accepted: AskOrder
    the order: Paid, 2000 taken
    rejected; offer another way: true
    the payer can still pay: false; paid false
    ");
}

#[tokio::test]
async fn router_subscription_runs() {
    let mut out = Vec::new();
    let ran = router_subscription::run(&mut out).await;
    insta::assert_snapshot!(printed(ran, out), @"
    paid: true
    not yet; again in 15 s
    not yet; again in 15 s
    linked for a monthly book
    charged: paid true, 10000 taken
    ended: certain true, 0 left
    ");
}

#[tokio::test]
async fn router_wallets_runs() {
    let mut out = Vec::new();
    let ran = router_wallets::run(&mut out).await;
    insta::assert_snapshot!(printed(ran, out), @"
    T-Pay, Desktop: a page with a code, to be scanned; back in the shop: false; paid true
    T-Pay, Mobile: straight into the application; back in the shop: true; paid true
    Alfa Pay, pay: to failUrl false; paid true
    Alfa Pay, refuse: to failUrl true; paid false
    ");
}
