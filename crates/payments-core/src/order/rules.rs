//! Rules of carts, payers, receipts and payment links that can be switched one by one.

use std::fmt;

use crate::Invalid;

/// A rule across fields, or about the form of one, by a name that stays.
///
/// Lengths and numbers of digits are not here: they are always checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// `itemAmount` equals `itemPrice` times `quantity.value`, where both are sent.
    ItemAmount,
    /// A position carries `itemAmount` or `itemPrice`.
    AmountOrPrice,
    /// A position carries `itemPrice`: needed where receipts are made. Off by default.
    PriceForReceipt,
    /// The amounts of the positions add up to the amount of the call.
    CartTotal,
    /// The amounts of a refund's positions add up to the amount of the refund. Off by default: the
    /// document says it of deposits alone.
    RefundTotal,
    /// Each `itemCurrency` that is sent is the currency of the order (G-069).
    ItemCurrency,
    /// No `positionId` stands twice in a cart; leading zeros do not tell two apart.
    UniquePositions,
    /// `quantity.value` is more than zero and has at most three decimals.
    QuantityValue,
    /// `quantity.value` is 1, as fiscal data format 1.2 asks. Off by default.
    QuantityOne,
    /// `measure` is one of the listed codes. Off by default: a sample sends a word.
    MeasureCode,
    /// `measure` is 0 where `nomenclature` and `markQuantity` are sent (fiscal data format 1.2).
    MarkedMeasure,
    /// `markQuantity` goes with `nomenclature`.
    MarkedCode,
    /// `markQuantity` is a fraction: neither part is zero, the numerator is the smaller.
    MarkedFraction,
    /// `nomenclature` is hexadecimal bytes with blanks between, at most 32.
    NomenclatureForm,
    /// `paymentMethod` and `paymentObject` are both sent. Off by default: they have defaults and a
    /// sample leaves one out.
    MethodAndObject,
    /// `paymentMethod` is one of the listed codes, which both fiscal data formats share.
    PaymentMethodCode,
    /// `paymentObject` is one of the values of fiscal data format 1.05. Off by default.
    ObjectsOfFormat105,
    /// `paymentObject` is one of the values of fiscal data format 1.2, which has those of 1.05 too.
    ObjectsOfFormat12,
    /// A position's name has at most 128 characters: longer ones are refused on the way to the
    /// receipt. Off by default (G-130).
    ReceiptName,
    /// The name of a position of the objects 15 and 16 is a number: 1 to 25, and 26 to 31, as Orange
    /// Data and OFD.RU ask. Off by default (G-131).
    CodedName,
    /// Agent data of a position says which kind of agent it is (G-077).
    AgentKind,
    /// `taxType` is one of the listed codes. Off by default.
    TaxCode,
    /// Who gives name, taxpayer number, document, birth date or citizenship gives either the
    /// taxpayer number or all of birth date, document code and document.
    CustomerIdentity,
    /// A taxpayer number has 10 or 12 digits.
    Inn,
    /// Phones of customers carry the country code: `+`, `00` or nothing, then 7 to 15 digits.
    Phone,
    /// Phones of agents and suppliers are written as `+` and digits.
    PlusPhone,
    /// E-mails look like e-mails; several are separated by commas without blanks.
    Email,
    /// Receipt data carries exactly one of `client.email` and `client.phone`, if either.
    OneContact,
    /// A closing receipt's customer has an e-mail or a phone.
    SomeContact,
    /// Dates of receipt data are real days in the form that the table prints.
    ReceiptDates,
    /// Numeric codes of receipt data hold digits only.
    NumericCodes,
    /// Registrations and the payments that register their order themselves carry the first line and
    /// the postal code of the billing address, as address verification needs. Off by default (G-057,
    /// G-058).
    BillingAddress,
    /// A registration carries the payer's e-mail, as a bank needs that notifies payers. Off by
    /// default (G-052).
    PayerEmail,
    /// The fee of a payment link is a fixed sum, or else a percentage with both its bounds.
    OneCommission,
    /// The further fields of a payment link have names of Latin letters and underscores.
    ParamName,
    /// A card's verification names its `amount`, as its table asks. Off by default: the sample
    /// leaves it out.
    VerifiedAmount,
    /// An instalment says by `preAuth` whether its sum is only held, as its table asks. Off by
    /// default: the sample leaves it out.
    InstallmentPreAuth,
    /// A recurrent payment is made by login and password: its table has no token.
    RecurrentLogin,
    /// `tii` is one of the values that the method takes (G-107, G-175).
    TiiValue,
    /// `tii` U, R or I pays in one phase only (G-107, G-193).
    TiiOnePhase,
    /// Reference and date of the first payment go with `tii` R, U or F only (G-108).
    TiiOriginal,
}

