//! The store bot with every kind of mistake in it at once: each is reported, on its line, and nothing else is.

use crate::harness::{Folder, botwright, store_bot};
use serde_json::Value;

/// What is replaced by what, the code of the mistake, a word by which its line is known, and words of its message.
struct Mistake {
    from: &'static str,
    to: &'static str,
    code: &'static str,
    line: &'static str,
    says: &'static str,
}

const fn mistake(
    from: &'static str,
    to: &'static str,
    code: &'static str,
    line: &'static str,
    says: &'static str,
) -> Mistake {
    Mistake { from, to, code, line, says }
}

const MISTAKES: [Mistake; 23] = [
    mistake("bot: store\n", "bot: store\nowner: me\n", "E0201", "owner: me", "`owner`"),
    mistake("max_length: 1000 }", "max_lenght: 1000 }", "E0201", "max_lenght", "`max_lenght`"),
    mistake("    description: Every key delivered to a user\n", "", "E0202", "  userhistory:", "`description`"),
    mistake("max_length: 6000 }", "max_length: [6000] }", "E0203", "[6000]", "number"),
    mistake("reply: { embed: out_of_stock,", "reply: { embed: out_of_stok,", "E0301", "out_of_stok,", "`out_of_stok`"),
    mistake("- log: keys_stocked", "- log: keys_stokced", "E0301", "keys_stokced", "`keys_stokced`"),
    mistake("into: keys\n", "into: keyz\n", "E0301", "into: keyz", "`keyz`"),
    mistake("set: { state: cleared, clearing:", "set: { state: cleared, claering:", "E0301", "claering", "`claering`"),
    mistake(
        "Post the ticket panel in this channel\n    access: admin",
        "Post the ticket panel in this channel\n    access: admni",
        "E0301",
        "admni",
        "`admni`",
    ),
    mistake(
        "button: inventory_next, with",
        "button: inventory_nxt, with",
        "E0301",
        "inventory_nxt,",
        "`inventory_nxt`",
    ),
    mistake(
        "steps: [{ flow: history_page, with: { customer: \"{{args.customer}}\", page: \"{{args.page}}\" } }]\n  history_next",
        "steps: [{ flow: history_pgae, with: { customer: \"{{args.customer}}\", page: \"{{args.page}}\" } }]\n  history_next",
        "E0301",
        "history_pgae",
        "`history_pgae`",
    ),
    mistake(
        "{{settings.vouches_channel.mention}}",
        "{{settings.vouches_chanel.mention}}",
        "E0302",
        "vouches_chanel.",
        "`vouches_chanel`",
    ),
    mistake("{{truncate options.review 200}}", "{{trunkate options.review 200}}", "E0303", "trunkate", "`trunkate`"),
    mistake("{{cleared.count}} cleared.", "{{cleared.count} cleared.", "E0401", "{{cleared.count} cleared", ""),
    mistake("if: length(given) == 0", "if: length(given) ==", "E0402", "if: length(given) ==", ""),
    mistake("emoji: 🔒, style: danger", "emoji: 🔒, style: dangerous", "E0205", "dangerous", "`dangerous`"),
    mistake(
        "description: What is in stock\n",
        "description: What is in stock, and what is not, and what was, and what will be, and what might have been, all of it\n",
        "E0501",
        "what might have been",
        "100",
    ),
    mistake("\"⭐ 1 Star\": 1 }", "\"⭐ 1 Star\": one }", "E0203", "\"⭐ 1 Star\": one", ""),
    mistake("- panel: support\n", "- panel: support\n        stop: \n", "E0606", "", "two"),
    mistake("- give_back: key", "- giveback: key", "E0307", "- giveback", "`giveback`"),
    mistake("color: gold", "color: goldd", "E0205", "goldd", "goldd"),
    mistake("emoji: ↩️", "emoji: \":undo\"", "E0206", ":undo", ""),
    mistake("delete_after: 5s", "delete_after: 5 parsecs", "E0206", "parsecs", ""),
];

fn broken() -> String {
    MISTAKES.iter().fold(store_bot(), |text, mistake| {
        assert_eq!(text.matches(mistake.from).count(), 1, "`{}` stands once in the file", mistake.from);
        text.replace(mistake.from, mistake.to)
    })
}

fn line_of(text: &str, mistake: &Mistake) -> u64 {
    let word = if mistake.line.is_empty() { "        stop: " } else { mistake.line };
    let lines: Vec<u64> =
        (1..).zip(text.lines()).filter(|(_, line)| line.contains(word)).map(|(line, _)| line).collect();
    assert_eq!(lines.len(), 1, "`{word}` stands on one line");
    lines[0]
}

#[test]
fn every_mistake_is_reported_on_its_line_and_no_other() {
    let text = broken();
    let folder = Folder::new();
    folder.write("store.yaml", &text);
    let checked = botwright(folder.path(), &["check", "--format", "json", "store.yaml"]);
    assert_eq!(checked.code, Some(1));
    let found: Vec<Value> = checked.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let mut unexpected = found.clone();
    let mut missing = Vec::new();
    for mistake in &MISTAKES {
        let line = line_of(&text, mistake);
        let fits = |one: &Value| {
            one["line"] == line
                && one["code"] == mistake.code
                && one["message"].as_str().is_some_and(|message| message.contains(mistake.says))
        };
        match unexpected.iter().position(fits) {
            Some(index) => drop(unexpected.remove(index)),
            None => missing.push(format!("{line}: {} {}", mistake.code, mistake.to)),
        }
    }
    let shown = |one: &Value| format!("{}:{}: {} {}", one["line"], one["column"], one["code"], one["message"]);
    let unexpected: Vec<String> = unexpected.iter().map(shown).collect();
    assert!(missing.is_empty() && unexpected.is_empty(), "missing: {missing:#?}\nunexpected: {unexpected:#?}");
    let lines: Vec<u64> = found.iter().filter_map(|one| one["line"].as_u64()).collect();
    assert!(lines.is_sorted(), "in the order of the file: {lines:?}");
}

#[test]
fn they_are_shown_to_people_with_help() {
    let folder = Folder::new();
    folder.write("store.yaml", &broken());
    let checked = botwright(folder.path(), &["check", "store.yaml"]);
    assert!(checked.stderr.contains(&format!("store.yaml: {} mistakes", MISTAKES.len())), "{}", checked.stderr);
    for right in [
        "max_length",
        "out_of_stock",
        "keys_stocked",
        "keys",
        "clearing",
        "admin",
        "inventory_next",
        "history_page",
        "vouches_channel",
        "truncate",
        "danger",
        "give_back",
        "gold",
    ] {
        assert!(checked.stderr.contains(&format!("did you mean `{right}`?")), "{right}\n{}", checked.stderr);
    }
}
