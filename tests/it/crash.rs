//! The bot is killed while people use it and Discord misbehaves, started again, and everything adds up: round after round.
//!
//! `CRASH_ROUNDS=200 cargo test --test it crash -- --nocapture` does so many rounds and prints its figures. What a round does
//! hangs on its own number and on `CRASH_SEED`; a failure names both, and `CRASH_SEED=… CRASH_FIRST=…` begins with that round,
//! as far as a real process does the same again. `BOTWRIGHT=…` kills another build of the command.

mod figures;
mod ledger;
mod load;

use crate::harness::{Shop, botwright_with};
use botwright::sim::Id;
use figures::Figures;
use ledger::Ledger;
use load::Load;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};

/// Customers; the last one's doors are closed, the others' open and close.
const CUSTOMERS: [&str; 5] = ["cleo", "dan", "eve", "finn", "gil"];
/// What the bot still has to do now: sleeping timers are not part of it.
const UNFINISHED: &str =
    "SELECT (SELECT count(*) FROM bw_runs WHERE state IS NOT NULL) + (SELECT count(*) FROM bw_holds)
    + (SELECT count(*) FROM bw_outbox WHERE dead = 0)
    + (SELECT count(*) FROM bw_timers WHERE due_at <= unixepoch('subsec') * 1000)";
/// How long it may take to do that.
const TO_REST: Duration = Duration::from_secs(60);

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_instant_nothing_is_lost_and_nothing_twice() {
    let seed = number("CRASH_SEED").unwrap_or_else(rand::random);
    let first = number("CRASH_FIRST").unwrap_or(0);
    let rounds = number("CRASH_ROUNDS").unwrap_or(3);
    println!("CRASH_SEED={seed} CRASH_FIRST={first} CRASH_ROUNDS={rounds}");
    let mut shop = Shop::open().await;
    let customers: Vec<Id> = CUSTOMERS.iter().map(|name| shop.join(name)).collect();
    shop.world.set_dms(*customers.last().expect("there are some"), false);
    shop.panel().await;
    let mut ledger = Ledger::open(&shop, &customers).await;
    let mut figures = Figures::default();
    for round in first..first + rounds {
        let name = format!("CRASH_SEED={seed} CRASH_FIRST={round}");
        let dice = StdRng::seed_from_u64(seed ^ round.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        shop.lines.clear();
        let mut load = Load::new(dice, customers.clone(), round);
        under_load(&shop, &mut load, &mut figures).await;
        power_cut(&mut shop, &mut load, &mut figures).await;
        come_to_rest(&shop, UNFINISHED, &name).await;
        figures.rested();
        ledger.look(&shop, &load, &name).await;
        shop.kept_its_secrets();
        figures.looked(round - first, &load);
    }
    come_to_rest(&shop, &UNFINISHED.replace("WHERE due_at <= unixepoch('subsec') * 1000", ""), "the end").await;
    ledger.look_at_everything(&shop).await;
    assert_eq!(shop.stop().await, Some(0), "{}", shop.lines.text());
    let verified = botwright_with(shop.folder.path(), &["data", "verify", "bots/store.yaml"], &shop.environment);
    assert_eq!(verified.code, Some(0), "{verified:?}");
    println!("{}", figures.told(rounds, &ledger));
}

/// People use the bot, and Discord misbehaves, until the round's last moment.
async fn under_load(shop: &Shop, load: &mut Load, figures: &mut Figures) {
    figures.loaded();
    let dies = Instant::now() + Duration::from_millis(load.dice.random_range(20..1_500));
    while Instant::now() < dies {
        load.deed(shop);
        if load.dice.random_range(0..6) == 0 {
            load.fault(shop);
        }
        sleep(Duration::from_millis(load.dice.random_range(0..25))).await;
    }
    figures.answered(load.asked.iter().filter(|asked| load.is_answered(shop, **asked)).count());
}

/// The process dies, and so does every fourth one that comes after it, while it mends what the earlier one left.
async fn power_cut(shop: &mut Shop, load: &mut Load, figures: &mut Figures) {
    loop {
        shop.kill();
        figures.killed();
        shop.world.heal();
        // Most rounds begin again in peace; in some Discord goes on misbehaving towards the next process.
        if load.dice.random_range(0..6) == 0 {
            load.nuisance(shop);
        }
        if load.dice.random_range(0..4) > 0 {
            break;
        }
        shop.launch();
        sleep(Duration::from_millis(load.dice.random_range(0..1_500))).await;
    }
    shop.start().await;
    shop.world.heal();
    figures.started();
}

async fn come_to_rest(shop: &Shop, unfinished: &str, round: &str) {
    let rest = async {
        while shop.number(unfinished).await > 0 {
            sleep(Duration::from_millis(50)).await;
        }
    };
    if timeout(TO_REST, rest).await.is_err() {
        let runs = shop.rows("SELECT id, state, trouble FROM bw_runs WHERE state IS NOT NULL").await;
        let posts = shop.rows("SELECT id, next_at, error FROM bw_outbox WHERE dead = 0").await;
        let timers = shop.rows("SELECT due_at, what FROM bw_timers").await;
        let left = format!("runs {runs:?}, entries {posts:?}, timers {timers:?}");
        panic!("{round}: it does not come to rest: {left}\n{}", shop.lines.text());
    }
}
