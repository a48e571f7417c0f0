//! The client: the only place that awaits.

use std::{fmt, sync::Arc, time::Duration};

use payments_core::{
    Answer, Error, Prepared,
    address::Base,
    error::BoxError,
    journal::{Journal, Step},
    time::UnixMillis,
};
use payments_http::{Caller, Transport};

use crate::{
    context::Context,
    credentials::Credentials,
    profile::Profile,
    resolve::{self, Call, Resolved, Trail},
};

/// Calls that are made again and again.
const OFTEN: [&str; 2] = ["getOrderStatusExtended.do", "sbp_c2b/status.do"];

/// Sends calls to one router. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    credentials: Arc<Credentials>,
}

struct Shared {
    profile: Profile,
    base: Option<Base>,
    caller: Caller,
}

impl Client {
    /// Begins a client of a router, for one partner, over a transport.
    pub fn builder(profile: Profile, credentials: Credentials, transport: Transport) -> Builder {
        let base = Base::of(&profile.base).map(|base| base.knowing(&OFTEN));
        Builder { profile, base, credentials, caller: Caller::new(transport) }
    }

    /// The same router and the same connections for another partner.
    #[must_use]
    pub fn with_credentials(&self, credentials: Credentials) -> Self {
        Self { shared: Arc::clone(&self.shared), credentials: Arc::new(credentials) }
    }

    /// The router.
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
        context.base = self.shared.base.as_ref();
        context
    }

    /// Sends a call and reads the answer.
    ///
    /// `Ok` says that the router answered the call, and nothing of an order being paid. Dropping
    /// the future of a call that moves money leaves its outcome unknown without an error: what was
    /// written to the journal, or [`resolve`](Self::resolve), settles it.
    ///
    /// # Errors
    ///
    /// Ask [`Error::effect`]: on [`Maybe`](payments_core::Effect::Maybe) resolve, do not send again.
    pub async fn call<C: Call>(&self, request: &C) -> Result<Answer<C::Response>, Error> {
        // What a call that only asks does not need stands in a box of its own: the future of such a
        // call is copied several times, and small without it.
        let caller = &self.shared.caller;
        let sending = match request.prepare(&self.context())? {
            Prepared::Ready(outgoing) if !caller.is_journaled(request) => {
                caller.send(request, outgoing)
            }
            Prepared::Ready(outgoing) => {
                let facts = request.trail().map(|trail| trail.facts());
                return Box::pin(caller.call_written_ahead(request, outgoing, facts)).await;
            }
            Prepared::ToSign(_) => return Err(Error::signing("the router takes no signature")),
        };
        caller.read(request, sending.await)
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
        let answer = self.call(&resolve::question(trail)).await.map(Answer::into_inner);
        resolve::judge(trail, answer, asked_at, sent.plus(self.shared.profile.settle))
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
    profile: Profile,
    base: Option<Base>,
    credentials: Credentials,
    caller: Caller,
}

impl Builder {
    /// Writes every step that may move money into a journal before its bytes leave.
    #[must_use]
    pub fn journal(mut self, journal: Arc<dyn Journal>) -> Self {
        self.caller = self.caller.journal(journal);
        self
    }

    /// How long a call may take at most, with queueing and all copies: 90 s unless set, as the
    /// deadline of a stack. [`resume`](Client::resume) counts from the end of it, since a step is
    /// written before its bytes leave. A transport with a longer deadline needs more here.
    #[must_use]
    pub fn longest_call(mut self, longest: Duration) -> Self {
        self.caller = self.caller.longest_call(longest);
        self
    }

    /// Replaces the system's clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> UnixMillis + Send + Sync + 'static) -> Self {
        self.caller = self.caller.clock(clock);
        self
    }

    /// Replaces the system's random source, from which the ids of journal steps come.
    #[must_use]
    pub fn random(
        mut self,
        random: impl Fn() -> Result<u128, BoxError> + Send + Sync + 'static,
    ) -> Self {
        self.caller = self.caller.random(random);
        self
    }

    /// The client.
    pub fn build(self) -> Client {
        let Self { profile, base, credentials, caller } = self;
        let shared = Arc::new(Shared { profile, base, caller });
        Client { shared, credentials: Arc::new(credentials) }
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Builder").field("profile", &self.profile.name).finish_non_exhaustive()
    }
}
