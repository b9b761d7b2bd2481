//! The bot is killed while people use it and Discord misbehaves, started again, and everything adds up: round after round.
//!
//! `CRASH_ROUNDS=200 cargo test --test it crash` does so many rounds; `CRASH_SEED=…` with the number that a failure names
//! does the same again, as far as a real process can do the same.

use crate::harness::{Embed, Shop};
use botwright::sim::{Breakage, Id, Target};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// Customers; the last one's doors are closed.
const CUSTOMERS: [&str; 5] = ["cleo", "dan", "eve", "finn", "gil"];
const UNFINISHED: &str =
    "SELECT (SELECT count(*) FROM bw_runs WHERE state IS NOT NULL) + (SELECT count(*) FROM bw_holds)
    + (SELECT count(*) FROM bw_outbox WHERE dead = 0) + (SELECT count(*) FROM bw_timers)";

struct Load {
    dice: StdRng,
    customers: Vec<Id>,
    stocked: usize,
    reviewed: usize,
    asked: usize,
    /// Interactions that may be delivered again.
    latest: Vec<Id>,
}

impl Load {
    /// One thing that somebody does.
    fn deed(&mut self, shop: &Shop) {
        let root = shop.as_("root");
        let customer = *self.customers.choose(&mut self.dice).expect("there are some");
        let asked = match self.dice.random_range(0..12) {
            0 | 1 => {
                let keys = (0..3).map(|_| self.next_key()).collect::<Vec<_>>().join(" ");
                root.asks(&format!("/stock product:Alpha duration:\"1 Day\" keys:\"{keys}\""))
            }
            2..=5 => root.asks(&format!("/send user:<@{customer}> product:Alpha duration:\"1 Day\"")),
            6 | 7 => {
                self.reviewed += 1;
                shop.as_id(customer).asks(&format!("/review rating:5 review:r{:05}", self.reviewed))
            }
            8 | 9 => shop.as_id(customer).presses("Open Ticket"),
            10 => return self.close(shop),
            _ => return self.again(shop),
        };
        if let Ok(asked) = asked {
            self.asked += 1;
            self.latest.push(asked);
        }
    }

    fn next_key(&mut self) -> String {
        self.stocked += 1;
        format!("k3y-{:05}", self.stocked)
    }

    fn close(&mut self, shop: &Shop) {
        let open: Vec<_> =
            shop.world.channels(shop.guild).into_iter().filter(|channel| channel.name.starts_with("ticket-")).collect();
        if let Some(channel) = open.choose(&mut self.dice)
            && shop.as_("root").at(channel.id).presses("Close Ticket").is_ok()
        {
            self.asked += 1;
        }
    }

    fn again(&mut self, shop: &Shop) {
        if let Some(asked) = self.latest.choose(&mut self.dice) {
            let _too_late = shop.world.redeliver(*asked);
        }
    }

    fn fault(&mut self, shop: &Shop) {
        let targets = [Target::Dm, Target::Message, Target::Webhook, Target::Channel, Target::Interaction];
        let breakages = [
            Breakage::Status(500),
            Breakage::Status(502),
            Breakage::RateLimited { retry_after: 0.2, global: false },
            Breakage::Silence,
            Breakage::SilenceAfter,
            Breakage::Code(50_013),
        ];
        let target = targets.choose(&mut self.dice).expect("there are some").clone();
        let breakage = breakages.choose(&mut self.dice).expect("there are some").clone();
        // A webhook's refusal is for good, and its entries are given up: another test is about that.
        if (&target, &breakage) != (&Target::Webhook, &Breakage::Code(50_013)) {
            shop.world.refuse(target, breakage, self.dice.random_range(1..3));
        }
    }
}

