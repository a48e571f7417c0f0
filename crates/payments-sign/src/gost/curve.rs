//! Points of a curve `y² = x³ + ax + b` in projective coordinates.
//!
//! Addition and doubling are the complete formulas of Renes, Costello and Batina (2016, algorithms 1
//! and 3): no case is special, neither equal points nor the neutral one. They fail for points that
//! differ by one of order two, which the subgroup of odd order that keys live in does not have; what
//! comes out then has all coordinates zero and stays so, which [`Point::is_neutral`] denies.

use std::ops::Add;

use crypto_bigint::{
    Choice, CtAssign as _, CtEq as _, Uint,
    modular::{ConstMontyForm, ConstMontyParams},
};

/// A number modulo the prime of the field.
pub(super) type Field<C, const L: usize> = ConstMontyForm<<C as Curve<L>>::Prime, L>;

/// A number modulo the order of the subgroup.
pub(super) type Scalar<C, const L: usize> = ConstMontyForm<<C as Curve<L>>::Order, L>;

/// A curve with its subgroup, in numbers of so many limbs.
pub(super) trait Curve<const L: usize>: Sized + Send + Sync + 'static {
    /// The prime of the field.
    type Prime: ConstMontyParams<L>;
    /// The order of the subgroup, a prime.
    type Order: ConstMontyParams<L>;
    const A: Field<Self, L>;
    /// Three times b, as the formulas need it.
    const B3: Field<Self, L>;
    const B: Field<Self, L>;
    /// The generator of the subgroup.
    const GENERATOR: (Field<Self, L>, Field<Self, L>);
    /// Points outside the subgroup exist.
    const HAS_COFACTOR: bool;

    /// The multiples of the generator, made once.
    fn table() -> &'static Table<Self, L>;
}

/// A point; the neutral one has `z` zero and `y` not.
pub(super) struct Point<C: Curve<L>, const L: usize> {
    x: Field<C, L>,
    y: Field<C, L>,
    z: Field<C, L>,
}

impl<C: Curve<L>, const L: usize> Clone for Point<C, L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C: Curve<L>, const L: usize> Copy for Point<C, L> {}

impl<C: Curve<L>, const L: usize> Point<C, L> {
    pub(super) const NEUTRAL: Self =
        Self { x: Field::<C, L>::ZERO, y: Field::<C, L>::ONE, z: Field::<C, L>::ZERO };

    pub(super) const GENERATOR: Self =
        Self { x: C::GENERATOR.0, y: C::GENERATOR.1, z: Field::<C, L>::ONE };

    /// The point with these coordinates, if it lies on the curve.
    pub(super) fn affine(x: Field<C, L>, y: Field<C, L>) -> Option<Self> {
        let right = (x.square() + C::A) * x + C::B;
        (y.square() == right).then_some(Self { x, y, z: Field::<C, L>::ONE })
    }

    /// Both coordinates, unless the point is neutral.
    pub(super) fn coordinates(&self) -> Option<(Field<C, L>, Field<C, L>)> {
        let inverse = self.z.invert().into_option()?;
        Some((self.x * inverse, self.y * inverse))
    }

    pub(super) fn is_neutral(&self) -> bool {
        self.z == Field::<C, L>::ZERO && self.y != Field::<C, L>::ZERO
    }

    fn double(&self) -> Self {
        let Self { x, y, z } = self;
        let (xx, yy, zz) = (x.square(), y.square(), z.square());
        let (xy, xz, yz) = ((*x * y).double(), (*x * z).double(), (*y * z).double());
        let mut sum = Self::combine([xx, yy, zz], [xy, xz, yz]);
        // The same as what `combine` gives, by the equation of the curve, with fewer steps before.
        sum.z = (yz * yy).double().double();
        sum
    }

