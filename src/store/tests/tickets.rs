//! One open ticket per user, numbers that are never used twice.

use super::desk::{self, Desk, GUILD, alpha, insert, keys};
use crate::flow::memory::{Answer, Memory, Opening, Operation, Ticket, TicketFilter};
use futures_util::future::join_all;
use serde_json::json;
use std::sync::Arc;

fn open_up_to(limit: u32, user: &str) -> Operation {
    Operation::OpenTicket {
        kind: "support".into(),
        guild: GUILD.into(),
        user: user.into(),
        user_name: "ann".into(),
        limit,
    }
}

fn open(user: &str) -> Operation {
    open_up_to(1, user)
}

async fn opened(desk: &Desk, operation: Operation) -> Ticket {
    match desk.one(operation).await {
        Answer::Ticket(Opening::Opened(ticket)) => ticket,
        other => panic!("{other:?}"),
    }
}

async fn close(desk: &Desk, ticket: i64) -> Option<Ticket> {
    match desk.one(Operation::CloseTicket { ticket, by: Some("77".into()) }).await {
        Answer::Closed(ticket) => ticket,
        other => panic!("{other:?}"),
    }
}

async fn found(desk: &Desk, filter: TicketFilter) -> Vec<i64> {
    match desk.one(Operation::FindTickets { filter }).await {
        Answer::Tickets(tickets) => tickets.iter().map(|ticket| ticket.number).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_ticket_is_opened_gets_its_channel_and_is_closed_once() {
    let desk = Desk::new().await;
    let ticket = opened(&desk, open("5")).await;
    let expected = Ticket {
        id: 1,
        kind: "support".into(),
        guild: GUILD.into(),
        number: 1,
        user: "5".into(),
        user_name: "ann".into(),
        channel: None,
        open: true,
        opened_at: 1_000,
        closed_at: None,
        closed_by: None,
    };
    assert_eq!(ticket, expected);
    let channel = Operation::TicketChannel { ticket: 1, channel: "9".into() };
    assert_eq!(desk.one(channel).await, Answer::Nothing);
    desk.clock.set(2_000);
    let expected = Ticket {
        channel: Some("9".into()),
        open: false,
        closed_at: Some(2_000),
        closed_by: Some("77".into()),
        ..expected
    };
    assert_eq!(close(&desk, 1).await, Some(expected));
    assert_eq!(close(&desk, 1).await, None);
    assert_eq!(close(&desk, 2).await, None);
}

#[tokio::test]
async fn a_hundred_at_once_open_one() {
    let desk = Desk::new().await;
    let clicks = (0..100).map(|_| {
        let store = Arc::clone(&desk.store);
        tokio::spawn(async move { store.transact(vec![open("5")]).await.unwrap().remove(0) })
    });
    let mut count = 0;
    for answer in join_all(clicks).await {
        match answer.unwrap() {
            Answer::Ticket(Opening::Opened(_)) => count += 1,
            Answer::Ticket(Opening::AlreadyOpen(open)) => assert_eq!(open.len(), 1),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(count, 1);
}

#[tokio::test]
async fn up_to_the_limit_and_newest_first() {
    let desk = Desk::new().await;
    for number in 1..=3 {
        assert_eq!(opened(&desk, open_up_to(3, "5")).await.number, number);
    }
    let Answer::Ticket(Opening::AlreadyOpen(open)) = desk.one(open_up_to(3, "5")).await else { panic!() };
    assert_eq!(open.iter().map(|ticket| ticket.number).collect::<Vec<_>>(), [3, 2, 1]);
    close(&desk, 2).await.unwrap();
    assert_eq!(opened(&desk, open_up_to(3, "5")).await.number, 4);
    // A limit that was lowered closes nothing and opens nothing.
    assert!(
        matches!(desk.one(open_up_to(1, "5")).await, Answer::Ticket(Opening::AlreadyOpen(open)) if open.len() == 3)
    );
}

#[tokio::test]
async fn users_kinds_and_servers_do_not_meet() {
    let desk = Desk::new().await;
    opened(&desk, open("5")).await;
    assert_eq!(opened(&desk, open("6")).await.number, 2);
    let Operation::OpenTicket { user, user_name, limit, .. } = open("5") else { panic!() };
    let other = |kind: &str, guild: &str| Operation::OpenTicket {
        kind: kind.into(),
        guild: guild.into(),
        user: user.clone(),
        user_name: user_name.clone(),
        limit,
    };
    assert_eq!(opened(&desk, other("orders", GUILD)).await.number, 1);
    assert_eq!(opened(&desk, other("support", "2")).await.number, 1);
}

#[tokio::test]
async fn a_number_is_never_used_twice_also_when_opening_failed() {
    let desk = Desk::new().await;
    let failed = opened(&desk, open("5")).await;
    close(&desk, failed.id).await.unwrap();
    assert_eq!(opened(&desk, open("5")).await.number, 2);
    close(&desk, 2).await.unwrap();
    let desk = desk.reopen(&[keys()]).await;
    assert_eq!(opened(&desk, open("5")).await.number, 3);
}

#[tokio::test]
async fn an_opening_whose_transaction_failed_never_was() {
    let desk = Desk::new().await;
    desk.stock(&["k1"]).await;
    desk.all(vec![open("5"), insert("keys", json!([alpha("k1")]))]).await.unwrap_err();
    assert_eq!(found(&desk, TicketFilter::default()).await, Vec::<i64>::new());
    assert!(opened(&desk, open("5")).await.open);
}

#[tokio::test]
async fn tickets_are_found_by_what_is_known_of_them() {
    let desk = Desk::new().await;
    for user in ["5", "6", "7"] {
        let ticket = opened(&desk, open(user)).await;
        desk.one(Operation::TicketChannel { ticket: ticket.id, channel: format!("90{user}") }).await;
    }
    close(&desk, 2).await.unwrap();
    let all = TicketFilter::default;
    let cases = [
        (all(), vec![1, 2, 3]),
        (TicketFilter { id: Some(3), ..all() }, vec![3]),
        (TicketFilter { channel: Some("905".into()), ..all() }, vec![1]),
        (TicketFilter { user: Some("6".into()), ..all() }, vec![2]),
        (TicketFilter { guild: Some(GUILD.into()), open: Some(true), ..all() }, vec![1, 3]),
        (TicketFilter { kind: Some("support".into()), open: Some(false), ..all() }, vec![2]),
        (TicketFilter { kind: Some("orders".into()), ..all() }, vec![]),
        (TicketFilter { channels: Some(vec!["905".into(), "907".into(), "1".into()]), ..all() }, vec![1, 3]),
        (TicketFilter { channels: Some(Vec::new()), ..all() }, vec![]),
    ];
    for (filter, expected) in cases {
        assert_eq!(found(&desk, filter.clone()).await, expected, "{filter:?}");
    }
}

#[tokio::test]
async fn what_is_no_id_is_refused() {
    let desk = Desk::new().await;
    assert_eq!(desk.try_one(open("Ann")).await, Err(desk::wrong("bw_tickets", "user", "must be an id")));
}
