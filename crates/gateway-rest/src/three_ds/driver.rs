//! A payment with 3-D Secure, step by step: what the bank answered and what the payer's browser
//! brought goes in, the next step comes out. No I/O, no card data, no cryptogram.
//!
//! documents/003, `paymentorder`, `3ds/continue`, `finish3dsPayment`, `finish3dsVer2Payment`, "Redirect
//! to the ACS"; rules G-095, G-110 to G-122, G-205 to G-208.
//!
//! A [`Driver`] is small and serialisable: store it before each request leaves and after each event,
//! under the order, in a place of the merchant's own that the payer cannot write to. Each request that
//! may pay is handed out once; another comes only after the first was answered, or shown not to have
//! acted. Whoever finds a stored driver with a [request out](Driver::calling) asks for the status.
//!
//! Only [`reported`](Driver::reported) can end in [`Step::Done`]: nothing that a browser brings and no
//! answer to a payment says that an order is paid.

mod step;
mod stored;

use payments_core::{
    Effect, Error,
    id::{OrderId, ThreeDsServerTransId},
    order::OrderStatus as Status,
    state::three_ds::{State, Trigger},
};
use serde::{Deserialize, Serialize};

pub use step::{Back, Calling, MethodFrames, Misuse, Outcome, Redirect, Server, Step};

use self::step::{Asked, method_of, session_of};
use crate::{
    FullUrl,
    bindings::pay::PayByBinding,
    order::{
        pay::{PaymentAnswer, PaymentOrder},
        status::{OrderReport, OrderStatus},
    },
    resolve::{Proof, Resolved},
    returned::MethodNotified,
    three_ds::{
        finish::{Finish3dsPayment, Finished},
        finish_v2::{Finish3dsVer2Payment, FinishedV2},
        proceed::{Continue3ds, Continued},
        redirect::AcsForm,
    },
};

/// One attempt to pay one order, from the first payment request to the bank's report.
///
/// ```
/// use gateway_rest::three_ds::driver::{Driver, Server};
/// use payments_core::id::OrderId;
///
/// let driver = Driver::new(OrderId::new("01491d0b-c848-7dd6-a20d-e96900a7d8c0")?, Server::Gateway);
/// let stored = serde_json::to_string(&driver)?;
/// assert_eq!(serde_json::from_str::<Driver>(&stored)?, driver);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "stored::Stored", try_from = "stored::Stored")]
pub struct Driver {
    order_id: OrderId,
    server: Server,
    state: State,
    calling: Option<Calling>,
    back: Option<FullUrl>,
    authentication: Option<ThreeDsServerTransId>,
}

impl Driver {
    /// Begins an attempt to pay a registered order.
    pub fn new(order_id: OrderId, server: Server) -> Self {
        Self {
            order_id,
            server,
            state: State::Start,
            calling: None,
            back: None,
            authentication: None,
        }
    }

    /// Lets the issuer of 3-D Secure 1 send the payer to the merchant (`TermUrl`) in place of the
    /// gateway's own page, which finishes by itself.
    #[must_use]
    pub fn with_term_url(mut self, back: FullUrl) -> Self {
        self.back = Some(back);
        self
    }

    /// The order.
    pub fn order_id(&self) -> &OrderId {
        &self.order_id
    }

    /// Where the authentication stands.
    pub fn state(&self) -> State {
        self.state
    }

    /// The request that was handed out and whose answer is not known yet.
    pub fn calling(&self) -> Option<Calling> {
        self.calling
    }

    /// Checks the first payment request, which the caller sends now and only once.
    ///
    /// # Errors
    ///
    /// It is not the first, names another order, or holds the findings of a 3DS server of one's own
    /// where the gateway's is used, or none where it is not.
    pub fn pay(&mut self, payment: &PaymentOrder) -> Result<(), Misuse> {
        self.free(State::Start, "a first payment request")?;
        self.fits(payment)?;
        if payment.three_ds_server_trans_id.is_some() {
            return Err(Misuse::SecondRequest);
        }
        self.calling = Some(Calling::Payment);
        Ok(())
    }

