//! How large a code is drawn.

use crate::{Invalid, limit};

/// The size of a drawn code in pixels. Both sides go together: with one alone nothing is drawn
/// (documents/003 and documents/004, `qrHeight` and `qrWidth`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct QrSize {
    width: u16,
    height: u16,
}

impl QrSize {
    /// Takes a width and a height, each 10 to 1000 pixels.
    ///
    /// # Errors
    ///
    /// A side is smaller or larger.
    pub fn new(width: u16, height: u16) -> Result<Self, Invalid> {
        for (field, side) in [("qrHeight", height), ("qrWidth", width)] {
            let fits = (10..=1000).contains(&side);
            limit::ensure(fits, field, || "must be 10 to 1000 pixels".into())?;
        }
        Ok(Self { width, height })
    }

    /// A square of 10 to 1000 pixels a side.
    ///
    /// # Errors
    ///
    /// The side is smaller or larger.
    pub fn square(side: u16) -> Result<Self, Invalid> {
        Self::new(side, side)
    }

    /// The width in pixels.
    pub const fn width(self) -> u16 {
        self.width
    }

    /// The height in pixels.
    pub const fn height(self) -> u16 {
        self.height
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// G-196, R-045: both sides or none, each 10 to 1000.
    #[test]
    fn a_size_has_two_sides() {
        for side in [10, 57, 1000] {
            let size = QrSize::square(side).expect("fits");
            assert_eq!((size.width(), size.height()), (side, side));
        }
        for (width, height, field) in
            [(9, 10, "qrWidth"), (10, 9, "qrHeight"), (1001, 10, "qrWidth")]
        {
            let error = QrSize::new(width, height).expect_err("does not fit");
            assert_eq!(error.to_string(), format!("{field}: must be 10 to 1000 pixels"));
        }
    }
}
