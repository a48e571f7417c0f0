//! What goes into a driver and what comes out of it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use payments_core::{
    Invalid, Secret,
    id::OrderId,
    state::three_ds::{Refused, State, Trigger},
};
use serde::{Deserialize, Serialize};

use super::form;
use crate::{
    order::{pay::PaymentAnswer, status::OrderStatus},
    returned::{CResReturned, PaResReturned, Returned},
    three_ds::{
        finish::Finish3dsPayment,
        finish_v2::Finish3dsVer2Payment,
        redirect::{AcsForm, escape, web},
    },
};

/// Whose 3DS server authenticates the payer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Server {
    /// The gateway's: the steps of this driver.
    Gateway,
    /// The merchant's own: it ran before the payment, which carries what it found (G-117). Needs a
    /// permission (G-096).
    Own,
}

/// The next step.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "callers must take each step")]
pub enum Step {
    /// Send the first payment request ([`Driver::pay`](super::Driver::pay)).
    Pay,
    /// Show the method's frames in the payer's browser, then [`proceed`](super::Driver::proceed) or
    /// [`repeat`](super::Driver::repeat). There may be no frame to show.
    ShowMethod(MethodFrames),
    /// The method ran: [`proceed`](super::Driver::proceed) or [`repeat`](super::Driver::repeat).
    GoOn,
    /// Send the payer to the issuer's page.
    Redirect(Redirect),
    /// Wait for the payer's browser.
    Wait,
    /// Send this call and give its answer to [`finished`](super::Driver::finished).
    Finish(Finish3dsPayment),
    /// Send this call and give its answer to [`finished_v2`](super::Driver::finished_v2).
    FinishV2(Finish3dsVer2Payment),
    /// Ask for the order's status and give it to [`reported`](super::Driver::reported); where a
    /// request is out, resolve it and give what that shows to [`resolved`](super::Driver::resolved).
    AskStatus(OrderStatus),
    /// The bank's report ends the attempt.
    Done(Outcome),
}

/// How an attempt ended, by the bank's report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "callers must decide about each")]
pub enum Outcome {
    /// Held or taken: status 1 or 2.
    Paid,
    /// Declined for good: status 6.
    Declined,
    /// The attempt failed and the order can still be paid: begin another with a new driver.
    StillOpen,
    /// Paid before and changed since: completed in part, reversed or refunded. The report tells.
    MovedOn,
}

/// A request that may pay and was handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Calling {
    /// `paymentorder`, first or second.
    Payment,
    /// `3ds/continue`.
    Continue,
    /// `finish3dsPayment`.
    Finish,
    /// `finish3dsVer2Payment`.
    FinishV2,
}

/// The way to the issuer's page.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "callers must go either way")]
pub enum Redirect {
    /// A form that the payer's browser posts.
    Form(AcsForm),
    /// By [`acs_redirect`](crate::three_ds::redirect::acs_redirect): the form's data was lost, or did
    /// not come. That way serves in place of a form too; the gateway then finishes by itself.
    ByGateway,
}

/// What the payer's browser loads for the method of 3-D Secure 2, out of sight.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct MethodFrames {
    /// The issuer's page, to which a frame posts `threeDSMethodData`.
    pub issuer: Option<AcsForm>,
    /// The 3DS server's page, with its scheme.
    pub server: Option<String>,
    /// The gateway's own page that runs the method in place of the 3DS server's (G-115).
    pub direct: Option<String>,
}

impl MethodFrames {
    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.issuer.is_none() && self.server.is_none() && self.direct.is_none()
    }

    /// A piece of HTML for a page of the merchant's: hidden frames, and a script of one line that
    /// posts the issuer's form. It is for the payer alone.
    ///
    /// # Errors
    ///
    /// An address is none of `https` or `http`: a browser must not be sent to a script.
    pub fn to_html(&self) -> Result<String, Invalid> {
        let mut html = String::new();
        if let Some(page) = self.direct.as_ref().or(self.server.as_ref()) {
            let page = web("threeDSMethodUrlServer", page)?;
            html += &format!("<iframe hidden src=\"{}\"></iframe>", escape(page.as_str()));
        }
        if let Some(form) = &self.issuer {
            let (action, inputs) = (web("threeDSMethodUrl", form.action())?, form.inputs());
            html += &format!(
                "<iframe hidden name=\"threeDSMethod\"></iframe><form id=\"threeDSMethod\" hidden \
                 method=\"post\" target=\"threeDSMethod\" action=\"{}\">{inputs}</form>\
                 <script>document.getElementById(\"threeDSMethod\").submit()</script>",
                escape(action.as_str())
            );
        }
        Ok(html)
    }
}