/// What must hold whenever the bot has come to rest.
async fn adds_up(shop: &Shop, customers: &[Id], round: &str) {
    let rows = shop.rows("SELECT key, state FROM keys ORDER BY id").await;
    let mut sent: BTreeMap<String, usize> = BTreeMap::new();
    for customer in customers {
        for key in shop.as_id(*customer).keys() {
            *sent.entry(key).or_default() += 1;
        }
    }
    for row in &rows {
        let [Some(key), Some(state)] = &row[..] else { panic!("{row:?}") };
        let times = sent.remove(key).unwrap_or(0);
        let right = usize::from(state == "delivered");
        assert_eq!(times, right, "{round}: the key {key} is {state} and went out {times} times\n{}", shop.lines.text());
    }
    assert!(sent.is_empty(), "{round}: {sent:?} went out and are in no row");

    let told = told_of(shop, "Key Sent").len();
    let delivered = rows.iter().filter(|row| row[1].as_deref() == Some("delivered")).count();
    assert!(told >= delivered, "{round}: {delivered} keys were delivered, and {told} entries tell of it");

    let written = shop.rows("SELECT text FROM reviews ORDER BY id").await;
    let logged: Vec<String> =
        told_of(shop, "Review Submitted").iter().map(|entry| entry.field("Review").to_owned()).collect();
    let vouches = shop.world.messages(shop.vouches);
    for row in written {
        let text = row[0].clone().expect("a text");
        let posted = vouches.iter().filter(|message| message.embeds.iter().any(|e| e.to_string().contains(&text)));
        let posted = posted.count();
        assert!(posted <= 1, "{round}: the review {text} was posted {posted} times\n{}", shop.lines.text());
        // Where Discord refused it, the run ended with that.
        let told = posted == 0 || logged.contains(&text);
        assert!(told, "{round}: no log entry tells of the review {text}\n{}", shop.lines.text());
    }

    let open =
        "SELECT count(*) FROM (SELECT 1 FROM bw_tickets WHERE slot IS NOT NULL GROUP BY user_id HAVING count(*) > 1)";
    assert_eq!(shop.number(open).await, 0, "{round}: somebody has two open tickets");
    let live: BTreeSet<String> = shop.world.channels(shop.guild).iter().map(|channel| channel.id.to_string()).collect();
    for row in shop.rows("SELECT channel_id, slot, number FROM bw_tickets").await {
        let there = row[0].as_ref().is_some_and(|channel| live.contains(channel));
        assert_eq!(there, row[1].is_some(), "{round}: the channel of ticket {:?} is there: {there}", row[2]);
    }
    let known = shop.rows("SELECT channel_id FROM bw_tickets WHERE slot IS NOT NULL").await;
    for channel in shop.world.channels(shop.guild).iter().filter(|channel| channel.name.starts_with("ticket-")) {
        let belongs = known.iter().any(|row| row[0].as_deref() == Some(&channel.id.to_string()));
        let (name, id) = (&channel.name, channel.id);
        assert!(belongs, "{round}: {name} ({id}) belongs to no open ticket: {known:?}\n{}", shop.lines.text());
    }
}

fn told_of(shop: &Shop, title: &str) -> Vec<Embed> {
    shop.entries().into_iter().filter(|entry| entry.title().contains(title)).collect()
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_instant_nothing_is_lost_and_nothing_twice() {
    let seed = number("CRASH_SEED").unwrap_or_else(rand::random);
    let rounds = number("CRASH_ROUNDS").unwrap_or(3);
    println!("CRASH_SEED={seed} CRASH_ROUNDS={rounds}");
    let mut shop = Shop::open().await;
    let customers: Vec<Id> = CUSTOMERS.iter().map(|name| shop.join(name)).collect();
    shop.world.set_dms(*customers.last().expect("there are some"), false);
    shop.panel().await;
    let dice = StdRng::seed_from_u64(seed);
    let mut load = Load { dice, customers: customers.clone(), stocked: 0, reviewed: 0, asked: 0, latest: Vec::new() };
    let began = Instant::now();
    for round in 0..rounds {
        let name = format!("CRASH_SEED={seed}, round {round}");
        let dies = Instant::now() + Duration::from_millis(load.dice.random_range(20..1_500));
        load.latest.clear();
        while Instant::now() < dies {
            load.deed(&shop);
            if load.dice.random_range(0..6) == 0 {
                load.fault(&shop);
            }
            sleep(Duration::from_millis(load.dice.random_range(0..25))).await;
        }
        shop.kill();
        shop.world.heal();
        shop.start().await;
        let deadline = Instant::now() + Duration::from_secs(60);
        while shop.number(UNFINISHED).await > 0 {
            let left = shop.rows("SELECT id, state, trouble FROM bw_runs WHERE state IS NOT NULL").await;
            assert!(Instant::now() < deadline, "{name}: it comes to rest: {left:?}\n{}", shop.lines.text());
            sleep(Duration::from_millis(50)).await;
        }
        adds_up(&shop, &customers, &name).await;
    }
    println!("{rounds} rounds with {} interactions in {:?}", load.asked, began.elapsed());
}
