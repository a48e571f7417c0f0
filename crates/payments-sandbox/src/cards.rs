//! Test cards: the number decides how a payment goes.
//!
//! Any expiry that is not past and any three digits of CVC fit every card. A number that is not in
//! [`TEST_CARDS`] is declined with action code 53 (not known to the processing centre): the sandbox
//! is no place for real cards.
//!
//! For a decline with a code of one's choice there are [`declined`] and [`declined_after_challenge`].

/// How the payer is authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flow {
    /// Charged without 3-D Secure.
    Plain,
    /// 3-D Secure 2; the issuer asks nothing.
    Frictionless,
    /// 3-D Secure 2; the issuer asks for a code.
    Challenge,
    /// 3-D Secure 2 with the issuer's hidden method frame first, then a code.
    MethodAndChallenge,
    /// The older 3-D Secure 1; the issuer asks for a code.
    ThreeDs1,
}

/// How the payment ends once the payer is authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// Approved.
    Approved,
    /// Declined by the processing centre with this action code.
    Declined(i64),
    /// The issuer does not authenticate the payer, whatever he types.
    NotAuthenticated,
}

/// One test card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TestCard {
    /// The number.
    pub pan: &'static str,
    /// How the payer is authenticated.
    pub flow: Flow,
    /// How the payment ends.
    pub verdict: Verdict,
    /// How long the bank takes for an answer to a payment, in milliseconds.
    pub delay_ms: u64,
}

impl TestCard {
    /// How a payment with the card goes, in a line.
    pub fn about(&self) -> String {
        let flow = match self.flow {
            Flow::Plain => "no 3-D Secure",
            Flow::Frictionless => "3-D Secure 2, nothing asked",
            Flow::Challenge => "3-D Secure 2, challenge",
            Flow::MethodAndChallenge => "3-D Secure 2, method and challenge",
            Flow::ThreeDs1 => "3-D Secure 1, challenge",
        };
        let verdict = match self.verdict {
            Verdict::Approved => "approved".to_owned(),
            Verdict::Declined(116) => "declined, not enough money (116)".to_owned(),
            Verdict::Declined(code) => format!("declined ({code})"),
            Verdict::NotAuthenticated => "declined, not authenticated (-2006)".to_owned(),
        };
        let slow = if self.delay_ms > 0 { ", slowly" } else { "" };
        format!("{flow}: {verdict}{slow}")
    }
}

const fn card(pan: &'static str, flow: Flow, verdict: Verdict) -> TestCard {
    TestCard { pan, flow, verdict, delay_ms: 0 }
}

/// Every test card; the first three are those of the documents' samples.
///
/// | number | authentication | end |
/// |---|---|---|
/// | 4111111111111111 | none | approved |
/// | 5555555555555599 | 3DS2, challenge | approved |
/// | 4000001111111118 | 3DS2, method and challenge | approved |
/// | 4000000000000002 | 3DS2, frictionless | approved |
/// | 2200000000000004 | 3DS1 | approved |
/// | 4000000000000119 | none | 116, not enough money |
/// | 4000000000000127 | 3DS2, challenge | 116, not enough money |
/// | 4000000000000135 | none | 5, declined without a reason |
/// | 4000000000000143 | 3DS2, frictionless | -2006, issuer refuses 3DS |
/// | 4000000000000150 | 3DS2, challenge | -2006, whatever is typed |
/// | 2200000000000103 | 3DS1 | -2006, whatever is typed |
/// | 4000000000000168 | none | 151019, outcome unknown at the processing centre |
/// | 4000000000000176 | none | approved after 3 seconds |
/// | 4000000000000184 | 3DS2, challenge | approved, each answer after 3 seconds |
pub const TEST_CARDS: &[TestCard] = &[
    card("4111111111111111", Flow::Plain, Verdict::Approved),
    card("5555555555555599", Flow::Challenge, Verdict::Approved),
    card("4000001111111118", Flow::MethodAndChallenge, Verdict::Approved),
    card("4000000000000002", Flow::Frictionless, Verdict::Approved),
    card("2200000000000004", Flow::ThreeDs1, Verdict::Approved),
    card("4000000000000119", Flow::Plain, Verdict::Declined(116)),
    card("4000000000000127", Flow::Challenge, Verdict::Declined(116)),
    card("4000000000000135", Flow::Plain, Verdict::Declined(5)),
    card("4000000000000143", Flow::Frictionless, Verdict::NotAuthenticated),
    card("4000000000000150", Flow::Challenge, Verdict::NotAuthenticated),
    card("2200000000000103", Flow::ThreeDs1, Verdict::NotAuthenticated),
    card("4000000000000168", Flow::Plain, Verdict::Declined(151_019)),
    TestCard { delay_ms: 3000, ..card("4000000000000176", Flow::Plain, Verdict::Approved) },
    TestCard { delay_ms: 3000, ..card("4000000000000184", Flow::Challenge, Verdict::Approved) },
];

