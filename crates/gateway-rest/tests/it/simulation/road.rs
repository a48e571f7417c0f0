//! The way to the bank without sockets, and a journal in memory: both with points at which a
//! caller can be dropped.

use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::{Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use payments_core::{
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

/// Steps in memory, with their outcomes.
#[derive(Default)]
pub(super) struct Memory(Mutex<Vec<(Step, Option<Outcome>)>>);

impl Memory {
    pub(super) fn open_steps(&self) -> Vec<Step> {
        let steps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let open = steps.iter().filter(|(_, outcome)| !outcome.is_some_and(Outcome::is_settled));
        open.map(|(step, _)| step.clone()).collect()
    }

    /// Whether a step with these facts happened, as far as the journal knows.
    pub(super) fn happened(&self, facts: &BTreeMap<String, String>) -> bool {
        let steps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = steps.iter().rfind(|(step, _)| step.facts == *facts);
        matches!(found, Some((_, Some(Outcome::Answered | Outcome::Resolved(true)))))
    }
}

#[async_trait]
impl Journal for Memory {
    async fn sent(&self, step: &Step) -> Result<(), BoxError> {
        tokio::task::yield_now().await;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((step.clone(), None));
        Ok(())
    }

    async fn ended(&self, id: &str, outcome: Outcome) -> Result<(), BoxError> {
        tokio::task::yield_now().await;
        let mut steps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, end)) = steps.iter_mut().find(|(step, _)| step.id == id) {
            *end = Some(outcome);
        }
        Ok(())
    }

    async fn open(&self) -> Result<Vec<Step>, BoxError> {
        Ok(self.open_steps())
    }
}
