//! `POST sbp_c2b/get.do`: makes the QR code by which a payer pays an order.
//!
//! documents/004, QR code or deep link request; rules R-043 to R-050, R-075.

use bytes::Bytes;
use payments_core::{
    Effect, Endpoint, Error, Invalid, Prepared, Replay,
    error::RefusalKind::{BadRequest, BankFault, NotFound, WrongState},
    id::OrderId,
    limit,
    order::QrFormat,
    sbp::{Qr, QrSize},
};

use crate::{
    context::Context,
    encode::Body,
    fault::{self, Codes},
    profile::SubscriptionFlag,
    resolve::{Call, Trail},
};

/// A refusal gives out no code, so there is nothing that anybody could pay by. The codes are those of
/// the banks behind the router.
const CODES: Codes = &[
    ("4", BadRequest, Effect::No),
    ("5", WrongState, Effect::No),
    ("6", NotFound, Effect::No),
    ("7", BankFault, Effect::Maybe),
];

/// Gets a dynamic QR code for a registered order; the router chooses the bank now (R-046).
///
/// Moves no money: the payer does, once he has the code. Whether a second call answers the same code
/// or makes another is not documented, so it is never sent twice by itself. After a lost answer ask
/// for a code again: nobody can pay by the one that nobody has seen, and an order is paid once.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DynamicQr {
    /// The order (`mdOrder`).
    pub order_id: OrderId,
    /// How the code is drawn; none is an image.
    pub format: Option<QrFormat>,
    /// The size of the code to be drawn; none asks for no drawing (R-048).
    pub size: Option<QrSize>,
    /// Whether the payer is asked to link the account to the order's customer, so that it can be
    /// charged later (R-075). The order needs `clientId` and a purpose for it (R-073, R-074).
    pub create_subscription: Option<bool>,
    /// What the payer's bank shows beside the sum, 1 to 140 characters. A bank's field.
    pub payment_purpose: Option<String>,
    /// Where the payer's bank sends the payer afterwards, 1 to 1024 characters: an address with its
    /// scheme, which may be an application's own. A bank's field.
    pub redirect_url: Option<String>,
    /// Account of the merchant as a legal entity. A bank's field.
    pub account: Option<String>,
    /// The bank in SBP (`memberId`). A bank's field.
    pub member_id: Option<String>,
    /// The merchant in SBP (`tspMerchantId`). A bank's field.
    pub tsp_merchant_id: Option<String>,
}

impl DynamicQr {
    /// Gets a code for an order, not drawn.
    pub fn new(order_id: OrderId) -> Self {
        Self {
            order_id,
            format: None,
            size: None,
            create_subscription: None,
            payment_purpose: None,
            redirect_url: None,
            account: None,
            member_id: None,
            tsp_merchant_id: None,
        }
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
        limit::opt_chars("paymentPurpose", &self.payment_purpose, 1, 140)?;
        limit::opt_chars("redirectUrl", &self.redirect_url, 1, 1024)?;
        // The bank would drop it without a word.
        let schemed = self.redirect_url.as_deref().is_none_or(limit::is_app_address);
        limit::ensure(schemed, "redirectUrl", || "must begin with a scheme and ://".into())
    }
}

impl Endpoint for DynamicQr {
    const NAME: &'static str = "router.sbpGet";
    type Context<'a> = Context<'a>;
    type Response = Qr;

    /// It may make another code for the same order.
    fn replay(&self) -> Replay {
        Replay::Doubles
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate()?;
        let mut body = Body::new(context)?;
        body.put("mdOrder", &self.order_id)?;
        body.opt("qrFormat", self.format.as_ref())?;
        body.opt("qrHeight", self.size.map(QrSize::height).as_ref())?;
        body.opt("qrWidth", self.size.map(QrSize::width).as_ref())?;
        match (self.create_subscription, context.profile.subscription_flag) {
            (Some(wish), SubscriptionFlag::Boolean) => body.put("createSubscription", &wish)?,
            (Some(wish), _) => {
                body.put("createSubscription", if wish { "true" } else { "false" })?
            }
            (None, _) => {}
        }
        body.opt("paymentPurpose", self.payment_purpose.as_ref())?;
        body.opt("redirectUrl", self.redirect_url.as_ref())?;
        body.opt("account", self.account.as_ref())?;
        body.opt("memberId", self.member_id.as_ref())?;
        body.opt("tspMerchantId", self.tsp_merchant_id.as_ref())?;
        body.post("sbp_c2b/get.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Qr, Error> {
        fault::read(answer, CODES)
    }
}

impl Call for DynamicQr {
    /// It moves no money, so nothing is left to find out.
    fn trail(&self) -> Option<Trail> {
        None
    }
}

#[cfg(test)]
mod tests {
    use payments_core::order::QrStatus;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::{
        Profile,
        testing::{damaged, effects, member, ok, prepare_at, refusal, sent, shown},
    };

    fn get() -> DynamicQr {
        DynamicQr::new(OrderId::from_bank("2c04379b-03ef-7e25-b619-446807dc54c2"))
    }

