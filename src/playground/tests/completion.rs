//! What is offered while somebody types.

use super::room::Room;

impl Room {
    async fn offers(&mut self, line: &str) -> Vec<String> {
        let found = self.session.complete(line).await;
        let whole = |replacement: &String| format!("{}{replacement}", &line[..found.start]);
        found.candidates.iter().map(|(replacement, _)| whole(replacement)).collect()
    }
}

#[tokio::test]
async fn commands_are_those_that_one_sees() {
    let mut room = Room::cafe().await;
    assert_eq!(room.offers("/").await, ["/order ", "/wish ", "/bill "]);
    room.read(&["as root"]).await;
    assert_eq!(room.offers("/ta").await, ["/tables "]);
    assert_eq!(room.offers("cha").await, ["channels"]);
}

#[tokio::test]
async fn options_choices_and_what_the_running_bot_knows() {
    let mut room = Room::cafe().await;
    room.read(&["/order drink:\"Flat White\" cups:1"]).await;
    assert_eq!(room.offers("/order ").await, ["/order drink:", "/order cups:"]);
    assert_eq!(room.offers("/order drink:Tea c").await, ["/order drink:Tea cups:"]);
    assert_eq!(room.offers("/order cups:").await, ["/order cups:1 ", "/order cups:2 "]);
    assert_eq!(room.offers("/order cups:tw").await, ["/order cups:2 "]);
    assert_eq!(room.offers("/order cups:1 drink:es").await, ["/order cups:1 drink:Espresso "]);
    assert_eq!(
        room.offers("/order drink:flat w").await,
        ["/order drink:\"Flat White\" "],
        "from the table, with its blank"
    );
    assert_eq!(room.offers("/order drink:\"fl").await, ["/order drink:\"Flat White\" "]);
    assert_eq!(room.read(&["channels"]).await.lines().count(), 2, "asking leaves no trace");
}

#[tokio::test]
async fn people_places_tables_and_buttons() {
    let mut room = Room::cafe().await;
    room.read(&["/order drink:Tea cups:1"]).await;
    assert_eq!(room.offers("as s").await, ["as sam"]);
    assert_eq!(room.offers("open b").await, ["open #board"]);
    assert_eq!(room.offers("open @").await, ["open @cafe"].map(str::to_owned).to_vec());
    assert_eq!(room.offers("rows ").await, ["rows orders", "rows tickets"]);
    assert_eq!(room.offers("click th").await, ["click Thanks"]);
    room.read(&["/wish"]).await;
    assert_eq!(room.offers("submit ").await, ["submit \"Which thing\":\"", "submit Why:\""]);
}
