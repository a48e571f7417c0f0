//! Every named rule of carts, payers and receipts: random valid requests are accepted, and each way
//! to break one rule is refused by that rule's name at the field's wire path.

mod breaks;
mod single;
mod valid;

use std::collections::BTreeSet;

use gateway_rest::Profile;
use payments_core::order::{Rule, Rules};
use proptest::{
    prelude::*,
    test_runner::{Config, TestCaseError, TestRunner},
};

use breaks::{BREAKS, Broken};
use single::{SINGLES, Single};
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

/// Fails for a rule that nobody knows how to break.
#[test]
fn every_rule_has_a_break() {
    let carts = BREAKS.iter().map(|(rule, _)| *rule);
    let broken: BTreeSet<Rule> = carts.chain(SINGLES.iter().map(|it| it.rule)).collect();
    assert_eq!(broken, Rule::ALL.iter().copied().collect());
    assert!(BREAKS.iter().all(|(_, breaks)| !breaks.is_empty()));
}

/// G-107, G-108, G-175, G-188, G-191, G-193, G-230, G-232: the rules of calls without a cart.
#[test]
fn rules_without_a_cart_are_broken_alone() {
    for Single { rule, field, right, wrong } in SINGLES {
        let rules = Rules::default().with(*rule);
        let on = Profile::vtb_test().with(|profile| profile.rules = rules);
        let off = Profile::vtb_test().with(|profile| profile.rules = rules.without(*rule));
        assert_eq!(right(&on), None, "{rule:?}");
        let want = (String::from(*field), Some(rule.name()));
        assert_eq!(wrong(&on), Some(want), "{rule:?}");
        assert_eq!(wrong(&off), None, "{rule:?}");
    }
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
