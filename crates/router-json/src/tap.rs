//! Reading a JSON object once for two readers: most members go to a type, a few are set aside as they
//! came.

use std::{borrow::Cow, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeSeed, Error as _, MapAccess, Visitor,
        value::{BorrowedStrDeserializer, MapAccessDeserializer, StrDeserializer},
    },
};
use serde_json::value::RawValue;

/// Takes some members of an object out of the way of its type.
pub(crate) trait Keeper<'de> {
    /// Takes the member's value if the member is one of its own; `false` leaves it to the type.
    ///
    /// # Errors
    ///
    /// The value cannot be read, or the member came before.
    fn keep<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error>;
}

/// Members set aside as they came, by their names.
pub(crate) struct Aside<'n, 'de, const N: usize> {
    names: &'n [&'n str; N],
    /// The signs of all names: nearly every member of an answer is told from them by its sign alone.
    signs: u64,
    kept: [Option<&'de RawValue>; N],
}

impl<'n, 'de, const N: usize> Aside<'n, 'de, N> {
    /// Sets the members of these names aside.
    pub(crate) const fn of(names: &'n [&'n str; N]) -> Self {
        let (mut signs, mut place) = (0, 0);
        while place < N {
            // A constant function knows no iterators; the place is within the array.
            signs |= sign(names[place]);
            place += 1;
        }
        Self { names, signs, kept: [None; N] }
    }

    /// What was set aside, in the order of the names.
    pub(crate) const fn kept(&self) -> [Option<&'de RawValue>; N] {
        self.kept
    }
}

/// One bit that two names seldom share, by their length and first byte.
const fn sign(name: &str) -> u64 {
    let first = match name.as_bytes() {
        [first, ..] => *first as usize,
        [] => 0,
    };
    1 << ((name.len() + 7 * first) % 64)
}

impl<'de, const N: usize> Keeper<'de> for Aside<'_, 'de, N> {
    fn keep<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        if self.signs & sign(name) == 0 {
            return Ok(false);
        }
        let place = self.names.iter().position(|known| *known == name);
        let Some(kept) = place.and_then(|place| self.kept.get_mut(place)) else { return Ok(false) };
        match kept.replace(map.next_value()?) {
            None => Ok(true),
            Some(_) => Err(A::Error::custom("a member comes twice")),
        }
    }
}

/// Reads an object as a type, but for the members that the keeper takes.
///
/// A member that comes twice is an error, as everywhere.
pub(crate) fn read<'de, T: Deserialize<'de>>(
    json: &'de str,
    keeper: &mut impl Keeper<'de>,
) -> serde_json::Result<T> {
    let mut from = serde_json::Deserializer::from_str(json);
    let value = from.deserialize_map(Whole::new(keeper))?;
    from.end()?;
    Ok(value)
}

/// Reads the object that is a member's value in the same way; none of a value that is null.
pub(crate) struct Inside<'k, K, T>(Whole<'k, K, T>);

impl<'k, K, T> Inside<'k, K, T> {
    /// Reads the type, and leaves to the keeper what is its own.
    pub(crate) const fn new(keeper: &'k mut K) -> Self {
        Self(Whole::new(keeper))
    }
}

impl<'de, K: Keeper<'de>, T: Deserialize<'de>> DeserializeSeed<'de> for Inside<'_, K, T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Option<T>, D::Error> {
        from.deserialize_option(self)
    }
}

impl<'de, K: Keeper<'de>, T: Deserialize<'de>> Visitor<'de> for Inside<'_, K, T> {
    type Value = Option<T>;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("an object or nothing")
    }

    fn visit_none<E>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Option<T>, D::Error> {
        from.deserialize_map(self.0).map(Some)
    }
}

struct Whole<'k, K, T> {
    keeper: &'k mut K,
    read: PhantomData<T>,
}

impl<'k, K, T> Whole<'k, K, T> {
    const fn new(keeper: &'k mut K) -> Self {
        Self { keeper, read: PhantomData }
    }
}

impl<'de, K: Keeper<'de>, T: Deserialize<'de>> Visitor<'de> for Whole<'_, K, T> {
    type Value = T;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(Tap { map, keeper: self.keeper }))
    }
}

/// The members of an object without those that are kept on the way.
struct Tap<'k, K, A> {
    map: A,
    keeper: &'k mut K,
}

impl<'de, K: Keeper<'de>, A: MapAccess<'de>> MapAccess<'de> for Tap<'_, K, A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        while let Some(Name(name)) = self.map.next_key()? {
            if self.keeper.keep(&name, &mut self.map)? {
                continue;
            }
            let key = match name {
                Cow::Borrowed(name) => seed.deserialize(BorrowedStrDeserializer::new(name)),
                Cow::Owned(name) => seed.deserialize(StrDeserializer::new(&name)),
            };
            return key.map(Some);
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

/// A member's name, borrowed where it holds no escape.
struct Name<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;

            fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(name)))
            }

            fn visit_str<E>(self, name: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }
        from.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Most {
        one: Option<u8>,
        three: Option<String>,
    }

    fn tapped(json: &str) -> Option<(Most, [Option<&str>; 2])> {
        let mut aside = Aside::of(&["two", "four"]);
        let most = read(json, &mut aside).ok()?;
        Some((most, aside.kept().map(|kept| kept.map(RawValue::get))))
    }

    #[test]
    fn members_go_where_they_belong() {
        let json = r#"{"two": {"a": [1, 2]}, "one": 1, "x": 0, "\u0066our": 1.50, "three": "c"}"#;
        let (most, aside) = tapped(json).expect("reads");
        assert_eq!(most, Most { one: Some(1), three: Some("c".into()) });
        assert_eq!(aside, [Some(r#"{"a": [1, 2]}"#), Some("1.50")], "as they came");
        assert_eq!(tapped("{}"), Some((Most::default(), [None, None])));
    }

    #[test]
    fn what_is_no_such_object_is_refused() {
        for wrong in
            ["", "[]", "1", r#"{"two":1,"two":2}"#, r#"{"one":1,"one":2}"#, "{} {}", r#"{"two":}"#]
        {
            assert_eq!(tapped(wrong), None, "{wrong}");
        }
    }
}
