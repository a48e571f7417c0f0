//! What a refund of a free sum is called on its receipt (documents/003, raw refunds, `ofdParams`).

use serde::Serialize;

use super::{Rule, Rules, TaxType, write};
use crate::{Invalid, limit};

/// The one line of the receipt of a refund that names no position of the cart.
///
/// Backslashes and quotes in the name may stand as they are: writing JSON escapes them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ReceiptLine {
    /// Name, 1 to 255 characters. The table speaks of the name of the fiscal data operator; that it
    /// is the line's is read from its neighbours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The shop's own number of the goods, 1 to 100 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_code: Option<String>,
    /// Rate of value added tax.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "write::opt_number")]
    pub tax_type: Option<TaxType>,
}

impl ReceiptLine {
    /// Nothing is set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets fields.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Checks limits and the given rules.
    ///
    /// # Errors
    ///
    /// The first field that breaks a limit or a rule, by its wire path under `path`.
    pub fn validate_with(&self, path: &str, rules: Rules) -> Result<(), Invalid> {
        self.check(rules).map_err(|wrong| wrong.under(path))
    }

    fn check(&self, rules: Rules) -> Result<(), Invalid> {
        limit::opt_chars("name", &self.name, 1, 255)?;
        limit::opt_chars("itemCode", &self.item_code, 1, 100)?;
        let listed = || self.tax_type.as_ref().is_none_or(TaxType::is_known);
        rules.ensure(Rule::TaxCode, listed, "taxType", "must be one of the listed codes")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// G-172: a backslash and a quote are escaped.
    #[test]
    fn names_are_escaped() {
        let line = ReceiptLine::new().with(|line| {
            line.name = Some(r#"a\b"c"#.into());
            line.item_code = Some("122333".into());
            line.tax_type = Some(TaxType::Vat20);
        });
        assert_eq!(
            serde_json::to_string(&line).expect("writes"),
            r#"{"name":"a\\b\"c","itemCode":"122333","taxType":6}"#
        );
        assert_eq!(line.validate_with("ofdParams", Rules::default()), Ok(()));
    }

    #[test]
    fn a_wrong_field_is_named() {
        let rules = Rules::default();
        let refused = |change: fn(&mut ReceiptLine), rules| {
            let line = ReceiptLine::new().with(change);
            line.validate_with("ofdParams", rules).expect_err("breaks a rule").to_string()
        };
        assert_eq!(
            refused(|line| line.name = Some("x".repeat(256)), rules),
            "ofdParams.name: must have 1 to 255 characters"
        );
        assert_eq!(
            refused(|line| line.item_code = Some(String::new()), rules),
            "ofdParams.itemCode: must have 1 to 100 characters"
        );
        let strange: fn(&mut ReceiptLine) = |line| line.tax_type = Some("99".into());
        assert_eq!(
            refused(strange, rules.with(Rule::TaxCode)),
            "ofdParams.taxType: must be one of the listed codes"
        );
        let line = ReceiptLine::new().with(strange);
        assert_eq!(line.validate_with("ofdParams", rules), Ok(()));
    }
}
