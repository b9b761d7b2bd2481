//! A small bot in a folder of its own, with somebody at its prompt; time stands still.

use crate::playground::screen::Ink;
use crate::playground::session::{Answer, Session};
use crate::stage::Stage;
use crate::stage::StageClock;
use jiff::tz::TimeZone;
use std::path::PathBuf;
use tempfile::TempDir;

/// 5 January 2026, 09:00 UTC.
pub const NOW: i64 = 1_767_603_600_000;

pub const CAFE: &str = r#"
bot: cafe
settings:
  drinks:        { type: list, value: [Tea, Espresso] }
  board_channel: { type: channel, value: "${BOARD_CHANNEL_ID:-1462381972474167491}" }
  waiter_role:   { type: role, value: "${WAITER_ROLE_ID:-}" }
  till_webhook:  { type: webhook, value: "${TILL_WEBHOOK:-}" }
access:
  waiter: { any: [{ permissions: [administrator] }, { role: "{{settings.waiter_role}}" }] }
tables:
  orders:
    columns:
      drink: text
      code:  { type: text, secret: true }
      guest: user
commands:
  order:
    description: Order a drink
    options:
      drink: { type: string, description: Which, required: true, autocomplete: ["{{settings.drinks}}", { column: orders.drink }] }
      cups:  { type: integer, description: How many, required: true, choices: { One: 1, Two: 2 } }
    steps:
      - insert: { into: orders, row: { drink: "{{options.drink}}", code: "code-{{run.id}}", guest: "{{user}}" } }
      - send: { to: "{{settings.board_channel}}", embed: ordered }
      - log: ordered
      - reply: { content: "Coming, **{{user.name}}**.", ephemeral: true, buttons: [thanks] }
  tables:
    description: Post the panel
    access: { permissions: [administrator] }
    steps:
      - panel: table
      - reply: { content: Posted., ephemeral: true }
  wish:
    description: Say what you miss
    steps: [{ modal: wish }]
  bill:
    description: Get it by DM
    steps:
      - dm: { to: "{{user}}", content: "That is 3 euros." }
buttons:
  thanks:
    label: Thanks
    emoji: 🙏
    steps: [{ reply: { content: You are welcome., ephemeral: true } }]
modals:
  wish:
    title: What do you miss?
    fields:
      thing: { label: Which thing }
      why: { label: Why, required: false }
    steps: [{ reply: "Noted: {{fields.thing}}" }]
tickets:
  table:
    category: Tables
    channel: "table-{{ticket.number}}-{{user.name}}"
    staff: waiter
    limit: { per_user: 1 }
    panel: { content: Take a seat, button: { label: Sit down, emoji: 🪑, style: success } }
    welcome: { content: "{{user.mention}}" }
    opened: "Your table: {{ticket.channel.mention}}"
    already_open: You sit already.
    close: { by: [opener, staff], button: { label: Pay }, message: Goodbye., delete_after: 5s }
logs:
  to: "{{settings.till_webhook}}"
  entries:
    ordered:
      title: Ordered
      color: green
      fields: { Drink: "{{options.drink}}", Guest: "{{user.mention}}" }
embeds:
  ordered:
    title: An order
    color: green
    fields:
      Drink: { value: "{{options.drink}}", inline: true }
      Cups: { value: "{{options.cups}}", inline: true }
    footer: Thank you
    timestamp: now
"#;

pub struct Room {
    pub session: Session,
    pub path: PathBuf,
    _folder: TempDir,
}

impl Room {
    pub async fn with(text: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("bot.yaml");
        std::fs::write(&path, text).expect("a file");
        let stage = Stage::open(std::slice::from_ref(&path), None, StageClock::standing(NOW)).await.expect("a stage");
        let session = Session::new(stage, Ink { colour: false }, 80, TimeZone::UTC);
        let mut room = Self { session, path, _folder: folder };
        room.session.greeting();
        room
    }

    pub async fn cafe() -> Self {
        Self::with(CAFE).await
    }

    pub async fn line(&mut self, line: &str) -> Answer {
        self.session.line(line).await
    }

    /// What is read behind lines that can all be done: of the last one.
    pub async fn read(&mut self, lines: &[&str]) -> String {
        let mut text = String::new();
        for line in lines {
            let answer = self.line(line).await;
            assert!(answer.done, "{line}: {}", answer.text);
            text = answer.text;
        }
        text
    }

    pub fn save(&self, text: &str) {
        std::fs::write(&self.path, text).expect("a file");
    }
}
