//! Small bots with one mistake each, at the command line: told once, at its place, and what is right is not told of.

use crate::harness::{Folder, botwright};

/// What is told of a bot, as `LINE CODE message`.
fn told(text: &str) -> Vec<String> {
    let folder = Folder::new();
    folder.write("bot.yaml", text);
    let checked = botwright(folder.path(), &["check", "--format", "json", "bot.yaml"]);
    let line = |line: &str| {
        let found: serde_json::Value = serde_json::from_str(line).expect("each line is JSON");
        let word = |key: &str| found[key].as_str().unwrap_or_default().to_owned();
        format!("{} {} {}", found["line"], word("code"), word("message"))
    };
    checked.stdout.lines().map(line).collect()
}

/// A bot with one command.
fn with(options: &str, steps: &[&str], rest: &str) -> String {
    let steps: String = steps.iter().map(|step| format!("      - {step}\n")).collect();
    let options = if options.is_empty() { String::new() } else { format!("    options:\n      {options}\n") };
    format!("bot: cafe\ncommands:\n  hello:\n    description: Hello\n{options}    steps:\n{steps}{rest}")
}

fn assert_told(text: &str, expected: &[&str]) {
    assert_eq!(told(text), expected, "{text}");
}

const NOTE: &str = "note: { type: string, description: A note, required: true, max_length: 1000 }";

#[test]
fn a_text_that_can_become_too_long_is_told_before_it_does() {
    let field = |before: usize| {
        format!("embeds:\n  e:\n    fields: {{ Note: \"{}{{{{options.note}}}}\" }}\n", "y".repeat(before))
    };
    let steps = ["reply: { embed: e }"];
    assert_told(&with(NOTE, &steps, &field(24)), &[]);
    let message = "11 W0501 the field's value can become 1040 characters long; Discord takes 1024";
    assert_told(&with(NOTE, &steps, &field(40)), &[message]);
    // Without a length of its own, an option is as long as Discord lets it be; repeated in a message it is no mistake.
    let free = NOTE.replace(", max_length: 1000", "");
    let message = "11 W0501 the field's value can become 6000 characters long; Discord takes 1024";
    assert_told(&with(&free, &steps, &field(0)), &[message]);
    assert_told(&with(&free, &["reply: \"You said {{options.note}}\""], ""), &[]);
    let long = NOTE.replace("1000", "3000");
    let message = "8 W0501 the message can become 3009 characters long; Discord takes 2000";
    assert_told(&with(&long, &["reply: \"You said {{options.note}}\""], ""), &[message]);
}

#[test]
fn of_branches_the_longer_one_counts_and_of_choices_the_longest() {
    let label = |text: &str| format!("buttons:\n  b: {{ label: \"{text}\", steps: [{{ reply: Hi }}] }}\n");
    let choice = "note: { type: string, description: A note, required: true, choices: [small, enormous] }";
    let steps = ["reply: { content: \"{{options.note}}\", buttons: [b] }"];
    let branches =
        |longer: usize| format!("{{{{#if user.bot}}}}{}{{{{else}}}}{{{{user.name}}}}{{{{/if}}}}", "x".repeat(longer));
    assert_told(&with(choice, &steps, &label(&branches(80))), &[]);
    let text =
        with("", &["reply: { content: Hi, buttons: [b] }"], &label(&format!("{}{}", branches(20), "y".repeat(60))));
    assert_told(&text, &["8 W0501 the label can become 92 characters long; Discord takes 80"]);
    let title =
        |length: usize| format!("reply: {{ embed: {{ title: \"{}{{{{options.note}}}}\" }} }}", "x".repeat(length));
    assert_told(&with(choice, &[&title(248)], ""), &[]);
    let message = "8 W0501 the title can become 257 characters long; Discord takes 256";
    assert_told(&with(choice, &[&title(249)], ""), &[message]);
}

