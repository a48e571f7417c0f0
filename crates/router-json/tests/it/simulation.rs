//! Many orders at a router that loses requests and answers, with several banks behind it: afterwards
//! our books must equal those of all banks together.
//!
//! Run with `SIMULATION_SEED` to replay a seed and `SIMULATION_ORDERS` for another number of orders.

mod books;
#[path = "../../../gateway-rest/tests/it/simulation/census.rs"]
mod census;
#[path = "../../../gateway-rest/tests/it/simulation/chance.rs"]
mod chance;
mod merchant;
#[path = "../../../gateway-rest/tests/it/simulation/payer.rs"]
#[expect(dead_code, reason = "the gateway's payers also bring forms to the shop")]
mod payer;
mod replay;
#[path = "../../../gateway-rest/tests/it/simulation/road.rs"]
mod road;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use books::{Reports, Wrong};
use census::Census;
use chance::Chance;
use merchant::{End, Merchant, Mistake};
use payments_core::{Secret, time::UnixMillis};
use payments_http::Transport;
use payments_sandbox::{
    CallbackFault, Fault, Partner, Sandbox, Settings,
    settings::{BindingPlace, Callbacks, Checksum, Share, StatusShape},
};
use road::Memory;
use router_json::{Client, Credentials, Profile};

const LOGIN: &str = "test_user";
const KEY: &str = "ooc7slpvc61k7sf7ma7p4hrefr";
const AT_ONCE: usize = 16;

/// What leaves a trail: it can be found out whether it happened.
const RESOLVED: &[&str] = &[
    "router.decline",
    "router.deposit",
    "router.installmentPayment",
    "router.paymentOrder",
    "router.paymentOrderBinding",
    "router.recurrentPayment",
    "router.refund",
    "router.register",
    "router.registerPreAuth",
    "router.reverse",
];

/// What moves no money by itself, and is made anew after a lost answer.
const ANEW: &[&str] = &[
    "router.alfapayPaymentOrder",
    "router.sbpGet",
    "router.sbpReject",
    "router.sbpUnBind",
    "router.tpayPaymentOrder",
];

/// What only asks.
const RESTING: &[&str] = &[
    "router.getBindings",
    "router.getOrderStatusExtended",
    "router.getRouterParams",
    "router.sbpGetBindings",
    "router.sbpStatus",
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

/// The router of one run and its banks, with everything that goes wrong by chance. Shapes that no
/// document fixes differ from seed to seed.
fn sandbox(seed: u64) -> Sandbox {
    let callbacks = Callbacks::default().with(|callbacks| {
        callbacks.url = Some("https://shop.example/callback".into());
        callbacks.checksum = Checksum::Hmac(Secret::new(KEY));
        let told = ["approvedAmount", "depositedAmount", "refundedAmount", "paymentWay"];
        callbacks.additional = told.map(str::to_owned).to_vec();
    });
    let places = [BindingPlace::Outer, BindingPlace::Model, BindingPlace::BindingInfo];
    let shapes = [StatusShape::Wrapped, StatusShape::Flat, StatusShape::Wrapped];
    let pick = usize::try_from(seed % 3).expect("small");
    let partner = Partner::new(LOGIN, "test_user_password").with(|partner| {
        partner.merchant.callbacks = callbacks;
        partner.merchant.subscription_delay_secs = 40;
        partner.sbp =
            vec![Share::new("VTB", 50), Share::new("ALFABANK", 30), Share::new("TBANK", 20)];
        partner.binding_place = places[pick];
        partner.status_shape = shapes[pick];
        partner.flat_wallets = seed.is_multiple_of(2);
    });
    let start = tokio::time::Instant::now();
    let clock = move || UnixMillis::new(1_767_225_600_000).plus(start.elapsed());
    let settings = Settings::new(Vec::new()).with(|settings| {
        settings.seed = seed;
        settings.partners = vec![partner];
    });
    let sandbox = Sandbox::with_clock(settings, clock);
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
    let sandbox = sandbox(seed);
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
        let (client, journal) = client(&sandbox);
        let chance = Chance::new(chance.next());
        let reports = Arc::clone(&reports);
        let program = Merchant::new(client, journal, sandbox.clone(), reports, chance, mistake);
        running.spawn(program.serve(number));
    }
    while let Some(done) = running.join_next().await {
        ended.push(end_of(done)?);
    }
    // What is still under way arrives, and what nobody paid expires.
    sandbox.with_bank(|bank| {
        bank.faults().clear();
    });
    tokio::time::sleep(Duration::from_secs(3600)).await;
    receiver.abort();
    let mut tally = Tally::default();
    let mut sold = Vec::new();
    for end in ended {
        tally.census.add(&end.census);
        sold.extend(end.sold);
    }
    tally.orders = sold.len();
    let reports = reports.lock().unwrap_or_else(PoisonError::into_inner);
    tally.callbacks = reports.count();
    let wrong = books::compare(&sandbox, &sold, &reports);
    if wrong.is_empty() { Ok(tally) } else { Err(wrong) }
}

fn end_of(done: Result<Result<End, String>, tokio::task::JoinError>) -> Result<End, Vec<Wrong>> {
    done.map_err(|error| error.to_string()).flatten().map_err(|wrong| vec![wrong.into()])
}

/// A client of the router, with a journal of its own.
fn client(sandbox: &Sandbox) -> (Client, Arc<Memory>) {
    let clock = sandbox.clone();
    let journal = Arc::new(Memory::default());
    let profile = Profile::at("sandbox", "https://bank.example/v1/").expect("valid");
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

/// Nothing is charged or refunded twice, no outcome stays unknown, and our books equal those of all
/// banks to the kopeck.
///
///
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
    assert!(lively >= tally.orders / 5, "hardly anything went wrong: {tally:?}");
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
    let wrong = |seed| block_on(run(seed, 120, mistake)).err().unwrap_or_default();
    (1..=3).flat_map(wrong).collect()
}

/// Four mistakes that a merchant's program could make. If the simulation does not find the money that
/// each of them costs, it proves nothing.
#[test]
fn planted_mistakes_show_in_the_books() {
    // A second copy acts again: a bank paid back what the merchant does not know of.
    let doubled = wrong_books(Mistake::ResendsDoubles);
    assert!(doubled.iter().any(|wrong| wrong.refunded_unknown() > 0), "{doubled:?}");
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
    // Coming back is no proof: the merchant believes to be paid, and nobody paid.
    let back = wrong_books(Mistake::BelievesTheReturn);
    let unpaid = |wrong: &Wrong| match wrong {
        Wrong::Amounts { ours: [held, kept, _], theirs, .. } => {
            held + kept > 0 && *theirs == [0; 3]
        }
        _ => false,
    };
    assert!(back.iter().any(unpaid), "{back:?}");
}
