//! Many orders at a bank that loses requests and answers: afterwards our books must equal its own.
//!
//! Run with `SIMULATION_SEED` to replay a seed and `SIMULATION_ORDERS` for another number of orders.

mod books;
mod census;
mod chance;
mod merchant;
mod payer;
mod road;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use books::{Reports, Wrong};
use census::Census;
use chance::Chance;
use gateway_rest::{Client, Credentials, Profile};
use merchant::{End, Merchant, Mistake};
use payments_core::{Secret, time::UnixMillis};
use payments_http::Transport;
use payments_sandbox::{
    CallbackFault, Fault, Merchant as Contract, Sandbox, Settings,
    settings::{Callbacks, Checksum},
};
use road::Memory;

const LOGIN: &str = "test_user";
const KEY: &str = "ooc7slpvc61k7sf7ma7p4hrefr";
const AT_ONCE: usize = 16;

/// What leaves a trail: it can be found out whether it happened.
const RESOLVED: &[&str] = &[
    "gateway.closeOfdReceipt",
    "gateway.continue3ds",
    "gateway.decline",
    "gateway.deposit",
    "gateway.finish3dsPayment",
    "gateway.finish3dsVer2Payment",
    "gateway.installmentPayment",
    "gateway.paymentOrderBinding",
    "gateway.paymentorder",
    "gateway.processRawPositionRefund",
    "gateway.processRawSumRefund",
    "gateway.recurrentPayment",
    "gateway.refund",
    "gateway.register",
    "gateway.registerPreAuth",
    "gateway.reverse",
];

/// What moves no money by itself, and is made anew after a lost answer.
const ANEW: &[&str] =
    &["gateway.sbpQrGet", "gateway.sbpQrReject", "gateway.templates.create", "gateway.verifyCard"];

/// What only asks, or changes nothing but what is stored; and the calls of other paths.
const RESTING: &[&str] = &[
    "gateway.bindCard",
    "gateway.createBindingNoPayment",
    "gateway.extendBinding",
    "gateway.getBindings",
    "gateway.getBindingsByCardOrId",
    "gateway.getOrderStatusExtended",
    "gateway.getReceiptStatus",
    "gateway.raw",
    "gateway.sbpGetBindings",
    "gateway.sbpQrStatus",
    "gateway.sbpUnBind",
    "gateway.seKeys",
    "gateway.templates.get",
    "gateway.templates.getList",
    "gateway.templates.update",
    "gateway.unBindCard",
];

/// What can happen to a request on its way, and to its answer.
fn faults() -> Vec<Fault> {
    let mut faults = vec![
        Fault::LostRequest,
        Fault::LostAnswer,
        Fault::LateAnswer(Duration::from_secs(3)),
        Fault::LateAnswer(Duration::from_secs(120)),
        Fault::LateExecution(Duration::from_secs(20)),
    ];
    for acted in [false, true] {
        faults.extend([429, 500, 502, 400].map(|code| Fault::Status { code, acted }));
        faults.push(Fault::Html { acted });
        faults.push(Fault::ErrorInside200 { acted });
    }
    faults
}

fn callback_faults() -> Vec<CallbackFault> {
    let late = CallbackFault::Late(Duration::from_secs(90));
    vec![CallbackFault::Lost, CallbackFault::Doubled, late]
}

/// The bank of one run, with everything that goes wrong by chance.
fn bank(seed: u64) -> Sandbox {
    let callbacks = Callbacks::default().with(|callbacks| {
        callbacks.url = Some("https://shop.example/callback".into());
        callbacks.checksum = Checksum::Hmac(Secret::new(KEY));
        let amounts = ["approvedAmount", "depositedAmount", "refundedAmount"];
        callbacks.additional = amounts.map(str::to_owned).to_vec();
    });
    let contract = Contract::new(LOGIN, "test_user_password").with(|contract| {
        contract.callbacks = callbacks;
    });
    let start = tokio::time::Instant::now();
    let clock = move || UnixMillis::new(1_767_225_600_000).plus(start.elapsed());
    let sandbox = Sandbox::with_clock(Settings::new(vec![contract]), clock);
    sandbox.with_bank(|bank| {
        bank.faults().by_chance(seed, 200, faults(), callback_faults());
    });
    sandbox
}

