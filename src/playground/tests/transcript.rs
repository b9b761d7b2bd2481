//! What a player reads, line by line.

use super::room::Room;

#[tokio::test]
async fn an_order_is_seen_where_it_lands_and_its_answer_by_who_asked() {
    let mut room = Room::cafe().await;
    let text = room.read(&["/order drink:\"Earl Grey\" cups:Two"]).await;
    assert_eq!(
        text,
        "\
in #board:
cafe [APP]
  ▌ An order
  ▌ Drink       Cups
  ▌ Earl Grey   2
  ▌ Thank you · 5 January 2026 09:00
cafe [APP]
  Coming, ana.
  [ 🙏 Thanks ]
  👁 Only you can see this
webhook → Ordered · Drink: Earl Grey · Guest: @ana"
    );
}

#[tokio::test]
async fn a_ticket_appears_closes_and_goes_when_its_time_has_come() {
    let mut room = Room::cafe().await;
    let opened = room.read(&["as root", "/tables", "as ana", "click \"Sit down\""]).await;
    assert_eq!(
        opened,
        "\
· the category Tables appeared
· #table-1-ana appeared (seen by root, sam, ana)
in #table-1-ana:
cafe [APP]
  @ana
  [ Pay ]
cafe [APP]
  Your table: #table-1-ana
  👁 Only you can see this"
    );
    assert!(room.read(&["click \"sit down\""]).await.contains("You sit already."));
    assert!(room.read(&["open #table-1-ana", "click Pay"]).await.contains("Goodbye."));
    assert_eq!(room.session.prompt(), "ana #table-1-ana> ");
    assert_eq!(room.read(&["advance 4s"]).await, "");
    assert_eq!(room.read(&["advance 1s"]).await, "· #table-1-ana was deleted");
    assert_eq!(room.session.prompt(), "ana #general> ", "who stood there is somewhere that exists");
    assert!(room.read(&["rows tickets"]).await.contains("closed  5 January 2026 09:00  5 January 2026 09:00  @ana"));
}

#[tokio::test]
async fn a_timer_outlives_a_restart() {
    let mut room = Room::cafe().await;
    room.read(&["as root", "/tables", "click \"Sit down\"", "click Pay", "restart"]).await;
    assert_eq!(room.read(&["advance 5s"]).await, "· #table-1-root was deleted");
}

#[tokio::test]
async fn a_direct_message_names_whom_it_reaches() {
    let mut room = Room::cafe().await;
    let text = room.read(&["/bill"]).await;
    assert!(text.starts_with("DM to ana:\ncafe [APP]\n  That is 3 euros."), "{text}");
    assert!(room.read(&["dms"]).await.contains("That is 3 euros."));
    assert_eq!(room.read(&["as sam", "dms"]).await, "You have no direct messages.");
}

#[tokio::test]
async fn a_window_is_drawn_and_sent_by_label_or_name() {
    let mut room = Room::cafe().await;
    let window = room.read(&["/wish"]).await;
    assert_eq!(window, "╭ What do you miss?\n│ Which thing *\n│ Why\n╰ submit \"Which thing\":\"…\"");
    let wrong = room.line("submit Size:big").await;
    assert!(!wrong.done && wrong.text.contains("The window has no field `Size`. Fields are: "), "{}", wrong.text);
    assert!(room.read(&["submit \"which thing\":\"Cake\" why:\"It is good\""]).await.contains("Noted: Cake"));
    assert!(!room.line("submit thing:Cake").await.done, "the window is closed");
}

#[tokio::test]
async fn what_only_others_see_stays_theirs() {
    let mut room = Room::cafe().await;
    room.read(&["/order drink:Tea cups:1"]).await;
    assert!(room.read(&["open #general"]).await.contains("Coming"));
    assert_eq!(room.read(&["as bo", "open #general"]).await, "No messages here.");
    let hidden = room.line("open #log").await;
    assert_eq!((hidden.done, hidden.text.as_str()), (false, "bo does not see #log."));
    assert!(room.read(&["as sam", "open #log"]).await.contains("Ordered"), "staff reads the log");
}

#[tokio::test]
async fn secrets_are_dots_and_rows_stay_over_a_restart() {
    let mut room = Room::cafe().await;
    room.read(&["/order drink:Tea cups:1", "restart"]).await;
    let rows = room.read(&["rows orders"]).await;
    assert_eq!(rows, "  id  drink  code  guest\n  1   Tea    ••••  @ana");
    assert!(room.read(&["tables"]).await.starts_with("  orders  1 rows"));
}

#[tokio::test]
async fn who_leaves_sees_nothing_and_may_come_back() {
    let mut room = Room::cafe().await;
    assert_eq!(room.read(&["leave"]).await, "· ana left");
    assert_eq!(room.session.prompt(), "root #general> ");
    assert!(!room.line("as ana").await.done);
    assert_eq!(room.read(&["join ana"]).await, "· ana joined");
    assert!(room.line("as ana").await.done);
    assert_eq!(room.read(&["join Eve"]).await, "· Eve joined");
}

#[tokio::test]
async fn an_unanswered_interaction_says_what_discord_says() {
    use crate::sim::{Breakage, Target};
    let mut room = Room::cafe().await;
    let target = Target::parse("interaction").expect("a target");
    room.session.stage.world().refuse(target, Breakage::Silence, 9);
    assert!(room.read(&["/wish"]).await.contains("The application did not respond"));
}
