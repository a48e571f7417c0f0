//! How often each call was made, and how it ended.

use std::{collections::BTreeMap, fmt};

/// How the calls of one name ended.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Ends {
    /// The bank's answer came.
    pub(super) answered: usize,
    /// It did not, and resolving showed that the call had happened.
    pub(super) happened: usize,
    /// It did not, and resolving showed that it had not happened.
    pub(super) did_not: usize,
    /// It did not, and the call moves no money: it was made anew.
    pub(super) anew: usize,
}

/// The calls of a program, or of all.
#[derive(Default)]
pub(super) struct Census {
    pub(super) calls: BTreeMap<&'static str, Ends>,
    /// Futures that were dropped.
    pub(super) dropped: usize,
    /// Programs that died and began again with their journal alone.
    pub(super) died: usize,
}

impl Census {
    pub(super) fn of(&mut self, name: &'static str) -> &mut Ends {
        self.calls.entry(name).or_default()
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (name, ends) in &other.calls {
            let sum = self.of(name);
            sum.answered += ends.answered;
            sum.happened += ends.happened;
            sum.did_not += ends.did_not;
            sum.anew += ends.anew;
        }
        self.dropped += other.dropped;
        self.died += other.died;
    }

    /// Makes sure that each of these calls was made, and that some of its answers were lost; in a
    /// long run also that it was found to have happened, and found not to have.
    pub(super) fn covers(&self, resolved: &[&str], anew: &[&str], long: bool) {
        for name in [resolved, anew].concat() {
            let ends = self.calls.get(name).copied().unwrap_or_default();
            assert!(ends.answered > 0, "{name} was never made: {self:?}");
            let moves = resolved.contains(&name);
            let lost = if moves { ends.happened + ends.did_not } else { ends.anew };
            assert!(lost > 0 || ends.answered < 60, "{name} was never lost: {self:?}");
            // What finishes 3-D Secure leaves status 5 behind, which does not tell.
            let told = !name.contains("finish3ds");
            let both = ends.happened.min(ends.did_not);
            assert!(!long || !moves || !told || both > 0, "{name} ended one way: {self:?}");
        }
    }

    /// Calls whose answer did not come.
    pub(super) fn resolved(&self) -> usize {
        self.calls.values().map(|ends| ends.happened + ends.did_not).sum()
    }
}

impl fmt::Debug for Census {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{} dropped, {} died", self.dropped, self.died)?;
        writeln!(
            out,
            "{:<32} {:>9} {:>9} {:>9} {:>9}",
            "", "answered", "happened", "did not", "anew"
        )?;
        for (name, Ends { answered, happened, did_not, anew }) in &self.calls {
            writeln!(out, "{name:<32} {answered:>9} {happened:>9} {did_not:>9} {anew:>9}")?;
        }
        Ok(())
    }
}