/// What a run says of itself.
#[derive(Debug, Default)]
struct Tally {
    orders: usize,
    callbacks: usize,
    census: Census,
}

/// Lets so many customers come; an error says all that went wrong with the money.
async fn run(seed: u64, customers: usize, mistake: Mistake) -> Result<Tally, Vec<Wrong>> {
    let sandbox = bank(seed);
    let reports = Arc::new(Mutex::new(Reports::default()));
    let receiver = tokio::spawn(receive(sandbox.clone(), Arc::clone(&reports)));
    let mut chance = Chance::new(seed);
    let mut running = tokio::task::JoinSet::new();
    let mut ended = Vec::new();
    for number in 0..customers {
        if running.len() >= AT_ONCE
            && let Some(done) = running.join_next().await
        {
            ended.push(end_of(done)?);
        }
        running.spawn(program(&sandbox, Chance::new(chance.next()), mistake).serve(number));
    }
    while let Some(done) = running.join_next().await {
        ended.push(end_of(done)?);
    }
    // What is still under way arrives.
    sandbox.with_bank(|bank| {
        bank.faults().clear();
    });
    tokio::time::sleep(Duration::from_secs(300)).await;
    receiver.abort();
    let mut tally = Tally::default();
    let mut sold = Vec::new();
    for end in ended {
        tally.census.add(&end.census);
        sold.extend(end.sold);
    }
    tally.orders = sold.len();
    let mut wrong = {
        let reports = reports.lock().unwrap_or_else(PoisonError::into_inner);
        tally.callbacks = reports.count();
        books::compare(&sandbox, &sold, &reports)
    };
    let (client, _) = client(&sandbox);
    wrong.extend(books::receipts(&client, &sold).await.map_err(|wrong| vec![wrong.into()])?);
    if wrong.is_empty() { Ok(tally) } else { Err(wrong) }
}

fn end_of(done: Result<Result<End, String>, tokio::task::JoinError>) -> Result<End, Vec<Wrong>> {
    done.map_err(|error| error.to_string()).flatten().map_err(|wrong| vec![wrong.into()])
}

/// A merchant's program with a journal of its own.
fn program(sandbox: &Sandbox, chance: Chance, mistake: Mistake) -> Merchant {
    let (client, journal) = client(sandbox);
    Merchant::new(client, journal, sandbox.clone(), chance, mistake)
}

fn client(sandbox: &Sandbox) -> (Client, Arc<Memory>) {
    let clock = sandbox.clone();
    let journal = Arc::new(Memory::default());
    let profile = Profile::at("sandbox", "https://bank.example/payment/").expect("valid");
    let credentials = Credentials::login(LOGIN, "test_user_password").expect("valid");
    let client = Client::builder(profile, credentials, Transport::new(road::to(sandbox.clone())))
        .clock(move || clock.now())
        .journal(Arc::<Memory>::clone(&journal))
        .build();
    (client, journal)
}

