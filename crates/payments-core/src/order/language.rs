//! The language of texts for people.

use crate::{Invalid, open_enum};

open_enum! {
    /// Language in which the bank writes `errorMessage` and shows its pages: a two-letter key of
    /// ISO 639-1. Without it the shop's default counts (documents/003, order registration).
    pub enum Language {
        /// Russian.
        Russian = "ru",
        /// English.
        English = "en",
        /// Armenian.
        Armenian = "hy",
        /// Azerbaijani.
        Azerbaijani = "az",
    }
}

impl Language {
    /// Two letters, whatever the list: samples also send `EN`.
    ///
    /// # Errors
    ///
    /// Anything but two ASCII letters.
    pub fn validate(&self) -> Result<(), Invalid> {
        let text = self.as_str();
        if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            Ok(())
        } else {
            Err(Invalid::new("language", "must be two letters of ISO 639-1"))
        }
    }
}

/// Checks a language, if there is one.
///
/// # Errors
///
/// As [`Language::validate`].
pub fn check(language: Option<&Language>) -> Result<(), Invalid> {
    language.map_or(Ok(()), Language::validate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_letters_in_any_case() {
        // G-015
        assert!(Language::from("EN").validate().is_ok());
        for wrong in ["", "e", "eng", "e1", "ру"] {
            assert!(Language::from(wrong).validate().is_err(), "{wrong}");
        }
    }
}
