//! Plausible values, no two of a kind the same where the kind allows it.

use super::{Field, Json};

/// Hands out values; each call of [`of`](Self::of) counts.
#[derive(Debug, Default)]
pub(super) struct Values {
    count: u64,
}

/// Fields whose values only make sense as given; a name may be preceded by its block.
const KNOWN: &[(&str, &str)] = &[
    ("errorCode", "0"),
    ("success", "true"),
    ("chargeback", "false"),
    ("orderStatus", "2"),
    ("actionCode", "0"),
    ("amount", "2000"),
    ("approvedAmount", "2000"),
    ("depositedAmount", "1500"),
    ("refundedAmount", "500"),
    ("refunds.amount", "500"),
    ("totalAmount", "2010"),
    ("paymentState", "DEPOSITED"),
    ("paymentWay", "CARD"),
    ("paymentSystem", "MIR"),
    ("productCategory", "DEBIT"),
    ("corporateCard", "false"),
    ("avsCode", "A"),
    ("tii", "F"),
    ("usedPsdIndicatorValue", "LVP"),
    ("currency", "643"),
    ("itemCurrency", "643"),
    ("ip", "192.0.2.17"),
    ("email", "payer@example.org"),
    ("phone", "+79161234567"),
    ("maskedPan", "411111**1111"),
    ("pan", "555555**4444"),
    ("expiration", "203412"),
    ("expiryDate", "203412"),
    ("cardholderName", "TEST CARDHOLDER"),
    ("cardHolder", "TEST CARDHOLDER"),
    ("eci", "05"),
    ("authTypeIndicator", "3"),
    ("threeDSProtocolVersion", "2.2.0"),
    ("rreqTransStatus", "Y"),
    ("aresTransStatus", "C"),
    ("paResStatus", "A"),
    ("veResStatus", "U"),
    ("paResCheckStatus", "9"),
    ("country", "RU"),
    ("bankCountryCode", "RU"),
    ("orderCreationDate", "2026-01-02T03:04:05"),
    ("startDate", "2026-01-02T03:04:05"),
    ("endDate", "2026-12-31T23:59:59"),
    ("refunds.date", "2026-01-03T04:05:06"),
    ("queuedFirstDocDate", "2026-01-04T05:06:07"),
    ("receipt_datetime", "2026:01:05 06:07:08"),
    ("receiptStatus", "1"),
    ("receiptType", "3"),
    ("taxType", "6"),
    ("agentType", "2"),
    ("agent_info.type", "5"),
    ("paymentMethod", "4"),
    ("paymentObject", "3"),
    ("nomenclature", "00 00 00 01 00 21"),
    ("measure", "0"),
    ("inn", "7707083893"),
    ("MTOperatorInn", "7710140679"),
    ("Status", "STARTED"),
    ("qrStatus", "STARTED"),
    ("sbpC2bInfo.status", "STARTED"),
    ("(root).status", "SUCCESS"),
    ("template.status", "ACTIVE"),
    ("templates.status", "ACTIVE"),
    ("qrType", "DYNAMIC"),
    ("type", "ECOM"),
    ("transactionState", "DEPOSITED"),
    ("bindingCategory", "COMMON"),
    ("displayLabel", "XXXXXXXXXXXX1111"),
    ("processingErrorType", "NO_ERROR"),
    ("errorTypeName", "DATA_INPUT_ERROR"),
    ("error.code", "1"),
    ("ffdVersion", "1.05"),
    ("networkID", "1"),
    ("networkName", "efecty"),
    ("feePercentage", "1.5"),
    ("amount_total", "10000"),
    ("state", "DEPOSITED"),
    ("depositFlag", "PURCHASE"),
    ("allowedPaymentWays", "SBP_C2B"),
    ("orderStatusResultModel (before a bank).orderStatus", "-1"),
    ("oldStatus", "STARTED"),
    ("transactionStateExtension", "SBP_C2B_STARTED"),
    ("bindingType", "SBP_C2B"),
    ("sbpMemberId", "100000000008"),
];

