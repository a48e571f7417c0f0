//! Whatever can be formatted is formatted, as careless code would.

use std::{
    error::Error as StdError,
    fmt::{Debug, Write as _},
};

use gateway_rest::{Call, Client};
use payments_core::{Answer, Error};

/// The texts of everything that passed.
#[derive(Default)]
pub(super) struct Book(String);

impl Book {
    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// Formats a value in both ways of `Debug`.
    pub(super) fn value(&mut self, value: &impl Debug) {
        writeln!(self.0, "{value:?}\n{value:#?}").expect("to a string");
    }

    /// Formats an error and all that stands behind it.
    pub(super) fn error(&mut self, error: &(dyn StdError + 'static)) {
        let mut next = Some(error);
        while let Some(error) = next {
            writeln!(self.0, "{error}\n{error:?}\n{error:#?}").expect("to a string");
            next = error.source();
        }
    }

    /// Makes a call and formats the request, what it becomes, and what comes of it.
    pub(super) async fn call<C>(
        &mut self,
        client: &Client,
        request: &C,
    ) -> Result<Answer<C::Response>, Error>
    where
        C: Call + Debug,
        C::Response: Debug,
    {
        self.value(request);
        self.value(&request.trail());
        self.value(&client.context());
        match request.prepare(&client.context()) {
            Ok(prepared) => self.value(&prepared),
            Err(error) => self.error(&error),
        }
        let result = client.call(request).await;
        match &result {
            Ok(answer) => {
                self.value(answer);
                self.value(answer.raw());
            }
            Err(error) => self.fault(error),
        }
        result
    }

    /// Formats a call's error with all that it gives out.
    pub(super) fn fault(&mut self, error: &Error) {
        self.error(error);
        self.value(&error.raw());
        self.value(&error.refusal());
        self.value(&error.as_invalid());
    }
}
