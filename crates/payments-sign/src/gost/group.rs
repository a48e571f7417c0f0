//! What a signature needs of a curve, over plain bytes, so that keys of both sizes have one type.
//!
//! Numbers are big-endian and as long as the curve's, 32 or 64 bytes; the digest is the hash as it
//! comes, which the standard's own text order makes a little-endian number.

use std::marker::PhantomData;

use crypto_bigint::{CtLt as _, Uint};
use zeroize::Zeroizing;

use super::curve::{Curve, Field, Point, Scalar};

/// The group of points that keys and signatures are made of.
pub(super) trait Group: Sync {
    /// Length of a number in bytes.
    fn len(&self) -> usize;

    /// The bits of a number's first byte that a nonce can have.
    fn first_byte(&self) -> u8;

    /// The public point of a private number, `x` before `y`; nothing if the number is zero or too
    /// large. The same steps for every number that fits.
    fn public(&self, private: &[u8]) -> Option<Vec<u8>>;

    /// Whether a point lies on the curve and in its subgroup of prime order.
    fn contains(&self, point: &[u8]) -> bool;

    /// Signs with a nonce: `s` before `r`. Nothing if the nonce is of no use, so that another must
    /// be drawn. The same steps for every key and nonce.
    fn sign(&self, private: &[u8], digest: &[u8], nonce: &[u8]) -> Option<Vec<u8>>;

    /// Whether `s` and `r` fit the digest and the public point.
    fn verify(&self, point: &[u8], digest: &[u8], signature: &[u8]) -> bool;
}

/// A curve as such a group.
pub(super) struct Of<C, const L: usize>(PhantomData<C>);

impl<C: Curve<L>, const L: usize> Of<C, L> {
    pub(super) const GROUP: &'static dyn Group = &Self(PhantomData);

    const BYTES: usize = Uint::<L>::BITS as usize / 8;

    const ORDER: Uint<L> = Scalar::<C, L>::MODULUS.get_copy();

    fn number(bytes: &[u8]) -> Option<Uint<L>> {
        (bytes.len() == Self::BYTES).then(|| Uint::from_be_slice(bytes))
    }

    /// A number from 1 to the order less one.
    fn fits(bytes: &[u8]) -> Option<Zeroizing<Uint<L>>> {
        let number = Zeroizing::new(Self::number(bytes)?);
        let fits = number.is_nonzero() & number.ct_lt(&Self::ORDER);
        fits.to_bool().then_some(number)
    }

    /// The number that stands for a digest: taken modulo the order, and one where that is zero.
    fn digest(bytes: &[u8]) -> Option<Scalar<C, L>> {
        if bytes.len() != Self::BYTES {
            return None;
        }
        let number = Scalar::<C, L>::new(&Uint::from_le_slice(bytes));
        Some(if number == Scalar::<C, L>::ZERO { Scalar::<C, L>::ONE } else { number })
    }

    fn point(bytes: &[u8]) -> Option<Point<C, L>> {
        let (x, y) = bytes.split_at_checked(Self::BYTES)?;
        let coordinate = |bytes| {
            let number = Self::number(bytes)?;
            // A coordinate has one spelling: below the prime.
            (number < *Field::<C, L>::MODULUS.as_ref()).then(|| Field::<C, L>::new(&number))
        };
        Point::affine(coordinate(x)?, coordinate(y)?)
    }

    fn joined(first: &Uint<L>, second: &Uint<L>) -> Vec<u8> {
        [first.to_be_bytes().as_slice(), second.to_be_bytes().as_slice()].concat()
    }
}

impl<C: Curve<L>, const L: usize> Group for Of<C, L> {
    fn len(&self) -> usize {
        Self::BYTES
    }

    fn first_byte(&self) -> u8 {
        // The order has as many bits as there are, less at most two.
        u8::MAX.checked_shr(Self::ORDER.leading_zeros()).unwrap_or(0)
    }

    fn public(&self, private: &[u8]) -> Option<Vec<u8>> {
        let number = Self::fits(private)?;
        let (x, y) = Point::<C, L>::times_generator(&number).coordinates()?;
        Some(Self::joined(&x.retrieve(), &y.retrieve()))
    }

    fn contains(&self, point: &[u8]) -> bool {
        let Some(point) = Self::point(point) else { return false };
        !C::HAS_COFACTOR || point.times_public(&Self::ORDER).is_neutral()
    }

    fn sign(&self, private: &[u8], digest: &[u8], nonce: &[u8]) -> Option<Vec<u8>> {
        let e = Self::digest(digest)?;
        let private = Self::fits(private)?;
        let nonce = Self::fits(nonce)?;
        let (x, _) = Point::<C, L>::times_generator(&nonce).coordinates()?;
        let r = Scalar::<C, L>::new(&x.retrieve());
        let private = Zeroizing::new(Scalar::<C, L>::new(&private));
        let nonce = Zeroizing::new(Scalar::<C, L>::new(&nonce));
        let parts = Zeroizing::new([r * *private, *nonce * e]);
        let s = parts[0] + parts[1];
        let zero = Scalar::<C, L>::ZERO;
        (r != zero && s != zero).then(|| Self::joined(&s.retrieve(), &r.retrieve()))
    }

    fn verify(&self, point: &[u8], digest: &[u8], signature: &[u8]) -> bool {
        let parts = || {
            let (s, r) = signature.split_at_checked(Self::BYTES)?;
            let (s, r) = (Self::fits(s)?, Self::fits(r)?);
            let v = Self::digest(digest)?.invert_vartime().into_option()?;
            let ours = Scalar::<C, L>::new(&s) * v;
            let theirs = Scalar::<C, L>::new(&r).neg() * v;
            let sum = Point::<C, L>::times_generator_public(&ours.retrieve())
                + Self::point(point)?.times_public(&theirs.retrieve());
            let (x, _) = sum.coordinates()?;
            Some(Scalar::<C, L>::new(&x.retrieve()) == Scalar::<C, L>::new(&r))
        };
        parts().unwrap_or(false)
    }
}