    /// Checks the payment by a stored card, which the caller sends now and only once; its answer goes
    /// to [`paid`](Self::paid). After the method it goes on by [`proceed`](Self::proceed).
    ///
    /// # Errors
    ///
    /// It is not the first, names another order, or a 3DS server of one's own is used.
    pub fn pay_by_binding(&mut self, payment: &PayByBinding) -> Result<(), Misuse> {
        self.free(State::Start, "a first payment request")?;
        self.of_order(payment.order_id.as_str())?;
        if self.server == Server::Own {
            return Err(Misuse::NoFindings);
        }
        self.calling = Some(Calling::Payment);
        Ok(())
    }

    /// Takes the answer to a payment request, first or second.
    ///
    /// # Errors
    ///
    /// No payment request is out, or the answer asks for something that cannot follow: the state
    /// stays, and the order's status tells.
    pub fn paid(&mut self, answer: &PaymentAnswer) -> Result<Step, Misuse> {
        self.called(Calling::Payment)?;
        let asked = Asked {
            failed: answer.is_failed(),
            acs_url: answer.acs_url.as_deref(),
            pa_req: answer.pa_req.as_ref(),
            term_url: self.back.as_ref().map(FullUrl::as_str).or(answer.term_url.as_deref()),
            c_req: answer.packed_c_req.as_ref(),
            second_version: answer.is_3ds_ver2.unwrap_or(self.state == State::Method),
        };
        let ended = asked.failed || asked.acs_url.is_some() || answer.redirect.is_some();
        if let (Some(authentication), false) = (&answer.three_ds_server_trans_id, ended) {
            self.state = self.state.apply(Trigger::AskMethod)?;
            self.authentication = Some(authentication.clone());
            self.calling = None;
            return Ok(Step::ShowMethod(method_of(answer)));
        }
        let (trigger, step) = asked.step(&self.order_id);
        self.answered(trigger, step)
    }

    /// Checks what the method frame posted to the merchant (`threeDSMethodNotificationUrl`). It only
    /// says that there is no need to wait any longer: go on with [`proceed`](Self::proceed) or
    /// [`repeat`](Self::repeat), and without it after a while too.
    ///
    /// # Errors
    ///
    /// It is not readable, names another authentication, or no method runs.
    pub fn method_ran(&self, notified: &MethodNotified) -> Result<(), Misuse> {
        if self.state != State::Method {
            return Err(self.not_now("the method's notification"));
        }
        let named = session_of(notified.three_ds_method_data.expose()).ok_or(Misuse::Unreadable)?;
        self.is_ours(&named)
    }

    /// Goes on after the method with `3ds/continue`, for which no card data is needed. A challenge
    /// then ends at the gateway's own page.
    ///
    /// # Errors
    ///
    /// No method was asked for, or a request is out.
    pub fn proceed(&mut self) -> Result<Continue3ds, Misuse> {
        self.free(State::Method, "3ds/continue")?;
        self.calling = Some(Calling::Continue);
        Ok(Continue3ds::new(self.order_id.clone()))
    }

    /// Goes on after the method with the second payment request, made from the first. With
    /// `threeDSVer2FinishUrl` in it the payer comes back to the merchant.
    ///
    /// # Errors
    ///
    /// No method was asked for, a request is out, or the payment is not this one's.
    pub fn repeat(&mut self, payment: &PaymentOrder) -> Result<PaymentOrder, Misuse> {
        self.free(State::Method, "a second payment request")?;
        self.fits(payment)?;
        let authentication = self.authentication.clone().ok_or(Misuse::NoAuthentication)?;
        self.calling = Some(Calling::Payment);
        Ok(payment.after_method(authentication))
    }

    /// Takes the answer to `3ds/continue`.
    ///
    /// # Errors
    ///
    /// As for [`paid`](Self::paid).
    pub fn continued(&mut self, answer: &Continued) -> Result<Step, Misuse> {
        self.called(Calling::Continue)?;
        let asked = Asked {
            failed: answer.is_failed(),
            acs_url: answer.acs_url.as_deref(),
            pa_req: None,
            term_url: None,
            c_req: answer.packed_c_req.as_ref(),
            second_version: true,
        };
        let (trigger, step) = asked.step(&self.order_id);
        self.answered(trigger, step)
    }