impl Rule {
    /// Every rule.
    pub const ALL: &'static [Self] = &[
        Self::ItemAmount,
        Self::AmountOrPrice,
        Self::PriceForReceipt,
        Self::CartTotal,
        Self::RefundTotal,
        Self::ItemCurrency,
        Self::UniquePositions,
        Self::QuantityValue,
        Self::QuantityOne,
        Self::MeasureCode,
        Self::MarkedMeasure,
        Self::MarkedCode,
        Self::MarkedFraction,
        Self::NomenclatureForm,
        Self::MethodAndObject,
        Self::PaymentMethodCode,
        Self::ObjectsOfFormat105,
        Self::ObjectsOfFormat12,
        Self::ReceiptName,
        Self::CodedName,
        Self::AgentKind,
        Self::TaxCode,
        Self::CustomerIdentity,
        Self::Inn,
        Self::Phone,
        Self::PlusPhone,
        Self::Email,
        Self::OneContact,
        Self::SomeContact,
        Self::ReceiptDates,
        Self::NumericCodes,
        Self::BillingAddress,
        Self::PayerEmail,
        Self::OneCommission,
        Self::ParamName,
        Self::VerifiedAmount,
        Self::InstallmentPreAuth,
        Self::RecurrentLogin,
        Self::TiiValue,
        Self::TiiOnePhase,
        Self::TiiOriginal,
    ];

    /// The name that configuration and [`Invalid::name`] use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ItemAmount => "item-amount",
            Self::AmountOrPrice => "amount-or-price",
            Self::PriceForReceipt => "price-for-receipt",
            Self::CartTotal => "cart-total",
            Self::RefundTotal => "refund-total",
            Self::ItemCurrency => "item-currency",
            Self::UniquePositions => "unique-positions",
            Self::QuantityValue => "quantity-value",
            Self::QuantityOne => "quantity-one",
            Self::MeasureCode => "measure-code",
            Self::MarkedMeasure => "marked-measure",
            Self::MarkedCode => "marked-code",
            Self::MarkedFraction => "marked-fraction",
            Self::NomenclatureForm => "nomenclature-form",
            Self::MethodAndObject => "method-and-object",
            Self::PaymentMethodCode => "payment-method-code",
            Self::ObjectsOfFormat105 => "objects-of-format-105",
            Self::ObjectsOfFormat12 => "objects-of-format-12",
            Self::ReceiptName => "receipt-name",
            Self::CodedName => "coded-name",
            Self::AgentKind => "agent-kind",
            Self::TaxCode => "tax-code",
            Self::CustomerIdentity => "customer-identity",
            Self::Inn => "inn",
            Self::Phone => "phone",
            Self::PlusPhone => "plus-phone",
            Self::Email => "email",
            Self::OneContact => "one-contact",
            Self::SomeContact => "some-contact",
            Self::ReceiptDates => "receipt-dates",
            Self::NumericCodes => "numeric-codes",
            Self::BillingAddress => "billing-address",
            Self::PayerEmail => "payer-email",
            Self::OneCommission => "one-commission",
            Self::ParamName => "param-name",
            Self::VerifiedAmount => "verified-amount",
            Self::InstallmentPreAuth => "installment-pre-auth",
            Self::RecurrentLogin => "recurrent-login",
            Self::TiiValue => "tii-value",
            Self::TiiOnePhase => "tii-one-phase",
            Self::TiiOriginal => "tii-original",
        }
    }

    /// The rule of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.name() == name)
    }

    /// Whether the rule is checked unless somebody switches it off.
    pub const fn is_default(self) -> bool {
        !matches!(
            self,
            Self::PriceForReceipt
                | Self::RefundTotal
                | Self::QuantityOne
                | Self::MeasureCode
                | Self::MethodAndObject
                | Self::ObjectsOfFormat105
                | Self::ReceiptName
                | Self::CodedName
                | Self::TaxCode
                | Self::BillingAddress
                | Self::PayerEmail
                | Self::VerifiedAmount
                | Self::InstallmentPreAuth
        )
    }

    const fn bit(self) -> u64 {
        1 << self as u64
    }
}

/// Which rules are checked: by default those of [`Rule::is_default`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Rules(u64);

impl Default for Rules {
    fn default() -> Self {
        let on = Rule::ALL.iter().filter(|rule| rule.is_default());
        Self(on.fold(0, |bits, rule| bits | rule.bit()))
    }
}

impl Rules {
    /// The same rules and this one.
    #[must_use]
    pub const fn with(self, rule: Rule) -> Self {
        Self(self.0 | rule.bit())
    }

    /// The same rules but this one.
    #[must_use]
    pub const fn without(self, rule: Rule) -> Self {
        Self(self.0 & !rule.bit())
    }

    /// Whether a rule is checked.
    pub const fn checks(self, rule: Rule) -> bool {
        self.0 & rule.bit() != 0
    }

    /// Refuses a field that breaks a rule which is checked.
    ///
    /// # Errors
    ///
    /// The rule is checked and does not hold; [`Invalid::name`] tells which.
    pub fn ensure(
        self,
        rule: Rule,
        holds: impl FnOnce() -> bool,
        field: &'static str,
        text: &'static str,
    ) -> Result<(), Invalid> {
        if !self.checks(rule) || holds() {
            Ok(())
        } else {
            Err(Invalid::new(field, text).named(rule.name()))
        }
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let on = Rule::ALL.iter().filter(|rule| self.checks(**rule));
        out.debug_set().entries(on.map(|rule| rule.name())).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_lead_back() {
        for rule in Rule::ALL {
            assert_eq!(Rule::from_name(rule.name()), Some(*rule));
        }
        let bits: u64 = Rule::ALL.iter().map(|rule| rule.bit()).fold(0, |all, bit| all | bit);
        assert_eq!(bits.count_ones() as usize, Rule::ALL.len());
        assert_eq!(Rule::ALL.last().map(|last| *last as usize + 1), Some(Rule::ALL.len()));
    }

    #[test]
    fn single_rules_switch() {
        let rules = Rules::default();
        assert!(rules.checks(Rule::ItemAmount) && !rules.checks(Rule::QuantityOne));
        assert!(!rules.without(Rule::ItemAmount).checks(Rule::ItemAmount));
        assert!(rules.with(Rule::QuantityOne).checks(Rule::QuantityOne));
        let refused = rules.ensure(Rule::Inn, || false, "inn", "must have 10 or 12 digits");
        assert_eq!(refused.expect_err("broken").name(), Some("inn"));
        assert_eq!(rules.without(Rule::Inn).ensure(Rule::Inn, || false, "inn", "x"), Ok(()));
    }
}
