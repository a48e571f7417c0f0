//! A call that this crate does not know: the caller says what a second copy would do.

use bytes::Bytes;
use payments_core::{Endpoint, Error, Prepared, Raw, Replay, Secret};

use crate::{
    context::Context,
    encode::{Form, UserNameLimit},
    fault::{self, Done},
    resolve::{Call, Trail},
};

/// Any form call under `rest/`: a path and its parameters. Credentials and signature are added as
/// for every call; the answer is checked for its error code and kept as it came.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RawCall {
    /// Path under `rest/`, such as `getLastOrdersForMerchants.do`.
    pub path: String,
    /// What a second copy would do. [`Replay::Doubles`] is the safe answer.
    pub replay: Replay,
    /// Parameters by name. A repeated name repeats the parameter.
    pub parameters: Vec<(String, Secret)>,
}

impl RawCall {
    /// A call without parameters.
    pub fn new(path: impl Into<String>, replay: Replay) -> Self {
        Self { path: path.into(), replay, parameters: Vec::new() }
    }

    /// Adds a parameter.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), Secret::new(value.into())));
        self
    }
}

impl Endpoint for RawCall {
    const NAME: &'static str = "gateway.raw";
    type Context<'a> = Context<'a>;
    type Response = Raw;

    fn replay(&self) -> Replay {
        self.replay
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        let relative = !self.path.starts_with('/') && !self.path.contains("://");
        if self.path.is_empty() || !relative || self.path.split('/').any(|part| part == "..") {
            return Err(Error::invalid("path", "must be relative and stay under rest/"));
        }
        let mut form = Form::new(context, UserNameLimit::Hundred)?;
        for (name, value) in &self.parameters {
            form.secret(name, value);
        }
        form.post(&self.path)
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Raw, Error> {
        fault::read::<Done>(answer, fault::UNLISTED).map(|_| Raw::of(answer))
    }
}

impl Call for RawCall {
    fn trail(&self) -> Option<Trail> {
        None
    }
}
