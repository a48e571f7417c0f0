use proptest::prelude::*;

use super::*;

/// Links that banks and NSPK have published, and three that were computed; each with its digits.
const PUBLISHED: &[(&str, &str)] = &[
    // documents/003, with the two masked digits put back.
    (
        "https://qr.nspk.ru/BD20002GIO8T8C8L8KI8QTTJ9O5R94IS?type=02&bank=100000000008&sum=100&cur=RUB",
        "62F1",
    ),
    (
        "https://qr.nspk.ru/AD10001RQ10OT70E8LEOT61G16J41I09?type=02&bank=100000000111&sum=1400&cur=RUB",
        "62E3",
    ),
    (
        "https://qr.nspk.ru/AD100004BAL7227F9BNP6KNE007J9B3K?type=02&bank=100000000007&sum=1&cur=RUB",
        "AB75",
    ),
    (
        "https://qr.nspk.ru/AD10006LB9KMLJJ582RB4QCOBJJ8QISL?type=02&bank=100000000004&sum=12900&cur=RUB",
        "7DDB",
    ),
    (
        "https://qr.nspk.ru/BD100079OJJHGJAG83NRAERR9428F7H2?type=02&bank=100000000014&sum=97500&cur=RUB",
        "DB3B",
    ),
    (
        "https://qr.nspk.ru/AS10003P3RH0LJ2A9ROO038L6NT5RU1M?type=01&bank=000000000001&sum=10000&cur=RUB",
        "F3D0",
    ),
    ("https://qr.nspk.ru/AS1A007S6L54D2GE8BIP92DSJCED7O6M?type=01&bank=100000000007", "037F"),
    ("https://qr.nspk.ru/AS1A005O0HP24U9I8P0AN5VA03QFOL1F?type=01&bank=100000000111", "30DA"),
    ("https://sub.nspk.ru/AB1S002LBQ7PDTTE88HQ1SE2PVFVTP04?type=03&bank=100000000111", "3B02"),
    (
        "https://qr.nspk.ru/AD10000000000000000000000000TEST?type=02&bank=100000000008&sum=1234&cur=RUB",
        "FFD3",
    ),
    ("https://qr.nspk.ru/AS10000000000000000000000000TEST?type=01&bank=100000000111", "2C9C"),
    ("https://sub.nspk.ru/AB1S0000000000000000000000000001?type=03&bank=110000000005", "20F5"),
];

/// Links that were changed or made up: printed digits, and those that they should have.
const CHANGED: &[(&str, &str, u16)] = &[
    (
        "https://qr.nspk.ru/BD100079OJJHGJAG83NRAERR9428F7H2?type=02&bank=100000000014&sum=222200&cur=RUB",
        "DB3B",
        0xa8b0,
    ),
    (
        "https://qr.nspk.ru/AS1A007S6L54D2GE8BIP92DSJCED7O6M?type=01&bank=100000000007&sum=100&cur=RUB",
        "037F",
        0x59ba,
    ),
    (
        "https://qr.nspk.ru/AS1000670LSS7DN18SJQDNP4B05KLJL2?type=01&bank=100000000001&sum=10000&cur=RUB",
        "C08B",
        0xfb7c,
    ),
    (
        "https://qr.nspk.ru/BD10005L4ASST1199F79JPLJRVKKP6Q4?type=01&bank=100000000123&sum=1000&cur=RUB",
        "F314",
        0x9a78,
    ),
];

#[test]
fn published_links_pass() {
    for (before, digits) in PUBLISHED {
        for digits in [(*digits).to_owned(), digits.to_lowercase()] {
            let text = format!("{before}&crc={digits}");
            let link = Link::parse(&text).expect("published");
            assert_eq!((link.check(), link.as_str()), (Check::Right, text.as_str()));
            assert_eq!(link.host() == Host::Subscriptions, text.contains("//sub."), "{text}");
            assert!(link.bank().is_some() && text.contains(link.id()), "{text}");
        }
    }
}

