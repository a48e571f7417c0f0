//! The state machines as pages with a diagram and a table each.

use std::fmt::{Debug, Write};

use payments_core::state::{
    card_binding, card_payout, order,
    payout::{self, Stage as _},
    qr, router_order, sbp_payout, three_ds,
};

use super::File;

/// A page about one machine.
struct Page<S: 'static, T: 'static> {
    path: &'static str,
    title: &'static str,
    intro: &'static str,
    diagram: String,
    moves: &'static [(S, T, S)],
    finals: Vec<S>,
    /// Who moves it, by trigger.
    by: fn(&T) -> &'static str,
}

pub(super) fn files() -> Vec<File> {
    let order = Page {
        path: "docs/states/order.md",
        title: "An order",
        intro: "Drawn from `MOVES` in `crates/payments-core/src/state/order/table.rs`. Where a trigger \
                leads to two states, the amounts pick one: a partial reversal keeps the state, a full one \
                leads to `Reversed`; a partial refund leads to `Refunded` as well, and further ones may \
                follow.",
        diagram: order::diagram(),
        moves: order::MOVES,
        finals: order::State::ALL.into_iter().filter(|state| state.is_final()).collect(),
        by: |trigger| {
            if trigger.is_call() { "a call of the merchant" } else { "payer, issuer or bank" }
        },
    };
    let router_order = Page {
        path: "docs/states/router-order.md",
        title: "An order at the router",
        intro: "Drawn from `MOVES` in `crates/payments-core/src/state/router_order/table.rs`. With the \
                first attempt to pay an order becomes one of the bank that the router chose: its amounts \
                move as those of an order there do. What is paid by SBP is charged at once, so that an \
                order of two phases goes straight to `Deposited`. Where a trigger leads to two states, \
                the amounts pick one.",
        diagram: router_order::diagram(),
        moves: router_order::MOVES,
        finals: router_order::State::ALL.into_iter().filter(|state| state.is_final()).collect(),
        by: |trigger| match trigger {
            router_order::Trigger::Route => "the router, at a payment call",
            trigger if trigger.is_call() => "a call of the merchant",
            _ => "payer or bank",
        },
    };
    let three_ds = Page {
        path: "docs/states/three-ds.md",
        title: "An authentication by 3-D Secure",
        intro: "Drawn from `MOVES` in `crates/payments-core/src/state/three_ds.rs`. `Finished` does not \
                say that the order is paid: its status does.",
        diagram: three_ds::diagram(),
        moves: three_ds::MOVES,
        finals: three_ds::State::ALL.into_iter().filter(|state| state.is_final()).collect(),
        by: |trigger| match trigger {
            three_ds::Trigger::BringPaRes | three_ds::Trigger::BringCRes => "the payer's browser",
            three_ds::Trigger::FinishedByGateway => "the gateway",
            _ => "an answer of the gateway",
        },
    };
    let qr = Page {
        path: "docs/states/qr.md",
        title: "A QR code of SBP",
        intro: "Drawn from `MOVES` in `crates/payments-core/src/state/qr.rs`. `Accepted` says that it is \
                time to ask for the order's status, which alone says that it is paid. `Settle` leads away \
                from each state that is over: what SBP has settled counts whatever was thought before.",
        diagram: qr::diagram(),
        moves: qr::MOVES,
        finals: qr::State::ALL.into_iter().filter(|state| state.is_final()).collect(),
        by: |trigger| match trigger {
            qr::Trigger::Confirm | qr::Trigger::GiveUp => "the payer",
            qr::Trigger::Settle => "SBP",
            qr::Trigger::Refuse => "the payer's bank, SBP or the merchant's bank",
            qr::Trigger::Reject => "a call of the merchant",
            qr::Trigger::Expire => "the caller's clock",
        },
    };
    let mut files = vec![order.file(), router_order.file(), three_ds.file(), qr.file()];
    files.extend(payouts());
    files
}

/// The pages of the payouts.
fn payouts() -> [File; 3] {
    let by = |trigger: &payout::Trigger| match trigger {
        payout::Trigger::Pay => "a call of the merchant",
        _ => "the bank, SBP or the recipient's bank",
    };
    let card_payout = Page {
        path: "docs/states/card-payout.md",
        title: "A payout to a card",
        intro: "Drawn from `MOVES` in `crates/payments-core/src/state/card_payout.rs`. `Sent` is no \
                word of the bank's: a Payment left, and nothing proves that it is carried out. A report \
                of `CHECKED` from then on means not carried out so far; it moves nothing, and allows \
                the same Payment again.",
        diagram: card_payout::diagram(),
        moves: card_payout::MOVES,
        finals: card_payout::State::ALL.into_iter().filter(|state| state.is_final()).collect(),
        by,
    };
    let sbp_payout = Page {
        path: "docs/states/sbp-payout.md",
        title: "A payout by phone number",
        intro: "Drawn from `MOVES` in `crates/payments-core/src/state/sbp_payout.rs`. `Sent` and a \
                report of `CHECKED` after it mean the same as for a card. `Completing` is not success: \
                the payout can still be rejected.",
        diagram: sbp_payout::diagram(),
        moves: sbp_payout::MOVES,
        finals: sbp_payout::State::ALL.into_iter().filter(|state| state.is_final()).collect(),
        by,
    };
    let card_binding = Page {
        path: "docs/states/card-binding.md",
        title: "The binding of a card for payouts",
        intro: "Drawn from `MOVES` in `crates/payments-core/src/state/card_binding.rs`. Reports may \
                skip states, since no call tells of them as they go by.",
        diagram: card_binding::diagram(),
        moves: card_binding::MOVES,
        finals: card_binding::State::ALL.into_iter().filter(|state| state.is_final()).collect(),
        by: |trigger| match trigger {
            card_binding::Trigger::ShowForm => "the payer",
            card_binding::Trigger::Submit => "a call of the merchant, or the bank's form",
            _ => "bank or issuer",
        },
    };
    [card_payout.file(), sbp_payout.file(), card_binding.file()]
}

impl<S: Copy + Debug, T: Copy + Debug> Page<S, T> {
    fn file(&self) -> File {
        let finals: Vec<String> = self.finals.iter().map(|state| format!("`{state:?}`")).collect();
        let mut out = format!(
            "# {}\n\nGenerated by `cargo xtask codegen`. {}\n\nFinal, whatever the amounts: {}.\n\n\
             ```mermaid\n{}```\n\n| from | trigger | to | who |\n|---|---|---|---|\n",
            self.title,
            self.intro,
            finals.join(", "),
            self.diagram
        );
        for (from, trigger, to) in self.moves {
            let by = (self.by)(trigger);
            // Writing to a string does not fail.
            let _ = writeln!(out, "| `{from:?}` | `{trigger:?}` | `{to:?}` | {by} |");
        }
        File::new(self.path, out)
    }
}
