//! Chance with a seed (SplitMix64).

/// A sequence of numbers that its seed decides.
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which is not zero.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// True so many times in a hundred.
    pub(super) fn percent(&mut self, times: u64) -> bool {
        self.below(100) < times
    }

    /// One of these, each as often as its weight says.
    pub(super) fn pick<T: Copy>(&mut self, ways: &[(u64, T)]) -> T {
        let mut place = self.below(ways.iter().map(|(weight, _)| weight).sum());
        for (weight, way) in ways {
            match place.checked_sub(*weight) {
                None => return *way,
                Some(rest) => place = rest,
            }
        }
        unreachable!("the weights were summed up")
    }
}
