//! The pages' words, Russian and English.

use crate::cards::{Flow, TestCard, Verdict};

/// What stands on the pages, in one language.
#[derive(Debug)]
pub(crate) struct Words {
    /// `lang` of the page.
    pub(crate) lang: &'static str,
    pub(crate) russian: bool,
    pub(crate) sandbox: &'static str,
    pub(crate) sandbox_more: &'static str,
    pub(crate) order: &'static str,
    pub(crate) description: &'static str,
    pub(crate) card_payment: &'static str,
    pub(crate) card_number: &'static str,
    pub(crate) valid_to: &'static str,
    pub(crate) month_year: &'static str,
    pub(crate) cvc: &'static str,
    pub(crate) cvc_hint: &'static str,
    pub(crate) name_on_card: &'static str,
    pub(crate) pay: &'static str,
    pub(crate) back_to_shop: &'static str,
    pub(crate) wrong_number: &'static str,
    pub(crate) wrong_expiry: &'static str,
    pub(crate) wrong_cvc: &'static str,
    pub(crate) test_cards: &'static str,
    pub(crate) test_cards_more: &'static str,
    pub(crate) number: &'static str,
    pub(crate) outcome: &'static str,
    pub(crate) confirm_title: &'static str,
    pub(crate) issuer: &'static str,
    pub(crate) shop: &'static str,
    pub(crate) card: &'static str,
    pub(crate) code: &'static str,
    pub(crate) code_hint: &'static str,
    pub(crate) wrong_code: &'static str,
    pub(crate) confirm: &'static str,
    pub(crate) cancel: &'static str,
    pub(crate) one_moment: &'static str,
    pub(crate) forward: &'static str,
    pub(crate) go_on: &'static str,
    pub(crate) to_payment: &'static str,
    pub(crate) payers_bank: &'static str,
    pub(crate) sbp_payment: &'static str,
    pub(crate) link_account: &'static str,
    pub(crate) refuse: &'static str,
    pub(crate) link: &'static str,
    pub(crate) and_link: &'static str,
    pub(crate) only_pay: &'static str,
}

/// What a page without a form tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// The address names no order, or none that is under way.
    Unknown,
    /// The payer came to the issuer's door before the payment was begun.
    NotBegun,
    /// The payer came to the end before the payment was finished.
    NotFinished,
    /// The payer paid by a QR code.
    QrPaid,
    /// The payer refused to pay by a QR code.
    QrRefused,
    /// The QR code is used up, refused or too old.
    QrClosed,
}

impl Words {
    /// Russian for `ru`, else English.
    pub(crate) fn of(language: &str) -> &'static Self {
        if language.eq_ignore_ascii_case("ru") { &RUSSIAN } else { &ENGLISH }
    }

    /// Heading and text of a notice.
    pub(crate) fn notice(&self, notice: Notice) -> (&'static str, &'static str) {
        match (notice, self.russian) {
            (Notice::Unknown, true) => {
                ("Платёж не найден", "Такого платежа нет, или он уже завершён.")
            }
            (Notice::Unknown, false) => {
                ("Payment not found", "There is no such payment, or it is over.")
            }
            (Notice::NotBegun, true) => ("Ещё рано", "Этот платёж ещё не начат."),
            (Notice::NotBegun, false) => ("Not yet", "This payment has not been started."),
            (Notice::NotFinished, true) => ("Платёж не завершён", "Заказ ещё не оплачен."),
            (Notice::NotFinished, false) => {
                ("Payment not finished", "The order has not been paid yet.")
            }
            (Notice::QrPaid, true) => ("Оплачено", "Можно вернуться в магазин."),
            (Notice::QrPaid, false) => ("Paid", "You can go back to the shop."),
            (Notice::QrRefused, true) => ("Вы отказались", "Деньги не списаны."),
            (Notice::QrRefused, false) => ("Refused", "No money was taken."),
            (Notice::QrClosed, true) => {
                ("QR-код закрыт", "По нему уже заплатили, от него отказались, или его время вышло.")
            }
            (Notice::QrClosed, false) => {
                ("The QR code is closed", "It was paid or refused, or its time is over.")
            }
        }
    }

    /// Why the last try failed, as far as the payer may know.
    pub(crate) fn declined(&self, action_code: i64) -> &'static str {
        match (action_code, self.russian) {
            (116, true) => "На карте недостаточно средств. Попробуйте другую карту.",
            (116, false) => "There is not enough money on the card. Try another card.",
            (101, true) => "Срок действия карты истёк. Попробуйте другую карту.",
            (101, false) => "The card has expired. Try another card.",
            (-2099..=-2004, true) => "Банк, выпустивший карту, не подтвердил платёж.",
            (-2099..=-2004, false) => "The bank that issued the card did not confirm the payment.",
            (_, true) => "Банк, выпустивший карту, отклонил платёж. Попробуйте другую карту.",
            (_, false) => "The bank that issued the card declined the payment. Try another card.",
        }
    }

    /// How many wrong codes may follow.
    pub(crate) fn codes_left(&self, left: u32) -> String {
        match (left, self.russian) {
            (1, true) => "Осталась последняя попытка.".into(),
            (1, false) => "This is the last try.".into(),
            (_, true) => format!("Осталось попыток: {left}."),
            (_, false) => format!("{left} tries left."),
        }
    }

    /// How a payment with a test card goes.
    pub(crate) fn outcome(&self, card: &TestCard) -> String {
        if !self.russian {
            return card.about();
        }
        let flow = match card.flow {
            Flow::Plain => "без 3-D Secure",
            Flow::Frictionless => "3-D Secure 2 без вопросов",
            Flow::Challenge => "3-D Secure 2 с кодом",
            Flow::MethodAndChallenge => "3-D Secure 2, method и код",
            Flow::ThreeDs1 => "3-D Secure 1 с кодом",
        };
        let verdict = match card.verdict {
            Verdict::Approved => "одобрена".to_owned(),
            Verdict::Declined(116) => "отказ, мало средств (116)".to_owned(),
            Verdict::Declined(code) => format!("отказ ({code})"),
            Verdict::NotAuthenticated => "отказ, нет подтверждения (-2006)".to_owned(),
        };
        let slow = if card.delay_ms > 0 { ", медленно" } else { "" };
        format!("{flow}: {verdict}{slow}")
    }
}

