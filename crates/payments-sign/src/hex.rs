//! Hexadecimal text.

/// Longest signature that is read: that of an RSA key of 8192 bits.
const LONGEST: usize = 1024;

/// Upper case, two digits a byte.
pub(crate) fn upper(bytes: &[u8]) -> String {
    text(bytes, b'A')
}

/// Lower case, two digits a byte.
pub(crate) fn lower(bytes: &[u8]) -> String {
    text(bytes, b'a')
}

fn text(bytes: &[u8], ten: u8) -> String {
    let digit = |value: u8| char::from(if value < 10 { b'0' + value } else { ten - 10 + value });
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
    text
}

/// Hands on the bytes that a text of either case means; nothing if it is no such text.
pub(crate) fn decode<T>(text: &str, then: impl FnOnce(&[u8]) -> T) -> Option<T> {
    let mut buffer = [0; LONGEST];
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes = buffer.get_mut(..pairs.len()).filter(|_| rest.is_empty())?;
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = value(*high)? << 4 | value(*low)?;
    }
    Some(then(bytes))
}

fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_hexadecimal() {
        for text in ["0", "0g", " 00", "00 ", "+1", "ж", "0x00", &"0".repeat(2 * LONGEST + 2)] {
            assert_eq!(decode(text, |_| ()), None, "{text}");
        }
        assert_eq!(decode("", <[u8]>::len), Some(0));
        assert_eq!(decode(&"f".repeat(2 * LONGEST), <[u8]>::len), Some(LONGEST));
    }

    proptest! {
        #[test]
        fn both_cases_come_back(bytes in proptest::collection::vec(any::<u8>(), 0..64), text: String) {
            let upper = upper(&bytes);
            prop_assert_eq!(lower(&bytes), upper.to_lowercase());
            prop_assert_eq!(decode(&upper, <[u8]>::to_vec), Some(bytes.clone()));
            prop_assert_eq!(decode(&upper.to_lowercase(), <[u8]>::to_vec), Some(bytes));
            let _ = decode(&text, |_| ());
        }
    }
}
