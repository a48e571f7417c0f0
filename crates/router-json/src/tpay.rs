//! `POST tpay/paymentOrder.do`: a link by which the payer pays in T-Bank's application.
//!
//! documents/000; rules R-005, R-018 to R-028.

use bytes::Bytes;
use payments_core::{
    Effect, Endpoint, Error, Invalid, Prepared, Replay,
    error::RefusalKind::{BadRequest, BankFault, NotFound, WrongState},
    id::OrderId,
    limit,
    order::language::{self, Language},
};
use serde::{Serialize, Serializer};

pub use crate::link::PaymentLink;
use crate::{
    context::Context,
    encode::Body,
    fault::Codes,
    link::Linked,
    resolve::{Call, Trail},
};

/// A refusal gives out no link, so there is nothing that anybody could pay by. The codes are those of
/// the banks behind the router.
pub(crate) const CODES: Codes = &[
    ("4", BadRequest, Effect::No),
    ("5", WrongState, Effect::No),
    ("6", NotFound, Effect::No),
    ("7", BankFault, Effect::Maybe),
];

/// What the payer's page or application runs on. It decides what is done with the link (R-023).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "each has its own next step")]
pub enum Device {
    /// A computer: the payer scans a code with the phone.
    Desktop,
    /// A phone or tablet: the application of the bank opens.
    Mobile,
}

impl Device {
    /// The value on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Desktop => "Desktop",
            Self::Mobile => "Mobile",
        }
    }
}

impl Serialize for Device {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

/// Gets a T-Pay link for a registered order; T-Bank must be set for it in the partner's settings
/// (R-005, R-018).
///
/// Moves no money: the payer does. Whether a second call answers the same link or makes another is not
/// documented, so it is never sent twice by itself. After a lost answer ask for a link again: nobody
/// can pay by the one that nobody has seen, and an order is paid once.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TPay {
    /// The order.
    pub order_id: OrderId,
    /// What the payer's page or application runs on.
    pub device: Device,
    /// The payer's browser, such as `Chrome`. T-Bank knows a list of names; the router's document shows
    /// one.
    pub browser: String,
    /// The payer's operating system, such as `Windows` or `Android`; as above.
    pub os: String,
    /// Whether the page runs inside an application.
    pub web_view: bool,
    /// Language of the texts.
    pub language: Option<Language>,
}

impl TPay {
    /// Gets a link for an order and a payer with this browser and system, not inside an application.
    pub fn new(
        order_id: OrderId,
        device: Device,
        browser: impl Into<String>,
        os: impl Into<String>,
    ) -> Self {
        let (browser, os) = (browser.into(), os.into());
        Self { order_id, device, browser, os, web_view: false, language: None }
    }

    /// Changes fields in place and gives the request back.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Checks limits and rules, as [`prepare`](Endpoint::prepare) does first.
    ///
    /// # Errors
    ///
    /// Names the first field that breaks a rule.
    pub fn validate(&self) -> Result<(), Invalid> {
        limit::ensure(!self.browser.is_empty(), "browser", || "must not be empty".into())?;
        limit::ensure(!self.os.is_empty(), "os", || "must not be empty".into())?;
        language::check(self.language.as_ref())
    }
}

impl Endpoint for TPay {
    const NAME: &'static str = "router.tpayPaymentOrder";
    type Context<'a> = Context<'a>;
    type Response = TPayLink;

    /// It may make another link for the same order.
    fn replay(&self) -> Replay {
        Replay::Doubles
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate()?;
        let mut body = Body::new(context)?;
        body.put("orderId", &self.order_id)?;
        body.opt("language", self.language.as_ref())?;
        body.put("device", &self.device)?;
        body.put("browser", &self.browser)?;
        body.put("os", &self.os)?;
        body.put("webView", &self.web_view)?;
        body.post("tpay/paymentOrder.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<TPayLink, Error> {
        let Linked { error_code, error_message, order_id, redirect } = Linked::read(answer, CODES)?;
        let step = match self.device {
            Device::Desktop => Step::ShowQr(redirect),
            Device::Mobile => Step::OpenApp(redirect),
        };
        Ok(TPayLink { error_code, error_message, order_id, step })
    }
}

impl Call for TPay {
    /// It moves no money, so nothing is left to find out.
    fn trail(&self) -> Option<Trail> {
        None
    }
}

/// The way on, by the device that was told in the request. Whether the order is paid says its
/// [status](crate::order::status::OrderStatus), asked for at intervals until it changes (R-026).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TPayLink {
    /// `0`, or nothing.
    pub error_code: Option<String>,
    /// A text, for people.
    pub error_message: Option<String>,
    /// An order's number, perhaps the bank's: in the sample it is not the one that was asked for. Keep
    /// your own.
    pub order_id: Option<OrderId>,
    /// What to do now.
    pub step: Step,
}

