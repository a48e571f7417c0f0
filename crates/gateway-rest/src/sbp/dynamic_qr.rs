//! `POST rest/sbp/c2b/qr/dynamic/get.do`: makes the QR code by which a payer pays an order.
//!
//! documents/003, "Getting QR code for SBP payment"; rules G-194 to G-199.

use bytes::Bytes;
use payments_core::{
    Effect, Endpoint, Error, Invalid, Prepared, Replay,
    error::RefusalKind::{BadRequest, BankFault, NotFound, WrongState},
    id::OrderId,
    limit,
    order::QrFormat,
};

pub use payments_core::sbp::{Qr, QrSize};

use crate::{
    context::Context,
    encode::{Form, UserNameLimit},
    fault::{self, Codes},
    resolve::{Call, Trail},
};

/// A refusal gives out no code, so there is nothing that anybody could pay by.
const CODES: Codes = &[
    ("4", BadRequest, Effect::No),
    ("5", WrongState, Effect::No),
    ("6", NotFound, Effect::No),
    ("7", BankFault, Effect::Maybe),
];

/// Gets a dynamic QR code for a registered order.
///
/// Moves no money: the payer does, once he has the code. Whether a second call answers the same code
/// or makes another is not documented, so it is never sent twice by itself. After a lost answer ask
/// for a code again: nobody can pay by the one that nobody has seen, and an order is paid once.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DynamicQr {
    /// The order (`mdOrder`).
    pub order_id: OrderId,
    /// Account of the merchant as a legal entity.
    pub account: Option<String>,
    /// The bank in SBP (`memberId`).
    pub member_id: Option<String>,
    /// The merchant in SBP (`tspMerchantId`).
    pub tsp_merchant_id: Option<String>,
    /// What the payer's bank shows beside the sum, 1 to 140 characters; none is the order's
    /// description (G-194).
    pub payment_purpose: Option<String>,
    /// Where the payer's bank sends the payer afterwards, 1 to 1024 characters: an address with its
    /// scheme, which may be an application's own (G-195).
    pub redirect_url: Option<String>,
    /// The size of the code to be drawn; none asks for no drawing (G-196).
    pub size: Option<QrSize>,
    /// How the code is drawn; none is [`QrFormat::Image`].
    pub format: Option<QrFormat>,
    /// Whether the payer's account is linked to the order's customer, so that it can be charged
    /// later (G-198). The order needs a `clientId` for it.
    pub create_subscription: Option<bool>,
}