    /// The common end of addition and doubling, from the products of the coordinates.
    #[inline]
    fn combine(squares: [Field<C, L>; 3], mixed: [Field<C, L>; 3]) -> Self {
        let ([xx, yy, zz], [xy, xz, yz]) = (squares, mixed);
        let azz = C::A * zz;
        let s = C::B3 * zz + C::A * xz;
        let (below, above) = (yy - s, yy + s);
        let n = xx.double() + xx + azz;
        let q = C::B3 * xz + C::A * (xx - azz);
        Self { x: xy * below - yz * q, y: above * below + n * q, z: yz * above + xy * n }
    }

    /// Takes the other point's place if so chosen; the same steps either way.
    fn assign(&mut self, other: &Self, choice: Choice) {
        self.x.ct_assign(&other.x, choice);
        self.y.ct_assign(&other.y, choice);
        self.z.ct_assign(&other.z, choice);
    }

    /// So many times the generator, the same steps for every number.
    pub(super) fn times_generator(number: &Uint<L>) -> Self {
        let digits = Digits::of(number);
        let rows = C::table().rows.iter();
        rows.zip(digits.low_to_high()).fold(Self::NEUTRAL, |sum, (row, digit)| {
            let mut picked = Self::NEUTRAL;
            for (place, entry) in (0_u8..).zip(row) {
                picked.assign(entry, place.ct_eq(&digit));
            }
            sum + picked
        })
    }

    /// So many times the generator, for numbers that are no secret.
    pub(super) fn times_generator_public(number: &Uint<L>) -> Self {
        let digits = Digits::of(number);
        let rows = C::table().rows.iter();
        rows.zip(digits.low_to_high()).fold(Self::NEUTRAL, |sum, (row, digit)| {
            match row.get(usize::from(digit)) {
                Some(entry) if digit != 0 => sum + *entry,
                _ => sum,
            }
        })
    }

    /// So many times this point, for numbers and points that are no secret.
    pub(super) fn times_public(&self, number: &Uint<L>) -> Self {
        let row = multiples(self);
        let digits = Digits::of(number);
        digits.low_to_high().rev().fold(Self::NEUTRAL, |sum, digit| {
            let sum = (0..WINDOW).fold(sum, |sum, _| sum.double());
            match row.get(usize::from(digit)) {
                Some(entry) if digit != 0 => sum + *entry,
                _ => sum,
            }
        })
    }
}

impl<C: Curve<L>, const L: usize> Add for Point<C, L> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let (xx, yy, zz) = (self.x * other.x, self.y * other.y, self.z * other.z);
        let xy = (self.x + self.y) * (other.x + other.y) - (xx + yy);
        let xz = (self.x + self.z) * (other.x + other.z) - (xx + zz);
        let yz = (self.y + self.z) * (other.y + other.z) - (yy + zz);
        Self::combine([xx, yy, zz], [xy, xz, yz])
    }
}

/// Bits of a digit.
const WINDOW: u32 = 4;

/// Values of a digit.
const ENTRIES: usize = 1 << WINDOW;

/// Multiples of the generator: row `i` holds 0 to 15 times `16^i` of it, so that a product needs no
/// doubling.
pub(super) struct Table<C: Curve<L>, const L: usize> {
    rows: Vec<[Point<C, L>; ENTRIES]>,
}

impl<C: Curve<L>, const L: usize> Table<C, L> {
    pub(super) fn make() -> Self {
        let mut base = Point::GENERATOR;
        let rows = (0..Uint::<L>::BITS / WINDOW).map(|_| {
            let row = multiples(&base);
            base = (0..WINDOW).fold(base, |point, _| point.double());
            row
        });
        Self { rows: rows.collect() }
    }
}

/// 0 to 15 times a point.
fn multiples<C: Curve<L>, const L: usize>(base: &Point<C, L>) -> [Point<C, L>; ENTRIES] {
    let mut next = Point::NEUTRAL;
    std::array::from_fn(|_| {
        let entry = next;
        next = next + *base;
        entry
    })
}