    const SAMPLE: &str = r#"{"payload": "https://qr.nspk.ru/7eeee1bf3c784d0a8e593ab073bcac4b",
        "renderedQr": "iVBORw0K...", "qrId": "7eeee1bf3c784d0a8e593ab073bcac4b", "qrStatus": "STARTED"}"#;

    /// R-043, R-044, R-045: the order as `mdOrder`, sizes as numbers.
    #[test]
    fn the_sample_on_the_wire() {
        let request = get().with(|request| {
            request.format = Some(QrFormat::Image);
            request.size = QrSize::square(10).ok();
        });
        insta::assert_snapshot!(sent(&request), @r#"
        POST https://api.uat.all2pay.net/v1/sbp_c2b/get.do
        content-type: application/json

        {"userName":"test_user","password":"test_user_password","mdOrder":"2c04379b-03ef-7e25-b619-446807dc54c2","qrFormat":"image","qrHeight":10,"qrWidth":10}
        "#);
        for name in ["qrFormat", "qrHeight", "qrWidth", "createSubscription", "redirectUrl"] {
            assert_eq!(member(&get(), name), None, "{name}");
        }
    }

    /// R-075: text, as the sample has it, unless the profile says otherwise.
    #[test]
    fn a_subscription_is_asked_for_as_text_or_boolean() {
        let ask = |wish| get().with(|it| it.create_subscription = Some(wish));
        assert_eq!(member(&ask(true), "createSubscription"), Some(json!("true")));
        assert_eq!(member(&ask(false), "createSubscription"), Some(json!("false")));
        let other = Profile::test_stand()
            .with(|profile| profile.subscription_flag = SubscriptionFlag::Boolean);
        let text = shown(prepare_at(&ask(true), &other).expect("breaks no rule"));
        assert!(text.ends_with("\"createSubscription\":true}"), "{text}");
    }

    /// R-044: what else can be said; what is not said is left to the bank.
    #[test]
    fn every_other_field() {
        let request = get().with(|request| {
            request.format = Some(QrFormat::Matrix);
            request.size = QrSize::new(300, 200).ok();
            request.payment_purpose = Some("За заказ".into());
            request.redirect_url = Some("mybee://finance?sbpId=1968310434".into());
            request.account = Some("40702810000000000001".into());
            request.member_id = Some("100000000008".into());
            request.tsp_merchant_id = Some("MB0000000001".into());
        });
        insta::assert_snapshot!(sent(&request), @r#"
        POST https://api.uat.all2pay.net/v1/sbp_c2b/get.do
        content-type: application/json

        {"userName":"test_user","password":"test_user_password","mdOrder":"2c04379b-03ef-7e25-b619-446807dc54c2","qrFormat":"matrix","qrHeight":200,"qrWidth":300,"paymentPurpose":"За заказ","redirectUrl":"mybee://finance?sbpId=1968310434","account":"40702810000000000001","memberId":"100000000008","tspMerchantId":"MB0000000001"}
        "#);
    }

    #[test]
    fn a_wrong_field_is_named() {
        let wrong = get().with(|it| it.redirect_url = Some("test.ru".into()));
        assert_eq!(refusal(&wrong), "redirectUrl: must begin with a scheme and ://");
        let long = get().with(|it| it.payment_purpose = Some("ж".repeat(141)));
        assert_eq!(refusal(&long), "paymentPurpose: must have 1 to 140 characters");
    }

    /// R-048, R-049, R-050: no code of an error, the number at the end of the link, and a drawing
    /// only with `STARTED` and a size.
    #[test]
    fn the_answer() {
        let read = get().parse(&ok(SAMPLE)).expect("reads");
        assert_eq!((read.error_code.as_deref(), &read.status), (None, &Some(QrStatus::Started)));
        let link = read.link().expect("there").expect("a link of SBP");
        assert_eq!(Some(link.id()), read.qr_id.as_deref());
        assert!(read.rendered_qr.is_some_and(|drawn| drawn.as_str().starts_with("iVBORw0K")));
        let undrawn = r#"{"errorCode":"0","qrId":"1","qrStatus":"CONFIRMED","renderedQr":null}"#;
        let read = get().parse(&ok(undrawn)).expect("reads");
        assert!(read.rendered_qr.is_none() && read.link().is_none());
    }

    /// The status has three names at the banks behind the router.
    #[test]
    fn one_status_under_three_names() {
        for name in ["qrStatus", "Status", "status"] {
            let body = format!("{{\"{name}\":\"REJECTED_BY_USER\",\"errorCode\":0}}");
            let read = get().parse(&ok(body)).expect("reads");
            assert_eq!(read.status, Some(QrStatus::RejectedByUser), "{name}");
        }
    }

    /// R-047: another code may be made at another bank.
    #[test]
    fn a_second_copy_may_make_a_second_code() {
        assert_eq!((get().replay(), get().trail()), (Replay::Doubles, None));
        let (no, maybe) = (Effect::No, Effect::Maybe);
        let codes = ["4", "5", "6", "7", "1", "text"];
        assert_eq!(effects(&get(), &codes), [no, no, no, maybe, maybe, maybe]);
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(SAMPLE)) {
            let _ = get().parse(&ok(body)).map(|read| read.link().is_some());
        }
    }
}
