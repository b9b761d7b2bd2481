//! What the check says of steps: loops, messages that go by themselves, flows that need more than there is.

use crate::compile::{Environment, check};

/// The messages for these steps of a command.
fn told(steps: &str) -> Vec<String> {
    let tables = match steps.contains("notes") {
        true => "tables: { notes: { columns: { text: text, author: user } } }",
        false => "",
    };
    messages(&format!("bot: x\n{tables}\ncommands: {{ hi: {{ description: Hi, steps: [{steps}] }} }}\n"))
}

fn messages(text: &str) -> Vec<String> {
    let checked = check("x.yaml", text.as_bytes(), &Environment::default());
    checked.diagnostics.sorted().into_iter().map(|found| found.message.clone()).collect()
}

const FIND: &str = "{ find: { in: notes }, as: notes }";

#[test]
fn an_item_has_the_type_of_its_list() {
    let each =
        |inner: &str| told(&format!("{FIND}, {{ for_each: {{ in: \"{{{{notes}}}}\", as: note, steps: [{inner}] }} }}"));
    assert_eq!(each("{ reply: \"{{note.text}} by {{note.author.mention}}\" }"), [""; 0]);
    let wrong = each("{ reply: \"{{note.txt}}\" }");
    assert!(wrong.len() == 1 && wrong[0].contains("no `txt`"), "{wrong:?}");
}

#[test]
fn an_item_without_a_name_is_called_item() {
    let steps =
        format!("{FIND}, {{ for_each: {{ in: \"{{{{notes}}}}\", steps: [{{ reply: \"{{{{item.text}}}}\" }}] }} }}");
    assert_eq!(told(&steps), [""; 0]);
}

#[test]
fn what_a_loop_names_is_known_inside_only() {
    let each = "{ for_each: { in: \"{{notes}}\", as: note, steps: [{ count: { in: notes }, as: many }, { reply: \"{{many}}\" }] } }";
    for name in ["note.text", "many"] {
        let wrong = told(&format!("{FIND}, {each}, {{ reply: \"{{{{{name}}}}}\" }}"));
        assert!(wrong.len() == 1 && wrong[0].contains("nothing here is called"), "{name}: {wrong:?}");
    }
}

#[test]
fn only_a_list_has_items() {
    assert_eq!(
        told("{ for_each: { in: \"{{user.name}}\", steps: [{ reply: Hi }] } }"),
        ["a list belongs here, this is a text"]
    );
    assert_eq!(told(&format!("{FIND}, {{ for_each: {{ in: notes, steps: [{{ reply: Hi }}] }} }}")).len(), 1);
    assert_eq!(
        told(&format!("{FIND}, {{ for_each: {{ in: \"{{{{notes}}}}\", steps: [] }} }}, {{ reply: Hi }}")).len(),
        1
    );
}

#[test]
fn a_private_answer_can_be_deleted_for_a_quarter_of_an_hour() {
    for (reply, mistakes) in [
        ("ephemeral: true, delete_after: 15m", 0),
        ("ephemeral: true, delete_after: 16m", 1),
        ("update: true, delete_after: 1h", 1),
        ("delete_after: 30d", 0),
        ("delete_after: soon", 1),
    ] {
        assert_eq!(told(&format!("{{ reply: {{ content: Hi, {reply} }} }}")).len(), mistakes, "{reply}");
    }
}

#[test]
fn a_flow_that_needs_somebody_does_not_fit_where_nobody_is() {
    let bot = |greet: &str, call: &str| {
        format!(
            "bot: x\nflows:\n  greet: {{ steps: [{greet}] }}\n  outer: {{ steps: [{{ flow: greet }}] }}\nschedules:\n  s: {{ every: 1h, steps: [{{ flow: {call} }}] }}\n  t: {{ every: 1h, steps: [{{ flow: outer }}] }}\n"
        )
    };
    assert_eq!(messages(&bot("{ send: { to: news, content: \"{{guild.name}}\" } }", "greet")), [""; 0]);
    for needy in ["{ send: { to: news, content: \"{{user.name}}\" } }", "{ dm: Hi }"] {
        assert_eq!(
            messages(&bot(needy, "greet")),
            [
                "the flow `greet` needs what the schedule `s` does not have",
                "the flow `outer` needs what the schedule `t` does not have"
            ]
        );
    }
}

const LATE: &str = "comes too late: Discord takes answers for 15 minutes, and the steps before it wait longer";

#[test]
fn an_answer_behind_a_long_wait_comes_too_late() {
    let late = [format!("this answer {LATE}")];
    assert_eq!(told("{ wait: 20m }, { reply: Hi }"), late);
    assert_eq!(told("{ reply: Hi }, { wait: 10m }, { wait: 5m }, { reply: Hi }"), late);
    assert_eq!(told("{ wait: { for: 1d } }, { reply: Hi }"), late);
    assert_eq!(
        told("{ wait: 14m }, { reply: Hi }, { wait: 1h }, { send: { to: \"{{channel}}\", content: Hi } }"),
        [""; 0]
    );
}

#[test]
fn the_longest_way_to_an_answer_counts() {
    let either = |then: &str, otherwise: &str| {
        told(&format!("{{ if: now > now, then: [{then}], else: [{otherwise}] }}, {{ reply: Hi }}"))
    };
    assert_eq!(either("{ wait: 1h }", "{ wait: 1m }"), [format!("this answer {LATE}")]);
    assert_eq!(either("{ wait: 1h }, { reply: Hi }, stop", "{ wait: 1m }"), [format!("this answer {LATE}")]);
    assert_eq!(either("{ wait: 1h }, stop", "{ wait: 1m }"), [""; 0]);
}

#[test]
fn a_wait_or_an_answer_in_a_flow_counts_where_it_is_called() {
    let bot = |steps: &str| {
        let flows = "{ nap: { steps: [{ wait: 10m }] }, say: { steps: [{ reply: Hi }, { wait: 1h }] } }";
        messages(&format!("bot: x\nflows: {flows}\ncommands: {{ hi: {{ description: Hi, steps: [{steps}] }} }}\n"))
    };
    assert_eq!(bot("{ flow: nap }, { flow: say }"), [""; 0]);
    assert_eq!(
        bot("{ flow: nap }, { flow: nap }, { flow: say }"),
        [format!("the flow `say` answers, and that {LATE}")]
    );
    let late = bot("{ flow: nap }, { flow: say }, { reply: Hi }");
    assert_eq!(late, [format!("this answer {LATE}")]);
}

#[test]
fn a_modal_opens_at_once_or_never() {
    let modals = "{ ask: { title: T, fields: { f: { label: L } }, steps: [{ reply: '{{fields.f}}' }] } }";
    let bot = |steps: &str| {
        messages(&format!("bot: x\nmodals: {modals}\ncommands: {{ hi: {{ description: Hi, steps: [{steps}] }} }}\n"))
    };
    assert_eq!(bot("{ wait: 2s }, { modal: ask }"), [""; 0]);
    let told = bot("{ wait: 1m }, { modal: ask }");
    assert!(told.len() == 1 && told[0].starts_with("a modal can only be opened within three seconds"), "{told:?}");
}
