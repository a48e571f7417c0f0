use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

/// What a bank does about a second Init under one OrderId.
#[derive(Clone, Copy, Debug)]
enum Repeated {
    Refused,
    RefusedWithId,
    Another,
}

#[derive(Debug, Default)]
struct Deal {
    /// Payments that have left and are not carried out yet.
    on_the_way: u32,
    status: &'static str,
    paid: u32,
}

#[derive(Debug)]
struct Bank {
    repeated: Repeated,
    orders: BTreeMap<String, u32>,
    deals: BTreeMap<u32, Deal>,
}

fn id(number: u32) -> PaymentId {
    PaymentId::from_bank(number.to_string())
}

fn told(payment: Option<u32>, status: Option<&str>, code: &str) -> Told {
    Told {
        payment: payment.map(id),
        status: status.map(PayoutStatus::from),
        code: Some(code.into()),
        success: code == "0",
        ..Told::default()
    }
}

impl Bank {
    fn init(&mut self, order: &OrderId) -> Told {
        if let Some(known) = self.orders.get(order.as_str()) {
            match self.repeated {
                Repeated::Refused => return told(None, None, "20"),
                Repeated::RefusedWithId => return told(Some(*known), Some("REJECTED"), "20"),
                Repeated::Another => {}
            }
        }
        let number = u32::try_from(self.deals.len()).expect("few") + 1;
        self.orders.insert(order.as_str().into(), number);
        self.deals.insert(number, Deal { status: "CHECKED", ..Deal::default() });
        told(Some(number), Some("CHECKED"), "0")
    }

    fn deal(&mut self, payment: &PaymentId) -> &mut Deal {
        let number = u32::try_from(payment.number().expect("a number")).expect("small");
        self.deals.get_mut(&number).expect("only known ids are used")
    }

    /// A Payment arrives: now, or after the status was asked for.
    fn pay(&mut self, payment: &PaymentId, chance: u8) -> Told {
        let deal = self.deal(payment);
        deal.on_the_way += 1;
        if chance < 100 {
            self.carry_out(payment, chance);
        }
        let status = self.deal(payment).status;
        told(None, Some(status), "0")
    }

    fn carry_out(&mut self, payment: &PaymentId, chance: u8) {
        let deal = self.deal(payment);
        if deal.on_the_way == 0 {
            return;
        }
        deal.on_the_way -= 1;
        // A second Payment for what was carried out or rejected is refused.
        if ["CHECKED", "COMPLETING", "UNKNOWN", "CREDIT_CHECKING"].contains(&deal.status) {
            deal.status = match chance % 6 {
                0 => "REJECTED",
                1 => "COMPLETING",
                2 => "UNKNOWN",
                3 => "CREDIT_CHECKING",
                _ => "COMPLETED",
            };
            deal.on_the_way += u32::from((1..4).contains(&(chance % 6)));
            deal.paid += u32::from(deal.status == "COMPLETED");
        }
    }
}

struct Run {
    bank: Bank,
    journal: Vec<Entry>,
    paid_for: BTreeSet<PaymentId>,
}

const OWN: &str = "payout-7";

fn progress(journal: &[Entry]) -> Progress {
    let mut progress = Progress::new(OrderId::new(OWN).expect("fits")).expect("short");
    for entry in journal {
        progress.record(entry).expect("a journal that was written by the rules");
    }
    progress
}

impl Run {
    fn new(repeated: Repeated) -> Self {
        let bank = Bank { repeated, orders: BTreeMap::new(), deals: BTreeMap::new() };
        Self { bank, journal: Vec::new(), paid_for: BTreeSet::new() }
    }

    /// Follows the plan through some chances; what comes after them is a bank that always answers.
    fn go(&mut self, chances: &[u8]) -> Outcome {
        let (mut now, mut news) = (UnixMillis::new(0), None::<(Step, News)>);
        for turn in 0..2_000 {
            let chance = chances.get(turn).copied().unwrap_or(4);
            let known = progress(&self.journal);
            let last = news.as_ref().map(|(step, news)| (*step, news));
            if let Some(entry) = last.and_then(|(step, news)| known.failure(step, news)) {
                self.journal.push(entry);
            }
            let known = progress(&self.journal);
            let next = decide(&known, Rail::Card, &Waits::default(), last, now);
            self.journal.extend(known.entry(&next, now));
            // A crash between the journal and the call drops everything but the journal.
            if chance % 16 == 15 {
                news = None;
                continue;
            }
            news = match self.call(&next, chance, &mut now) {
                Ok(news) => Some(news),
                Err(outcome) => return outcome,
            };
        }
        panic!("a plan without an end");
    }

