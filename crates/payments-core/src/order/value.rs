//! What some listed values mean beyond their text.

use super::{CallbackOperation, Eci, OrderStatus};

impl OrderStatus {
    /// Whether an order with this status counts as paid: held (1) or charged (2), nothing else.
    ///
    /// documents/003, "Order status". An intermediate deposit (8) is not listed there as paid.
    pub fn is_paid(&self) -> bool {
        matches!(self, Self::Authorized | Self::Deposited)
    }
}

impl CallbackOperation {
    /// The listed value that differs from this one in case only; else the value itself.
    #[must_use]
    pub fn listed(&self) -> Self {
        let same = |name: &&&str| name.eq_ignore_ascii_case(self.as_str());
        Self::KNOWN.iter().find(same).map_or_else(|| self.clone(), |name| Self::from(*name))
    }
}

impl Eci {
    /// The listed value of the same number, where a leading zero got lost; else the value itself.
    #[must_use]
    pub fn listed(&self) -> Self {
        let padded = Self::from(format!("{:0>2}", self.as_str()).as_str());
        if padded.is_known() { padded } else { self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// G-029: 1 and 2 are paid, every other status is not, listed or not.
    #[test]
    fn only_held_and_charged_are_paid() {
        for status in OrderStatus::KNOWN.iter().copied().chain(["", "9", "01", "12", "2 "]) {
            let paid = matches!(status, "1" | "2");
            assert_eq!(OrderStatus::from(status).is_paid(), paid, "{status}");
        }
    }

    /// G-260: the same events are spelled in several ways.
    #[test]
    fn operations_are_found_in_any_case() {
        for text in ["declinedCardpresent", "declinedCardPresent", "DECLINEDCARDPRESENT"] {
            let operation = CallbackOperation::from(text);
            assert_eq!(operation.as_str(), text);
            assert_eq!(operation.listed(), CallbackOperation::DeclinedCardPresent);
        }
        let other = CallbackOperation::from("paid");
        assert_eq!(other.listed(), other);
    }

    #[test]
    fn a_lost_zero_is_put_back() {
        assert_eq!(Eci::from("5").listed(), Eci::VisaFull);
        assert_eq!(Eci::from("05").listed(), Eci::VisaFull);
        assert_eq!(Eci::from("10").listed(), Eci::CupSsl);
        assert_eq!(Eci::from("99").listed().as_str(), "99");
        assert_eq!(Eci::from("").listed().as_str(), "");
    }
}
