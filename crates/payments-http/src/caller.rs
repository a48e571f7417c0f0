//! What stands around a transport, whoever the bank is: clock, random source, journal.

use std::{
    collections::BTreeMap,
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use payments_core::{
    Answer, Copies, Endpoint, Error, NotSent, Outgoing, Raw, Replay, Tag,
    error::BoxError,
    journal::{Journal, Outcome, Step},
    resolve::Resolved,
    time::UnixMillis,
};
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::Transport;

type Clock = Arc<dyn Fn() -> UnixMillis + Send + Sync>;
type Random = Arc<dyn Fn() -> Result<u128, BoxError> + Send + Sync>;

/// Sends prepared requests and writes down those that may move money. The clients of the families
/// stand on it.
///
/// Its methods take a request after it was prepared, and signed where a bank asks for that.
pub struct Caller {
    transport: Transport,
    clock: Clock,
    random: Random,
    journal: Option<Arc<dyn Journal>>,
    longest_call: Duration,
}

impl Caller {
    /// Begins with a transport, the system's clock and random source, and no journal.
    pub fn new(transport: Transport) -> Self {
        Self {
            transport,
            clock: Arc::new(system_clock),
            random: Arc::new(system_random),
            journal: None,
            longest_call: Duration::from_secs(90),
        }
    }

    /// Writes every step that may move money into a journal before its bytes leave.
    #[must_use]
    pub fn journal(mut self, journal: Arc<dyn Journal>) -> Self {
        self.journal = Some(journal);
        self
    }

    /// How long a call may take at most, with queueing and all copies: 90 s unless set, as the
    /// deadline of a stack. [`resume`](Self::resume) counts from the end of it, since a step is
    /// written before its bytes leave. A transport with a longer deadline needs more here.
    #[must_use]
    pub fn longest_call(mut self, longest: Duration) -> Self {
        self.longest_call = longest;
        self
    }

    /// Replaces the system's clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> UnixMillis + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Replaces the system's random source, from which the ids of journal steps come.
    #[must_use]
    pub fn random(
        mut self,
        random: impl Fn() -> Result<u128, BoxError> + Send + Sync + 'static,
    ) -> Self {
        self.random = Arc::new(random);
        self
    }

    /// The time by the clock.
    pub fn now(&self) -> UnixMillis {
        (self.clock)()
    }

    /// Whether a call may have to be written down before it is sent.
    pub fn is_journaled<E: Endpoint>(&self, request: &E) -> bool {
        self.journal.is_some() && request.replay() != Replay::Reads
    }

    /// Sends final bytes under the request's label.
    ///
    /// # Errors
    ///
    /// No answer came, in the transport's own words; [`read`](Self::read) says what that means.
    pub fn send<E: Endpoint>(
        &self,
        request: &E,
        outgoing: Outgoing,
    ) -> impl Future<Output = Result<http::Response<Bytes>, BoxError>> + Send + use<E> {
        let mut bytes = outgoing.into_request();
        bytes.extensions_mut().insert(Tag::new(E::NAME, request.replay()));
        self.transport.send(bytes)
    }

    /// Reads what came of sending.
    ///
    /// # Errors
    ///
    /// No answer came, or none that counts. A refusal clears the bank of having acted only if it
    /// answers the only copy ever sent.
    pub fn read<E: Endpoint>(
        &self,
        request: &E,
        answer: Result<http::Response<Bytes>, BoxError>,
    ) -> Result<Answer<E::Response>, Error> {
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

    /// Writes a step down, if there is a journal and facts to keep, then sends and reads.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read), or the journal did not take the step: nothing was sent then.
    pub async fn call_written_ahead<E: Endpoint>(
        &self,
        request: &E,
        outgoing: Outgoing,
        facts: Option<BTreeMap<String, String>>,
    ) -> Result<Answer<E::Response>, Error> {
        let step = self.write_ahead(request, facts).await?;
        let result = self.read(request, self.send(request, outgoing).await);
        if let (Some(step), Some(journal)) = (step, &self.journal) {
            let outcome = match &result {
                Ok(_) => Outcome::Answered,
                Err(error) => Outcome::Failed(error.effect()),
            };
            if journal.ended(&step.id, outcome).await.is_err() {
                // The step stays open, which costs a status call later and nothing else.
                tracing::warn!(call = E::NAME, "the journal did not take the end of a step");
            }
        }
        result
    }

    /// Records a step that may move money before its bytes leave.
    async fn write_ahead<E: Endpoint>(
        &self,
        request: &E,
        facts: Option<BTreeMap<String, String>>,
    ) -> Result<Option<Step>, Error> {
        let (Some(journal), Some(facts)) = (&self.journal, facts) else { return Ok(None) };
        if request.replay() == Replay::Reads {
            return Ok(None);
        }
        let id = (self.random)().map_err(Error::journal)?;
        let step = Step::new(format!("{id:032x}"), E::NAME, self.now(), facts);
        journal.sent(&step).await.map_err(Error::journal)?;
        Ok(Some(step))
    }

    /// Writes down what was found out about a call: ends every open step of that name with these
    /// facts. Does nothing while it is unknown, or without a journal.
    ///
    /// # Errors
    ///
    /// The journal failed.
    pub async fn note<P>(
        &self,
        name: &str,
        facts: &BTreeMap<String, String>,
        resolved: &Resolved<P>,
    ) -> Result<(), Error> {
        let (Some(journal), Some(happened)) = (&self.journal, resolved.known()) else {
            return Ok(());
        };
        for step in journal.open().await.map_err(Error::journal)? {
            if step.name == name && step.facts == *facts {
                let outcome = Outcome::Resolved(happened);
                journal.ended(&step.id, outcome).await.map_err(Error::journal)?;
            }
        }
        Ok(())
    }

    /// Resolves every open step of the journal, oldest first, and writes down what is found. A step
    /// that stays unknown stays open.
    ///
    /// `resolve` gets a step and when the last copy of its call may have left.
    ///
    /// # Errors
    ///
    /// There is no journal, or it failed. What went wrong with a single step stands beside it.
    pub async fn resume<P, F>(
        &self,
        resolve: impl Fn(Step, UnixMillis) -> F,
    ) -> Result<Vec<(Step, Result<Resolved<P>, Error>)>, Error>
    where
        F: Future<Output = Result<Resolved<P>, Error>>,
    {
        let journal = self.journal.as_ref();
        let journal = journal.ok_or_else(|| Error::journal("the client has no journal"))?;
        let mut settled = Vec::new();
        for step in journal.open().await.map_err(Error::journal)? {
            // A step is written before its call, whose last copy may leave that much later.
            let resolved = resolve(step.clone(), step.at.plus(self.longest_call)).await;
            if let Ok(Some(happened)) = resolved.as_ref().map(Resolved::known) {
                let outcome = Outcome::Resolved(happened);
                journal.ended(&step.id, outcome).await.map_err(Error::journal)?;
            }
            settled.push((step, resolved));
        }
        Ok(settled)
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Caller")
            .field("has_journal", &self.journal.is_some())
            .field("longest_call", &self.longest_call)
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

fn system_clock() -> UnixMillis {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    UnixMillis::new(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

fn system_random() -> Result<u128, BoxError> {
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).map_err(|_| "the system gave no random bytes")?;
    Ok(u128::from_be_bytes(bytes))
}
