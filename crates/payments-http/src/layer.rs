//! The layers of the stack, each usable alone over any `tower` service.
//!
//! Outermost first: [`trace`], [`deadline`], [`retry`], [`limit`], [`timeout`], [`body`],
//! [`mark`], and the connection below. Every layer that gives up on a request has to say whether
//! the request may have left; [`Fate`] carries that knowledge outwards past a dropped future.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use http::Extensions;
use tokio::time::Instant;

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
/// Neither can one that copies the request: what is true of one copy says nothing about another, so
/// from then on the original's fate stays unknown, and the copy has a fate of its own.
#[derive(Clone, Debug, Default)]
pub struct Fate(Arc<Known>);

#[derive(Debug, Default)]
struct Known {
    untouched: AtomicBool,
    copied: AtomicBool,
    bell: Mutex<Option<Instant>>,
}

/// The extension. Its `clone` runs when a request with its extensions is copied.
struct Slot(Fate);

impl Clone for Slot {
    fn clone(&self) -> Self {
        self.0.0.copied.store(true, Ordering::Release);
        Self(Fate::default())
    }
}

impl Fate {
    /// Finds the request's fate, or gives it one.
    pub fn of<B>(request: &mut http::Request<B>) -> Self {
        let slot = request.extensions_mut().get_or_insert_with(|| Slot(Self::default()));
        slot.0.clone()
    }

    /// Finds the request's fate, if somebody outside asks for it.
    pub fn find<B>(request: &http::Request<B>) -> Option<Self> {
        request.extensions().get::<Slot>().map(|slot| slot.0.clone())
    }

    /// Makes this the fate of a request, for copies that go out one after the other.
    fn attach(&self, extensions: &mut Extensions) {
        extensions.insert(Slot(self.clone()));
    }

    /// Takes the fate off.
    fn detach(extensions: &mut Extensions) {
        extensions.remove::<Slot>();
    }

    /// States that the request did not leave and never will.
    pub fn untouched(&self) {
        self.0.untouched.store(true, Ordering::Release);
    }

    /// Takes back what was stated: another copy is about to leave, or one did before.
    pub fn unknown(&self) {
        self.0.untouched.store(false, Ordering::Release);
    }

    /// Whether somebody stated that the request did not leave.
    pub fn is_untouched(&self) -> bool {
        self.0.untouched.load(Ordering::Acquire) && !self.0.copied.load(Ordering::Acquire)
    }

    /// Notes when a timer further in wakes the task, or that none does any more.
    fn set_bell(&self, at: Option<Instant>) {
        *self.0.bell.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }

    /// When a timer further in wakes the task, if one does.
    fn bell(&self) -> Option<Instant> {
        *self.0.bell.lock().unwrap_or_else(PoisonError::into_inner)
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

    #[test]
    fn no_copy_speaks_for_another() {
        let mut request = http::Request::new(());
        let original = Fate::of(&mut request);
        original.untouched();
        let copy = Fate::of(&mut request.clone());
        assert!(!original.is_untouched() && !copy.is_untouched());
        original.untouched();
        assert!(!original.is_untouched(), "never again: the copy may have left");
        copy.untouched();
        assert!(copy.is_untouched());
    }
}
