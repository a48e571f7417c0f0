//! The page of a payment link.

use askama::Template;

use super::Words;

/// Shows what a link asks for, and takes what the payer has to say. Works without JavaScript.
#[derive(Template)]
#[template(path = "link.html")]
pub(crate) struct LinkForm<'a> {
    pub(crate) words: &'static Words,
    pub(crate) own: &'static LinkWords,
    /// Whom the payer pays.
    pub(crate) merchant: &'a str,
    pub(crate) name: &'a str,
    pub(crate) description: &'a str,
    /// With its currency; empty where the payer chooses.
    pub(crate) amount: &'a str,
    /// The fee on top with its currency; empty for none.
    pub(crate) fee: &'a str,
    /// Whether a fee comes on top of whatever the payer chooses.
    pub(crate) some_fee: bool,
    pub(crate) currency: &'a str,
    /// The amount that the payer typed.
    pub(crate) typed: &'a str,
    pub(crate) wrong_sum: bool,
    /// Where the form goes.
    pub(crate) action: &'a str,
    pub(crate) fields: &'a [LinkField],
}

/// A further field.
#[derive(Clone, Debug)]
pub(crate) struct LinkField {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) placeholder: String,
    pub(crate) required: bool,
    pub(crate) visible: bool,
    pub(crate) value: String,
    pub(crate) wrong: bool,
}

/// What stands on the pages of links, in one language.
#[derive(Debug)]
pub(crate) struct LinkWords {
    pub(crate) lang: &'static str,
    pub(crate) amount: &'static str,
    pub(crate) wrong_amount: &'static str,
    pub(crate) wrong_field: &'static str,
    pub(crate) optional: &'static str,
    pub(crate) fee: &'static str,
    pub(crate) fee_on_top: &'static str,
    pub(crate) details: &'static str,
    pub(crate) on: &'static str,
    pub(crate) closed: &'static str,
    pub(crate) closed_more: &'static str,
    pub(crate) paid: &'static str,
    pub(crate) paid_more: &'static str,
    pub(crate) not_paid: &'static str,
    pub(crate) not_paid_more: &'static str,
}

impl LinkWords {
    /// Russian for `ru`, else English.
    pub(crate) fn of(language: &str) -> &'static Self {
        if language.eq_ignore_ascii_case("ru") { &RUSSIAN } else { &ENGLISH }
    }
}

const RUSSIAN: LinkWords = LinkWords {
    lang: "ru",
    amount: "Сумма",
    wrong_amount: "Введите сумму больше нуля.",
    wrong_field: "Проверьте это поле.",
    optional: "необязательно",
    fee: "Комиссия",
    fee_on_top: "К сумме добавится комиссия.",
    details: "Данные платежа",
    on: "Перейти к оплате",
    closed: "Ссылка не работает",
    closed_more: "Оплатить по этой ссылке сейчас нельзя: она закрыта, уже оплачена, или её время \
                  ещё не пришло или вышло.",
    paid: "Оплачено",
    paid_more: "Спасибо. Эту страницу можно закрыть.",
    not_paid: "Не оплачено",
    not_paid_more: "Деньги не списаны.",
};

const ENGLISH: LinkWords = LinkWords {
    lang: "en",
    amount: "Amount",
    wrong_amount: "Enter an amount above zero.",
    wrong_field: "Check this field.",
    optional: "optional",
    fee: "Fee",
    fee_on_top: "A fee will be added to the amount.",
    details: "Payment details",
    on: "Go to payment",
    closed: "This link does not work",
    closed_more: "Nothing can be paid by this link now: it is closed or already paid, or its time \
                  has not come yet or is over.",
    paid: "Paid",
    paid_more: "Thank you. You can close this page.",
    not_paid: "Not paid",
    not_paid_more: "No money was taken.",
};
