//! Addresses of SBP: what a code says, and where the payer's bank sends the payer afterwards.

use payments_core::money::Minor;

/// The text of a code: like SBP's own links, below any place. Without an amount, the link of a
/// subscription.
pub(super) fn payload(place: &str, id: &str, member: &str, amount: Option<Minor>) -> String {
    let link = match amount {
        Some(amount) => {
            format!("{place}/{id}?type=02&bank={member}&sum={}&cur=RUB", amount.get())
        }
        None => format!("{place}/{id}?type=03&bank={member}"),
    };
    let crc = crc(link.as_bytes());
    format!("{link}&crc={crc:04X}")
}

/// The check digits of SBP's links: CRC-16/CCITT-FALSE over everything before them.
fn crc(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xffff, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte) << 8, |crc: u16, _| {
            let carry = crc & 0x8000 != 0;
            (crc << 1) ^ if carry { 0x1021 } else { 0 }
        })
    })
}

/// Whether an address begins with a scheme, which may be an application's own.
pub(super) fn has_scheme(address: &str) -> bool {
    address.split_once("://").is_some_and(|(scheme, rest)| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
        !rest.is_empty()
            && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(plain)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_those_of_published_links() {
        for (link, digits) in [
            ("BD20002GIO8T8C8L8KI8QTTJ9O5R94IS?type=02&bank=100000000008&sum=100&cur=RUB", 0x62f1),
            ("AD10001RQ10OT70E8LEOT61G16J41I09?type=02&bank=100000000111&sum=1400&cur=RUB", 0x62e3),
            ("AS1A007S6L54D2GE8BIP92DSJCED7O6M?type=01&bank=100000000007", 0x037f),
        ] {
            assert_eq!(crc(format!("https://qr.nspk.ru/{link}").as_bytes()), digits, "{link}");
        }
        let place = "https://bank.example/sbp";
        let text = payload(place, "ID", "100000000008", Some(Minor::new(2000)));
        let (before, digits) = text.split_once("&crc=").expect("there");
        assert_eq!(digits, format!("{:04X}", crc(before.as_bytes())));
        assert!(before.ends_with("/sbp/ID?type=02&bank=100000000008&sum=2000&cur=RUB"));
        let (id, link) = ("AB1S002LBQ7PDTTE88HQ1SE2PVFVTP04", "https://sub.nspk.ru");
        let want = format!("{link}/{id}?type=03&bank=100000000111&crc=3B02");
        assert_eq!(payload(link, id, "100000000111", None), want);
    }

    /// G-195
    #[test]
    fn schemes_as_printed() {
        for right in ["http://test.ru/", "mybee://finance.com?sbpId=123123/", "mybee://finance?a=1"]
        {
            assert!(has_scheme(right), "{right}");
        }
        for wrong in ["://test.ru/", "1", "", "https://", "1a://b", "test.ru"] {
            assert!(!has_scheme(wrong), "{wrong}");
        }
    }
}