#[test]
fn changed_links_fail() {
    for (before, printed, right) in CHANGED {
        assert_eq!(check_digits(before), *right, "{before}");
        let text = format!("{before}&crc={printed}");
        assert_eq!(Link::parse(&text), Err(LinkError::CheckDigits), "{text}");
        assert!(Link::parse(&format!("{before}&crc={right:04X}")).is_ok());
    }
}

#[test]
fn the_parts_of_a_link() {
    let text = format!("{}&crc={}", PUBLISHED[1].0, PUBLISHED[1].1);
    let link = Link::parse(&text).expect("published");
    assert_eq!(link.host(), Host::Payments);
    assert_eq!(link.id(), "AD10001RQ10OT70E8LEOT61G16J41I09");
    assert_eq!(link.kind(), Some(LinkKind::Dynamic));
    assert_eq!(link.bank(), Some("100000000111"));
    assert_eq!((link.sum(), link.currency()), (Some(Minor::new(1400)), Some(Currency::RUB)));
    assert_eq!(link.money(), Some(Money::new(Minor::new(1400), Currency::RUB)));
    assert_eq!(link.to_string(), text);

    let open = format!("{}&crc={}", PUBLISHED[6].0, PUBLISHED[6].1);
    let open = Link::parse(&open).expect("published");
    assert_eq!((open.kind(), open.money()), (Some(LinkKind::Static), None));
    let linked = format!("{}&crc={}", PUBLISHED[8].0, PUBLISHED[8].1);
    let linked = Link::parse(&linked).expect("published");
    assert_eq!(linked.kind(), Some(LinkKind::Subscription));
}

/// the links of documents/003 and documents/004 have no parameters at all.
#[test]
fn a_link_may_have_no_parameters() {
    for id in [
        "7eeee1bf3c784d0a8e593ab073bcac4b",
        "106c2bfcbd904e0abd6197ac67dee2b6",
        "54d14bae6f7f4a73929308e9afa5915d",
    ] {
        let text = format!("https://qr.nspk.ru/{id}");
        let link = Link::parse(&text).expect("a sample");
        assert_eq!((link.id(), link.check()), (id, Check::Absent));
        assert_eq!((link.kind(), link.bank(), link.money()), (None, None, None));
    }
    // Without the digits alone.
    assert_eq!(Link::parse(PUBLISHED[0].0).expect("unchecked").check(), Check::Absent);
}

/// The sample of documents/003 hides two digits of the bank that its check digits cover.
#[test]
fn a_masked_bank_is_not_checked() {
    let text = "https://qr.nspk.ru/BD20002GIO8T8C8L8KI8QTTJ9O5R94IS?type=02&bank=100000**0008&sum=100&cur=RUB&crc=62F1";
    let link = Link::parse(text).expect("a sample");
    assert_eq!((link.check(), link.bank()), (Check::Masked, Some("100000**0008")));
    assert_eq!(link.sum(), Some(Minor::new(100)));
}