#[test]
fn the_embeds_of_a_message_are_counted_together() {
    let embeds = |a: usize, b: &str| {
        format!("embeds:\n  a: {{ description: \"{}\" }}\n  b: {{ description: \"{b}\" }}\n", "x".repeat(a))
    };
    let steps = ["reply: { embeds: [a, b] }"];
    assert_told(&with("", &steps, &embeds(3_000, &"y".repeat(3_000))), &[]);
    let message = "6 E0501 the embeds of a message have 6000 characters together; these have 6001 at least";
    assert_told(&with("", &steps, &embeds(3_001, &"y".repeat(3_000))), &[message]);
    let open = format!("{{{{options.note}}}}{}", "y".repeat(3_000));
    assert_told(&with(NOTE, &steps, &embeds(2_000, &open)), &[]);
    let message = "8 W0501 the embeds of a message have 6000 characters together; these can come to 6001";
    assert_told(&with(NOTE, &steps, &embeds(2_001, &open)), &[message]);
}

#[test]
fn what_a_button_carries_has_to_fit() {
    let button = "buttons:\n  b: { label: Go, args: { note: text }, steps: [{ reply: \"{{args.note}}\" }] }\n";
    let steps = ["reply: { content: Hi, buttons: [{ button: b, with: { note: \"{{options.note}}\" } }] }"];
    assert_told(&with(&NOTE.replace("1000", "96"), &steps, button), &[]);
    let message = "8 W0501 what `b` carries can become 101 characters long, its name included; Discord takes 100";
    assert_told(&with(&NOTE.replace("1000", "97"), &steps, button), &[message]);
    let named = format!("buttons:\n  {}: {{ label: Go, steps: [{{ reply: Hi }}] }}\n", "b".repeat(99));
    let steps = format!("reply: {{ content: Hi, buttons: [{}] }}", "b".repeat(99));
    assert_told(&with("", &[&steps], &named), &["8 E0501 a button is called by 99 characters; 98 are possible"]);
}

#[test]
fn what_discord_is_told_of_a_command_keeps_its_limits_in_every_language() {
    let head = |more: &str| {
        format!("bot: cafe\ncommands:\n  hello:\n    description: Hello\n    {more}\n    steps: [{{ reply: Hi }}]\n")
    };
    let message =
        "5 E0503 `Hallo Welt` cannot be the name of a command: 1 to 32 lower-case letters, digits, `-` and `_`";
    assert_told(&head("name_localizations: { de: Hallo Welt }"), &[message]);
    let long = format!("description_localizations: {{ de: {} }}", "x".repeat(101));
    assert_told(&head(&long), &["5 E0501 the description is 101 characters long; Discord takes 100"]);
    let option = |at: usize| {
        let choices: Vec<String> = (0..25).map(|choice| format!("\"{}{choice:02}\"", "n".repeat(90))).collect();
        format!("o{at}: {{ type: string, description: D, choices: [{}] }}", choices.join(", "))
    };
    let text = with(&format!("{}\n      {}", option(0), option(1)), &["reply: Hi"], "");
    assert_told(&text, &["3 E0501 all texts of `/hello` have 9216 characters together; Discord takes 8000"]);
}

#[test]
fn numbers_and_choices_are_ones_that_discord_takes() {
    let option = |rest: &str| with(&format!("o: {{ description: D, {rest} }}"), &["reply: Hi"], "");
    for (rest, message) in [
        ("type: string, choices: [x, x]", "6 E0304 the choice `x` is there already"),
        ("type: string, choices: [a, b], default: z", "6 E0205 `z` is none of the choices"),
        ("type: integer, max_value: 5, default: 9", "6 E0204 the default 9 is beyond `max_value`"),
        (
            "type: integer, max_value: 1e16",
            "6 E0204 `max_value` is at most 9007199254740992 and at least -9007199254740992",
        ),
    ] {
        assert_told(&option(rest), &[message]);
    }
    let select = |rest: &str| {
        with(
            "",
            &["reply: { content: Hi, select: s }"],
            &format!("selects:\n  s: {{ {rest}, steps: [{{ reply: Hi }}] }}\n"),
        )
    };
    for (rest, message) in [
        ("options: [{ label: a, value: x }, { label: b, value: x }]", "8 E0304 two options of a select menu mean `x`"),
        ("options: [a, b], min_values: 3", "8 E0204 3 must be chosen, and there are 2 options"),
        (
            "options: [a, b], min_values: 2, max_values: 1",
            "8 E0204 `min_values` is greater than `max_values`: nothing could be given",
        ),
    ] {
        assert_told(&select(rest), &[message]);
    }
}

