//! Short texts of the bank's own.

/// The terminal of every payment.
pub(crate) const TERMINAL: &str = "123456";

/// What an action code means, in few words; empty for a success, as the samples have it.
pub(crate) fn action_code(code: i64) -> &'static str {
    match code {
        0 => "",
        -100 => "No payment attempt yet",
        -2005 => "The issuer's answer is not genuine",
        -2006 => "The issuer did not authenticate the payer",
        -2007 => "The time to pay ran out",
        -2009 => "The payer did not come back from the issuer",
        -2028 => "The payment by SBP was declined",
        -2022 => "3-D Secure is not possible with this card",
        5 => "Declined without a reason",
        53 => "The card is not known to the processing centre",
        57 => "The operation is not allowed for the card",
        82 => "Wrong card code",
        100 => "Limit exceeded",
        101 => "The card has expired",
        116 => "Not enough money",
        119 => "Security violation",
        120 => "The issuer does not allow it",
        203 | 204 | 208 => "Lost card",
        239 => "The subscription has ended",
        907 | 910 | 912 => "The issuer cannot be reached",
        4005 => "Cancelled by the merchant",
        151_019 => "No answer from the processing centre; the outcome is unknown",
        _ => "Declined",
    }
}

/// What the payer may be told about a failure.
pub(crate) fn for_payer(code: i64) -> Option<&'static str> {
    match code {
        0 | -100 => None,
        116 => Some("There is not enough money on the card."),
        101 => Some("The card has expired."),
        -2028 => Some("The payment by SBP was declined."),
        -2099..=-2004 => Some("The bank that issued the card did not confirm the payment."),
        _ => Some("The bank that issued the card declined the payment."),
    }
}

/// A refusal's text in the language of the request: Russian where one is written down here.
pub(crate) fn translated(text: &str, language: Option<&str>) -> String {
    if !language.is_some_and(|language| language.eq_ignore_ascii_case("ru")) {
        return text.to_owned();
    }
    match text {
        "Success" => "Успешно",
        "Access denied" => "Доступ запрещён",
        "Order not found" => "Заказ не найден",
        DUPLICATE | TAKEN => "Заказ с таким номером уже обработан",
        other => other,
    }
    .to_owned()
}

/// The refusal of a recurrent payment under a number that is taken, word for word as in the sample.
pub(crate) const TAKEN: &str = "Order with this number is already registered in the system.";

/// The refusal of a second registration, word for word as in the sample.
pub(crate) const DUPLICATE: &str =
    "Order number is duplicated, order with given order number is processed already";
