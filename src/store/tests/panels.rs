//! Panels that were posted, and the engine's own notes.

use super::desk::Desk;
use crate::flow::memory::{Answer, Operation, Panel};

fn panel(guild: &str, channel: &str, message: &str) -> Panel {
    Panel { guild: guild.into(), channel: channel.into(), message: message.into(), kind: "support".into() }
}

async fn panels(desk: &Desk, operation: Operation) -> Vec<Panel> {
    match desk.one(operation).await {
        Answer::Panels(panels) => panels,
        other => panic!("{other:?}"),
    }
}

fn forget(guild: &str, channel: Option<&str>, message: Option<&str>) -> Operation {
    let text = |id: &str| id.to_owned();
    Operation::ForgetPanels { guild: text(guild), channel: channel.map(text), message: message.map(text) }
}

#[tokio::test]
async fn panels_are_remembered_and_forgotten_within_their_server() {
    let desk = Desk::new().await;
    let all = [panel("1", "10", "100"), panel("1", "10", "101"), panel("1", "11", "102"), panel("2", "10", "100")];
    for panel in all.clone() {
        desk.one(Operation::PanelPosted { panel }).await;
    }
    assert_eq!(panels(&desk, Operation::Panels { guild: "1".into() }).await, all[..3]);
    assert_eq!(panels(&desk, forget("1", Some("10"), Some("100"))).await, all[..1]);
    assert_eq!(panels(&desk, forget("1", Some("10"), None)).await, all[1..2]);
    assert_eq!(panels(&desk, forget("1", None, None)).await, all[2..3]);
    assert_eq!(panels(&desk, Operation::Panels { guild: "2".into() }).await, all[3..]);
}

#[tokio::test]
async fn a_note_replaces_the_one_of_its_name() {
    let desk = Desk::new().await;
    let note = |value: &str| Operation::Note { key: "version".into(), value: value.into() };
    let noted = || Operation::Noted { key: "version".into() };
    assert_eq!(desk.one(noted()).await, Answer::Noted(None), "the layout's version is no note");
    for value in ["1", "2"] {
        desk.one(note(value)).await;
        assert_eq!(desk.one(noted()).await, Answer::Noted(Some(value.into())));
    }
}
