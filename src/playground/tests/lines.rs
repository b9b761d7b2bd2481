//! Lines that are understood, and those that are not.

use super::room::Room;
use crate::playground::order::Order;
use crate::sim::act::Deed;

#[test]
fn words_of_the_prompt_come_before_what_people_do_and_the_rest_is_said() {
    assert_eq!(Order::read("as root"), Ok(Order::As("root")));
    assert_eq!(Order::read("delete #general"), Ok(Order::DeleteChannel("#general")));
    assert_eq!(Order::read("delete"), Ok(Order::Deed(Deed::Delete)));
    assert_eq!(Order::read("/go x:1"), Ok(Order::Deed(Deed::Command("/go x:1"))));
    assert_eq!(Order::read("submit a:b"), Ok(Order::Deed(Deed::Submit("a:b"))));
    assert_eq!(Order::read("hello everyone"), Ok(Order::Deed(Deed::Say("hello everyone"))));
    assert_eq!(Order::read("leave"), Ok(Order::Leave(None)));
}

#[test]
fn times_are_written_as_people_do() {
    assert_eq!(Order::read("advance 5s"), Ok(Order::Advance(5_000)));
    assert_eq!(Order::read("advance 1h 30m"), Ok(Order::Advance(5_400_000)));
    assert_eq!(Order::read("advance 2d"), Ok(Order::Advance(172_800_000)));
    for wrong in ["advance", "advance soon", "advance -5s", "advance 9999y"] {
        assert!(Order::read(wrong).is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn what_is_wrong_gets_a_sentence_with_the_nearest_word() {
    let mut room = Room::cafe().await;
    let cases = [
        ("chanels", "There is no `chanels` here: did you mean `channels`? To say it, write `say chanels`."),
        ("/ordr drink:Tea", "There is no command /ordr here: did you mean `/order`?"),
        ("/tables", "You do not see /tables: it needs administrator."),
        ("/order drink:Tea", "`cups`: this option is required. Specify a value."),
        ("as sme", "There is nobody called `sme` here: there are root, sam, ana, bo."),
        ("open #bord", "There is no channel `bord`: did you mean `board`?"),
        ("rows order", "There is no table `order`: did you mean `orders`?"),
        ("click Pay", "You see no button `Pay`."),
        ("members please", "Nothing stands behind `members`. To say it, write `say members please`."),
        ("rows", "Write `rows TABLE`."),
        ("/order drink:Tea cups:Three", "`cups`: `Three` is not one of the choices: One, Two."),
    ];
    for (line, sentence) in cases {
        let answer = room.line(line).await;
        assert_eq!((answer.text.as_str(), answer.done), (sentence, false), "{line}");
    }
}

#[tokio::test]
async fn comments_do_nothing_and_a_mark_turns_failure_round() {
    let mut room = Room::cafe().await;
    for line in ["", "   ", "# as root", "#"] {
        let answer = room.line(line).await;
        assert_eq!((answer.text.as_str(), answer.done), ("", true), "{line:?}");
    }
    assert_eq!(room.session.prompt(), "ana #general> ");
    assert!(room.line("! /tables").await.done);
    assert!(!room.line("! /wish").await.done);
}

#[tokio::test]
async fn plain_text_is_said_and_closed_doors_stay_closed() {
    let mut room = Room::cafe().await;
    assert_eq!(room.read(&["hello @sam"]).await, "", "one has just read what one typed oneself");
    assert_eq!(room.read(&["as sam", "open #general"]).await, "ana\n  hello @sam");
    room.read(&["close-dms ana", "as ana", "/bill"]).await;
    assert_eq!(room.read(&["dms"]).await, "You have no direct messages.");
}

#[tokio::test]
async fn a_file_that_is_not_there_is_told_of() {
    let mut room = Room::with(
        "bot: reader\ncommands:\n  read:\n    description: Read a file\n    options:\n      \
         file: { type: attachment, description: Which, required: true }\n    steps:\n      \
         - read: \"{{options.file}}\"\n        as: read\n      - reply: \"{{read.text}}\"\n",
    )
    .await;
    let missing = room.line("/read file:nowhere.txt").await;
    assert!(!missing.done && missing.text.starts_with("`nowhere.txt` cannot be read: "), "{}", missing.text);
    let path = room.path.with_file_name("own words.txt");
    std::fs::write(&path, "sent along").expect("a file");
    assert!(room.read(&[&format!("/read file:\"{}\"", path.display())]).await.contains("sent along"));
}
