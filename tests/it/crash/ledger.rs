//! What was found right so far, so that each round is looked at once; and one look at everything at the end.

use super::load::Load;
use crate::harness::{Embed, Shop};
use botwright::sim::Id;
use botwright::sim::message::Message;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A batch of the outbox: after a lost answer so many entries at most may come once more.
const BATCH: usize = 10;
/// Notes every entry in the transaction that wrote it: what has to arrive, and in which order.
const WITNESS: [&str; 2] = [
    "CREATE TABLE witness (n INTEGER PRIMARY KEY AUTOINCREMENT, payload TEXT NOT NULL)",
    "CREATE TRIGGER witness AFTER INSERT ON bw_outbox BEGIN INSERT INTO witness (payload) VALUES (NEW.payload); END",
];

/// A channel that is read from where the last look ended.
struct Reader {
    channel: Id,
    last: Option<Id>,
}

impl Reader {
    fn new(channel: Id) -> Self {
        Self { channel, last: None }
    }

    fn read(&mut self, shop: &Shop) -> Vec<Message> {
        let messages = shop.world.messages_after(self.channel, self.last);
        self.last = messages.last().map(|message| message.id).or(self.last);
        messages
    }
}

pub struct Ledger {
    letters: BTreeMap<Id, Option<Reader>>,
    log: Reader,
    vouches: Reader,
    /// Keys that went out, each once.
    pub sent: BTreeSet<String>,
    /// The entries that the bot wrote, in the order of its transactions.
    written: Vec<Value>,
    /// How many of them arrived, and which of them has to come next.
    arrived: usize,
    next: usize,
    pub arrived_again: usize,
    told: Told,
    posted: BTreeSet<String>,
    reviewed: i64,
}

/// What the written entries say, all together.
#[derive(Default)]
struct Told {
    /// By title.
    entries: BTreeMap<String, usize>,
    keys_added: usize,
    keys_sent: usize,
    reviews: BTreeSet<String>,
    opened: BTreeSet<String>,
    closed: BTreeSet<String>,
}

impl Ledger {
    pub async fn open(shop: &Shop, customers: &[Id]) -> Self {
        for sql in WITNESS {
            shop.execute(sql).await;
        }
        let log = shop.world.channel_named(shop.guild, "log").expect("the log's channel");
        Self {
            letters: customers.iter().map(|customer| (*customer, None)).collect(),
            log: Reader::new(log),
            vouches: Reader::new(shop.vouches),
            sent: BTreeSet::new(),
            written: Vec::new(),
            arrived: 0,
            next: 0,
            arrived_again: 0,
            told: Told::default(),
            posted: BTreeSet::new(),
            reviewed: 0,
        }
    }

    pub fn entries(&self) -> usize {
        self.arrived
    }

    pub fn reviews(&self) -> usize {
        self.posted.len()
    }

    pub fn tickets(&self) -> (usize, usize) {
        (self.told.opened.len(), self.told.closed.len())
    }

    /// What must hold whenever the bot has come to rest, of what came since the last look.
    pub async fn look(&mut self, shop: &Shop, load: &Load, round: &str) {
        let say = |problem: String| format!("{round}: {problem}\n{}", shop.lines.text());
        let delivered = self.told.count("Key Sent");
        let checks = async {
            self.keys(shop).await?;
            self.stock(shop, load).await?;
            self.log(shop).await?;
            self.sends(shop, load, delivered)?;
            self.reviews_of(shop).await?;
            self.tickets_of(shop).await
        };
        if let Err(problem) = checks.await {
            panic!("{}", say(problem));
        }
    }

    /// Each key is in stock or in exactly one message.
    async fn keys(&mut self, shop: &Shop) -> Result<(), String> {
        let mut fresh = Vec::new();
        for (customer, reader) in &mut self.letters {
            if reader.is_none() {
                *reader = shop.world.direct(shop.bot, *customer).map(|channel| Reader::new(channel.id));
            }
            let letters = reader.as_mut().map(|reader| reader.read(shop)).unwrap_or_default();
            fresh.extend(letters.iter().map(key));
        }
        for key in &fresh {
            ensure(self.sent.insert(key.clone()), || format!("the key {key} went out twice"))?;
        }
        let delivered = shop.number(&format!("{} AND state = 'delivered'", those(&fresh))).await;
        ensure(delivered == fresh.len() as i64, || format!("of {fresh:?}, which went out, {delivered} are delivered"))?;
        let delivered = shop.keys_in("delivered").await;
        let sent = self.sent.len() as i64;
        ensure(delivered == sent, || format!("{delivered} keys are delivered, and {sent} went out"))?;
        let others = shop.number("SELECT count(*) FROM keys WHERE state NOT IN ('stocked', 'delivered')").await;
        ensure(others == 0, || format!("{others} keys are neither in stock nor delivered"))
    }

