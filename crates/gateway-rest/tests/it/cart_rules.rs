//! Every named rule of carts, payers and receipts: random valid requests are accepted, and each way
//! to break one rule is refused by that rule's name at the field's wire path.

mod breaks;
mod valid;

use std::collections::BTreeSet;

use payments_core::order::Rule;
use proptest::{
    prelude::*,
    test_runner::{Config, TestCaseError, TestRunner},
};

use breaks::{BREAKS, Broken};
use valid::{Call, Case, case, case_with};

proptest! {
    /// G-067, G-070, G-078, G-087, G-147: whatever the rules ask, what keeps them all is accepted.
    #[test]
    fn valid_requests_are_accepted(case in case()) {
        for call in Call::ALL {
            prop_assert_eq!(case.refusal(call, case.rules), None, "{:?}", call);
        }
    }
}

/// Rules of payment links, which carry no cart: the tests of those calls break them.
const LINKS: [Rule; 2] = [Rule::OneCommission, Rule::ParamName];

/// Fails for a rule that nobody knows how to break.
#[test]
fn every_rule_has_a_break() {
    let broken: BTreeSet<Rule> = BREAKS.iter().map(|(rule, _)| *rule).collect();
    // Rules of calls without a cart are broken in the tests of those calls.
    let elsewhere = [
        Rule::VerifiedAmount,
        Rule::InstallmentPreAuth,
        Rule::RecurrentLogin,
        Rule::TiiValue,
        Rule::TiiOnePhase,
        Rule::TiiOriginal,
    ];
    let rules = Rule::ALL.iter().copied();
    let rules = rules.filter(|rule| !LINKS.contains(rule) && !elsewhere.contains(rule));
    let rules: BTreeSet<Rule> = rules.collect();
    assert_eq!(broken, rules);
    assert!(BREAKS.iter().all(|(_, breaks)| !breaks.is_empty()));
}

/// G-057, G-058, G-064, G-067, G-068, G-069, G-070, G-071, G-073, G-075, G-077, G-078, G-079, G-083,
/// G-087, G-088, G-089, G-090, G-091, G-130, G-131, G-147: one broken rule, and no other.
#[test]
fn one_broken_rule_is_refused_by_its_name() {
    for (rule, breaks) in BREAKS {
        for (place, spoil) in breaks.iter().enumerate() {
            let mut runner = TestRunner::new(Config::with_cases(24));
            let random = (case_with(*rule), any::<prop::sample::Index>());
            let checked = runner.run(&random, |(mut case, item)| {
                let place = item.index(case.len());
                let broken = spoil(&mut case, place);
                only(&case, *rule, &broken).map_err(TestCaseError::fail)
            });
            checked.unwrap_or_else(|error| panic!("{} [{place}]: {error}", rule.name()));
        }
    }
}

/// The calls that are broken are refused by the rule, at the path, and accepted without it; all
/// others are accepted.
fn only(case: &Case, rule: Rule, broken: &[Broken]) -> Result<(), String> {
    if broken.is_empty() || !case.rules.checks(rule) {
        return Err("nothing was broken".into());
    }
    for call in Call::ALL {
        let path = broken.iter().find(|(broken, _)| *broken == call).map(|(_, path)| path.clone());
        let want = path.map(|path| (path, Some(rule.name())));
        let got = case.refusal(call, case.rules);
        if got != want {
            return Err(format!("{call:?}: {got:?} instead of {want:?}"));
        }
        let without = case.refusal(call, case.rules.without(rule));
        if without.is_some() {
            return Err(format!("{call:?} breaks more than one rule: {without:?}"));
        }
    }
    Ok(())
}
