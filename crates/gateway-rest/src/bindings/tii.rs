//! The rules of `tii`: which values a method takes, which pay in one phase only, which may name the
//! first payment. Each is switched off by its name.

use payments_core::{
    Invalid,
    order::{Rule, Rules, Tii},
};

/// Refuses a value that a method does not take; `rule` says which it takes.
pub(crate) fn value(
    rules: Rules,
    tii: &Tii,
    taken: &[Tii],
    rule: &'static str,
) -> Result<(), Invalid> {
    rules.ensure(Rule::TiiValue, || taken.contains(tii), "tii", rule)
}

/// Refuses U, R and I where the payment is known to have two phases.
pub(crate) fn one_phase(
    rules: Rules,
    tii: Option<&Tii>,
    two_phase: Option<bool>,
) -> Result<(), Invalid> {
    let only_one = matches!(tii, Some(Tii::UnscheduledMit | Tii::Recurrent | Tii::Installment));
    let holds = || !(only_one && two_phase == Some(true));
    rules.ensure(Rule::TiiOnePhase, holds, "tii", "must not be U, R or I in two phases")
}

/// Refuses what tells of the first payment where `tii` speaks of no later one.
pub(crate) fn original(
    rules: Rules,
    tii: Option<&Tii>,
    given: bool,
    field: &'static str,
) -> Result<(), Invalid> {
    let later = matches!(tii, Some(Tii::Recurrent | Tii::UnscheduledMit | Tii::UnscheduledCit));
    rules.ensure(Rule::TiiOriginal, || later || !given, field, "must go with tii R, U or F")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// G-107, G-108, G-193: every listed value, by every rule.
    #[test]
    fn each_value_by_each_rule() {
        let rules = Rules::default();
        let mut table = String::new();
        for tii in Tii::KNOWN {
            let tii = &Tii::from(*tii);
            let phases = one_phase(rules, Some(tii), Some(true)).is_ok();
            let original = original(rules, Some(tii), true, "originalPaymentDate").is_ok();
            assert_eq!(one_phase(rules, Some(tii), Some(false)), Ok(()));
            assert_eq!(one_phase(rules, Some(tii), None), Ok(()));
            assert_eq!(one_phase(rules.without(Rule::TiiOnePhase), Some(tii), Some(true)), Ok(()));
            table += &format!("{:2} {phases:5} {original}\n", tii.as_str());
        }
        insta::assert_snapshot!(table, @r"
           true  false
        CI true  false
        F  true  true
        U  false true
        RI true  false
        R  false true
        II true  false
        I  false false
        ");
        assert!(original(rules, None, true, "originalPaymentDate").is_err());
        assert_eq!(original(rules, None, false, "originalPaymentDate"), Ok(()));
        let off = rules.without(Rule::TiiOriginal);
        assert_eq!(original(off, None, true, "originalPaymentDate"), Ok(()));
    }

    #[test]
    fn rules_are_named() {
        let rules = Rules::default();
        let names = [
            value(rules, &Tii::Recurrent, &[Tii::UnscheduledMit], "must be U"),
            one_phase(rules, Some(&Tii::Recurrent), Some(true)),
            original(rules, None, true, "originalPaymentDate"),
        ]
        .map(|refused| refused.expect_err("broken").name());
        assert_eq!(names, [Some("tii-value"), Some("tii-one-phase"), Some("tii-original")]);
    }
}