    /// Takes what the payer's browser brought. It proves nothing: it leads to a finishing call, which
    /// the gateway checks, or to a status call.
    ///
    /// # Errors
    ///
    /// It is of another order or authentication, or nothing is waited for: a second copy of what was
    /// brought already is refused, so that no second finishing call is made.
    pub fn came_back(&mut self, back: impl Into<Back>) -> Result<Step, Misuse> {
        match back.into() {
            Back::PaRes(brought) => {
                self.of_order(&brought.md)?;
                if self.state != State::CameBack || self.calling.is_some() {
                    self.state = self.state.apply(Trigger::BringPaRes)?;
                }
                self.calling = Some(Calling::Finish);
                let finish = Finish3dsPayment::new(self.order_id.clone(), brought.pa_res);
                Ok(Step::Finish(finish))
            }
            Back::CRes(brought) => {
                if let Some(named) = session_of(brought.c_res.expose()) {
                    self.is_ours(&named)?;
                }
                let finish = self.finish_v2()?;
                if self.state != State::Answered || self.calling.is_some() {
                    self.state = self.state.apply(Trigger::BringCRes)?;
                }
                self.calling = Some(Calling::FinishV2);
                Ok(Step::FinishV2(finish))
            }
            Back::Page(returned) => {
                self.of_order(returned.claimed_order.as_str())?;
                Ok(self.ask())
            }
        }
    }

    /// Takes the answer to `finish3dsPayment`.
    ///
    /// # Errors
    ///
    /// That call is not out.
    pub fn finished(&mut self, answer: &Finished) -> Result<Step, Misuse> {
        self.called(Calling::Finish)?;
        let failed = answer.error.is_some();
        self.answered(if failed { Trigger::Fail } else { Trigger::Finish }, self.ask())
    }

    /// Takes the answer to `finish3dsVer2Payment`.
    ///
    /// # Errors
    ///
    /// That call is not out.
    pub fn finished_v2(&mut self, answer: &FinishedV2) -> Result<Step, Misuse> {
        self.called(Calling::FinishV2)?;
        let failed = answer.error.is_some();
        self.answered(if failed { Trigger::Fail } else { Trigger::Finish }, self.ask())
    }

    /// Takes the error of the request that is out. Only an error that is known to have had no effect
    /// lets the request be made anew; after any other the order's status tells.
    ///
    /// # Errors
    ///
    /// No request is out.
    pub fn failed(&mut self, error: &Error) -> Result<Step, Misuse> {
        self.calling.ok_or(Misuse::NothingOut)?;
        match error.effect() {
            Effect::No => self.again(),
            Effect::Done | Effect::Maybe => Ok(self.ask()),
        }
    }

    /// Takes what resolving the request that is out has shown.
    ///
    /// # Errors
    ///
    /// No request is out, or the report is of another order.
    pub fn resolved(&mut self, resolved: &Resolved) -> Result<Step, Misuse> {
        self.calling.ok_or(Misuse::NothingOut)?;
        match resolved {
            Resolved::Happened(Proof::Order(report)) => self.reported(report),
            Resolved::DidNot => self.again(),
            // Payments are proven by the order's report and nothing else.
            Resolved::Happened(_) | Resolved::Unknown { .. } => Ok(self.ask()),
        }
    }

    /// Takes the bank's report of the order, at any moment.
    ///
    /// # Errors
    ///
    /// It is of another order.
    pub fn reported(&mut self, report: &OrderReport) -> Result<Step, Misuse> {
        if let Some(reported) = report.order_id() {
            self.of_order(reported.as_str())?;
        }
        let Some(status) = &report.order_status else { return Ok(self.ask()) };
        match status {
            _ if status.is_paid() => Ok(self.done(Outcome::Paid)),
            Status::Declined => Ok(self.done(Outcome::Declined)),
            Status::AuthorizationCancelled | Status::Refunded | Status::IntermediateDeposit => {
                Ok(self.done(Outcome::MovedOn))
            }
            Status::Registered if self.state == State::Failed => Ok(Step::Done(Outcome::StillOpen)),
            Status::Registered if self.calling.is_none() && !self.state.is_final() => {
                Ok(Step::Wait)
            }
            Status::AcsAuthStarted => self.at_the_issuer(),
            _ => Ok(self.ask()),
        }
    }

