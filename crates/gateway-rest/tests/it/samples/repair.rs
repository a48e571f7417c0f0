//! What is damaged in print, and how it is repaired. The parsers of the crate stay strict.

use std::collections::BTreeSet;

const FORM: &str = "application/x-www-form-urlencoded";

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
    /// One parameter is printed twice.
    ParameterOnce,
    /// A header that speaks of JSON stands over a form.
    HeaderOfForm,
    /// The command of another method: its address is not that of the heading.
    AddressOfHeading,
    /// The body alone, without a command around it.
    CommandAroundBody,
}

use Repair::{
    AddressOfHeading, BackslashAtLineEnd, BlankBeforeBackslash, ClosingQuote, CommaBetween,
    CommandAroundBody, HeaderOfForm, NoBackslashAtTheEnd, NoCommaAtTheEnd, OneBackslash,
    ParameterOnce, QuotesRoundValues,
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
    (
        "rest/createBindingNoPayment.do",
        "requests",
        0,
        &[BackslashAtLineEnd, QuotesRoundValues, ParameterOnce],
    ),
    ("rest/sbp/c2b/qr/dynamic/reject.do", "requests", 0, &[HeaderOfForm]),
    ("rest/finish3dsVer2Payment.do", "requests", 0, &[NoBackslashAtTheEnd]),
    ("rest/closeOfdReceipt.do", "requests", 0, &[QuotesRoundValues]),
    ("rest/closeOfdReceipt.do", "requests", 1, &[ClosingQuote]),
    ("rest/getReceiptStatus.do", "requests", 0, &[CommandAroundBody]),
    ("rest/templates/get.do", "requests", 0, &[ClosingQuote]),
    ("rest/templates/update.do", "requests", 0, &[AddressOfHeading]),
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

/// Every damaged sample with the names of its repairs, a line each.
pub(super) fn list() -> String {
    let line = |row: &(&str, &str, usize, &[Repair])| {
        format!("{} {} {}: {:?}\n", row.0, row.1, row.2 + 1, row.3)
    };
    REPAIRS.iter().map(line).collect()
}

impl Repair {
    /// Repairs a sample of the method with this path.
    pub(super) fn apply(self, path: &str, text: &str) -> String {
        match self {
            ParameterOnce => {
                let mut seen = BTreeSet::new();
                let first =
                    |line: &&str| !line.starts_with("--data ") || seen.insert((*line).to_owned());
                let lines = text.lines().filter(first);
                lines.collect::<Vec<_>>().join("\n")
            }
            HeaderOfForm => text.replace("application/json", FORM),
            AddressOfHeading => match text.split_once("/payment/") {
                Some((before, rest)) => {
                    let behind = rest.find('\'').map_or("", |at| &rest[at..]);
                    format!("{before}/payment/{path}{behind}")
                }
                None => text.to_owned(),
            },
            CommandAroundBody => format!(
                "curl --request POST --url https://vtb.rbsuat.com/payment/{path} \
                 --header 'content-type: {FORM}' --data '{text}'"
            ),
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
