//! `for_each` goes through lists, and no run goes on for ever.

use super::room::Room;

fn bot(steps: &str) -> String {
    format!(
        "bot: loops\ntables: {{ seen: {{ columns: {{ word: text }} }} }}\ncommands:\n  go:\n    description: Go\n    options: {{ words: {{ type: string, description: Which, required: true }} }}\n    steps:\n{steps}      - reply: Done.\n"
    )
}

async fn count(room: &mut Room) -> String {
    let tables = room.read(&["tables"]).await;
    tables.lines().find(|line| line.contains("seen")).unwrap_or_default().trim().to_owned()
}

fn words(count: usize) -> String {
    let words: Vec<String> = (0..count).map(|number| format!("w{number}")).collect();
    format!("/go words:{}", words.join(" "))
}

const EACH: &str = "      - for_each: { in: \"{{split options.words}}\", steps: [{ insert: { into: seen, row: { word: \"{{item}}\" } } }] }\n";

#[tokio::test]
async fn each_item_has_its_turn_up_to_a_hundred() {
    let mut room = Room::with(&bot(EACH)).await;
    room.read(&[&words(3)]).await;
    let rows = room.read(&["rows seen"]).await;
    assert!(["w0", "w1", "w2"].iter().all(|word| rows.contains(word)), "{rows}");
    room.read(&[&words(150)]).await;
    assert!(count(&mut room).await.contains("103 rows"), "{}", count(&mut room).await);
}

#[tokio::test]
async fn loops_in_loops_end_at_a_thousand() {
    let inner = EACH.trim_start().trim_start_matches("- ").trim_end();
    let nested =
        format!("      - for_each: {{ in: \"{{{{split options.words}}}}\", as: outer, steps: [{{ {inner} }}] }}\n");
    let mut room = Room::with(&bot(&nested)).await;
    // 24 times one and forty, then one and fifteen.
    room.read(&[&words(40)]).await;
    assert!(count(&mut room).await.contains("975 rows"), "{}", count(&mut room).await);
}

#[tokio::test]
async fn a_stop_inside_ends_the_run() {
    let stop =
        "      - for_each: { in: \"{{split options.words}}\", as: word, steps: [{ reply: \"{{word}}\" }, stop] }\n";
    let mut room = Room::with(&bot(stop)).await;
    let told = room.read(&[&words(3)]).await;
    assert!(told.contains("w0") && !told.contains("w1") && !told.contains("Done."), "{told}");
}
