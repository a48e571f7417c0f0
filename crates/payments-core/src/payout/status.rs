//! Value lists of the API, open like all such lists.

crate::open_enum! {
    /// Status of a payout, to a card or by SBP (documents/002, payout to a card). What it means for
    /// the money says [`state::card_payout`](crate::state::card_payout), or
    /// [`state::sbp_payout`](crate::state::sbp_payout).
    pub enum PayoutStatus {
        /// A new session.
        New = "NEW",
        /// Being authorised.
        Authorizing = "AUTHORIZING",
        /// Not determined: ask again.
        Unknown = "UNKNOWN",
        /// The data are being checked.
        Checking = "CHECKING",
        /// Still being worked on, for up to an hour.
        CreditChecking = "CREDIT_CHECKING",
        /// Being carried out, which is not yet success.
        Completing = "COMPLETING",
        /// Rejected; the code says why.
        Rejected = "REJECTED",
        /// Ready for Payment. After a Payment: not carried out so far.
        Checked = "CHECKED",
        /// Paid out.
        Completed = "COMPLETED",
        /// Being worked on, by the older protocol; no list of documents/002 has it.
        Processing = "PROCESSING",
        /// Stands in samples only; no list of payout statuses has it.
        Confirmed = "CONFIRMED",
    }
}

crate::open_enum! {
    /// Status of the binding of a card (documents/002, card binding).
    pub enum BindingStatus {
        /// A new session.
        New = "NEW",
        /// The bank's form was shown.
        FormShowed = "FORM_SHOWED",
        /// The payer is being authenticated.
        ThreeDsChecking = "3DS_CHECKING",
        /// The payer was authenticated.
        ThreeDsChecked = "3DS_CHECKED",
        /// A zero-rouble debit is under way.
        Authorizing = "AUTHORIZING",
        /// The zero-rouble debit succeeded.
        Authorized = "AUTHORIZED",
        /// The card is bound.
        Completed = "COMPLETED",
        /// The card is not bound.
        Rejected = "REJECTED",
    }
}

crate::open_enum! {
    /// Status of a bound card (documents/002, GetCardList).
    pub enum CardStatus {
        /// In use.
        Active = "A",
        /// Removed.
        Deleted = "D",
        /// Out of date.
        Expired = "E",
        /// Not in use; older pages have it.
        Inactive = "I",
    }
}

crate::open_enum! {
    /// What a bound card is for (`CardType`; documents/002, GetCardList).
    pub enum CardPurpose {
        /// Money is taken from it.
        Debit = "0",
        /// Money is paid to it.
        Credit = "1",
        /// Both.
        Both = "2",
    }
}

crate::open_enum! {
    /// How a card is checked when it is bound (documents/002, AddCard).
    pub enum CheckType {
        /// Not at all; the bank's choice where none is given.
        No = "NO",
        /// By a zero-rouble debit.
        Hold = "HOLD",
        /// By 3DS and a zero-rouble debit; a card without 3DS is not bound.
        ThreeDs = "3DS",
        /// By 3DS where the card knows it, and a zero-rouble debit.
        ThreeDsHold = "3DSHOLD",
    }
}

crate::open_enum! {
    /// Whether a signing certificate is in use (`SetStatus`; documents/002, UpdateCertificateStatus).
    pub enum CertificateStatus {
        /// In use.
        Active = "Active",
        /// Blocked.
        Blocked = "Blocked",
    }
}

crate::open_enum! {
    /// 3DS version of a card (`Version`; documents/002, Check3dsVersion).
    pub enum ThreeDsVersion {
        /// 3DS 1.0.
        One = "1.0.0",
        /// 3DS 2.1.
        Two = "2.1.0",
    }
}

crate::open_enum! {
    /// Result of the authentication that the issuer's page sends (`transStatus` of `cres`).
    pub enum TransStatus {
        /// Authenticated.
        Yes = "Y",
        /// Not authenticated.
        No = "N",
    }
}

crate::open_enum! {
    /// Kind of a notification; that of an SBP payout has none (documents/002, notifications).
    pub enum NotificationType {
        /// The binding of a card.
        LinkCard = "LINKCARD",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// every status of the page's list; two more stand in samples and older pages.
    #[test]
    fn statuses_of_a_payout() {
        let page = [
            "NEW",
            "AUTHORIZING",
            "UNKNOWN",
            "CHECKING",
            "CREDIT_CHECKING",
            "COMPLETING",
            "REJECTED",
            "CHECKED",
            "COMPLETED",
        ];
        assert_eq!(PayoutStatus::KNOWN[..9], page);
        assert_eq!(PayoutStatus::KNOWN[9..], ["PROCESSING", "CONFIRMED"]);
        assert!(!PayoutStatus::from("completed").is_known());
    }

    ///
    #[test]
    fn statuses_of_a_binding() {
        let page = [
            "NEW",
            "FORM_SHOWED",
            "3DS_CHECKING",
            "3DS_CHECKED",
            "AUTHORIZING",
            "AUTHORIZED",
            "COMPLETED",
            "REJECTED",
        ];
        assert_eq!(BindingStatus::KNOWN, page);
    }

    ///
    #[test]
    fn a_certificate_has_two_statuses() {
        assert_eq!(CertificateStatus::KNOWN, ["Active", "Blocked"]);
    }
}
