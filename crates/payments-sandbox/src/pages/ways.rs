//! Pages of the ways to pay without typing a card: a choice of ways, a code to scan, an application.

use askama::Template;

use super::Words;
use crate::cards;

/// Asks the payer by which way to pay. Works without JavaScript: one form, a button a way.
#[derive(Template)]
#[template(path = "ways.html")]
pub(crate) struct WaysPage<'a> {
    pub(crate) words: &'static Words,
    pub(crate) own: &'static WayWords,
    /// Whom the payer pays.
    pub(crate) merchant: &'a str,
    pub(crate) order_number: &'a str,
    pub(crate) description: &'a str,
    /// With its currency.
    pub(crate) amount: &'a str,
    /// Where the form goes.
    pub(crate) action: &'a str,
    pub(crate) md_order: &'a str,
    /// Why the last try led nowhere; empty at first.
    pub(crate) wrong: &'a str,
    pub(crate) ways: &'a [WayChoice],
}

/// A way to pay.
pub(crate) struct WayChoice {
    /// As `allowedPaymentWays` names it.
    pub(crate) value: &'static str,
    pub(crate) name: &'static str,
}

/// Shows a code that the payer scans with a phone, and a link for whoever is on the phone already.
#[derive(Template)]
#[template(path = "scan.html")]
pub(crate) struct ScanPage<'a> {
    pub(crate) words: &'static Words,
    pub(crate) own: &'static WayWords,
    /// Whom the payer pays.
    pub(crate) merchant: &'a str,
    pub(crate) order_number: &'a str,
    /// With its currency.
    pub(crate) amount: &'a str,
    pub(crate) title: &'a str,
    pub(crate) hint: &'a str,
    /// The code as SVG.
    pub(crate) code: &'a str,
    /// What the code says.
    pub(crate) link: &'a str,
    pub(crate) link_name: &'a str,
    /// This page once more: it leads on once the payment is over.
    pub(crate) again: &'a str,
    /// Names the order where the address of this page does not; else empty.
    pub(crate) md_order: &'a str,
}

/// An application in which the payer pays, from an account or by a card that it knows.
#[derive(Template)]
#[template(path = "wallet.html")]
pub(crate) struct WalletPayment<'a> {
    pub(crate) words: &'static Words,
    pub(crate) own: &'static WayWords,
    /// Whose application it is.
    pub(crate) who: &'a str,
    pub(crate) title: &'a str,
    /// Whom the payer pays.
    pub(crate) merchant: &'a str,
    pub(crate) order_number: &'a str,
    /// What for; may be empty.
    pub(crate) purpose: &'a str,
    /// With its currency.
    pub(crate) amount: &'a str,
    /// Where the form goes.
    pub(crate) action: &'a str,
    /// The payment's name, and what proves that the payer was given it; both empty if the address
    /// tells them.
    pub(crate) link: &'a str,
    pub(crate) token: &'a str,
    /// The cards to choose from; empty if the payer has nothing to choose.
    pub(crate) cards: &'a [WalletCard],
}

/// A card that the application knows.
pub(crate) struct WalletCard {
    /// Its place in the list, as the form names it.
    pub(crate) place: usize,
    /// Scheme and last digits.
    pub(crate) name: String,
    /// What a payment by it leads to.
    pub(crate) outcome: String,
}

impl WalletCard {
    /// A test card; none if the number is no test card's.
    pub(crate) fn of(place: usize, pan: &str, words: &Words) -> Option<Self> {
        let card = cards::TEST_CARDS.iter().find(|card| card.pan == pan)?;
        let last = pan.get(pan.len().checked_sub(4)?..)?;
        let name = format!("{} •• {last}", cards::scheme(pan));
        Some(Self { place, name, outcome: words.outcome(card) })
    }
}

/// What stands on these pages, in one language.
#[derive(Debug)]
pub(crate) struct WayWords {
    pub(crate) choose: &'static str,
    pub(crate) choose_card: &'static str,
    pub(crate) sbp: &'static str,
    pub(crate) scan_sbp: &'static str,
    pub(crate) open_bank: &'static str,
    pub(crate) tpay: &'static str,
    pub(crate) tpay_app: &'static str,
    pub(crate) scan_tpay: &'static str,
    pub(crate) open_app: &'static str,
    pub(crate) alfapay: &'static str,
    pub(crate) alfapay_app: &'static str,
    pub(crate) card: &'static str,
    pub(crate) after_scan: &'static str,
    pub(crate) look_again: &'static str,
    pub(crate) no_way: &'static str,
}

impl WayWords {
    /// Russian for `ru`, else English.
    pub(crate) fn of(language: &str) -> &'static Self {
        if language.eq_ignore_ascii_case("ru") { &RUSSIAN } else { &ENGLISH }
    }
}

const RUSSIAN: WayWords = WayWords {
    choose: "Как вы хотите заплатить?",
    choose_card: "Выберите карту",
    sbp: "СБП",
    scan_sbp: "Отсканируйте код телефоном и подтвердите платёж в приложении своего банка.",
    open_bank: "Открыть приложение банка",
    tpay: "T-Pay",
    tpay_app: "Приложение Т-Банка",
    scan_tpay: "Отсканируйте код телефоном и подтвердите платёж в приложении Т-Банка.",
    open_app: "Открыть приложение",
    alfapay: "Alfa Pay",
    alfapay_app: "Альфа-Банк",
    card: "Банковская карта",
    after_scan: "После оплаты нажмите кнопку: страница вернёт вас в магазин.",
    look_again: "Я заплатил",
    no_way: "Этим способом сейчас заплатить нельзя. Выберите другой.",
};

const ENGLISH: WayWords = WayWords {
    choose: "How do you want to pay?",
    choose_card: "Choose a card",
    sbp: "SBP",
    scan_sbp: "Scan the code with your phone and confirm the payment in your bank's application.",
    open_bank: "Open the bank's application",
    tpay: "T-Pay",
    tpay_app: "T-Bank's application",
    scan_tpay: "Scan the code with your phone and confirm the payment in T-Bank's application.",
    open_app: "Open the application",
    alfapay: "Alfa Pay",
    alfapay_app: "Alfa-Bank",
    card: "Bank card",
    after_scan: "Once you have paid, press the button: the page takes you back to the shop.",
    look_again: "I have paid",
    no_way: "This way does not work now. Choose another one.",
};
