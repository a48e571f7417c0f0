//! What can go wrong between a merchant and the bank, scripted for each request.

use std::{collections::VecDeque, time::Duration};

use bytes::Bytes;
use http::{Response, StatusCode};

use crate::{answer, ids::Numbers, json::Object};

/// One thing that goes wrong with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The request never reaches the bank.
    LostRequest,
    /// The bank acts, its answer never arrives.
    LostAnswer,
    /// The bank acts at once and answers this much later.
    LateAnswer(Duration),
    /// No answer comes, and the bank acts only this much later.
    LateExecution(Duration),
    /// An HTTP status in place of the answer.
    Status {
        /// 400, 429, 500, 502, …
        code: u16,
        /// Whether the bank acted all the same.
        acted: bool,
    },
    /// A page in HTML with status 200 in place of the answer.
    Html {
        /// Whether the bank acted all the same.
        acted: bool,
    },
    /// A refusal with code 7, an internal error, with status 200 in place of the answer.
    ErrorInside200 {
        /// Whether the bank acted all the same.
        acted: bool,
    },
}

/// One thing that goes wrong with one callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallbackFault {
    /// It never leaves.
    Lost,
    /// It is sent twice.
    Doubled,
    /// It is sent this much later, so that others overtake it.
    Late(Duration),
}

/// How a request's answer travels; the bank has acted or not before this matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Carriage {
    /// The answer arrives, after this delay.
    Answered(Duration),
    /// The connection breaks without an answer.
    Broken,
}

/// The script: faults that were asked for, then faults by chance.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    queue: VecDeque<(String, Option<Fault>)>,
    callbacks: VecDeque<Option<CallbackFault>>,
    chance: Option<Chance>,
}

/// Faults by chance, from a seed of their own.
#[derive(Clone, Debug)]
struct Chance {
    numbers: Numbers,
    per_mille: u64,
    requests: Vec<Fault>,
    callbacks: Vec<CallbackFault>,
}

impl Faults {
    /// Lets the next request go wrong whose path ends in `path`; empty for any.
    ///
    /// Faults for the same path are used up in the order in which they were given.
    pub fn next(&mut self, path: impl Into<String>, fault: Fault) -> &mut Self {
        self.queue.push_back((path.into(), Some(fault)));
        self
    }

    /// Lets one request to `path` pass before the faults that are given after this.
    pub fn pass(&mut self, path: impl Into<String>) -> &mut Self {
        self.queue.push_back((path.into(), None));
        self
    }

    /// Lets the next callback go wrong.
    pub fn next_callback(&mut self, fault: CallbackFault) -> &mut Self {
        self.callbacks.push_back(Some(fault));
        self
    }

    /// Lets one callback pass before the faults that are given after this.
    pub fn pass_callback(&mut self) -> &mut Self {
        self.callbacks.push_back(None);
        self
    }

    /// Lets requests and callbacks go wrong by chance, so many in a thousand, each time in one of
    /// the given ways. The same seed gives the same faults for the same sequence of requests.
    pub fn by_chance(
        &mut self,
        seed: u64,
        per_mille: u64,
        requests: Vec<Fault>,
        callbacks: Vec<CallbackFault>,
    ) -> &mut Self {
        self.chance = Some(Chance { numbers: Numbers::new(seed), per_mille, requests, callbacks });
        self
    }

    /// Takes every fault back: from now on nothing goes wrong.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn take(&mut self, path: &str) -> Option<Fault> {
        if let Some(place) = self.queue.iter().position(|(end, _)| path.ends_with(end.as_str())) {
            return self.queue.remove(place).and_then(|(_, fault)| fault);
        }
        let chance = self.chance.as_mut()?;
        pick(&mut chance.numbers, chance.per_mille, &chance.requests)
    }

    pub(crate) fn take_callback(&mut self) -> Option<CallbackFault> {
        if let Some(fault) = self.callbacks.pop_front() {
            return fault;
        }
        let chance = self.chance.as_mut()?;
        pick(&mut chance.numbers, chance.per_mille, &chance.callbacks)
    }
}

/// Lets an answer travel, as far as a fault lets it. `act` is called unless the fault keeps the
/// request from acting now; it answers how long its answer takes, in milliseconds, too.
///
/// Whoever acts later ([`Fault::LateExecution`]) keeps the request.
pub(crate) fn carry(
    fault: Option<Fault>,
    act: impl FnOnce() -> (Response<Bytes>, u64),
) -> (Response<Bytes>, Carriage) {
    let nothing = || answer::plain(StatusCode::BAD_GATEWAY, "");
    match fault {
        Some(Fault::LostRequest | Fault::LateExecution(_)) => {
            return (nothing(), Carriage::Broken);
        }
        Some(
            Fault::Status { acted: false, .. }
            | Fault::Html { acted: false }
            | Fault::ErrorInside200 { acted: false },
        ) => {}
        _ => {
            let (response, delay_ms) = act();
            match fault {
                None => return (response, Carriage::Answered(Duration::from_millis(delay_ms))),
                Some(Fault::LateAnswer(by)) => return (response, Carriage::Answered(by)),
                Some(Fault::LostAnswer) => return (nothing(), Carriage::Broken),
                Some(_) => {}
            }
        }
    }
    (instead(fault), Carriage::Answered(Duration::ZERO))
}

/// What a fault puts in the answer's place.
fn instead(fault: Option<Fault>) -> Response<Bytes> {
    match fault {
        Some(Fault::Html { .. }) => answer::html(
            StatusCode::OK,
            "<!DOCTYPE html><title>Maintenance</title><p>Come back later.",
        ),
        Some(Fault::ErrorInside200 { .. }) => {
            let body = Object::new().with("errorCode", "7").with("errorMessage", "System error");
            answer::json(&body)
        }
        Some(Fault::Status { code, .. }) => {
            let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            answer::html(status, format!("<html><body><h1>{status}</h1></body></html>"))
        }
        _ => answer::plain(StatusCode::BAD_GATEWAY, ""),
    }
}

fn pick<F: Copy>(numbers: &mut Numbers, per_mille: u64, faults: &[F]) -> Option<F> {
    if numbers.below(1000) >= per_mille {
        return None;
    }
    let place = numbers.below(faults.len() as u64);
    faults.get(usize::try_from(place).unwrap_or(0)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripted_faults_come_in_order_and_by_path() {
        let mut faults = Faults::default();
        faults.pass("a.do").next("a.do", Fault::LostAnswer).next("", Fault::LostRequest);
        assert_eq!(faults.take("/payment/rest/a.do"), None);
        assert_eq!(faults.take("/payment/rest/a.do"), Some(Fault::LostAnswer));
        assert_eq!(faults.take("/payment/rest/b.do"), Some(Fault::LostRequest));
        assert_eq!(faults.take("/payment/rest/b.do"), None);
    }

    #[test]
    fn chance_is_the_same_for_the_same_seed() {
        let run = |seed| {
            let mut faults = Faults::default();
            faults.by_chance(seed, 300, vec![Fault::LostAnswer, Fault::LostRequest], Vec::new());
            (0..200).map(|_| faults.take("/a")).collect::<Vec<_>>()
        };
        assert_eq!(run(1), run(1));
        assert_ne!(run(1), run(2));
        let hits = run(1).iter().flatten().count();
        assert!((30..90).contains(&hits), "{hits} of 200 at 300 in a thousand");
    }
}