    /// Nothing more is handed out: from each state that is not final one of these leads on.
    fn done(&mut self, outcome: Outcome) -> Step {
        let ends: &[Trigger] = match outcome {
            Outcome::Paid | Outcome::MovedOn => {
                &[Trigger::Frictionless, Trigger::FinishedByGateway, Trigger::Finish]
            }
            Outcome::Declined | Outcome::StillOpen => &[Trigger::Fail],
        };
        let end = ends.iter().find_map(|trigger| self.state.apply(*trigger).ok());
        self.state = end.unwrap_or(self.state);
        self.calling = None;
        Step::Done(outcome)
    }

    /// The bank reports that the payer is to go to the issuer.
    fn at_the_issuer(&mut self) -> Result<Step, Misuse> {
        match (self.state, self.calling) {
            // The answer with the issuer's address was lost: the gateway knows it.
            (State::Start | State::Method, Some(_)) => {
                self.answered(Trigger::AskCReq, Step::Redirect(Redirect::ByGateway))
            }
            (State::Redirected | State::Challenge, None) => Ok(Step::Wait),
            _ => Ok(self.ask()),
        }
    }

    /// The request that was out did not act: the same step once more.
    fn again(&mut self) -> Result<Step, Misuse> {
        let step = match self.state {
            State::Start => Step::Pay,
            State::Method => Step::GoOn,
            State::Answered => Step::FinishV2(self.finish_v2()?),
            _ => Step::Wait,
        };
        self.calling = matches!(step, Step::FinishV2(_)).then_some(Calling::FinishV2);
        Ok(step)
    }

    fn finish_v2(&self) -> Result<Finish3dsVer2Payment, Misuse> {
        let authentication = self.authentication.clone().ok_or(Misuse::NoAuthentication)?;
        Ok(Finish3dsVer2Payment::new(authentication, self.order_id.clone()))
    }

    fn answered(&mut self, trigger: Trigger, step: Step) -> Result<Step, Misuse> {
        self.state = self.state.apply(trigger)?;
        self.calling = None;
        Ok(step)
    }

    fn ask(&self) -> Step {
        Step::AskStatus(OrderStatus::of_order(self.order_id.clone()))
    }

    fn called(&self, call: Calling) -> Result<(), Misuse> {
        match self.calling {
            Some(out) if out == call => Ok(()),
            Some(out) => Err(Misuse::OtherCall { out }),
            None => Err(Misuse::NothingOut),
        }
    }

    /// Whether a request may be handed out in this state.
    fn free(&self, state: State, what: &'static str) -> Result<(), Misuse> {
        match self.calling {
            Some(out) => Err(Misuse::CallIsOut { out }),
            None if self.state == state => Ok(()),
            None => Err(self.not_now(what)),
        }
    }

    fn not_now(&self, what: &'static str) -> Misuse {
        Misuse::NotNow { what, state: self.state }
    }

    fn fits(&self, payment: &PaymentOrder) -> Result<(), Misuse> {
        self.of_order(payment.order_id.as_str())?;
        match (self.server, payment.external_three_ds.is_some()) {
            (Server::Gateway, true) => Err(Misuse::Findings),
            (Server::Own, false) => Err(Misuse::NoFindings),
            _ => Ok(()),
        }
    }

    fn of_order(&self, order: &str) -> Result<(), Misuse> {
        if order == self.order_id.as_str() { Ok(()) } else { Err(Misuse::OtherOrder) }
    }

    fn is_ours(&self, authentication: &str) -> Result<(), Misuse> {
        let ours = self.authentication.as_ref().ok_or(Misuse::NoAuthentication)?;
        if ours.as_str() == authentication { Ok(()) } else { Err(Misuse::OtherAuthentication) }
    }
}

/// The form of 3-D Secure 1 or 2 for what an answer asks; see [`Asked`].
fn form(asked: &Asked<'_>, order_id: &OrderId) -> Option<AcsForm> {
    let acs_url = asked.acs_url?;
    match (asked.c_req, asked.pa_req, asked.term_url) {
        (Some(c_req), ..) => Some(AcsForm::c_req(acs_url, c_req)),
        (None, Some(pa_req), Some(back)) => Some(AcsForm::pa_req(acs_url, pa_req, back, order_id)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