#[test]
fn a_rule_that_nobody_meets_is_told_once() {
    let bot = |access: &str, rest: &str| {
        format!(
            "bot: cafe\naccess:\n  admin: {{ permissions: administrator }}\n  staff: {{ any: [admin, {{ role: \"1234567890123456789\" }}] }}\n{rest}commands:\n  hello:\n    description: Hello\n    access: {access}\n    steps: [{{ reply: Hi }}]\n  other: {{ description: D, access: staff, steps: [{{ reply: Hi }}] }}\n"
        )
    };
    assert_told(&bot("{ all: [staff, { not: admin }] }", ""), &[]);
    assert_told(&bot("{ all: [admin, { not: staff }] }", ""), &["6 E0612 nobody can use `/hello`"]);
    assert_told(&bot("never", "  never: { any: [] }\n"), &["5 E0612 nobody can meet the rule `never`"]);
    assert_told(&bot("{ not: admn }", ""), &["8 E0301 there is no access rule named `admn`"]);
}

#[test]
fn a_modal_may_follow_a_way_that_has_ended() {
    let modal = "modals:\n  m: { title: T, fields: { a: A }, steps: [{ reply: \"{{fields.a}}\" }] }\n";
    let ended = "if: user.bot\n        then: [{ reply: No }, stop]";
    assert_told(&with("", &[ended, "modal: m"], modal), &[]);
    let goes_on = "if: user.bot\n        then: [{ reply: No }]";
    let message = "8 E0603 a modal can only be the first answer";
    assert_told(&with("", &[goes_on, "modal: m"], modal), &[message]);
    assert_told(&with("", &["reply: Hi", "defer"], ""), &["7 E0603 nothing is put off behind the first answer"]);
}

#[test]
fn names_that_are_never_read_and_names_of_another_way() {
    let table = "tables:\n  notes: { columns: { text: text } }\nsettings:\n  spare: { type: text, value: x }\n";
    let count = "count: { in: notes }\n        as: n";
    let spare = "W0301 the setting `spare` is never used";
    assert_told(
        &with("", &[count, "reply: Hi"], table),
        &["7 W0301 the name `n` is never used", &format!("12 {spare}")],
    );
    assert_told(&with("", &[count, "reply: \"{{n}} {{settings.spare}}\""], table), &[]);
    let branch = "if: user.bot\n        then: [{ count: { in: notes }, as: n }, { reply: \"{{n}}\" }]";
    assert_told(&with("", &[branch, "reply: \"{{n}}\""], table), &["8 E0302 nothing here is called `n`"]);
    let never = "if: false\n        then: [{ reply: Yes }]\n        else: [{ reply: No }]";
    let message = "6 E0604 this condition never holds: what stands in `then` is never reached";
    assert_told(&with("", &[never], ""), &[message]);
}

#[test]
fn a_key_in_the_wrong_place_is_told_where_it_belongs() {
    let folder = Folder::new();
    folder.write(
        "bot.yaml",
        "bot: cafe\ncommands:\n  hello: { description: D, ephemeral: true, steps: [{ reply: Hi }] }\n",
    );
    let checked = botwright(folder.path(), &["check", "bot.yaml"]);
    assert!(checked.stderr.contains("help: `ephemeral` belongs inside `reply`, in a step\n"), "{}", checked.stderr);
}

#[test]
fn words_of_other_languages_in_an_expression_are_fixed() {
    let folder = Folder::new();
    let option = "n: { type: integer, description: N }";
    let step = "if: options.n >= 4 and options.n < 9 or options.n == null\n        then: [{ reply: Hi }]";
    let path = folder.write("bot.yaml", &with(option, &[step], ""));
    let fixed = botwright(folder.path(), &["check", "--fix", "bot.yaml"]);
    assert_eq!(fixed.code, Some(0), "{}", fixed.stderr);
    let text = std::fs::read_to_string(path).expect("the file can be read");
    assert!(text.contains("if: options.n >= 4 && options.n < 9 || options.n == ()\n"), "{text}");
}