    fn call(
        &mut self,
        next: &Next,
        chance: u8,
        now: &mut UnixMillis,
    ) -> Result<(Step, News), Outcome> {
        let (lost, unsent) = (chance % 16 == 14, chance % 16 == 13);
        let gone = chance % 16 == 12;
        let (step, answer) = match next {
            Next::Init { order, at } => {
                *now = (*at).max(*now);
                assert!(self.paid_for.is_empty(), "Init after a Payment");
                let order = progress(&self.journal).order_id(*order);
                let reached = !unsent && !gone;
                (Step::Init, reached.then(|| self.bank.init(&order)))
            }
            Next::Pay { payment } => {
                self.paid_for.insert(payment.clone());
                assert_eq!(self.paid_for.len(), 1, "a Payment for another PaymentId");
                let reached = !unsent && !gone;
                (Step::Payment, reached.then(|| self.bank.pay(payment, chance)))
            }
            Next::Ask { payment, at } => {
                *now = (*at).max(*now);
                let status = self.bank.deal(payment).status;
                // What was on its way is carried out after the answer.
                self.bank.carry_out(payment, chance);
                (Step::GetState, (!unsent && !gone).then(|| told(None, Some(status), "0")))
            }
            Next::Stop(outcome) => return Err(outcome.clone()),
        };
        let news = match answer {
            _ if unsent => News::NotSent,
            Some(answer) if !lost => News::Answer(answer),
            _ => News::Lost,
        };
        Ok((step, news))
    }
}