#[test]
fn what_is_no_link_is_refused() {
    const ID: &str = "AD10001RQ10OT70E8LEOT61G16J41I09";
    for wrong in [
        "",
        "https://qr.nspk.ru",
        "http://qr.nspk.ru/AD10001RQ10OT70E8LEOT61G16J41I09",
        "https://qr.nspk.ru.example/AD10001RQ10OT70E8LEOT61G16J41I09",
        "https://qr.nspk.ru@evil.example/AD10001RQ10OT70E8LEOT61G16J41I09",
        "HTTPS://QR.NSPK.RU/AD10001RQ10OT70E8LEOT61G16J41I09",
    ] {
        assert_eq!(Link::parse(wrong), Err(LinkError::Address), "{wrong}");
    }
    for wrong in [
        "",
        "AD10001RQ10OT70E8LEOT61G16J41I09&crc=1234",
        "AD10001RQ10OT70E8LEOT61G16J41I0",
        "AD10001RQ10OT70E8LEOT61G16J41I0/",
        "é",
    ] {
        let text = format!("https://qr.nspk.ru/{wrong}");
        assert_eq!(Link::parse(&text), Err(LinkError::Id), "{text}");
    }
    for (query, error) in [
        ("type=2", LinkError::Parameter("type")),
        ("type=", LinkError::Parameter("type")),
        ("type", LinkError::Parameter("type")),
        ("bank=1000000001111", LinkError::Parameter("bank")),
        ("bank=100000a00111", LinkError::Parameter("bank")),
        ("sum=-1", LinkError::Parameter("sum")),
        ("sum=1.5", LinkError::Parameter("sum")),
        ("sum=99999999999999999999", LinkError::Parameter("sum")),
        ("cur=rub", LinkError::Parameter("cur")),
        ("type=02&crc=", LinkError::Parameter("crc")),
        ("type=02&crc=+1F1", LinkError::Parameter("query")),
        ("type=02&crc=062F1", LinkError::Parameter("crc")),
        ("crc=62F1", LinkError::Parameter("crc")),
        ("sum=1&sum=2", LinkError::Repeated("sum")),
        ("type=02&crc=62F1&sum=5", LinkError::Behind),
        ("type=02&crc=62F1&", LinkError::Behind),
        ("type=02&crc=1111&crc=62F1", LinkError::Repeated("crc")),
        ("type=02&crc=111&sum=1", LinkError::Parameter("crc")),
        ("&crc=62F1", LinkError::CheckDigits),
        ("type=02;sum=1", LinkError::Parameter("query")),
        ("type=02#Intent", LinkError::Parameter("query")),
        ("type=02&a=\"", LinkError::Parameter("query")),
        ("type=02&crc=0000", LinkError::CheckDigits),
    ] {
        let text = format!("https://qr.nspk.ru/{ID}?{query}");
        assert_eq!(Link::parse(&text), Err(error), "{text}");
    }
}

/// A parameter that nobody knows yet does no harm; the digits cover it like the others.
#[test]
fn an_unknown_parameter_is_left_alone() {
    let text = format!("{}&later=1", PUBLISHED[0].0);
    let checked = format!("{text}&crc={:04X}", check_digits(&text));
    let link = Link::parse(&checked).expect("right");
    assert_eq!((link.check(), link.sum()), (Check::Right, Some(Minor::new(100))));
    let unknown = format!("{}?type=99", &PUBLISHED[0].0[..51]);
    let kind = Link::parse(&unknown).expect("open").kind().expect("there");
    assert_eq!((kind.as_str(), kind.is_known()), ("99", false));
}

#[test]
fn a_test_stand_has_an_address_of_its_own() {
    let base = "http://127.0.0.1:8080/sbp/";
    let before =
        format!("{base}7eeee1bf3c784d0a8e593ab073bcac4b?type=02&bank=100000000008&sum=5&cur=RUB");
    let text = format!("{before}&crc={:04X}", check_digits(&before));
    assert_eq!(Link::parse(&text), Err(LinkError::Address));
    let link = Link::parse_under(&text, base).expect("right");
    assert_eq!((link.host(), link.check()), (Host::Other(base), Check::Right));
    let short = base.trim_end_matches('/');
    assert_eq!(Link::parse_under(&text, short), Err(LinkError::Address));
}

proptest! {
    #[test]
    fn no_text_panics(any: String, text in "https://qr\\.nspk\\.ru/[0-9A-Z]{31,33}\\??[a-z=&0-9*]{0,40}") {
        for text in [any, text] {
            if let Ok(link) = Link::parse(&text) {
                prop_assert_eq!(link.as_str(), text.as_str());
            }
        }
    }

    /// One changed sign anywhere in the covered text, or in the digits, never passes as right.
    #[test]
    fn damage_is_seen(which in 0..PUBLISHED.len(), place: proptest::sample::Index, sign in "[0-9A-Z]") {
        let (before, digits) = PUBLISHED[which];
        let right = format!("{before}&crc={digits}");
        let at = place.index(right.len());
        let mut damaged = right.clone();
        damaged.replace_range(at..=at, &sign);
        prop_assume!(damaged != right);
        let read = Link::parse(&damaged);
        prop_assert!(read.is_err() || read.is_ok_and(|link| link.check() != Check::Right));
    }
}