/// What to do with a T-Pay link.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a caller must do each")]
pub enum Step {
    /// Desktop: send the payer to this page, which shows a QR code for T-Bank's application (R-024).
    ShowQr(PaymentLink),
    /// Mobile: send the payer straight to T-Bank's application (R-025).
    OpenApp(PaymentLink),
}

impl Step {
    /// The link, whatever is done with it.
    pub const fn link(&self) -> &PaymentLink {
        match self {
            Self::ShowQr(link) | Self::OpenApp(link) => link,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::testing::{damaged, effects, member, ok, refusal, sent};

    fn pay(device: Device) -> TPay {
        let order = OrderId::from_bank("d02ea238-be2b-4ea8-b940-fd8833a7000f");
        TPay::new(order, device, "Chrome", "Windows")
            .with(|it| it.language = Some(Language::Russian))
    }

    const SAMPLE: &str = r#"{"data": {"orderId": "1f3224c9-cc80-4c2a-8ef7-ca4d198f6a2e",
        "redirect": "https://www.tinkoff.ru/tpay/2000000000000000622"}, "success": true}"#;

    /// R-019, R-020: `webView` is a true boolean.
    #[test]
    fn the_sample_on_the_wire() {
        insta::assert_snapshot!(sent(&pay(Device::Desktop)), @r#"
        POST https://api.uat.all2pay.net/v1/tpay/paymentOrder.do
        content-type: application/json

        {"userName":"test_user","password":"test_user_password","orderId":"d02ea238-be2b-4ea8-b940-fd8833a7000f","language":"ru","device":"Desktop","browser":"Chrome","os":"Windows","webView":false}
        "#);
        let mobile = pay(Device::Mobile).with(|it| it.web_view = true);
        assert_eq!(member(&mobile, "device"), Some(json!("Mobile")));
        assert_eq!(member(&mobile, "webView"), Some(json!(true)));
    }

    #[test]
    fn a_wrong_field_is_named() {
        let mut wrong = pay(Device::Desktop);
        wrong.browser.clear();
        assert_eq!(refusal(&wrong), "browser: must not be empty");
        let mut wrong = pay(Device::Desktop);
        wrong.os.clear();
        assert_eq!(refusal(&wrong), "os: must not be empty");
    }

    /// R-022 to R-025: the device of the request decides what is done with the link.
    #[test]
    fn the_next_step() {
        let read = |device| pay(device).parse(&ok(SAMPLE)).expect("reads");
        let (desktop, mobile) = (read(Device::Desktop), read(Device::Mobile));
        assert!(matches!(desktop.step, Step::ShowQr(_)) && matches!(mobile.step, Step::OpenApp(_)));
        let link = "https://www.tinkoff.ru/tpay/2000000000000000622";
        assert_eq!((desktop.step.link().as_str(), mobile.step.link().as_str()), (link, link));
        let bank = OrderId::from_bank("1f3224c9-cc80-4c2a-8ef7-ca4d198f6a2e");
        assert_eq!(desktop.order_id, Some(bank), "not the order that was asked for");
    }

    /// Without the envelope, from another host, without a number: all the same.
    #[test]
    fn other_forms_of_the_answer() {
        let flat = r#"{"redirect":"https://o.tbank.ru/tpay/7f-1","errorCode":0,"success":"true"}"#;
        let read = pay(Device::Mobile).parse(&ok(flat)).expect("reads");
        assert_eq!(
            (read.order_id, read.step.link().as_str()),
            (None, "https://o.tbank.ru/tpay/7f-1")
        );
        for without in [r#"{"success":true,"data":{"orderId":"1"}}"#, r#"{"success":true}"#] {
            let error = pay(Device::Mobile).parse(&ok(without)).expect_err("no link");
            assert_eq!(error.effect(), Effect::Maybe);
        }
    }

    /// R-021: another copy may be another order at the bank.
    #[test]
    fn a_second_copy_may_make_a_second_link() {
        let request = pay(Device::Desktop);
        assert_eq!((request.replay(), request.trail()), (Replay::Doubles, None));
        let (no, maybe) = (Effect::No, Effect::Maybe);
        let codes = ["4", "5", "6", "7", "1", "text"];
        assert_eq!(effects(&request, &codes), [no, no, no, maybe, maybe, maybe]);
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(SAMPLE)) {
            let _ = pay(Device::Desktop).parse(&ok(body));
        }
    }
}