/// The digits of a number, wiped when dropped.
struct Digits<const L: usize>(zeroize::Zeroizing<crypto_bigint::EncodedUint<L>>);

impl<const L: usize> Digits<L> {
    fn of(number: &Uint<L>) -> Self {
        Self(zeroize::Zeroizing::new(number.to_le_bytes()))
    }

    fn low_to_high(&self) -> impl DoubleEndedIterator<Item = u8> {
        self.0.as_slice().iter().flat_map(|byte| [byte & 15, byte >> 4])
    }
}

#[cfg(test)]
mod tests {
    use crypto_bigint::{U256, U512};
    use proptest::prelude::*;

    use super::{
        super::curves::{
            CryptoProA, CryptoProB, CryptoProC, Tc26A, Tc26WideA, Tc26WideB, Tc26WideC,
        },
        *,
    };

    /// Coordinates, none for the neutral point; the formulas never leave the curve.
    fn seen<C: Curve<L>, const L: usize>(point: &Point<C, L>) -> Option<(Uint<L>, Uint<L>)> {
        let Some((x, y)) = point.coordinates() else {
            assert!(point.is_neutral());
            return None;
        };
        assert!(Point::<C, L>::affine(x, y).is_some());
        Some((x.retrieve(), y.retrieve()))
    }

    fn opposite<C: Curve<L>, const L: usize>(point: &Point<C, L>) -> Point<C, L> {
        Point { y: point.y.neg(), ..*point }
    }

    /// What holds in every group, and that the three ways to a product agree.
    fn a_group<C: Curve<L>, const L: usize>(seed: &[u8]) {
        let (left, right) = seed.split_at(Uint::<L>::BITS as usize / 8);
        let scalar = |bytes: &[u8]| Scalar::<C, L>::new(&Uint::from_be_slice(bytes));
        let (a, b) = (scalar(left), scalar(&right[..left.len()]));
        let times = |number: Scalar<C, L>| Point::<C, L>::times_generator(&number.retrieve());
        let (pa, pb) = (times(a), times(b));
        assert_eq!(seen(&(pa + pb)), seen(&times(a + b)));
        assert_eq!(seen(&(pb + pa)), seen(&(pa + pb)));
        assert_eq!(seen(&pa.double()), seen(&(pa + pa)));
        assert_eq!(seen(&pa.double()), seen(&times(a + a)));
        assert_eq!(seen(&(pa + Point::NEUTRAL)), seen(&pa));
        assert_eq!(seen(&(pa + opposite(&pa))), None);
        assert_eq!(seen(&Point::<C, L>::NEUTRAL.double()), None);
        assert_eq!(seen(&pa.times_public(&b.retrieve())), seen(&times(a * b)));
        let number = a.retrieve();
        assert_eq!(seen(&Point::<C, L>::GENERATOR.times_public(&number)), seen(&pa));
        assert_eq!(seen(&Point::<C, L>::times_generator_public(&number)), seen(&pa));
        let order = Scalar::<C, L>::MODULUS.get_copy();
        assert_eq!(seen(&pa.times_public(&order)), None);
        assert_eq!(seen(&Point::<C, L>::times_generator(&order)), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]

        #[test]
        fn every_curve_is_a_group(seed in proptest::collection::vec(any::<u8>(), 128)) {
            a_group::<CryptoProA, { U256::LIMBS }>(&seed);
            a_group::<CryptoProB, { U256::LIMBS }>(&seed);
            a_group::<CryptoProC, { U256::LIMBS }>(&seed);
            a_group::<Tc26A, { U256::LIMBS }>(&seed);
            a_group::<Tc26WideA, { U512::LIMBS }>(&seed);
            a_group::<Tc26WideB, { U512::LIMBS }>(&seed);
            a_group::<Tc26WideC, { U512::LIMBS }>(&seed);
        }
    }
}
