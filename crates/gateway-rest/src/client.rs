//! The client: the only place that awaits.

use std::{fmt, sync::Arc, time::Duration};

use payments_core::{
    Answer, Error, Outgoing, Prepared,
    address::Base,
    error::BoxError,
    journal::{Journal, Step},
    time::UnixMillis,
};
use payments_http::{Caller, Transport};
use payments_sign::AsyncSigner;

use crate::{
    context::Context,
    credentials::Credentials,
    profile::Profile,
    resolve::{Call, Proof, Question, Resolved, Trail},
};

/// Calls that are made again and again.
const OFTEN: [&str; 1] = ["getOrderStatusExtended.do"];

/// Sends calls to one bank. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    credentials: Arc<Credentials>,
}

struct Shared {
    profile: Profile,
    rest: Option<Base>,
    caller: Caller,
    signer: Option<Arc<dyn AsyncSigner>>,
}

impl Client {
    /// Begins a client of a bank, for one merchant, over a transport.
    pub fn builder(profile: Profile, credentials: Credentials, transport: Transport) -> Builder {
        Builder {
            credentials,
            shared: Shared {
                rest: Base::of(&profile.rest).map(|base| base.knowing(&OFTEN)),
                profile,
                caller: Caller::new(transport),
                signer: None,
            },
        }
    }

    /// The same bank and the same connections for another merchant.
    #[must_use]
    pub fn with_credentials(&self, credentials: Credentials) -> Self {
        Self { shared: Arc::clone(&self.shared), credentials: Arc::new(credentials) }
    }

    /// The bank.
    pub fn profile(&self) -> &Profile {
        &self.shared.profile
    }

    /// The time by the client's clock.
    pub fn now(&self) -> UnixMillis {
        self.shared.caller.now()
    }

    /// What a request needs to become bytes here and now.
    pub fn context(&self) -> Context<'_> {
        let mut context = Context::new(&self.shared.profile, &self.credentials, self.now());
        context.rest = self.shared.rest.as_ref();
        if self.shared.signer.is_some() { context.signed() } else { context }
    }

    /// Sends a call and reads the answer.
    ///
    /// `Ok` says that the bank answered the call, and nothing of an order being paid. Dropping the
    /// future of a call that moves money leaves its outcome unknown without an error: what was
    /// written to the journal, or [`resolve`](Self::resolve), settles it.
    ///
    /// # Errors
    ///
    /// Ask [`Error::effect`]: on [`Maybe`](payments_core::Effect::Maybe) resolve, do not send again.
    pub async fn call<C: Call>(&self, request: &C) -> Result<Answer<C::Response>, Error> {
        // What a call that only asks, unsigned, does not need stands in boxes of its own: the
        // future of such a call is copied several times, and small without them.
        let caller = &self.shared.caller;
        let sending = match request.prepare(&self.context())? {
            Prepared::Ready(outgoing) if !caller.is_journaled(request) => {
                caller.send(request, outgoing)
            }
            prepared => return Box::pin(self.call_with_care(request, prepared)).await,
        };
        caller.read(request, sending.await)
    }

    /// Signs and journals around the exchange.
    async fn call_with_care<C: Call>(
        &self,
        request: &C,
        prepared: Prepared,
    ) -> Result<Answer<C::Response>, Error> {
        let outgoing = self.signed(prepared).await?;
        let facts = request.trail().map(|trail| trail.facts());
        self.shared.caller.call_written_ahead(request, outgoing, facts).await
    }

    async fn signed(&self, prepared: Prepared) -> Result<Outgoing, Error> {
        match (prepared, &self.shared.signer) {
            (Prepared::Ready(outgoing), _) => Ok(outgoing),
            (Prepared::ToSign(to_sign), Some(signer)) => {
                let signature = signer.sign(to_sign.message()).await.map_err(Error::signing)?;
                to_sign.seal(&signature)
            }
            (Prepared::ToSign(_), None) => Err(Error::signing("the client has no signer")),
        }
    }

    /// Finds out what became of a call whose answer did not come, was not understood or refused.
    ///
    /// `sent` is when the last copy of it may have left: [`Error::sent_at`], or your own record. What
    /// it finds is written to the journal, if there is one: resolve before the next call that moves
    /// the same order's money, or the amounts no longer tell.
    ///
    /// # Errors
    ///
    /// The status call failed, so the outcome is as unknown as before; or the request has no
    /// trail to follow (it only asks, moves no money, or lacks the amounts seen before).
    pub async fn resolve<C: Call>(&self, request: &C, sent: UnixMillis) -> Result<Resolved, Error> {
        let trail = request.trail().ok_or_else(|| {
            Error::invalid("request", "leaves no trail by which its outcome could be found")
        })?;
        let resolved = self.resolve_trail(&trail, sent).await?;
        self.shared.caller.note(C::NAME, &trail.facts(), &resolved).await?;
        Ok(resolved)
    }

    /// Finds out what became of a call of which only its trail is left.
    ///
    /// # Errors
    ///
    /// As for [`resolve`](Self::resolve).
    pub async fn resolve_trail(&self, trail: &Trail, sent: UnixMillis) -> Result<Resolved, Error> {
        // The answer tells of a moment after this one, however long it is on its way.
        let asked_at = self.now();
        let answer = match trail.question() {
            Question::Order(question) => {
                self.call(&question).await.map(|answer| Proof::from(answer.into_inner()))
            }
            Question::Receipts(question) => {
                self.call(&question).await.map(|answer| Proof::from(answer.into_inner()))
            }
        };
        let settled_at = sent.plus(self.shared.profile.settle);
        trail.judge(answer, asked_at, settled_at)
    }

    /// Resolves every open step of the journal, oldest first, and writes down what it finds.
    ///
    /// A step that stays unknown stays open: call again at the time that its outcome names.
    ///
    /// # Errors
    ///
    /// There is no journal, or it failed. What went wrong with a single step stands beside it.
    pub async fn resume(&self) -> Result<Vec<(Step, Result<Resolved, Error>)>, Error> {
        let resolve = |step: Step, sent| async move {
            self.resolve_trail(&Trail::from_step(&step)?, sent).await
        };
        self.shared.caller.resume(resolve).await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Client")
            .field("profile", &self.shared.profile.name)
            .finish_non_exhaustive()
    }
}

