//! Identifiers and numbers that the bank makes up: always the same ones for the same seed.

use std::fmt::Write as _;

/// A small generator of numbers (splitmix64). Not for secrets.
#[derive(Clone, Debug)]
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; zero if `bound` is zero.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next().checked_rem(bound).unwrap_or(0)
    }

    /// 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12, as order ids look.
    pub(crate) fn id(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xfff,
            low >> 48 & 0x3fff | 0x8000,
            low & 0xffff_ffff_ffff
        )
    }

    /// 32 digits and capital letters up to V, as SBP numbers its dynamic codes.
    pub(crate) fn qr_id(&mut self) -> String {
        let mut text = "BD".to_owned();
        for _ in 0..30 {
            let digit = u8::try_from(self.below(32)).unwrap_or(0);
            text.push(char::from(if digit < 10 { b'0' + digit } else { b'A' + digit - 10 }));
        }
        text
    }

    /// So many decimal digits.
    pub(crate) fn digits(&mut self, count: usize) -> String {
        let mut text = String::with_capacity(count);
        for _ in 0..count {
            let _ = write!(text, "{}", self.below(10));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_ids() {
        let (mut one, mut two) = (Numbers::new(7), Numbers::new(7));
        let id = one.id();
        assert_eq!(id, two.id());
        assert_eq!(id.len(), 36);
        assert_ne!(id, one.id());
        assert_ne!(id, Numbers::new(8).id());
        assert_eq!(one.digits(12).len(), 12);
    }
}
