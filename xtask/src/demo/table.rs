//! The steps of the demo, as they went.

use std::{error::Error, fmt};

use payments_core::{Currency, Minor, Money, state::amounts::Amounts};

/// One step.
struct Row {
    step: String,
    state: String,
    amounts: Option<Amounts>,
    callback: String,
    /// What was expected and did not come; none if all is well.
    wrong: Option<String>,
}

/// The steps so far.
#[derive(Default)]
pub(super) struct Table(Vec<Row>);

impl Table {
    /// Begins a row. It is well until something says otherwise.
    pub(super) fn step(&mut self, step: impl Into<String>, state: impl Into<String>) {
        let (step, state) = (step.into(), state.into());
        self.0.push(Row { step, state, amounts: None, callback: String::new(), wrong: None });
    }

    fn last(&mut self) -> Option<&mut Row> {
        self.0.last_mut()
    }

    /// Adds the amounts of a status report, and what they should be.
    pub(super) fn amounts(&mut self, found: Option<Amounts>, expected: Amounts) {
        self.expect("amounts", found, Some(expected));
        if let Some(row) = self.last() {
            row.amounts = found;
        }
    }

    /// Adds a callback that was proven genuine.
    pub(super) fn callback(&mut self, operation: &str) {
        if let Some(row) = self.last() {
            row.callback = format!("{operation}, genuine");
        }
    }

    /// Compares what came with what should.
    pub(super) fn expect<T: PartialEq + fmt::Debug>(&mut self, what: &str, found: T, expected: T) {
        if found != expected
            && let Some(row) = self.last()
        {
            row.wrong = Some(format!("{what}: expected {expected:?}, found {found:?}"));
        }
    }

    /// One line on the whole, or what went wrong first.
    pub(super) fn verdict(&self) -> Result<String, Box<dyn Error>> {
        let wrong = self.0.iter().find_map(|row| Some((&row.step, row.wrong.as_ref()?)));
        match wrong {
            Some((step, wrong)) => Err(format!("{step}: {wrong}").into()),
            None if self.0.is_empty() => Err("nothing was done".into()),
            None => {
                let callbacks = self.0.iter().filter(|row| !row.callback.is_empty()).count();
                let steps = self.0.len();
                Ok(format!("OK: {steps} steps and {callbacks} callbacks, all as expected."))
            }
        }
    }
}

fn money(amount: Minor) -> String {
    Money::new(amount, Currency::RUB).to_string()
}

impl fmt::Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["authorised", "captured", "refunded"];
        writeln!(
            out,
            "   {:<50} {:<22} {:>12} {:>12} {:>12}  callback",
            "step", "the bank says", head[0], head[1], head[2]
        )?;
        for row in &self.0 {
            let mark = if row.wrong.is_some() { "!!" } else { "ok" };
            let amounts = row
                .amounts
                .map(|amounts| [amounts.approved, amounts.deposited, amounts.refunded].map(money));
            let [held, taken, refunded] = amounts.unwrap_or_default();
            writeln!(
                out,
                "{mark} {:<50} {:<22} {held:>12} {taken:>12} {refunded:>12}  {}",
                row.step, row.state, row.callback
            )?;
            if let Some(wrong) = &row.wrong {
                writeln!(out, "   {wrong}")?;
            }
        }
        Ok(())
    }
}