/// What the payer's browser brought.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Back {
    /// `PaRes` of 3-D Secure 1.
    PaRes(PaResReturned),
    /// `cres` of 3-D Secure 2.
    CRes(CResReturned),
    /// The payer's return to the shop, after the gateway's own pages.
    Page(Returned),
}

impl From<PaResReturned> for Back {
    fn from(brought: PaResReturned) -> Self {
        Self::PaRes(brought)
    }
}

impl From<CResReturned> for Back {
    fn from(brought: CResReturned) -> Self {
        Self::CRes(brought)
    }
}

impl From<Returned> for Back {
    fn from(returned: Returned) -> Self {
        Self::Page(returned)
    }
}

/// An event that the driver cannot take. Its state stays as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Misuse {
    /// Another step is due.
    #[error("{what} is not due in state {state:?}")]
    NotNow {
        /// What came.
        what: &'static str,
        /// Where the authentication stands.
        state: State,
    },
    /// A request that may pay is out: its outcome must be known before the next one.
    #[error("the answer to {out:?} is still unknown: resolve it first")]
    CallIsOut {
        /// Which.
        out: Calling,
    },
    /// The answer belongs to another call than the one that is out.
    #[error("the request that is out is {out:?}")]
    OtherCall {
        /// Which.
        out: Calling,
    },
    /// An answer or an error came, and no request is out.
    #[error("no request is out")]
    NothingOut,
    /// It names another order.
    #[error("it is of another order")]
    OtherOrder,
    /// It names another authentication.
    #[error("it is of another authentication")]
    OtherAuthentication,
    /// The bank named no authentication that could be repeated or finished.
    #[error("the bank named no authentication")]
    NoAuthentication,
    /// What the browser brought is no message of 3-D Secure.
    #[error("it cannot be read")]
    Unreadable,
    /// The first payment request names an authentication already.
    #[error("the first payment request must not hold threeDSServerTransId")]
    SecondRequest,
    /// The payment holds what a 3DS server of one's own found, and the gateway's is used.
    #[error("the payment must not hold external_three_ds")]
    Findings,
    /// The payment lacks what the 3DS server of one's own found.
    #[error("the payment must hold external_three_ds")]
    NoFindings,
    /// It cannot follow on what came before.
    #[error("it cannot follow: {0}")]
    Contradicts(#[from] Refused),
}

/// What an answer asks for.
pub(super) struct Asked<'a> {
    pub(super) failed: bool,
    pub(super) acs_url: Option<&'a str>,
    pub(super) pa_req: Option<&'a Secret>,
    pub(super) term_url: Option<&'a str>,
    pub(super) c_req: Option<&'a Secret>,
    pub(super) second_version: bool,
}

impl Asked<'_> {
    pub(super) fn step(&self, order_id: &OrderId) -> (Trigger, Step) {
        let ask = || Step::AskStatus(OrderStatus::of_order(order_id.clone()));
        if self.failed {
            return (Trigger::Fail, ask());
        }
        if self.acs_url.is_none() {
            return (Trigger::Frictionless, ask());
        }
        let first = self.c_req.is_none() && (self.pa_req.is_some() || !self.second_version);
        let trigger = if first { Trigger::AskPaReq } else { Trigger::AskCReq };
        let redirect = form(self, order_id).map_or(Redirect::ByGateway, Redirect::Form);
        (trigger, Step::Redirect(redirect))
    }
}

/// The frames that a first answer asks for.
pub(super) fn method_of(answer: &PaymentAnswer) -> MethodFrames {
    let data = answer.three_ds_method_data_packed.as_ref();
    let issuer = answer.three_ds_method_url.as_deref().zip(data);
    MethodFrames {
        issuer: issuer.map(|(url, data)| AcsForm::method(url, data)),
        server: answer.method_url_server(),
        direct: answer.three_ds_method_url_server_direct.clone(),
    }
}

/// The authentication that a message of 3-D Secure 2 names: base64url of a JSON object.
pub(super) fn session_of(message: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Message {
        #[serde(rename = "threeDSServerTransID")]
        authentication: String,
    }
    let plain = message.trim_end_matches('=').replace('+', "-").replace('/', "_");
    let json = URL_SAFE_NO_PAD.decode(plain).ok()?;
    let message: Message = serde_json::from_slice(&json).ok()?;
    Some(message.authentication)
}
