//! Two ways of doing one thing, timed in turn.

use std::time::{Duration, Instant};

/// What came of a comparison. Times are medians of one operation.
pub(super) struct Measured {
    /// Median over the rounds of plain time by our time.
    pub(super) ratio: f64,
    pub(super) ours_ns: f64,
    pub(super) plain_ns: f64,
    pub(super) rounds: usize,
    /// Allocations of one operation, ours and plain; none where other threads take part.
    pub(super) allocations: Option<(u64, u64)>,
}

const ROUNDS: usize = 60;
const ROUND: Duration = Duration::from_millis(25);

/// Compares two ways, alternating which comes first.
pub(super) fn compare(mut ours: impl FnMut(), mut plain: impl FnMut()) -> Measured {
    let batch = calibrate(&mut plain).max(1);
    time(batch, &mut ours);
    let mut rounds = Vec::with_capacity(ROUNDS);
    for round in 0..ROUNDS {
        rounds.push(if round % 2 == 0 {
            let plain = time(batch, &mut plain);
            (time(batch, &mut ours), plain)
        } else {
            (time(batch, &mut ours), time(batch, &mut plain))
        });
    }
    let count = |operation: &mut dyn FnMut()| allocation_counter::measure(operation).count_total;
    let allocations = Some((count(&mut ours), count(&mut plain)));
    Measured { allocations, ..of_rounds(&rounds) }
}

/// Sums rounds of (ours, plain) nanoseconds an operation up.
pub(super) fn of_rounds(rounds: &[(f64, f64)]) -> Measured {
    Measured {
        ratio: median(rounds.iter().map(|(ours, plain)| plain / ours).collect()),
        ours_ns: median(rounds.iter().map(|(ours, _)| *ours).collect()),
        plain_ns: median(rounds.iter().map(|(_, plain)| *plain).collect()),
        rounds: rounds.len(),
        allocations: None,
    }
}

/// How many operations fill a round.
fn calibrate(operation: &mut impl FnMut()) -> u32 {
    let mut batch = 1;
    loop {
        let took = time(batch, operation) * f64::from(batch);
        if took > ROUND.as_nanos() as f64 / 4.0 || batch > 1 << 24 {
            let scale = ROUND.as_nanos() as f64 / took.max(1.0);
            return (f64::from(batch) * scale) as u32;
        }
        batch *= 2;
    }
}

/// Nanoseconds an operation.
fn time(batch: u32, operation: &mut impl FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..batch {
        operation();
    }
    start.elapsed().as_nanos() as f64 / f64::from(batch)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