/// The code that the issuer's page accepts for every card; any other is wrong.
pub const ACS_CODE: &str = "12345678";

/// Six digits that begin the numbers whose next seven digits are an action code.
const CHOSEN: &str = "220099";
/// The same for action codes below zero.
const CHOSEN_BELOW_ZERO: &str = "220098";

/// The number of a card that is declined with this action code, without 3-D Secure.
///
/// None if the code is zero (no decline) or has more than seven digits.
pub fn declined(action_code: i64) -> Option<String> {
    chosen(action_code, '0')
}

/// The number of a card that is declined with this action code after a 3DS2 challenge.
///
/// None if the code is zero (no decline) or has more than seven digits.
pub fn declined_after_challenge(action_code: i64) -> Option<String> {
    chosen(action_code, '1')
}

fn chosen(action_code: i64, flow: char) -> Option<String> {
    let digits = action_code.unsigned_abs();
    if digits == 0 || digits > 9_999_999 {
        return None;
    }
    let prefix = if action_code < 0 { CHOSEN_BELOW_ZERO } else { CHOSEN };
    let body = format!("{prefix}{digits:07}{flow}0");
    (0..10).map(|last| format!("{body}{last}")).find(|pan| is_card_number(pan))
}

/// How a card behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Behaviour {
    pub(crate) flow: Flow,
    pub(crate) verdict: Verdict,
    pub(crate) delay_ms: u64,
}

/// How a card behaves; none if the number is no test card's.
pub(crate) fn find(pan: &str) -> Option<Behaviour> {
    if let Some(card) = TEST_CARDS.iter().find(|card| card.pan == pan) {
        let TestCard { flow, verdict, delay_ms, .. } = *card;
        return Some(Behaviour { flow, verdict, delay_ms });
    }
    let (prefix, rest) = pan.split_at_checked(6)?;
    let sign = match prefix {
        CHOSEN => 1,
        CHOSEN_BELOW_ZERO => -1,
        _ => return None,
    };
    let code: i64 = rest.get(..7)?.parse().ok()?;
    let flow = match rest.get(7..8)? {
        "0" => Flow::Plain,
        "1" => Flow::Challenge,
        _ => return None,
    };
    let verdict = Verdict::Declined(sign * code);
    Some(Behaviour { flow, verdict, delay_ms: 0 })
}

/// 12 to 19 digits whose last one is the Luhn check digit.
pub(crate) fn is_card_number(pan: &str) -> bool {
    let digits = pan.as_bytes();
    if !(12..=19).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, u32::from(digit - b'0')) {
            (0, digit) => digit,
            (_, digit) if digit > 4 => digit * 2 - 9,
            (_, digit) => digit * 2,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// The scheme that issued a card, as status reports name it.
pub(crate) fn scheme(pan: &str) -> &'static str {
    match pan.as_bytes().first() {
        Some(b'4') => "VISA",
        Some(b'5') => "MASTERCARD",
        _ => "MIR",
    }
}

/// The first six and the last four digits; of anything shorter than a card number nothing.
pub(crate) fn masked(pan: &str) -> String {
    match (pan.get(..6), pan.get(pan.len().saturating_sub(4)..)) {
        (Some(first), Some(last)) if pan.len() >= 12 => format!("{first}**{last}"),
        _ => "**".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_test_card_has_its_check_digit() {
        for card in TEST_CARDS {
            assert!(is_card_number(card.pan), "{}", card.pan);
            assert_eq!(find(card.pan).map(|found| found.verdict), Some(card.verdict));
        }
        assert!(!is_card_number("4111111111111112"));
        assert_eq!(find("4242424242424242"), None);
    }

    #[test]
    fn action_codes_are_chosen_by_number() {
        for code in [116, -2006, 151_019, 1, 9_999_999] {
            let pan = declined(code).expect("a code");
            assert!(is_card_number(&pan));
            assert_eq!(find(&pan).map(|card| card.verdict), Some(Verdict::Declined(code)));
            let pan = declined_after_challenge(code).expect("a code");
            assert_eq!(find(&pan).map(|card| card.flow), Some(Flow::Challenge));
        }
        assert_eq!(declined(0), None);
        assert_eq!(declined(10_000_000), None);
    }

    #[test]
    fn numbers_are_masked_to_six_and_four() {
        // G-135
        assert_eq!(masked("4111111111111111"), "411111**1111");
        assert_eq!(masked("ж"), "**");
    }
}