const RUSSIAN: Words = Words {
    lang: "ru",
    russian: true,
    sandbox: "Песочница.",
    sandbox_more: "Деньги не списываются, карты только тестовые.",
    order: "Заказ",
    description: "Описание",
    card_payment: "Оплата картой",
    card_number: "Номер карты",
    valid_to: "Действует до",
    month_year: "ММ/ГГ",
    cvc: "CVC",
    cvc_hint: "Три цифры на обороте карты",
    name_on_card: "Имя на карте",
    pay: "Оплатить",
    back_to_shop: "Вернуться в магазин",
    wrong_number: "Проверьте номер карты.",
    wrong_expiry: "Проверьте месяц и год.",
    wrong_cvc: "Нужны три цифры.",
    test_cards: "Тестовые карты",
    test_cards_more: "Нажмите на номер, чтобы заполнить форму.",
    number: "Номер",
    outcome: "Что произойдёт",
    confirm_title: "Подтвердите платёж",
    issuer: "Банк, выпустивший карту",
    shop: "Магазин",
    card: "Карта",
    code: "Код подтверждения",
    code_hint: "Сообщений здесь нет. Введите код",
    wrong_code: "Неверный код.",
    confirm: "Подтвердить",
    cancel: "Отменить платёж",
    one_moment: "Одну минуту",
    forward: "Сейчас вы перейдёте дальше. Если этого не произошло, нажмите кнопку.",
    go_on: "Продолжить",
    to_payment: "К оплате",
    payers_bank: "Банк плательщика",
    sbp_payment: "Оплата по СБП",
    link_account: "Магазин просит привязать счёт, чтобы списывать с него следующие платежи.",
    refuse: "Отказаться",
    link: "Привязать счёт",
    and_link: "и привязать счёт",
    only_pay: "Оплатить, не привязывая счёт",
};

const ENGLISH: Words = Words {
    lang: "en",
    russian: false,
    sandbox: "Sandbox.",
    sandbox_more: "No money moves here. Use test cards only.",
    order: "Order",
    description: "Description",
    card_payment: "Pay by card",
    card_number: "Card number",
    valid_to: "Valid to",
    month_year: "MM/YY",
    cvc: "CVC",
    cvc_hint: "Three digits on the back of the card",
    name_on_card: "Name on the card",
    pay: "Pay",
    back_to_shop: "Back to the shop",
    wrong_number: "Check the card number.",
    wrong_expiry: "Check the month and the year.",
    wrong_cvc: "Three digits are needed.",
    test_cards: "Test cards",
    test_cards_more: "Choose a number to fill in the form.",
    number: "Number",
    outcome: "What happens",
    confirm_title: "Confirm the payment",
    issuer: "The bank that issued the card",
    shop: "Shop",
    card: "Card",
    code: "Confirmation code",
    code_hint: "No message is sent here. Use the code",
    wrong_code: "This code is wrong.",
    confirm: "Confirm",
    cancel: "Cancel the payment",
    one_moment: "One moment",
    forward: "You are being taken onwards. If nothing happens, press the button.",
    go_on: "Continue",
    to_payment: "To the payment page",
    payers_bank: "The payer's bank",
    sbp_payment: "Payment by SBP",
    link_account: "The shop asks for the account to be linked, so that it can charge it for later payments.",
    refuse: "Refuse",
    link: "Link the account",
    and_link: "and link the account",
    only_pay: "Pay without linking the account",
};
