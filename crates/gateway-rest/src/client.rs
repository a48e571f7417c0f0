//! The client: the only place that awaits.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use payments_core::{
    Answer, Copies, Error, NotSent, Outgoing, Prepared, Raw, Replay, Tag,
    error::BoxError,
    journal::{Journal, Outcome, Step},
    time::UnixMillis,
};
use payments_http::Transport;
use payments_sign::AsyncSigner;
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::{
    context::Context,
    credentials::Credentials,
    encode::Base,
    profile::Profile,
    resolve::{Call, Proof, Question, Resolved, Trail},
};

type Clock = Arc<dyn Fn() -> UnixMillis + Send + Sync>;
type Random = Arc<dyn Fn() -> Result<u128, BoxError> + Send + Sync>;

/// Sends calls to one bank. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    credentials: Arc<Credentials>,
}

struct Shared {
    profile: Profile,
    rest: Option<Base>,
    transport: Transport,
    signer: Option<Arc<dyn AsyncSigner>>,
    clock: Clock,
    random: Random,
    journal: Option<Arc<dyn Journal>>,
    longest_call: Duration,
}

impl Client {
    /// Begins a client of a bank, for one merchant, over a transport.
    pub fn builder(profile: Profile, credentials: Credentials, transport: Transport) -> Builder {
        Builder {
            credentials,
            shared: Shared {
                rest: Base::of(&profile.rest),
                profile,
                transport,
                signer: None,
                clock: Arc::new(system_clock),
                random: Arc::new(system_random),
                journal: None,
                longest_call: Duration::from_secs(90),
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
        (self.shared.clock)()
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
        let sending = match request.prepare(&self.context())? {
            Prepared::Ready(outgoing) if !self.is_journaled(request) => {
                self.send(request, outgoing)
            }
            prepared => return Box::pin(self.call_with_care(request, prepared)).await,
        };
        self.read(request, sending.await)
    }

    /// Signs and journals around the exchange.
    async fn call_with_care<C: Call>(
        &self,
        request: &C,
        prepared: Prepared,
    ) -> Result<Answer<C::Response>, Error> {
        let outgoing = self.signed(prepared).await?;
        let step = self.write_ahead(request).await?;
        let result = self.read(request, self.send(request, outgoing).await);
        if let (Some(step), Some(journal)) = (step, &self.shared.journal) {
            let outcome = match &result {
                Ok(_) => Outcome::Answered,
                Err(error) => Outcome::Failed(error.effect()),
            };
            if journal.ended(&step.id, outcome).await.is_err() {
                // The step stays open, which costs a status call later and nothing else.
                tracing::warn!(call = C::NAME, "the journal did not take the end of a step");
            }
        }
        result
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

    /// Whether a call may have to be written down before it is sent.
    fn is_journaled<C: Call>(&self, request: &C) -> bool {
        self.shared.journal.is_some() && request.replay() != Replay::Reads
    }

    /// Records a step that may move money before its bytes leave.
    async fn write_ahead<C: Call>(&self, request: &C) -> Result<Option<Step>, Error> {
        if !self.is_journaled(request) {
            return Ok(None);
        }
        let (Some(journal), Some(trail)) = (&self.shared.journal, request.trail()) else {
            return Ok(None);
        };
        let id = (self.shared.random)().map_err(Error::journal)?;
        let step = Step::new(format!("{id:032x}"), C::NAME, self.now(), trail.facts());
        journal.sent(&step).await.map_err(Error::journal)?;
        Ok(Some(step))
    }

    fn send<C: Call>(
        &self,
        request: &C,
        outgoing: Outgoing,
    ) -> impl Future<Output = Result<http::Response<Bytes>, BoxError>> + Send + use<C> {
        let mut bytes = outgoing.into_request();
        bytes.extensions_mut().insert(Tag::new(C::NAME, request.replay()));
        self.shared.transport.send(bytes)
    }

    fn read<C: Call>(
        &self,
        request: &C,
        answer: Result<http::Response<Bytes>, BoxError>,
    ) -> Result<Answer<C::Response>, Error> {
        // A stack may have resent: the last copy left at some moment before now.
        let answer = answer.map_err(|error| from_transport(error).with_sent_at(self.now()))?;
        match request.parse(&answer) {
            Ok(value) => Ok(Answer::new(value, Raw::from(answer))),
            Err(error) => {
                let copies = answer.extensions().get::<Copies>().map_or(1, |copies| copies.0);
                let error = error.with_sent_at(self.now());
                Err(if copies > 1 { error.after_other_copies() } else { error })
            }
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
        if let (Some(journal), Some(happened)) = (&self.shared.journal, resolved.known()) {
            let facts = trail.facts();
            for step in journal.open().await.map_err(Error::journal)? {
                if step.name == C::NAME && step.facts == facts {
                    let outcome = Outcome::Resolved(happened);
                    journal.ended(&step.id, outcome).await.map_err(Error::journal)?;
                }
            }
        }
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
        let journal = self.shared.journal.as_ref();
        let journal = journal.ok_or_else(|| Error::journal("the client has no journal"))?;
        let mut settled = Vec::new();
        for step in journal.open().await.map_err(Error::journal)? {
            let resolved = match Trail::from_step(&step) {
                // A step is written before its call, whose last copy may leave that much later.
                Ok(trail) => {
                    self.resolve_trail(&trail, step.at.plus(self.shared.longest_call)).await
                }
                Err(invalid) => Err(invalid.into()),
            };
            if let Ok(Some(happened)) = resolved.as_ref().map(Resolved::known) {
                let outcome = Outcome::Resolved(happened);
                journal.ended(&step.id, outcome).await.map_err(Error::journal)?;
            }
            settled.push((step, resolved));
        }
        Ok(settled)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Client")
            .field("profile", &self.shared.profile.name)
            .finish_non_exhaustive()
    }
}

/// A transport's failure: untouched only if it says so.
fn from_transport(error: BoxError) -> Error {
    match error.downcast::<NotSent>() {
        Ok(not_sent) => Error::not_sent(not_sent.0),
        Err(error) => Error::transport(error),
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
        self.shared.journal = Some(journal);
        self
    }

    /// How long a call may take at most, with queueing and all copies: 90 s unless set, as the
    /// deadline of a stack. [`resume`](Client::resume) counts from the end of it, since a step is
    /// written before its bytes leave. A transport with a longer deadline needs more here.
    #[must_use]
    pub fn longest_call(mut self, longest: Duration) -> Self {
        self.shared.longest_call = longest;
        self
    }

    /// Replaces the system's clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> UnixMillis + Send + Sync + 'static) -> Self {
        self.shared.clock = Arc::new(clock);
        self
    }

    /// Replaces the system's random source, from which the ids of journal steps come.
    #[must_use]
    pub fn random(
        mut self,
        random: impl Fn() -> Result<u128, BoxError> + Send + Sync + 'static,
    ) -> Self {
        self.shared.random = Arc::new(random);
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

fn system_clock() -> UnixMillis {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    UnixMillis::new(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

fn system_random() -> Result<u128, BoxError> {
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).map_err(|_| "the system gave no random bytes")?;
    Ok(u128::from_be_bytes(bytes))
}
