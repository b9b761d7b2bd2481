//! A crowd that uses the bot in every way at once, and a Discord that misbehaves towards it.

use crate::harness::Shop;
use botwright::sim::{Breakage, Id, Target, Unable};
use rand::Rng as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;

/// What one round does; everything in it follows from its dice.
pub struct Load {
    pub dice: StdRng,
    customers: Vec<Id>,
    round: u64,
    given: usize,
    /// Interactions, which may be delivered again.
    pub asked: Vec<Id>,
    /// `/stock` with the keys that it brought.
    pub stocked: Vec<(Id, Vec<String>)>,
    pub sends: Vec<Id>,
    pub delivered_again: usize,
    pub faults: usize,
}

impl Load {
    pub fn new(dice: StdRng, customers: Vec<Id>, round: u64) -> Self {
        let (asked, stocked, sends) = (Vec::new(), Vec::new(), Vec::new());
        Self { dice, customers, round, given: 0, asked, stocked, sends, delivered_again: 0, faults: 0 }
    }

    /// One thing that somebody does.
    pub fn deed(&mut self, shop: &Shop) {
        let customer = *self.customers.choose(&mut self.dice).expect("there are some");
        let asked = match self.dice.random_range(0..28) {
            0..=4 => self.stock(shop),
            5..=12 => self.send(shop, customer),
            13..=16 => {
                let text = format!("/review rating:5 review:r{:04}-{:03}", self.round, self.given);
                self.given += 1;
                shop.as_id(customer).asks(&text)
            }
            17..=20 => shop.as_id(customer).presses("Open Ticket"),
            21..=23 => return self.close(shop),
            24 | 25 => return self.again(shop),
            26 => return self.door(shop),
            _ => return self.line(shop),
        };
        self.asked.extend(asked);
    }

    /// Three keys, now and then with one that was brought before.
    fn stock(&mut self, shop: &Shop) -> Result<Id, Unable> {
        let mut keys: Vec<String> = (0..3).map(|_| self.next_key()).collect();
        let known: Option<String> = self.stocked.last().map(|(_, earlier)| earlier[0].clone());
        keys.extend(known.filter(|_| self.dice.random_range(0..4) == 0));
        let words = keys.join(" ");
        let asked = shop.as_("root").asks(&format!("/stock product:Alpha duration:\"1 Day\" keys:\"{words}\""))?;
        self.stocked.push((asked, keys));
        Ok(asked)
    }

    fn next_key(&mut self) -> String {
        self.given += 1;
        format!("k3y-{:04}-{:03}", self.round, self.given)
    }

    fn send(&mut self, shop: &Shop, customer: Id) -> Result<Id, Unable> {
        let asked = shop.as_("root").asks(&format!("/send user:<@{customer}> product:Alpha duration:\"1 Day\""))?;
        self.sends.push(asked);
        Ok(asked)
    }

    fn close(&mut self, shop: &Shop) {
        let channels = shop.world.channel_names(shop.guild);
        let open: Vec<Id> =
            channels.into_iter().filter(|(_, name)| name.starts_with("ticket-")).map(|(id, _)| id).collect();
        if let Some(channel) = open.choose(&mut self.dice) {
            self.asked.extend(shop.as_("root").at(*channel).presses("Close Ticket"));
        }
    }

    /// Discord delivers an interaction twice: an earlier one once more, or the next one two times.
    fn again(&mut self, shop: &Shop) {
        self.delivered_again += 1;
        match self.asked.choose(&mut self.dice) {
            Some(asked) if self.dice.random() => {
                let _too_late = shop.world.redeliver(*asked);
            }
            _ => shop.server.duplicate_next_interaction(),
        }
    }

    /// A customer opens their direct messages, or closes them. The last one's stay closed.
    fn door(&mut self, shop: &Shop) {
        let (_, others) = self.customers.split_last().expect("there are some");
        let customer = *others.choose(&mut self.dice).expect("there are some");
        shop.world.set_dms(customer, self.dice.random_range(0..3) > 0);
    }

    /// The connection breaks, or Discord asks for another one.
    fn line(&mut self, shop: &Shop) {
        self.faults += 1;
        if self.dice.random() { shop.server.drop_connections() } else { shop.server.reconnect() }
    }

    /// Discord refuses, is broken, or is in a hurry with some requests.
    pub fn fault(&mut self, shop: &Shop) {
        if self.dice.random_range(0..6) > 0 {
            return self.nuisance(shop);
        }
        // A webhook's refusal is for good, and its entries are given up: another test is about that.
        let targets = [Target::Dm, Target::Message, Target::Channel, Target::Interaction];
        let target = targets.choose(&mut self.dice).expect("there are some").clone();
        self.refuse(shop, target, Breakage::Code(50_013));
    }

    /// What goes over when it is tried again.
    pub fn nuisance(&mut self, shop: &Shop) {
        let targets = [Target::Dm, Target::Message, Target::Webhook, Target::Channel, Target::Interaction];
        let breakages = [
            Breakage::Status(500),
            Breakage::Status(502),
            Breakage::Status(503),
            Breakage::RateLimited { retry_after: 0.2, global: false },
            Breakage::RateLimited { retry_after: 0.1, global: true },
            Breakage::Silence,
            Breakage::SilenceAfter,
            Breakage::Reset,
            Breakage::ResetAfter,
        ];
        let target = targets.choose(&mut self.dice).expect("there are some").clone();
        let breakage = breakages.choose(&mut self.dice).expect("there are some").clone();
        self.refuse(shop, target, breakage);
    }

    fn refuse(&mut self, shop: &Shop, target: Target, breakage: Breakage) {
        self.faults += 1;
        shop.world.refuse(target, breakage, self.dice.random_range(1..3));
    }

    /// Whether the user has read an answer that says what was done.
    pub fn is_answered(&self, shop: &Shop, asked: Id) -> bool {
        shop.world.answers(asked).iter().any(|message| !message.is_loading())
    }
}