/// Builds a [`Client`].
pub struct Builder {
    credentials: Credentials,
    shared: Shared,
}

impl Builder {
    /// Signs every request (`X-Hash`, `X-Signature`), as contracts for P2P, AFT and OCT ask.
    #[must_use]
    pub fn signer(mut self, signer: impl AsyncSigner + 'static) -> Self {
        self.shared.signer = Some(Arc::new(signer));
        self
    }

    /// Writes every step that may move money into a journal before its bytes leave.
    #[must_use]
    pub fn journal(mut self, journal: Arc<dyn Journal>) -> Self {
        self.shared.caller = self.shared.caller.journal(journal);
        self
    }

    /// How long a call may take at most, with queueing and all copies: 90 s unless set, as the
    /// deadline of a stack. [`resume`](Client::resume) counts from the end of it, since a step is
    /// written before its bytes leave. A transport with a longer deadline needs more here.
    #[must_use]
    pub fn longest_call(mut self, longest: Duration) -> Self {
        self.shared.caller = self.shared.caller.longest_call(longest);
        self
    }

    /// Replaces the system's clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> UnixMillis + Send + Sync + 'static) -> Self {
        self.shared.caller = self.shared.caller.clock(clock);
        self
    }

    /// Replaces the system's random source, from which the ids of journal steps come.
    #[must_use]
    pub fn random(
        mut self,
        random: impl Fn() -> Result<u128, BoxError> + Send + Sync + 'static,
    ) -> Self {
        self.shared.caller = self.shared.caller.random(random);
        self
    }

    /// The client.
    pub fn build(self) -> Client {
        Client { shared: Arc::new(self.shared), credentials: Arc::new(self.credentials) }
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Builder")
            .field("profile", &self.shared.profile.name)
            .finish_non_exhaustive()
    }
}