    /// Whoever was told that keys are in stock finds them there, or delivered.
    async fn stock(&mut self, shop: &Shop, load: &Load) -> Result<(), String> {
        for (asked, keys) in load.stocked.iter().filter(|(asked, _)| load.is_answered(shop, *asked)) {
            if !shop.world.answers(*asked).iter().any(|answer| titled(answer, "Stock updated")) {
                continue;
            }
            let found = shop.number(&those(keys)).await;
            ensure(found == keys.len() as i64, || format!("of {keys:?}, which were said to be in stock, {found} are"))?;
        }
        Ok(())
    }

    /// Every entry that was written arrived, in order, without a gap.
    async fn log(&mut self, shop: &Shop) -> Result<(), String> {
        let known = self.written.len();
        for row in shop.rows(&format!("SELECT payload FROM witness WHERE n > {known} ORDER BY n")).await {
            let payload = row[0].as_deref().expect("a payload");
            let entry: Value = serde_json::from_str(payload).map_err(|error| format!("{error}: {payload}"))?;
            self.told.take(&entry)?;
            self.written.push(entry);
        }
        for post in self.log.read(shop) {
            for embed in &post.embeds {
                self.arrive(embed)?;
            }
        }
        let (arrived, written) = (self.arrived, self.written.len());
        ensure(arrived == written && self.next == written, || {
            format!("{written} entries were written, {arrived} arrived, and the last came before {}", self.next)
        })?;
        let dead = shop.number("SELECT count(*) FROM bw_outbox WHERE dead").await;
        ensure(dead == 0, || format!("{dead} entries were given up"))?;
        let added = shop.number("SELECT count(*) FROM keys").await;
        let told = self.told.keys_added;
        ensure(told as i64 == added, || format!("{added} keys were added, and entries tell of {told}"))?;
        let (told, sent) = (self.told.keys_sent, self.sent.len());
        ensure(told == sent, || format!("{sent} keys went out, and entries tell of {told}"))
    }

    /// The next one, or, after an answer that was lost, one of the last few once more.
    fn arrive(&mut self, embed: &Value) -> Result<(), String> {
        if !self.written.get(self.next).is_some_and(|entry| same(entry, embed)) {
            let from = self.arrived.saturating_sub(BATCH);
            let again = self.written[from..self.arrived].iter().position(|entry| same(entry, embed));
            let again = again.ok_or_else(|| {
                format!("instead of {} came {embed}", self.written.get(self.next).unwrap_or(&Value::Null))
            })?;
            self.next = from + again;
        }
        self.arrived_again += usize::from(self.next < self.arrived);
        self.next += 1;
        self.arrived = self.arrived.max(self.next);
        Ok(())
    }

    /// However often it was delivered, a `/send` was acted on once.
    fn sends(&self, shop: &Shop, load: &Load, before: usize) -> Result<(), String> {
        let told = self.told.count("Key Sent") - before;
        let says = |asked: &Id, title: &str| shop.world.answers(*asked).iter().any(|answer| titled(answer, title));
        let acted = load.sends.iter().filter(|asked| says(asked, "Key sent") || says(asked, "not sent")).count();
        let idle = load.sends.iter().filter(|asked| says(asked, "Out of stock")).count();
        let most = load.sends.len() - idle;
        ensure((acted..=most).contains(&told), || {
            format!("{acted} to {most} `/send` were acted on, and {told} entries tell of that")
        })
    }

    /// A review was posted once at most; and where it was posted, the log has it.
    async fn reviews_of(&mut self, shop: &Shop) -> Result<(), String> {
        for message in self.vouches.read(shop) {
            let text = Embed(message.embeds[0].clone()).field("Review").to_owned();
            ensure(self.told.reviews.contains(&text), || format!("no entry tells of the review {text}"))?;
            ensure(self.posted.insert(text.clone()), || format!("the review {text} was posted twice"))?;
        }
        let rows = format!("SELECT id, text FROM reviews WHERE id > {} ORDER BY id", self.reviewed);
        let mut rows = shop.rows(&rows).await;
        self.reviewed = rows.last().and_then(|row| row[0].as_ref()?.parse().ok()).unwrap_or(self.reviewed);
        let mut texts: Vec<Option<String>> = rows.iter_mut().map(|row| row[1].take()).collect();
        texts.sort();
        let twice = texts.windows(2).find(|pair| pair[0] == pair[1]);
        ensure(twice.is_none(), || format!("the review {twice:?} was kept twice"))
    }