#[test]
fn a_webhook_in_the_file_is_a_credential() {
    let url = "https://discord.com/api/webhooks/123456789012345678/abcDEF";
    let bot = format!(
        "bot: cafe\nsettings:\n  hook: {{ type: webhook, value: \"{url}\" }}\nlogs: {{ to: \"{{{{settings.hook}}}}\", entries: {{ e: {{ title: E }} }} }}\ncommands:\n  hello: {{ description: D, steps: [{{ log: e }}, {{ reply: Hi }}] }}\n"
    );
    assert_told(&bot, &["3 E0609 the address of a webhook is a credential: it must not stand in the file"]);
}

const TEXT: &str = "note: { type: string, description: A note }";

#[test]
fn what_is_not_indented_is_told_once() {
    let beside = "reply:\n        content: Hi\n        ephemeral: true";
    let message = "7 E0104 `content` belongs to `reply`, and is not indented further than it";
    assert_told(&with("", &[beside], ""), &[message]);
    let fallen = "bot: cafe\ncommands:\n  hello:\n  description: Hello\n  steps:\n    - reply: Hi\n";
    let message = "4 E0104 `description` is a key of a command, and stands where its name belongs";
    assert_told(fallen, &[message]);
}

#[test]
fn a_dash_that_is_missing_is_one_mistake() {
    let tables = "tables:\n  notes: { columns: { text: text } }\n";
    let both = "count: { in: notes }\n        as: a\n        find: { in: notes }\n        as: b";
    let message = "8 E0606 one step does one thing: `count` and `find` are two";
    assert_told(&with("", &[both, "reply: \"{{a}} {{length b}}\""], tables), &[message]);
}

#[test]
fn an_ampersand_before_a_text_is_told() {
    let nothing = "6 E0107 `&Welcome` is an anchor of YAML, and nothing stands behind it";
    assert_told(&with("", &["reply: &Welcome"], ""), &[nothing]);
    let marked = "6 W0103 `&Ask` is an anchor of YAML, and nothing names it: the text begins behind it";
    assert_told(&with("", &["reply: &Ask us"], ""), &[marked]);
    assert_told(&with("", &["reply: &hi Hi", "reply: *hi"], ""), &[]);
}

#[test]
fn a_quote_that_is_glued_to_its_key_spoils_no_other_line() {
    let settings = |key: &str| {
        let rest = format!(
            "settings:\n  a: {{ type: text, {key}\"${{A:-x}}\" }}\n  b: {{ type: text, value: \"${{B:-x}}\" }}\n"
        );
        with("", &["reply: \"{{settings.a}} {{settings.b}}\""], &rest)
    };
    let far = |text: String| text.replacen("  b:", &format!("  # far above\n{}  b:", "  # \n".repeat(9)), 1);
    assert_told(&far(settings("value:")), &["8 E0115 a space is missing behind `value:`"]);
    assert_told(&settings("value: "), &[]);
    assert_told(&settings("value:"), &["8 E0115 a space is missing behind `value:`"]);
    assert_told(&settings("value "), &["8 E0116 a colon is missing behind `value`"]);
    assert_told(&settings("value = "), &["8 E0116 a colon is missing behind `value`"]);
}

#[test]
fn a_block_that_lacks_a_brace_is_told_where_it_lacks() {
    let tables = "tables:\n  notes: { columns: { text: text } }\n";
    let reply = |text: &str| {
        let lines: Vec<String> = text.lines().map(|line| format!("          {line}\n")).collect();
        let reply = format!("reply: |\n{}          {{{{length all}}}}", lines.concat());
        with("", &["find: { in: notes }\n        as: all", &reply], tables)
    };
    let begins = "9 E0401 `{#each all}}` begins no block";
    assert_told(&reply("{#each all}}\n- x\n{{/each}}"), &[begins]);
    let ends = "11 E0401 `{/each}}` ends no block";
    assert_told(&reply("{{#each all}}\n- x\n{/each}}"), &[ends]);
    let unclosed = "9 E0401 this `{{` is never closed";
    assert_told(&reply("{{user.name\n- {{user.id}}"), &[unclosed]);
}

