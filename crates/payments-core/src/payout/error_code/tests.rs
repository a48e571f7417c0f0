use std::collections::BTreeSet;

use super::*;

fn code(text: &str) -> ErrorCode {
    ErrorCode::from(text)
}

fn codes(rail: Rail) -> BTreeSet<u32> {
    rail.rows().iter().map(|row| row.code).collect()
}

/// two tables; eight codes stand in both, four of them with another text.
#[test]
fn two_tables() {
    assert_eq!((CARD.len(), SBP.len()), (272, 26));
    for rail in [Rail::Card, Rail::Sbp] {
        assert!(rail.rows().is_sorted_by_key(|row| row.code));
    }
    let both: Vec<u32> = codes(Rail::Card).intersection(&codes(Rail::Sbp)).copied().collect();
    assert_eq!(both, [99, 102, 103, 1015, 1202, 1203, 1204, 1237]);
    let first = |rail, number: u32| {
        let rows = code(&number.to_string()).rows(rail);
        rows.first().map(|row| if row.message.is_empty() { row.text } else { row.message })
    };
    let same =
        both.iter().filter(|number| first(Rail::Card, **number) == first(Rail::Sbp, **number));
    assert_eq!(same.copied().collect::<Vec<_>>(), [99, 103, 1015, 1237]);
}

/// codes with several messages.
#[test]
fn one_code_several_texts() {
    let several: Vec<(u32, usize)> = codes(Rail::Card)
        .into_iter()
        .map(|number| (number, code(&number.to_string()).rows(Rail::Card).len()))
        .filter(|(_, rows)| *rows > 1)
        .collect();
    assert_eq!(several, [(13, 2), (102, 12), (600, 2), (9999, 2)]);
    assert_eq!(codes(Rail::Sbp).len(), SBP.len());
}

/// a message and sometimes details for cards, one text for SBP.
#[test]
fn messages_and_details() {
    assert!(SBP.iter().all(|row| row.details.is_empty()));
    let row = code("205").rows(Rail::Card).first().expect("in the table");
    assert_eq!(row.details, "Указанный терминал не найден");
    assert!(row.text.starts_with(row.message) && row.text.ends_with(row.details));
}

///
#[test]
fn nought_is_success_on_both() {
    for rail in [Rail::Card, Rail::Sbp] {
        assert_eq!(code("0").class(rail), CodeClass::Success);
        assert_eq!(code("0").effect(rail), Effect::Maybe);
    }
    for json in ["0", "\"0\""] {
        assert!(serde_json::from_str::<ErrorCode>(json).expect("reads").is_success());
    }
    assert!(!code("").is_success() && !code("None").is_success());
}

#[test]
fn unknown_codes_are_unclear() {
    for text in ["SBP_001", "1232", "4007", "2304882", "", "-1", "+20", "99999999999", "None"] {
        for rail in [Rail::Card, Rail::Sbp] {
            assert_eq!(code(text).class(rail), CodeClass::Unclear, "{text}");
            assert_eq!(code(text).effect(rail), Effect::Maybe, "{text}");
        }
    }
    let read: ErrorCode = serde_json::from_str("\"SBP_001\"").expect("text");
    assert_eq!(serde_json::to_string(&read).expect("text"), "\"SBP_001\"");
}

/// a duplicate never proves that nothing happened, nor that it was paid out.
#[test]
fn duplicates_are_resolved() {
    for (rail, text) in [(Rail::Card, "20"), (Rail::Card, "623"), (Rail::Sbp, "4005")] {
        assert_eq!(code(text).class(rail), CodeClass::Duplicate);
        assert_eq!(code(text).effect(rail), Effect::Maybe);
    }
}

/// the same code asks for patience on one rail and names a limit on the other.
#[test]
fn the_rail_decides() {
    for text in ["99", "102", "1202", "1204", "4004"] {
        assert_eq!(code(text).class(Rail::Sbp), CodeClass::RetryLater, "{text}");
        assert_eq!(code(text).effect(Rail::Sbp), Effect::Maybe, "{text}");
    }
    for text in ["1202", "1203", "1204"] {
        assert_eq!(code(text).class(Rail::Card), CodeClass::Limit, "{text}");
    }
    assert_eq!(code("4005").class(Rail::Card), CodeClass::Unclear);
}

/// written down by hand.
#[test]
fn classes_by_hand() {
    for (rail, text, class) in [
        (Rail::Card, "103", CodeClass::Funds),
        (Rail::Card, "1116", CodeClass::Funds),
        (Rail::Card, "1502", CodeClass::Funds),
        (Rail::Sbp, "103", CodeClass::Funds),
        (Rail::Card, "1237", CodeClass::Fraud),
        (Rail::Sbp, "1237", CodeClass::Fraud),
        (Rail::Sbp, "3006", CodeClass::RecipientCanFix),
        (Rail::Sbp, "3008", CodeClass::RecipientCanFix),
        (Rail::Sbp, "3010", CodeClass::RecipientCanFix),
        (Rail::Sbp, "3034", CodeClass::RecipientCanFix),
        (Rail::Sbp, "3035", CodeClass::RecipientCanFix),
        (Rail::Card, "1057", CodeClass::RecipientCanFix),
        (Rail::Card, "1018", CodeClass::Unclear),
        (Rail::Card, "322", CodeClass::Configuration),
        (Rail::Card, "5", CodeClass::Support),
    ] {
        assert_eq!(code(text).class(rail), class, "{rail:?} {text}");
    }
}

/// where a code has several meanings, its text picks one; without it the outcome is unclear.
#[test]
fn texts_pick_a_row() {
    let by = |text: &str, message, details| code(text).class_by(Rail::Card, message, details);
    assert_eq!(code("9999").class(Rail::Card), CodeClass::Unclear);
    assert_eq!(by("9999", "Внутренняя ошибка системы", ""), CodeClass::BankFault);
    let expired = "cert expired for terminal with id: 12";
    assert_eq!(by("9999", expired, ""), CodeClass::Configuration);
    assert_eq!(by("9999", "Неверные параметры", expired), CodeClass::Configuration);
    assert_eq!(by("9999", "Неверные параметры", ""), CodeClass::Unclear);
    assert_eq!(by("102", "Превышен лимит на сумму выплат в месяц", ""), CodeClass::Limit);
    assert_eq!(by("102", "", ""), CodeClass::Unclear);
    assert_eq!(by("600", "Карта добавлена в черный список", ""), CodeClass::Fraud);
    // A text changes nothing about a code of one row.
    assert_eq!(by("1057", "Внутренняя ошибка системы", "x"), CodeClass::RecipientCanFix);
}
