//! Moments as the banks write them. Nothing here reads a clock.

use std::{fmt, str::FromStr};

use ::time::{
    OffsetDateTime, PrimitiveDateTime, UtcOffset, format_description::BorrowedFormatItem,
    macros::format_description,
};
use serde::{Deserialize, Deserializer};

use crate::Invalid;

/// Milliseconds since 1970-01-01 UTC, as the gateway's answers carry time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixMillis(i64);

impl UnixMillis {
    /// Takes milliseconds since 1970-01-01 UTC.
    pub const fn new(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970-01-01 UTC.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The moment this much later; stops at the end of the range.
    #[must_use]
    pub fn plus(self, duration: std::time::Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl FromStr for UnixMillis {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let rule = "must be a whole number of milliseconds";
        text.parse().map(Self).map_err(|_| Invalid::new("date", rule))
    }
}

impl<'de> Deserialize<'de> for UnixMillis {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        crate::wire::parsed(from)
    }
}

/// A date and time without a zone, `yyyy-MM-ddTHH:mm:ss`, as requests carry it.
///
/// Completion and reversal dates are read by the gateway in UTC+3; for the others the documents
/// name no zone (documents/003, order registration).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalDateTime(PrimitiveDateTime);

const FORMAT: &[BorrowedFormatItem<'static>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");

/// Moscow time, UTC+3, in which the gateway reads completion and reversal dates.
const MOSCOW: UtcOffset = match UtcOffset::from_hms(3, 0, 0) {
    Ok(offset) => offset,
    Err(_) => UtcOffset::UTC,
};

impl LocalDateTime {
    /// Takes a date and time without a zone.
    pub const fn new(moment: PrimitiveDateTime) -> Self {
        Self(moment)
    }

    /// The date and time without a zone.
    pub const fn get(self) -> PrimitiveDateTime {
        self.0
    }

    /// What clocks in Moscow (UTC+3) show at a moment; below a second is cut off.
    ///
    /// # Errors
    ///
    /// The moment lies outside the years that can be written.
    pub fn in_moscow(moment: UnixMillis) -> Result<Self, Invalid> {
        let moment = OffsetDateTime::from_unix_timestamp(moment.get().div_euclid(1000))
            .ok()
            .and_then(|moment| moment.checked_to_offset(MOSCOW))
            .filter(|moment| (0..=9999).contains(&moment.year()))
            .ok_or_else(|| Invalid::new("date", "must lie between the years 0 and 9999"))?;
        Ok(Self(PrimitiveDateTime::new(moment.date(), moment.time())))
    }

    /// The moment at which clocks in Moscow (UTC+3) show this.
    pub fn from_moscow(self) -> UnixMillis {
        UnixMillis::new(self.0.assume_offset(MOSCOW).unix_timestamp().saturating_mul(1000))
    }
}

impl fmt::Display for LocalDateTime {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (date, time) = (self.0.date(), self.0.time());
        write!(
            out,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            date.year(),
            u8::from(date.month()),
            date.day(),
            time.hour(),
            time.minute(),
            time.second()
        )
    }
}

impl FromStr for LocalDateTime {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        PrimitiveDateTime::parse(text, FORMAT)
            .map(Self)
            .map_err(|_| Invalid::new("date", "must be a date and time as yyyy-MM-ddTHH:mm:ss"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moscow_is_three_hours_ahead() {
        let noon = LocalDateTime::from_str("2026-01-02T15:00:00").expect("valid");
        assert_eq!(noon.from_moscow(), UnixMillis::new(1_767_355_200_000));
        assert_eq!(LocalDateTime::in_moscow(UnixMillis::new(1_767_355_200_999)), Ok(noon));
        assert_eq!(noon.to_string(), "2026-01-02T15:00:00");
    }

    #[test]
    fn extremes_are_refused() {
        assert!(LocalDateTime::in_moscow(UnixMillis::new(i64::MAX)).is_err());
        assert!(LocalDateTime::in_moscow(UnixMillis::new(i64::MIN)).is_err());
        assert!(LocalDateTime::from_str("2026-13-01T00:00:00").is_err());
    }
}
