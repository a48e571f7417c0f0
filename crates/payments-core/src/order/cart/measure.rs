//! Units of quantities.

use crate::open_enum;

open_enum! {
    /// Unit of a quantity, by the code of the tax service (documents/003, `quantity.measure`).
    ///
    /// One sample of the document sends a word instead (`kg`), so any text can be kept.
    pub enum Measure {
        /// Pieces or single units, and goods with identification marks.
        Piece = "0",
        /// Gram.
        Gram = "10",
        /// Kilogram.
        Kilogram = "11",
        /// Tonne.
        Tonne = "12",
        /// Centimetre.
        Centimetre = "20",
        /// Decimetre.
        Decimetre = "21",
        /// Metre.
        Metre = "22",
        /// Square centimetre.
        SquareCentimetre = "30",
        /// Square decimetre.
        SquareDecimetre = "31",
        /// Square metre.
        SquareMetre = "32",
        /// Millilitre.
        Millilitre = "40",
        /// Litre.
        Litre = "41",
        /// Cubic metre.
        CubicMetre = "42",
        /// Kilowatt hour.
        KilowattHour = "50",
        /// Gigacalorie.
        Gigacalorie = "51",
        /// Day.
        Day = "70",
        /// Hour.
        Hour = "71",
        /// Minute.
        Minute = "72",
        /// Second.
        Second = "73",
        /// Kilobyte.
        Kilobyte = "80",
        /// Megabyte.
        Megabyte = "81",
        /// Gigabyte.
        Gigabyte = "82",
        /// Terabyte.
        Terabyte = "83",
        /// Any other unit.
        Other = "255",
    }
}
