//! What differs from bank to bank on the same platform.

mod keys;

use std::time::Duration;

use payments_core::{
    Currency, Invalid, address,
    id::OrderId,
    order::{Rules, ofd::OfdSpelling},
};
use url::Url;

pub use keys::KeyMaterial;

use crate::templates::TemplateSpelling;

/// How a bank's build spells the parameter that carries the login.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UserNameSpelling {
    /// `userName`, as the tables of documents/003 print it.
    #[default]
    UserName,
    /// `username`, as the samples of the payment links spell it. To switch it for those alone, see
    /// [`TemplateSpelling`].
    Username,
}

impl UserNameSpelling {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UserName => "userName",
            Self::Username => "username",
        }
    }
}

/// How a bank's build spells the authentication's number in requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransIdSpelling {
    /// `threeDSServerTransId`, as the tables of documents/003 print it.
    #[default]
    TransId,
    /// `threeDSServerTransID`, as the sample of the second payment request spells it.
    TransIdCapital,
}

impl TransIdSpelling {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TransId => "threeDSServerTransId",
            Self::TransIdCapital => "threeDSServerTransID",
        }
    }
}

/// Under which name a bank's build refunds one position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PositionRefundSpelling {
    /// `processRawPositionRefund.do`, as the heading of documents/003 and other clients have it.
    #[default]
    PositionRefund,
    /// `processRawPositionOrderRefund.do`, to which the sample posts.
    PositionOrderRefund,
}

impl PositionRefundSpelling {
    /// The path under `rest/`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PositionRefund => "processRawPositionRefund.do",
            Self::PositionOrderRefund => "processRawPositionOrderRefund.do",
        }
    }
}

/// One bank's gateway: addresses, spellings and contract rules. Nothing of it is a constant.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Profile {
    /// Label for people, such as `VTB, test`.
    pub name: String,
    /// Address of the calls, ending in `/payment/rest/`.
    pub rest: Url,
    /// Address of the calls that stand one level higher (acsRedirect, recurrent and installment
    /// payments), ending in `/payment/`.
    pub outer: Url,
    /// Address of the hosted payment page, to which `?mdOrder=` and the order's id are added.
    ///
    /// Registration answers the page's address itself. This pattern only serves a registration
    /// whose answer was lost; it is read off the samples and differs between contracts, so it is
    /// none unless set.
    pub payment_page: Option<Url>,
    /// Spelling of the login parameter.
    pub user_name: UserNameSpelling,
    /// Spelling of the authentication's number in the second payment request.
    pub trans_id: TransIdSpelling,
    /// Name of the call that refunds one position.
    pub position_refund: PositionRefundSpelling,
    /// Spelling of four names of `additionalOfdParams`.
    pub ofd_spelling: OfdSpelling,
    /// What the calls about payment links spell: tables and samples disagree.
    pub templates: TemplateSpelling,
    /// Which rules of carts, payers and receipts are checked before anything is sent.
    pub rules: Rules,
    /// Whether requests must name their currency. Where it is not sent, the gateway takes the
    /// merchant's default (documents/003, order registration, `currency`).
    pub currency_required: bool,
    /// The currency sent where a request names none; none sends none.
    pub default_currency: Option<Currency>,
    /// The bank's public keys and roots.
    pub keys: KeyMaterial,
    /// How long after a request left it may still arrive and be executed. Before that, "the bank
    /// does not show it" is not yet "it did not happen". No document gives a figure.
    pub settle: Duration,
}

/// Longer than any documented time-out of the gateway's own hosted steps; see `Profile::settle`.
const SETTLE: Duration = Duration::from_secs(90);