/// The merchant's callback address: takes in whatever arrives.
async fn receive(sandbox: Sandbox, reports: Arc<Mutex<Reports>>) {
    loop {
        let mut arrived = sandbox.take_deliveries();
        arrived.extend(sandbox.tick());
        reports.lock().unwrap_or_else(PoisonError::into_inner).receive(&sandbox, arrived);
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

fn environment(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} must be a number")))
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_time().start_paused(true).build().expect("a runtime").block_on(future)
}

/// Nothing is charged or refunded twice, no outcome stays unknown, and our books equal the bank's
/// to the kopeck.
///
/// G-041, G-156, G-157, G-158, G-160, G-161, G-162, G-257
#[test]
fn the_books_agree_whatever_gets_lost() {
    let seed = environment("SIMULATION_SEED").unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.map_or(1, |since| u64::try_from(since.as_nanos() & 0xffff_ffff).unwrap_or(1))
    });
    let orders = environment("SIMULATION_ORDERS").and_then(|orders| usize::try_from(orders).ok());
    println!("SIMULATION_SEED={seed}");
    let tally = block_on(run(seed, orders.unwrap_or(1000), Mistake::None));
    let tally = tally.unwrap_or_else(|wrong| panic!("SIMULATION_SEED={seed}: {wrong:?}"));
    println!("{} orders, {} callbacks, {:?}", tally.orders, tally.callbacks, tally.census);
    let lively = tally.census.resolved().min(tally.callbacks);
    assert!(lively >= tally.orders / 4, "hardly anything went wrong: {tally:?}");
    if tally.orders >= 1000 {
        tally.census.covers(RESOLVED, ANEW, tally.orders >= 10_000);
    }
    assert!(tally.census.dropped > 0 && tally.census.died > 0, "nothing was dropped: {tally:?}");
}

/// Each call of the crate is one that the simulation makes, or one that moves nothing.
#[test]
fn no_call_is_left_out() {
    let (mut folders, mut named) = (vec![env!("CARGO_MANIFEST_DIR").to_owned() + "/src"], vec![]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("readable") {
            let path = entry.expect("readable").path().to_str().expect("text").to_owned();
            if !path.ends_with(".rs") {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(path).expect("text");
            let names = text.split("const NAME: &'static str = \"").skip(1);
            named.extend(names.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
        }
    }
    let mut known: Vec<&str> = [RESOLVED, ANEW, RESTING].concat();
    known.sort_unstable();
    named.sort_unstable();
    assert_eq!(named, known);
}

/// The same seed gives the same run.
#[test]
fn a_seed_replays() {
    let run = || format!("{:?}", block_on(run(7, 60, Mistake::None)));
    assert_eq!(run(), run());
}

/// What merchants' programs with a mistake find in the end, over some seeds.
fn wrong_books(mistake: Mistake) -> Vec<Wrong> {
    let wrong = |seed| block_on(run(seed, 200, mistake)).err().unwrap_or_default();
    (1..=3).flat_map(wrong).collect()
}

/// Three mistakes that a merchant's program could make. If the simulation does not find the money
/// that each of them costs, it proves nothing.
#[test]
fn planted_mistakes_show_in_the_books() {
    // A second copy acts again: the bank paid back what the merchant does not know of, exactly as
    // much as one of his refunds once more.
    let doubled = wrong_books(Mistake::ResendsDoubles);
    assert!(doubled.iter().any(|wrong| wrong.refunded_unknown() > 0), "{doubled:?}");
    let more = |wrong: &Wrong| match wrong {
        Wrong::Receipts { ours, theirs, .. } => theirs.closing > ours.closing,
        _ => false,
    };
    assert!(doubled.iter().any(more), "no receipt was made twice: {doubled:?}");
    // A refusal of the second copy is taken for a failure of the first: one sale, two orders.
    let anew = wrong_books(Mistake::DuplicateMeansFailed);
    let more =
        |wrong: &Wrong| matches!(wrong, Wrong::Orders { sold, registered } if registered > sold);
    assert!(anew.iter().any(more), "{anew:?}");
    // Zero is everything: the bank paid all back, and the merchant believes to have it.
    let zero = wrong_books(Mistake::SendsZero);
    let all = |wrong: &Wrong| match wrong {
        Wrong::Amounts { ours: [_, kept, _], theirs: [_, left, _], .. } => *kept > 0 && *left == 0,
        _ => false,
    };
    assert!(zero.iter().any(all), "{zero:?}");
}
