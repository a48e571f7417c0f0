//! Wire value lists that stay open: a bank adds values without notice.

use std::fmt;

/// A value that no list here knows, kept byte for byte. Outside code cannot make one directly.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unknown(Box<str>);

impl Unknown {
    #[doc(hidden)]
    pub fn __new(text: &str) -> Self {
        Self(text.into())
    }

    #[doc(hidden)]
    pub fn __text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Unknown {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, out)
    }
}

/// Declares an open list of wire values.
///
/// `open_enum! { /// Doc. pub enum Name { /// Doc. Mir = "MIR", } }` expands to a
/// `#[non_exhaustive]` enum of the named variants and a hidden `_Other(Unknown)`, with `as_str`,
/// `is_known`, `KNOWN`, `From<&str>`, `FromStr`, `Display` and serde. It reads text and number
/// alike, keeps the text as it came, and writes text.
#[macro_export]
macro_rules! open_enum {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$vdoc:meta])* $variant:ident = $wire:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$vdoc])* $variant,)+
            #[doc(hidden)]
            _Other($crate::open_enum::Unknown),
        }

        impl $name {
            /// Every value that this list knows, as the wire writes it.
            pub const KNOWN: &'static [&'static str] = &[$($wire),+];

            /// The value as the wire writes it; an unknown one as it came.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)+
                    Self::_Other(unknown) => unknown.__text(),
                }
            }

            /// Whether this list knows the value.
            pub fn is_known(&self) -> bool {
                !matches!(self, Self::_Other(_))
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($wire => Self::$variant,)+
                    _ => Self::_Other($crate::open_enum::Unknown::__new(text)),
                }
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(text))
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, out: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                out.write_str(self.as_str())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <$crate::wire::Text<'_> as ::serde::Deserialize>::deserialize(from)?;
                Ok(Self::from(text.as_str()))
            }
        }
    };
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "the sample enum of the tests is as public as a real one")]
mod tests {
    use proptest::prelude::*;

    open_enum! {
        /// A sample.
        pub enum Sample {
            /// One.
            One = "1",
            /// A word.
            Word = "WORD",
        }
    }

    #[test]
    fn text_and_number_alike() {
        assert_eq!(serde_json::from_str::<Sample>("1").expect("number"), Sample::One);
        assert_eq!(serde_json::from_str::<Sample>("\"1\"").expect("text"), Sample::One);
        let other = serde_json::from_str::<Sample>("\"01\"").expect("unknown");
        assert!(!other.is_known());
        assert_eq!(other.as_str(), "01");
        assert_eq!(Sample::KNOWN, ["1", "WORD"]);
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text: String) {
            let value = Sample::from(text.as_str());
            prop_assert_eq!(value.as_str(), text.as_str());
            let json = serde_json::to_string(&value).expect("text");
            prop_assert_eq!(serde_json::from_str::<Sample>(&json).expect("reads"), value);
        }
    }
}
