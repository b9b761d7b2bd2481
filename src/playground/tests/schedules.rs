//! What happens by itself, each thing at its own time, however far the clock is put forward.

use super::room::{NOW, Room};

const HOUR: i64 = 3_600_000;

fn bot(schedule: &str) -> String {
    format!(
        "bot: clock\ntables: {{ beats: {{ columns: {{ at: time }} }} }}\nschedules:\n  beat:\n    {schedule}\n    steps: [{{ insert: {{ into: beats, row: {{ at: \"{{{{now}}}}\" }} }} }}]\n"
    )
}

/// When it happened, in milliseconds from the beginning.
async fn beats(room: &Room) -> Vec<i64> {
    let stage = &room.session.stage;
    let find = crate::flow::memory::Operation::Find {
        table: "beats".into(),
        guild: stage.ground.guild.to_string(),
        filter: Vec::new(),
        order: Vec::new(),
        limit: None,
        offset: 0,
    };
    let mut answers = stage.players[0].memory().transact(vec![find]).await.expect("rows");
    let Some(crate::flow::memory::Answer::Rows(rows)) = answers.pop() else { panic!("no rows") };
    rows.iter().map(|row| row["at"].as_i64().expect("a time") - NOW).collect()
}

#[tokio::test]
async fn an_interval_beats_as_often_as_it_fits() {
    let mut room = Room::with(&bot("every: 10m")).await;
    room.read(&["advance 9m"]).await;
    assert_eq!(beats(&room).await, [0; 0]);
    room.read(&["advance 21m"]).await;
    assert_eq!(beats(&room).await, [10, 20, 30].map(|minutes| minutes * 60_000));
    room.read(&["restart", "advance 10m"]).await;
    assert_eq!(beats(&room).await.len(), 4);
}

#[tokio::test]
async fn nine_in_berlin_is_nine_in_summer_too() {
    let mut room = Room::with(&bot("at: 09:00\n    timezone: Europe/Berlin")).await;
    // From the 5th of January, an hour too late for that day, over the 29th of March.
    room.read(&["advance 90d"]).await;
    let hours: Vec<i64> = beats(&room).await.iter().map(|at| (at / HOUR) % 24).collect();
    assert_eq!(hours.len(), 90);
    // The clock began at nine in UTC: eight there is 23 hours on, seven 22.
    assert_eq!(hours.iter().position(|hour| *hour != 23), Some(82), "the 29th of March");
    assert!(hours[82..].iter().all(|hour| *hour == 22), "{hours:?}");
}

#[tokio::test]
async fn days_of_the_week_count() {
    let mut room = Room::with(&bot("at: [12:00, 18:00]\n    days: [weekend, monday]")).await;
    room.read(&["advance 7d"]).await;
    let days: Vec<i64> = beats(&room).await.iter().map(|at| (at + 9 * HOUR) / (24 * HOUR)).collect();
    assert_eq!(days, [0, 0, 5, 5, 6, 6], "Monday, Saturday and Sunday");
}