/// What is known to stand in blocks of which the table prints no fields.
const INSIDE: &[(&str, &str, &str)] = &[
    ("cardInfo", "maskedPan", "\"411111**1111\""),
    ("data", "orderId", "\"01491d0b-c848-7dd6-a20d-000000000001\""),
    ("error", "code", "\"7\""),
    ("orderStatus", "orderStatus", "2"),
];

impl Values {
    /// What stands in a block of which the table prints no fields: what is known of it, or a free
    /// pair.
    pub(super) fn inside(&mut self, block: &str, field: &Field) -> Json {
        let known = INSIDE.iter().find(|(name, ..)| *name == field.name);
        let (member, value) = known.map_or_else(
            || ("key", self.of(block, field)),
            |(_, member, value)| (*member, Json::Plain((*value).into())),
        );
        Json::Object(vec![(member.into(), value)])
    }

    /// A value for a field that holds no block.
    pub(super) fn of(&mut self, block: &str, field: &Field) -> Json {
        self.count += 1;
        let known = known(block, field);
        let or = |made: String| known.map_or(made, str::to_owned);
        match field.kind.as_str() {
            // Of the booleans only an error is good news when it is false.
            "Boolean" => Json::Plain(or((field.name != "error").to_string())),
            "Array of strings" => Json::Array(vec![Json::text(&or(self.item(field)))]),
            "Integer" | "Number" if is_text(field) => Json::text(&or(self.number(field))),
            "Integer" | "Number" => Json::Plain(unpadded(&or(self.number(field)))),
            _ if field.note.contains("number in the sample") => Json::Plain(or(self.number(field))),
            _ => Json::text(&or(self.text(field))),
        }
    }

    /// A number of the digits allowed; dates and times are milliseconds.
    fn number(&self, field: &Field) -> String {
        if field.name.to_lowercase().contains("date") || field.name == "time" {
            return (1_767_323_045_000 + 1000 * self.count).to_string();
        }
        match field.max {
            Some(6) => self.six_digits(),
            Some(1 | 2) => (1 + self.count % 9).to_string(),
            _ => (100 + self.count).to_string(),
        }
    }

    fn item(&self, field: &Field) -> String {
        if field.name.to_lowercase().contains("phones") {
            format!("+7916{}", 1_000_000 + self.count)
        } else {
            self.uuid()
        }
    }

    fn text(&self, field: &Field) -> String {
        let name = field.name.as_str();
        let lower = name.to_lowercase();
        if lower.ends_with("url")
            || lower.contains("methodurl")
            || name == "redirect"
            || name == "website"
        {
            return format!("https://bank.example/{name}/{}", self.count);
        }
        if name == "orderId"
            || name == "uuid"
            || lower.ends_with("mdorder")
            || lower.ends_with("transid")
        {
            return self.uuid();
        }
        let text = match field.max {
            Some(6) => self.six_digits(),
            Some(12) if name == "referenceNumber" => (714_105_591_000 + self.count).to_string(),
            _ => format!("{name} {}", self.count),
        };
        let most = field.max.unwrap_or(usize::MAX);
        if text.len() <= most { text } else { (10 + self.count).to_string() }
    }

    fn six_digits(&self) -> String {
        (123_400 + self.count).to_string()
    }

    fn uuid(&self) -> String {
        format!("01491d0b-c848-7dd6-a20d-{:012}", self.count)
    }
}

fn known(block: &str, field: &Field) -> Option<&'static str> {
    if field.note.contains("\"VAT_0\" in the sample") {
        return Some("VAT_0");
    }
    if field.name == "value" && field.kind == "Number" {
        return Some("3");
    }
    let full = format!("{block}.{}", field.name);
    let find = |name: &str| KNOWN.iter().find(|(known, _)| *known == name);
    find(&full).or_else(|| find(&field.name)).map(|(_, value)| *value)
}

/// Whether the sample writes a number as text.
fn is_text(field: &Field) -> bool {
    let says = |words: &&str| field.note.contains(words);
    field.name == "inn"
        || ["text in the sample", "as text in", "\"VAT_0\" in the sample"].iter().any(says)
}

fn unpadded(number: &str) -> String {
    let digits = number.trim_start_matches('0');
    if digits.is_empty() { "0".into() } else { digits.into() }
}