impl Profile {
    /// A bank on the platform whose calls stand under `base`, such as
    /// `https://bank.example/payment/`.
    ///
    /// # Errors
    ///
    /// The address is not an absolute one of `https`, or of `http` on this machine.
    pub fn at(name: impl Into<String>, base: &str) -> Result<Self, Invalid> {
        let outer = address::of_calls(base)?;
        let rest = outer
            .join("rest/")
            .map_err(|_| Invalid::new("base", "must be an address under which others stand"))?;
        Ok(Self {
            name: name.into(),
            rest,
            outer,
            payment_page: None,
            user_name: UserNameSpelling::default(),
            trans_id: TransIdSpelling::default(),
            position_refund: PositionRefundSpelling::default(),
            ofd_spelling: OfdSpelling::default(),
            templates: TemplateSpelling::default(),
            rules: Rules::default(),
            currency_required: false,
            default_currency: None,
            keys: KeyMaterial::default(),
            settle: SETTLE,
        })
    }

    /// VTB, test (documents/003, addresses of the test environment).
    pub fn vtb_test() -> Self {
        Self::known("VTB, test", "https://vtb.rbsuat.com/payment/")
    }

    /// VTB, production (documents/003, addresses of the production environment).
    pub fn vtb_production() -> Self {
        Self::known("VTB", "https://platezh.vtb24.ru/payment/")
    }

    fn known(name: &str, base: &str) -> Self {
        #[expect(clippy::expect_used, reason = "the addresses of this file are tested")]
        Self::at(name, base).expect("an address of this file")
    }

    /// Changes fields in place and gives the profile back.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// The payment page of an order, if [`payment_page`](Self::payment_page) is set.
    pub fn page_of(&self, order: &OrderId) -> Option<Url> {
        let mut page = self.payment_page.clone()?;
        page.query_pairs_mut().append_pair("mdOrder", order.as_str());
        Some(page)
    }

    /// Begins an HTTP stack that trusts the bank's own roots too.
    #[cfg(feature = "client")]
    pub fn stack(&self) -> payments_http::StackBuilder {
        let roots = self.keys.roots.iter();
        roots.fold(payments_http::Stack::builder(), |stack, pem| stack.extra_root_pem(pem.clone()))
    }

    /// Which currency a request carries.
    pub(crate) fn currency(&self, asked: Option<Currency>) -> Result<Option<Currency>, Invalid> {
        match asked.or(self.default_currency) {
            None if self.currency_required => {
                Err(Invalid::new("currency", "must be named: the bank's profile requires it"))
            }
            currency => Ok(currency),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_bases_stand_under_one_address() {
        // G-009: calls under /payment/rest/, three of them one level higher.
        let test = Profile::vtb_test();
        assert_eq!(test.rest.as_str(), "https://vtb.rbsuat.com/payment/rest/");
        assert_eq!(test.outer.as_str(), "https://vtb.rbsuat.com/payment/");
        assert_eq!(
            Profile::vtb_production().rest.as_str(),
            "https://platezh.vtb24.ru/payment/rest/"
        );
        let bare = Profile::at("b", "https://bank.example/payment").expect("valid");
        assert_eq!(bare.rest.as_str(), "https://bank.example/payment/rest/");
    }

    #[test]
    fn plain_http_is_for_this_machine() {
        assert!(Profile::at("b", "http://bank.example/payment/").is_err());
        assert!(Profile::at("b", "http://127.0.0.1:8080/payment/").is_ok());
        for wrong in [
            "",
            "https://user:secret@bank.example/",
            "payment/rest",
            "mailto:a@b",
            "ftp://localhost/",
        ] {
            assert!(Profile::at("b", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_required_currency_is_asked_for() {
        let profile = Profile::vtb_test().with(|profile| profile.currency_required = true);
        assert!(profile.currency(None).is_err());
        assert_eq!(profile.currency(Some(Currency::RUB)), Ok(Some(Currency::RUB)));
        let defaulted = profile.with(|profile| profile.default_currency = Some(Currency::RUR));
        assert_eq!(defaulted.currency(None), Ok(Some(Currency::RUR)));
    }
}
