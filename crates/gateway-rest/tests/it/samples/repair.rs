//! What is damaged in print, and how it is repaired. The parsers of the crate stay strict.

/// One kind of damage.
#[derive(Clone, Copy, Debug)]
pub(super) enum Repair {
    /// No blank before the backslash at a line's end.
    BlankBeforeBackslash,
    /// Two backslashes at a line's end.
    OneBackslash,
    /// No backslash at the end of a line that goes on.
    BackslashAtLineEnd,
    /// A backslash at the end of the whole command.
    NoBackslashAtTheEnd,
    /// The last quote is missing.
    ClosingQuote,
    /// Values with blanks, quotes or braces stand without quotes.
    QuotesRoundValues,
    /// No comma between two members or elements.
    CommaBetween,
    /// A comma behind the last member.
    NoCommaAtTheEnd,
}

use Repair::{
    BackslashAtLineEnd, BlankBeforeBackslash, ClosingQuote, CommaBetween, NoBackslashAtTheEnd,
    NoCommaAtTheEnd, OneBackslash, QuotesRoundValues,
};

/// Every damaged sample: method, kind, number.
const REPAIRS: &[(&str, &str, usize, &[Repair])] = &[
    ("rest/paymentorder.do", "requests", 0, &[BackslashAtLineEnd]),
    ("rest/paymentorder.do#external3ds", "requests", 0, &[OneBackslash]),
    ("rest/deposit.do", "requests", 0, &[BlankBeforeBackslash]),
    ("rest/reverse.do", "requests", 0, &[BlankBeforeBackslash]),
    ("rest/refund.do", "requests", 0, &[BlankBeforeBackslash]),
    ("rest/processRawSumRefund.do", "requests", 0, &[BlankBeforeBackslash]),
    ("rest/extendBinding.do", "requests", 0, &[BackslashAtLineEnd]),
    ("recurrentPayment.do", "requests", 0, &[CommaBetween]),
    ("rest/createBindingNoPayment.do", "requests", 0, &[BackslashAtLineEnd, QuotesRoundValues]),
    ("rest/finish3dsVer2Payment.do", "requests", 0, &[NoBackslashAtTheEnd]),
    ("rest/closeOfdReceipt.do", "requests", 0, &[QuotesRoundValues]),
    ("rest/closeOfdReceipt.do", "requests", 1, &[ClosingQuote]),
    ("rest/templates/get.do", "requests", 0, &[ClosingQuote]),
    ("rest/getBindingsByCardOrId.do", "responses", 0, &[CommaBetween]),
    ("rest/unBindCard.do", "responses", 0, &[NoCommaAtTheEnd]),
    ("rest/bindCard.do", "responses", 0, &[NoCommaAtTheEnd]),
    ("rest/extendBinding.do", "responses", 0, &[NoCommaAtTheEnd]),
    ("rest/finish3dsPayment.do", "responses", 0, &[NoCommaAtTheEnd]),
    ("rest/getReceiptStatus.do", "responses", 0, &[CommaBetween]),
];

/// The repairs of a sample.
pub(super) fn of(path: &str, kind: &str, number: usize) -> &'static [Repair] {
    let row = REPAIRS.iter().find(|row| (row.0, row.1, row.2) == (path, kind, number));
    row.map_or(&[], |row| row.3)
}

/// How many samples are damaged.
pub(super) fn count() -> usize {
    REPAIRS.len()
}

/// An answer that is a redirect and no JSON; a request of which only the body is printed.
pub(super) fn is_none_of_its_kind(path: &str, kind: &str) -> bool {
    [("acsRedirect.do", "responses"), ("rest/getReceiptStatus.do", "requests")]
        .contains(&(path, kind))
}

impl Repair {
    pub(super) fn apply(self, text: &str) -> String {
        match self {
            BlankBeforeBackslash => {
                let blank = |line: &str| match line.strip_suffix('\\') {
                    Some(line) => format!("{} \\", line.trim_end()),
                    None => line.to_owned(),
                };
                lines(text, |line, _| blank(line))
            }
            OneBackslash => text.replace("\\\\\n", "\\\n"),
            BackslashAtLineEnd => lines(text, |line, next| {
                let goes_on = next.is_some_and(|next| next.starts_with("--"));
                let missing = goes_on && !line.ends_with('\\');
                format!("{line}{}", if missing { " \\" } else { "" })
            }),
            NoBackslashAtTheEnd => text.trim_end_matches(['\\', '\n', ' ']).to_owned(),
            ClosingQuote => format!("{text}'"),
            QuotesRoundValues => quoted(text),
            CommaBetween => lines(text, |line, next| {
                let ends = !line.ends_with([',', '{', '[', ':', '\\']);
                let missing = ends && next.is_some_and(|next| next.starts_with(['"', '{']));
                format!("{line}{}", if missing { "," } else { "" })
            }),
            NoCommaAtTheEnd => lines(text, |line, next| {
                let last = next.is_some_and(|next| next.starts_with(['}', ']']));
                let line = if last { line.trim_end_matches(',') } else { line };
                line.to_owned()
            }),
        }
    }
}

/// Changes each line, knowing the next one.
fn lines(text: &str, change: impl Fn(&str, Option<&str>) -> String) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let next = |at: usize| lines.get(at + 1).copied();
    let changed = lines.iter().enumerate().map(|(at, line)| change(line, next(at)));
    changed.collect::<Vec<_>>().join("\n")
}

/// Puts single quotes round each value of `--data` that has none.
fn quoted(text: &str) -> String {
    let mut parts = text.split("--data ");
    let head = parts.next().unwrap_or_default().to_owned();
    parts.fold(head, |text, part| {
        let value = part.trim_end_matches(['\\', '\n', ' ']);
        let end = &part[value.len()..];
        let quote = if value.starts_with('\'') { "" } else { "'" };
        format!("{text}--data {quote}{value}{quote}{end}")
    })
}
