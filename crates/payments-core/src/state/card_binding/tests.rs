use proptest::{prelude::*, sample::select};

use super::*;

#[test]
fn the_table_is_pinned() {
    insta::assert_snapshot!(super::super::table(MOVES));
}

///
#[test]
fn finals_are_pinned_by_hand() {
    let finals: Vec<State> = State::ALL.into_iter().filter(|state| state.is_final()).collect();
    assert_eq!(finals, [Completed, Rejected]);
    for state in State::ALL {
        assert!(state == New || New.leads_to(state), "{state:?}");
        assert!(state.is_final() || state.leads_to(Completed), "{state:?}");
        assert!(state.is_final() || state.leads_to(Rejected), "{state:?}");
        assert!(!state.leads_to(state), "{state:?}");
    }
}

/// the result of an authentication is brought only while one is under way.
#[test]
fn a_result_needs_an_authentication() {
    let binding = Binding::new();
    assert_eq!(binding.apply(Call::Submit).expect_err("too early").binding, binding);
    let mut attached = binding.apply(Call::Attach).expect("new");
    assert_eq!(attached.observe(&BindingStatus::ThreeDsChecking), Observed::Moved);
    let refused = attached.apply(Call::Attach).expect_err("attached");
    assert_eq!(refused.to_string(), "Attach is not possible in state ThreeDsChecking");
    let mut submitted = attached.apply(Call::Submit).expect("under way");
    assert_eq!(submitted.state(), ThreeDsChecked);
    assert!(submitted.apply(Call::Submit).is_err());
    assert_eq!(submitted.observe(&BindingStatus::Completed), Observed::Moved);
    assert_eq!(submitted.observe(&BindingStatus::Rejected), Observed::Contradicts);
    assert_eq!(submitted.state(), Completed);
}

proptest! {
    #[test]
    fn reports_never_move_backwards(
        statuses in proptest::collection::vec(select([BindingStatus::KNOWN, &["LATER"]].concat()), 0..12),
    ) {
        let mut binding = Binding::new();
        for status in &statuses {
            let from = binding.state();
            let seen = binding.observe(&BindingStatus::from(*status));
            prop_assert_eq!(seen == Observed::Moved, binding.state() != from);
            prop_assert!(seen != Observed::Moved || from.leads_to(binding.state()));
            prop_assert!(!from.is_final() || binding.state() == from);
        }
    }
}
