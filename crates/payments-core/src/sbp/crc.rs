//! The check digits of SBP's links.

use crc::{CRC_16_IBM_3740, Crc};

/// CRC-16/CCITT-FALSE: polynomial 0x1021, begins with 0xFFFF, nothing reflected or turned over.
const CRC: Crc<u16> = Crc::<u16>::new(&CRC_16_IBM_3740);

/// The check digits of a link, as a number: of everything from `https://` up to the parameter `crc`
/// and the `&` before it. A link shows them as four hexadecimal digits.
///
/// No document names the rule; it is the only one that fits the published links.
pub fn check_digits(link: &str) -> u16 {
    CRC.checksum(link.as_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Bit by bit, as the rule is written down.
    fn slow(text: &str) -> u16 {
        text.bytes().fold(0xffff, |crc, byte| {
            (0..8).fold(crc ^ (u16::from(byte) << 8), |crc: u16, _| {
                let carry = crc & 0x8000 != 0;
                (crc << 1) ^ if carry { 0x1021 } else { 0 }
            })
        })
    }

    #[test]
    fn the_catalogued_check_value() {
        assert_eq!(check_digits("123456789"), 0x29b1);
    }

    proptest! {
        #[test]
        fn the_table_says_what_the_rule_says(text: String) {
            prop_assert_eq!(check_digits(&text), slow(&text));
        }
    }
}