fn any_repeated() -> impl Strategy<Value = Repeated> {
    prop_oneof![Just(Repeated::Refused), Just(Repeated::RefusedWithId), Just(Repeated::Another)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever is lost, late or dropped: nobody is paid twice, and the result is what the bank did.
    #[test]
    fn nobody_is_paid_twice(
        repeated in any_repeated(),
        chances in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        let mut run = Run::new(repeated);
        let outcome = run.go(&chances);
        // Everything that is still on its way arrives.
        let numbers: Vec<u32> = run.bank.deals.keys().copied().collect();
        let before: u32 = run.bank.deals.values().map(|deal| deal.paid).sum();
        for number in numbers {
            for _ in 0..10 {
                run.bank.carry_out(&id(number), 4);
            }
        }
        let paid: u32 = run.bank.deals.values().map(|deal| deal.paid).sum();
        prop_assert!(paid <= 1);
        match outcome {
            Outcome::Paid { payment } => {
                prop_assert_eq!(before, 1);
                prop_assert_eq!(run.bank.deal(&payment).paid, 1);
            }
            Outcome::Rejected { .. } => prop_assert_eq!(paid, 0),
            Outcome::Unknown(Why::StillPending) => {}
            Outcome::Unknown(_) => prop_assert!(run.paid_for.is_empty() && paid == 0),
        }
    }
}

#[test]
fn a_payout_without_trouble() {
    let mut run = Run::new(Repeated::Refused);
    assert_eq!(run.go(&[]), Outcome::Paid { payment: id(1) });
    let [Entry::Init { order: 0, .. }, Entry::Payment { payment, .. }] = &run.journal[..] else {
        panic!("{:?}", run.journal);
    };
    assert_eq!(*payment, id(1));
}

fn at(entries: &[Entry]) -> Progress {
    progress(entries)
}

const START: UnixMillis = UnixMillis::new(0);

fn init(order: u32) -> Entry {
    Entry::Init { order, at: START }
}

fn pay(number: u32) -> Entry {
    Entry::Payment { payment: id(number), at: START }
}

fn next(entries: &[Entry], step: Step, told: Told, secs: u64) -> Next {
    let now = START.plus(Duration::from_secs(secs));
    decide(&at(entries), Rail::Card, &Waits::default(), Some((step, &News::Answer(told))), now)
}

/// a new OrderId is taken only if a copy of our own may have taken the old one.
#[test]
fn a_duplicate_of_nothing_is_somebody_elses() {
    let dup = || told(None, None, "20");
    let taken = Next::Stop(Outcome::Unknown(Why::Taken));
    assert_eq!(next(&[init(0)], Step::Init, dup(), 0), taken);
    assert_eq!(next(&[init(0)], Step::Init, told(Some(9), Some("CHECKED"), "20"), 0), taken);
    let stayed = [init(0), Entry::InitStayed, init(0)];
    assert_eq!(next(&stayed, Step::Init, dup(), 0), taken);
    let again = next(&[init(0), init(0)], Step::Init, dup(), 0);
    assert_eq!(again, Next::Init { order: 1, at: START });
    assert_eq!(at(&[]).order_id(1).as_str(), "payout-7-1");
    let known = next(&[init(0), init(0)], Step::Init, told(Some(9), Some("REJECTED"), "20"), 0);
    assert_eq!(known, Next::Ask { payment: id(9), at: START });
}

/// somebody else paid, since no Payment is in the journal.
#[test]
fn an_order_that_is_paid_stops() {
    for copies in [vec![init(0)], vec![init(0), init(0)]] {
        let stop = next(&copies, Step::Init, told(None, None, "623"), 0);
        assert_eq!(stop, Next::Stop(Outcome::Unknown(Why::PaidElsewhere)));
    }
}

/// CHECKED after a Payment waits, then sends the same Payment; REJECTED ends it even
/// beside success.
#[test]
fn statuses_after_a_payment() {
    let sent = [init(0), pay(1)];
    let checked = || told(None, Some("CHECKED"), "0");
    assert!(matches!(next(&sent, Step::GetState, checked(), 89), Next::Ask { .. }));
    assert_eq!(next(&sent, Step::GetState, checked(), 90), Next::Pay { payment: id(1) });
    assert!(matches!(next(&sent, Step::Payment, checked(), 90), Next::Ask { .. }));
    let often = [init(0), pay(1), pay(1), pay(1)];
    assert!(matches!(next(&often, Step::GetState, checked(), 90), Next::Ask { .. }));
    let rejected = Told { code: Some("1057".into()), ..told(None, Some("REJECTED"), "0") };
    let Next::Stop(Outcome::Rejected { reason, class }) =
        next(&sent, Step::Payment, rejected.clone(), 0)
    else {
        panic!("rejected");
    };
    assert_eq!((reason, class), (Some("1057".into()), CodeClass::RecipientCanFix));
    // A second copy may be rejected because the first one was carried out.
    let twice = [init(0), pay(1), pay(1)];
    assert!(matches!(next(&twice, Step::Payment, rejected, 0), Next::Ask { .. }));
}

/// what is under way is asked about for its time, and never ends by itself.
#[test]
fn times_to_wait() {
    let sent = [init(0), pay(1)];
    let pending = Next::Stop(Outcome::Unknown(Why::StillPending));
    for (status, step, limit) in [
        ("UNKNOWN", 60, 600),
        ("CREDIT_CHECKING", 10, 3600),
        ("COMPLETING", 10, 3600),
        ("NEWS", 10, 3600),
    ] {
        let state = || told(None, Some(status), "0");
        let at = START.plus(Duration::from_secs(limit - 1 + step));
        let ask = Next::Ask { payment: id(1), at };
        assert_eq!(next(&sent, Step::GetState, state(), limit - 1), ask, "{status}");
        assert_eq!(next(&sent, Step::GetState, state(), limit), pending, "{status}");
    }
}

/// Every journal with a Payment in it, under every answer: the same PaymentId for ever.
#[test]
fn a_sent_payment_is_the_only_one() {
    let mut codes: Vec<String> = Rail::Card.rows().iter().map(|row| row.code.to_string()).collect();
    codes.extend(["SBP_001", "4005", ""].map(str::to_owned));
    let statuses: Vec<Option<&str>> =
        PayoutStatus::KNOWN.iter().copied().chain(["LATER"]).map(Some).chain([None]).collect();
    for journal in [vec![init(0), pay(1)], vec![init(0), init(0), init(1), pay(1), pay(1)]] {
        for step in [Step::Init, Step::Payment, Step::GetState] {
            for (code, status) in codes.iter().flat_map(|c| statuses.iter().map(move |s| (c, *s))) {
                for (payment, secs) in [(None, 0), (Some(1), 100), (Some(2), 100), (None, 9999)] {
                    let told = told(payment, status, code);
                    match next(&journal, step, told, secs) {
                        Next::Init { .. } => panic!("{step:?} {code} {status:?}"),
                        Next::Pay { payment } | Next::Ask { payment, .. } => {
                            assert_eq!(payment, id(1));
                        }
                        Next::Stop(Outcome::Paid { payment: paid }) => {
                            assert!(payment != Some(2) && paid == id(1));
                            assert_eq!(status, Some("COMPLETED"));
                        }
                        Next::Stop(Outcome::Rejected { .. }) => {
                            assert!(payment != Some(2) && step != Step::Init);
                            assert!(status == Some("REJECTED") || status.is_none());
                        }
                        Next::Stop(Outcome::Unknown(why)) => assert_eq!(why, Why::StillPending),
                    }
                }
            }
        }
        for (step, news) in [(Step::Payment, News::Lost), (Step::GetState, News::NotSent)] {
            let next =
                decide(&at(&journal), Rail::Sbp, &Waits::default(), Some((step, &news)), START);
            assert!(matches!(next, Next::Ask { .. }));
        }
        let resumed = decide(&at(&journal), Rail::Sbp, &Waits::default(), None, START);
        assert_eq!(resumed, Next::Ask { payment: id(1), at: START });
    }
}

#[test]
fn a_journal_that_breaks_the_rules_is_refused() {
    for wrong in [
        vec![pay(1)],
        vec![init(1)],
        vec![Entry::InitStayed],
        vec![init(0), init(2)],
        vec![init(0), init(1), init(0)],
        vec![init(0), pay(1), init(0)],
        vec![init(0), pay(1), init(1)],
        vec![init(0), pay(1), pay(2)],
        vec![init(0), Entry::Known(id(1)), pay(2)],
        vec![init(0), Entry::Known(id(1)), init(1)],
    ] {
        let mut progress = at(&[]);
        let refused =
            wrong.iter().map(|entry| progress.record(entry)).filter(Result::is_err).count();
        assert_eq!(refused, 1, "{wrong:?}");
    }
    assert!(Progress::new(OrderId::new("1".repeat(34)).expect("fits")).is_err());
}
