//! The layers of the stack, each usable alone over any `tower` service.
//!
//! Outermost first: [`trace`], [`deadline`], [`retry`], [`limit`], [`timeout`], [`body`],
//! [`mark`], and the connection below. Every layer that gives up on a request has to say whether
//! the request may have left; [`Fate`] carries that knowledge outwards past a dropped future.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

pub mod body;
pub mod deadline;
pub mod limit;
pub mod mark;
pub mod retry;
pub mod timeout;
pub mod trace;

/// Where a layer further in tells one further out that the request, when it was dropped, had not
/// left. Travels as an extension of the `http::Request`.
///
/// It starts at "unknown", which counts as "may have left". Only a layer that is sure says
/// otherwise, so a foreign service that knows nothing of this type can cause no wrong claim.
#[derive(Clone, Debug, Default)]
pub struct Fate(Arc<AtomicBool>);

impl Fate {
    /// Finds the request's fate, or gives it one.
    pub fn of<B>(request: &mut http::Request<B>) -> Self {
        request.extensions_mut().get_or_insert_default::<Self>().clone()
    }

    /// Finds the request's fate, if somebody outside asks for it.
    pub fn find<B>(request: &http::Request<B>) -> Option<Self> {
        request.extensions().get::<Self>().cloned()
    }

    /// States that the request did not leave and never will.
    pub fn untouched(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Takes back what was stated: another copy is about to leave, or one did before.
    pub fn unknown(&self) {
        self.0.store(false, Ordering::Release);
    }

    /// Whether somebody stated that the request did not leave.
    pub fn is_untouched(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fate_is_shared_and_unknown_until_somebody_states_it() {
        let mut request = http::Request::new(());
        assert!(Fate::find(&request).is_none());
        let outer = Fate::of(&mut request);
        assert!(!outer.is_untouched(), "unknown counts as may have left");
        Fate::of(&mut request).untouched();
        assert!(outer.is_untouched());
        Fate::find(&request).expect("there").unknown();
        assert!(!outer.is_untouched());
    }
}
