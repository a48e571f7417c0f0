//! Values that must never be shown.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretBox, zeroize::Zeroize};
use serde::{Deserialize, Deserializer};

/// A value that is wiped from memory when dropped and never printed.
///
/// It has no `Display`, `Serialize`, `Deref`, `PartialEq` or `Default` on purpose: [`expose`] is
/// the only way out and easy to find in a review. Nothing in this workspace un-redacts it.
///
/// [`expose`]: Self::expose
pub struct Secret<T: Zeroize = String>(SecretBox<T>);

impl<T: Zeroize> Secret<T> {
    /// Wraps a value.
    pub fn new(value: impl Into<T>) -> Self {
        Self(SecretBox::new(Box::new(value.into())))
    }

    /// Shows the value. Whoever calls this answers for where it goes.
    pub fn expose(&self) -> &T {
        self.0.expose_secret()
    }
}

impl<T: Zeroize + Clone> Clone for Secret<T> {
    fn clone(&self) -> Self {
        Self(SecretBox::new(Box::new(self.expose().clone())))
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("[redacted]")
    }
}

impl From<crate::wire::Text<'_>> for Secret<String> {
    fn from(text: crate::wire::Text<'_>) -> Self {
        Self::new(text.into_string())
    }
}

impl<'de> Deserialize<'de> for Secret<String> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        crate::wire::Text::deserialize(from).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_never_shows() {
        let secret = Secret::<String>::new("MARKER");
        assert_eq!(
            format!("{secret:?} {:#?}", Some(secret.clone())),
            "[redacted] Some(\n    [redacted],\n)"
        );
        assert_eq!(secret.expose(), "MARKER");
    }
}
