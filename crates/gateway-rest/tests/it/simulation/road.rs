//! The way to the bank without sockets, and a program's journal in memory: both with points at
//! which a caller can be dropped.

use std::{
    pin::Pin,
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use payments_core::{
    Effect,
    error::BoxError,
    journal::{Journal, Outcome, Step},
};
use payments_http::layer::{retry::Retry, timeout::Timeout};
use payments_sandbox::Sandbox;
use tower::Service;

/// The stack's own retry and time-out over the sandbox as a function.
pub(super) type Road = Retry<Timeout<Steps>>;

/// Yields before and after the bank acts.
#[derive(Clone)]
pub(super) struct Steps(Sandbox);

impl Service<Request<Bytes>> for Steps {
    type Response = Response<Bytes>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Bytes>, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let mut bank = self.0.clone();
        Box::pin(async move {
            tokio::task::yield_now().await;
            let answer = bank.call(request).await.map_err(BoxError::from);
            tokio::task::yield_now().await;
            answer
        })
    }
}

pub(super) fn to(sandbox: Sandbox) -> Road {
    Retry::new(Timeout::new(Steps(sandbox), Duration::from_secs(40)), 3)
}

/// The steps of one program in memory, with their outcomes.
#[derive(Default)]
pub(super) struct Memory(Mutex<Vec<(Step, Option<Outcome>)>>);

impl Memory {
    fn steps(&self) -> MutexGuard<'_, Vec<(Step, Option<Outcome>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn open_steps(&self) -> Vec<Step> {
        let steps = self.steps();
        let open = steps.iter().filter(|(_, outcome)| !outcome.is_some_and(Outcome::is_settled));
        open.map(|(step, _)| step.clone()).collect()
    }

    /// How many steps were written.
    pub(super) fn len(&self) -> usize {
        self.steps().len()
    }

    /// Whether the only step written after so many others happened, as far as the journal knows.
    pub(super) fn happened_after(&self, earlier: usize) -> bool {
        let steps = self.steps();
        assert!(steps.len() <= earlier + 1, "one call writes one step");
        let outcome = steps.get(earlier).and_then(|(_, outcome)| *outcome);
        match outcome {
            Some(Outcome::Answered | Outcome::Resolved(true)) => true,
            Some(Outcome::Failed(effect)) => effect == Effect::Done,
            Some(Outcome::Resolved(false)) | None => false,
        }
    }
}

#[async_trait]
impl Journal for Memory {
    async fn sent(&self, step: &Step) -> Result<(), BoxError> {
        tokio::task::yield_now().await;
        self.steps().push((step.clone(), None));
        Ok(())
    }

    async fn ended(&self, id: &str, outcome: Outcome) -> Result<(), BoxError> {
        tokio::task::yield_now().await;
        if let Some((_, end)) = self.steps().iter_mut().find(|(step, _)| step.id == id) {
            *end = Some(outcome);
        }
        Ok(())
    }

    async fn open(&self) -> Result<Vec<Step>, BoxError> {
        Ok(self.open_steps())
    }
}
