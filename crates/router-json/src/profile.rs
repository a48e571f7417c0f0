//! What differs from one router to another, and what the documents leave open.

use std::time::Duration;

use payments_core::{
    Currency, Invalid, address,
    id::OrderId,
    order::{Feature, Rules},
};
use url::Url;

/// Under which path a router cancels a QR code. documents/004 names `reject.do` without its folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RejectPath {
    /// `sbp_c2b/reject.do`, beside the two calls that make and ask for the code.
    #[default]
    Folder,
    /// `reject.do`, beside registration.
    Root,
}

impl RejectPath {
    /// The path.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Folder => "sbp_c2b/reject.do",
            Self::Root => "reject.do",
        }
    }
}

/// How a router takes `createSubscription`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SubscriptionFlag {
    /// The text `"true"`, as the sample of documents/004 sends it.
    #[default]
    Text,
    /// A boolean, as the gateway's own table types it (documents/003).
    Boolean,
}

/// One router: its address, its spellings and contract rules. Nothing of it is a constant.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Profile {
    /// Label for people, such as `all2pay, test`.
    pub name: String,
    /// Address of the calls, ending in `/v1/`.
    pub base: Url,
    /// Address of the hosted payment page, to which `?mdOrder=` and the order's id are added.
    ///
    /// Registration answers the page's address itself. This pattern only serves a registration
    /// whose answer was lost; it is none unless set.
    pub payment_page: Option<Url>,
    /// Path of the call that cancels a QR code.
    pub reject_path: RejectPath,
    /// How `createSubscription` is sent.
    pub subscription_flag: SubscriptionFlag,
    /// The feature without which an order may not be of nothing: `VERIFY` (documents/004), at some
    /// banks another.
    pub zero_amount_feature: Feature,
    /// Which rules of carts are checked before anything is sent.
    pub rules: Rules,
    /// Whether requests must name their currency.
    pub currency_required: bool,
    /// The currency sent where a request names none; none sends none.
    pub default_currency: Option<Currency>,
    /// How long after a request left it may still arrive and be executed. Before that, "the router
    /// does not show it" is not yet "it did not happen". No document gives a figure.
    pub settle: Duration,
}

/// As long as at the gateway behind the router; see `Profile::settle`.
const SETTLE: Duration = Duration::from_secs(90);

impl Profile {
    /// A router whose calls stand under `base`, such as `https://router.example/v1/`. The address
    /// for production comes with the contract.
    ///
    /// # Errors
    ///
    /// The address is not an absolute one of `https`, or of `http` on this machine, or holds a login.
    pub fn at(name: impl Into<String>, base: &str) -> Result<Self, Invalid> {
        Ok(Self {
            name: name.into(),
            base: address::of_calls(base)?,
            payment_page: None,
            reject_path: RejectPath::default(),
            subscription_flag: SubscriptionFlag::default(),
            zero_amount_feature: Feature::Verify,
            rules: Rules::default(),
            currency_required: false,
            default_currency: None,
            settle: SETTLE,
        })
    }

    /// The test stand (documents/000, 001, 004, every sample).
    pub fn test_stand() -> Self {
        #[expect(clippy::expect_used, reason = "the address of this file is tested")]
        Self::at("all2pay, test", "https://api.uat.all2pay.net/v1/").expect("an address")
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

    /// Begins an HTTP stack for this router.
    #[cfg(feature = "client")]
    pub fn stack(&self) -> payments_http::StackBuilder {
        payments_http::Stack::builder()
    }

    /// Which currency a request carries.
    pub(crate) fn currency(&self, asked: Option<Currency>) -> Result<Option<Currency>, Invalid> {
        match asked.or(self.default_currency) {
            None if self.currency_required => {
                Err(Invalid::new("currency", "must be named: the router's profile requires it"))
            }
            currency => Ok(currency),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R-001
    #[test]
    fn the_test_stand_is_the_documents() {
        assert_eq!(Profile::test_stand().base.as_str(), "https://api.uat.all2pay.net/v1/");
        let bare = Profile::at("r", "https://router.example/v1").expect("valid");
        assert_eq!(bare.base.as_str(), "https://router.example/v1/");
        assert!(Profile::at("r", "http://router.example/v1/").is_err());
        assert!(Profile::at("r", "http://127.0.0.1:8080/v1/").is_ok());
    }

    #[test]
    fn a_required_currency_is_asked_for() {
        let profile = Profile::test_stand().with(|profile| profile.currency_required = true);
        assert!(profile.currency(None).is_err());
        assert_eq!(profile.currency(Some(Currency::RUB)), Ok(Some(Currency::RUB)));
        let defaulted = profile.with(|profile| profile.default_currency = Some(Currency::RUB));
        assert_eq!(defaulted.currency(None), Ok(Some(Currency::RUB)));
    }

    #[test]
    fn a_page_is_known_only_where_it_is_set() {
        let order = OrderId::from_bank("2dc811e7");
        let stand = Profile::test_stand();
        assert_eq!(stand.page_of(&order), None);
        let page = Url::parse("https://router.rbsuat.com/wl/payment.html").expect("an address");
        let stand = stand.with(|stand| stand.payment_page = Some(page));
        assert_eq!(
            stand.page_of(&order).map(String::from).as_deref(),
            Some("https://router.rbsuat.com/wl/payment.html?mdOrder=2dc811e7")
        );
    }
}