    /// Nobody has two open tickets, and there is a channel for each open ticket and for no other.
    async fn tickets_of(&self, shop: &Shop) -> Result<(), String> {
        let open = "SELECT channel_id, user_id, number FROM bw_tickets WHERE slot IS NOT NULL";
        let open = shop.rows(open).await;
        let people: BTreeSet<_> = open.iter().map(|row| row[1].clone()).collect();
        ensure(people.len() == open.len(), || format!("somebody has two open tickets: {open:?}"))?;
        // One that was closed a moment ago has its channel until the timer that is to delete it.
        let timers = shop.rows("SELECT what FROM bw_timers").await;
        let waits =
            |channel: &str| timers.iter().any(|row| row[0].as_deref().is_some_and(|what| what.contains(channel)));
        let channels = shop.world.channel_names(shop.guild).into_iter();
        let there: BTreeSet<Option<String>> =
            channels.filter(|(_, name)| name.starts_with("ticket-")).map(|(id, _)| Some(id.to_string())).collect();
        let wanted: BTreeSet<_> = open.iter().map(|row| row[0].clone()).collect();
        let missing: Vec<_> = wanted.difference(&there).collect();
        ensure(missing.is_empty(), || format!("open tickets without a channel: {missing:?} of {open:?}"))?;
        let left: Vec<_> = there.difference(&wanted).flatten().filter(|channel| !waits(channel)).collect();
        ensure(left.is_empty(), || format!("channels without an open ticket: {left:?}"))
    }

    /// The same of everything at once, asked in other words.
    pub async fn look_at_everything(&self, shop: &Shop) {
        let rows = shop.rows("SELECT key, state FROM keys ORDER BY id").await;
        let mut sent: BTreeMap<String, usize> = BTreeMap::new();
        for customer in self.letters.keys() {
            for key in shop.as_id(*customer).keys() {
                *sent.entry(key).or_default() += 1;
            }
        }
        for row in &rows {
            let [Some(key), Some(state)] = &row[..] else { panic!("{row:?}") };
            let times = sent.remove(key).unwrap_or(0);
            let right = usize::from(state == "delivered");
            assert_eq!(times, right, "the key {key} is {state} and went out {times} times");
        }
        assert!(sent.is_empty(), "{sent:?} went out and are in no row");

        let arrived: BTreeSet<String> = shop.entries().iter().map(|entry| entry.0.to_string()).collect();
        assert!(arrived.len() <= self.written.len());
        assert_eq!(shop.world.messages(shop.vouches).len(), self.posted.len());

        let tickets = shop.rows("SELECT number, channel_id, slot FROM bw_tickets ORDER BY number").await;
        let numbers: BTreeSet<_> = tickets.iter().map(|row| &row[0]).collect();
        assert_eq!(numbers.len(), tickets.len(), "numbers are given once");
        let there: BTreeSet<String> =
            shop.world.channel_names(shop.guild).into_iter().map(|(id, _)| id.to_string()).collect();
        for row in &tickets {
            let channel = row[1].as_ref().is_some_and(|channel| there.contains(channel));
            assert_eq!(channel, row[2].is_some(), "the channel of ticket {:?} is there: {channel}", row[0]);
        }
    }
}

impl Told {
    fn count(&self, title: &str) -> usize {
        self.entries.iter().filter(|(known, _)| known.contains(title)).map(|(_, count)| count).sum()
    }

    /// What was told twice was done twice: it was written twice.
    fn take(&mut self, embed: &Value) -> Result<(), String> {
        let embed = Embed(embed.clone());
        let title = embed.title().to_owned();
        *self.entries.entry(title.clone()).or_default() += 1;
        let once = |known: &mut BTreeSet<String>, what: &str| {
            ensure(known.insert(what.to_owned()), || format!("{title} was written twice of {what}"))
        };
        match title.trim_start_matches(|c: char| !c.is_ascii_alphabetic()) {
            "Keys Stocked" => {
                self.keys_added += embed.field("Keys added").parse::<usize>().map_err(|error| error.to_string())?;
            }
            "Key Sent" => self.keys_sent += usize::from(embed.field("DM status").contains("Delivered")),
            "Review Submitted" => once(&mut self.reviews, embed.field("Review"))?,
            "Ticket Opened" => once(&mut self.opened, embed.field("Ticket number"))?,
            "Ticket Closed" => once(&mut self.closed, embed.field("Ticket number"))?,
            _ => {}
        }
        Ok(())
    }
}

fn ensure(holds: bool, problem: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(problem()) }
}

fn those(keys: &[String]) -> String {
    let list: Vec<String> = keys.iter().map(|key| format!("'{key}'")).collect();
    format!("SELECT count(*) FROM keys WHERE key IN ({})", list.join(", "))
}

fn key(letter: &Message) -> String {
    Embed(letter.embeds[0].clone()).field("Key").trim_matches('`').to_owned()
}

fn titled(message: &Message, title: &str) -> bool {
    message.embeds.iter().any(|embed| embed["title"].as_str().is_some_and(|text| text.contains(title)))
}

/// Whether an embed came as it was written; Discord adds what nobody wrote.
fn same(written: &Value, came: &Value) -> bool {
    let title = written["title"].is_string() && written["title"] == came["title"];
    title && values(written).eq(values(came))
}

fn values(embed: &Value) -> impl Iterator<Item = (&Value, &Value)> {
    embed["fields"].as_array().into_iter().flatten().map(|field| (&field["name"], &field["value"]))
}
