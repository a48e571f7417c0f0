//! What the tables and the samples of the payment links spell differently.

use payments_core::Currency;

use crate::profile::UserNameSpelling;

/// How a bank's build spells the merchant for whom links are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum MerchantLoginSpelling {
    /// `merchantLogin`, as the sample and every other call spell it.
    #[default]
    MerchantLogin,
    /// `merchant_login`, as the table prints it.
    WithUnderscore,
}

impl MerchantLoginSpelling {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MerchantLogin => "merchantLogin",
            Self::WithUnderscore => "merchant_login",
        }
    }
}

/// How a bank's build writes the currency of a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CurrencySpelling {
    /// Three digits, as the table asks.
    #[default]
    Digits,
    /// Three letters, as the samples send them; digits where the code has no letters.
    Letters,
}

impl CurrencySpelling {
    /// The currency on the wire.
    pub fn of(self, currency: &Currency) -> &str {
        match self {
            Self::Digits => currency.code(),
            Self::Letters => currency.alpha().unwrap_or_else(|| currency.code()),
        }
    }
}

/// The spellings of one bank's calls about payment links.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TemplateSpelling {
    /// Spelling of the login parameter; none is that of every other call.
    pub user_name: Option<UserNameSpelling>,
    /// Spelling of the merchant for whom links are listed.
    pub merchant_login: MerchantLoginSpelling,
    /// How currencies are written.
    pub currency: CurrencySpelling,
}

impl TemplateSpelling {
    /// Everything as the tables of documents/003 print it.
    pub const TABLES: Self = Self {
        user_name: Some(UserNameSpelling::UserName),
        merchant_login: MerchantLoginSpelling::WithUnderscore,
        currency: CurrencySpelling::Digits,
    };

    /// Everything as the samples of documents/003 send it.
    pub const SAMPLES: Self = Self {
        user_name: Some(UserNameSpelling::Username),
        merchant_login: MerchantLoginSpelling::MerchantLogin,
        currency: CurrencySpelling::Letters,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    /// G-014, G-240: digits by the table, letters by the samples; a code without letters as digits.
    #[test]
    fn currencies_in_both_spellings() {
        assert_eq!(CurrencySpelling::Digits.of(&Currency::EUR), "978");
        assert_eq!(CurrencySpelling::Letters.of(&Currency::EUR), "EUR");
        assert_eq!(CurrencySpelling::Letters.of(&Currency::RUR), "810");
    }
}
