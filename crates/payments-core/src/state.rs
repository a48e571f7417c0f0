//! State machines: one closed enum and one constant table of legal moves each.
//!
//! What follows from a table is derived from it: what is final, what can be reached, the drawings in
//! `docs/states`. The tables themselves are pinned by hand-checked tests.

pub mod amounts;
pub mod card_binding;
pub mod card_payout;
pub mod order;
pub mod payout;
pub mod qr;
pub mod router_order;
pub mod sbp_payout;
pub mod three_ds;

use std::fmt::{Debug, Write};

/// Whether a sequence of moves, one at least, leads from one state to another.
fn leads<S: Copy + PartialEq, T>(moves: &[(S, T, S)], from: S, to: S) -> bool {
    let mut seen: Vec<S> = Vec::new();
    let mut next = vec![from];
    while let Some(at) = next.pop() {
        for (_, _, target) in moves.iter().filter(|(source, ..)| *source == at) {
            if *target == to {
                return true;
            }
            if !seen.contains(target) {
                seen.push(*target);
                next.push(*target);
            }
        }
    }
    false
}

/// A Mermaid diagram of a table: one arrow for each pair of states, labelled with its triggers.
fn diagram<S, T>(start: S, finals: &[S], moves: &[(S, T, S)]) -> String
where
    S: Copy + PartialEq + Debug,
    T: Debug,
{
    let mut out = format!("stateDiagram-v2\n    [*] --> {start:?}\n");
    let mut drawn: Vec<(S, S)> = Vec::new();
    for (from, _, to) in moves {
        if drawn.contains(&(*from, *to)) {
            continue;
        }
        drawn.push((*from, *to));
        let labels: Vec<String> = moves
            .iter()
            .filter(|(source, _, target)| source == from && target == to)
            .map(|(_, trigger, _)| format!("{trigger:?}"))
            .collect();
        // Writing to a string does not fail.
        let _ = writeln!(out, "    {from:?} --> {to:?}: {}", labels.join(", "));
    }
    for state in finals {
        let _ = writeln!(out, "    {state:?} --> [*]");
    }
    out
}

/// A table as text, a row a line, for the tests that pin it.
#[cfg(test)]
fn table<S: Debug, T: Debug>(moves: &[(S, T, S)]) -> String {
    let row = |(from, trigger, to): &(S, T, S)| format!("{from:?} -- {trigger:?} -> {to:?}\n");
    moves.iter().map(row).collect()
}