impl DynamicQr {
    /// Gets a code for an order, not drawn.
    pub fn new(order_id: OrderId) -> Self {
        Self {
            order_id,
            account: None,
            member_id: None,
            tsp_merchant_id: None,
            payment_purpose: None,
            redirect_url: None,
            size: None,
            format: None,
            create_subscription: None,
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
    const NAME: &'static str = "gateway.sbpQrGet";
    type Context<'a> = Context<'a>;
    type Response = Qr;

    /// It may make another code for the same order.
    fn replay(&self) -> Replay {
        Replay::Doubles
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate()?;
        let mut form = Form::new(context, UserNameLimit::Hundred)?;
        form.text("mdOrder", self.order_id.as_str());
        form.opt("account", self.account.as_deref());
        form.opt("memberId", self.member_id.as_deref());
        form.opt("tspMerchantId", self.tsp_merchant_id.as_deref());
        form.opt("paymentPurpose", self.payment_purpose.as_deref());
        form.opt("redirectUrl", self.redirect_url.as_deref());
        form.opt_display("qrHeight", self.size.map(QrSize::height));
        form.opt_display("qrWidth", self.size.map(QrSize::width));
        form.opt("qrFormat", self.format.as_ref().map(QrFormat::as_str));
        form.opt_display("createSubscription", self.create_subscription);
        form.post("sbp/c2b/qr/dynamic/get.do")
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

    use super::*;
    use crate::testing::{damaged, effects, ok, parameter, refusal, sent, takes_a_long_login};

    fn get() -> DynamicQr {
        DynamicQr::new(OrderId::from_bank("04888d6f-7920-7531-8332-8de901efddd0"))
    }

    const SAMPLE: &str = r#"{"qrId": "54d14bae6f7f4a73929308e9afa5915d",
        "payload": "https://qr.nspk.ru/54d14bae6f7f4a73929308e9afa5915d", "qrStatus": "STARTED"}"#;

    /// G-001, G-010: a POST, everything in the body of the form.
    #[test]
    fn the_sample_on_the_wire() {
        let request = get().with(|request| request.format = Some(QrFormat::Image));
        insta::assert_snapshot!(sent(&request), @"
        POST https://vtb.rbsuat.com/payment/rest/sbp/c2b/qr/dynamic/get.do
        content-type: application/x-www-form-urlencoded

        mdOrder=04888d6f-7920-7531-8332-8de901efddd0&password=test_user_password&qrFormat=image&userName=test_user
        ");
        assert!(takes_a_long_login(&request)); // G-008
    }

    /// G-194, G-196, G-198: what else can be said; what is not said is left to the bank.
    #[test]
    fn every_other_field() {
        let request = get().with(|request| {
            request.account = Some("40702810000000000001".into());
            request.member_id = Some("100000000008".into());
            request.tsp_merchant_id = Some("MB0000000001".into());
            request.payment_purpose = Some("За заказ".into());
            request.redirect_url = Some("mybee://finance?sbpId=1968310434".into());
            request.size = QrSize::new(300, 200).ok();
            request.format = Some(QrFormat::Matrix);
            request.create_subscription = Some(true);
        });
        insta::assert_snapshot!(sent(&request), @"
        POST https://vtb.rbsuat.com/payment/rest/sbp/c2b/qr/dynamic/get.do
        content-type: application/x-www-form-urlencoded

        account=40702810000000000001&createSubscription=true&mdOrder=04888d6f-7920-7531-8332-8de901efddd0&memberId=100000000008&password=test_user_password&paymentPurpose=%D0%97%D0%B0+%D0%B7%D0%B0%D0%BA%D0%B0%D0%B7&qrFormat=matrix&qrHeight=200&qrWidth=300&redirectUrl=mybee%3A%2F%2Ffinance%3FsbpId%3D1968310434&tspMerchantId=MB0000000001&userName=test_user
        ");
        for name in ["paymentPurpose", "qrHeight", "qrWidth", "qrFormat", "createSubscription"] {
            assert_eq!(parameter(&get(), name), None, "{name}");
        }
    }

    /// G-195: the bank drops an address that it does not understand; here it is refused.
    #[test]
    fn a_wrong_field_is_named() {
        let to = |url: &str| get().with(|it| it.redirect_url = Some(url.into()));
        let printed_right =
            ["http://test.ru/", "https://test.ru/", "mybee://finance.com?sbpId=123123/"];
        for right in printed_right.into_iter().chain(["mybee://finance?sbpId=1968310434"]) {
            assert_eq!(to(right).validate(), Ok(()), "{right}");
        }
        for wrong in ["://test.ru/", "1", "test.ru", "https://", "1a://x", "ht tp://x", "a://b\n"] {
            assert_eq!(refusal(&to(wrong)), "redirectUrl: must begin with a scheme and ://");
        }
        assert_eq!(refusal(&to("")), "redirectUrl: must have 1 to 1024 characters");
        let long = get().with(|it| it.payment_purpose = Some("ж".repeat(141)));
        assert_eq!(refusal(&long), "paymentPurpose: must have 1 to 140 characters");
    }

    /// G-199: one status under three names, also where several come.
    #[test]
    fn the_answer() {
        let read = get().parse(&ok(SAMPLE)).expect("reads");
        assert_eq!(read.status, Some(QrStatus::Started));
        assert_eq!(read.qr_id.as_deref(), Some("54d14bae6f7f4a73929308e9afa5915d"));
        assert!(read.payload.is_some_and(|payload| payload.starts_with("https://qr.nspk.ru/")));
        for name in ["qrStatus", "Status", "status"] {
            let body = format!("{{\"{name}\":\"REJECTED_BY_USER\",\"errorCode\":0}}");
            let read = get().parse(&ok(body)).expect("reads");
            assert_eq!(read.status, Some(QrStatus::RejectedByUser), "{name}");
        }
        let all = r#"{"status":"","Status":"ACCEPTED","qrStatus":null,"errorCode":"0"}"#;
        assert_eq!(get().parse(&ok(all)).expect("reads").status, Some(QrStatus::Accepted));
        let new = get().parse(&ok(r#"{"Status":"LATER"}"#)).expect("reads").status.expect("kept");
        assert_eq!((new.as_str(), new.is_known()), ("LATER", false));
    }

    #[test]
    fn a_second_copy_may_make_a_second_code() {
        assert_eq!(get().replay(), Replay::Doubles);
        assert_eq!(get().trail(), None);
        let (no, maybe) = (Effect::No, Effect::Maybe);
        let codes = ["4", "5", "6", "7", "1", "text"];
        assert_eq!(effects(&get(), &codes), [no, no, no, maybe, maybe, maybe]);
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(SAMPLE)) {
            let _ = get().parse(&ok(body));
        }
    }
}