#[test]
fn things_and_paths_that_stand_alone_in_a_text_are_told() {
    let message = "6 E0403 a user can't stand inside a text";
    assert_told(&with("", &["reply: \"{{user}}\""], ""), &[message]);
    let text = with(TEXT, &["reply: options.note"], "");
    assert_told(&text, &["8 W0401 `options.note` is copied as it stands"]);
    assert_told(&with("", &["reply: example.com", "reply: user.nobody"], ""), &[]);
}

#[test]
fn what_is_asked_of_users_and_never_read_is_told() {
    let unused = |what: &str| format!("W0301 the {what} is never used");
    let option = format!("6 {}", unused("option `note` of `/hello`"));
    assert_told(&with(TEXT, &["reply: Hi"], ""), &[&option]);
    for read in [
        "\"{{default options.note 1}}\"",
        "\"{{json options}}\"",
        "\"{{#with options}}{{note}}{{/with}}\"",
        "{ embed: e }",
    ] {
        let embed = "embeds:\n  e: { description: \"{{truncate options.note 100}}\" }\n";
        let rest = if read.contains("embed") { embed } else { "" };
        assert_told(&with(TEXT, &[&format!("reply: {read}")], rest), &[]);
    }
    let modal = "modals:\n  m: { title: T, fields: { a: A, b: B }, steps: [{ reply: \"{{fields.b}}\" }] }\n";
    let field = format!("8 {}", unused("field `a` of the modal `m`"));
    assert_told(&with("", &["modal: m"], modal), &[&field]);
    let table = |column: &str| format!("tables:\n  notes: {{ columns: {{ text: text, more: {column} }} }}\n");
    let insert = "insert: { into: notes, row: { text: Hi } }";
    let column = format!("9 {}", unused("column `more` of `notes`"));
    assert_told(&with("", &[insert, "reply: Hi"], &table("{ type: text, optional: true }")), &[&column]);
    // What is filled by itself, or only ever asked for, may be meant for people.
    assert_told(&with("", &[insert, "reply: Hi"], &table("{ type: time, default: now }")), &[]);
    let asked = "count: { in: notes, where: { more: x } }\n        as: n";
    assert_told(&with("", &[insert, asked, "reply: \"{{n}}\""], &table("{ type: text, optional: true }")), &[]);
}

#[test]
fn a_field_that_is_called_like_a_word_of_expressions_stands_in_brackets() {
    let folder = Folder::new();
    let option = "in: { type: string, description: I }";
    let step = "if: options.in == \"x\"\n        then: [{ reply: Hi }]";
    let text = with(option, &[step], "");
    assert_told(&text, &["8 E0402 `in` is a word of the expressions themselves"]);
    let path = folder.write("bot.yaml", &text);
    let checked = botwright(folder.path(), &["check", "bot.yaml"]);
    assert!(checked.stderr.contains("instead: `[\"in\"]`"), "{}", checked.stderr);
    std::fs::write(&path, text.replace("options.in", "options[\"in\"]")).expect("the file can be written");
    assert_eq!(botwright(folder.path(), &["check", "bot.yaml"]).code, Some(0));
}

#[test]
fn what_a_group_says_to_those_who_may_not_is_checked_and_said_for_its_commands() {
    let group = |refused: &str| {
        format!(
            "bot: cafe\ncommands:\n  hello:\n    description: Hello\n    access: {{ permissions: administrator }}\n    refused: {refused}\n    subcommands:\n      a: {{ description: A, steps: [{{ reply: Hi }}] }}\n"
        )
    };
    assert_told(&group("\"Not you, {{user.name}}\""), &[]);
    assert_told(&group("\"Not you, {{nobody}}\""), &["6 E0302 nothing here is called `nobody`"]);
}

#[test]
fn verbs_in_the_wrong_place_are_told_where_they_belong() {
    let folder = Folder::new();
    for verb in ["wait: 5s", "for_each: { in: x }", "stop: x"] {
        let command = format!(
            "{}{verb}\n",
            "bot: cafe\ncommands:\n  hello:\n    description: D\n    steps: [{ reply: Hi }]\n    "
        );
        folder.write("bot.yaml", &command);
        let checked = botwright(folder.path(), &["check", "bot.yaml"]);
        assert!(checked.stderr.contains("is a step: it belongs below `steps`"), "{verb}: {}", checked.stderr);
    }
}
