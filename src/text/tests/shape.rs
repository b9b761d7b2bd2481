//! Values of the wrong shape: each mistake once, at its place, and none caused by another.

use super::*;
use serde_json::json;

#[test]
fn every_mistake_of_a_file_is_told_at_once() {
    let text = "\
bot: store
commands:
  review:
    opions: {}
    description: x
    limit: 300
  b:
    reply: [a]
    options:
      x: { type: strin, description: d, required: yes }
      y: { typ: string }
      z: nope
steps:
  - sya: hi
  - wait
  - wait: { seconds: 1, minutes: 2 }
  - say: a
    stop:
  - stop: 5
pairs: { a: 1, b: x, c: 300, a: 4 }
";
    assert_eq!(
        told(text),
        [
            "E0201 4:5 `opions` is not a key of a command",
            "E0204 6:12 `limit` takes a whole number from 0 to 255, found 300",
            "E0202 7:3 this command has no `description`",
            "E0203 8:12 `reply` takes text or a mapping, found a list",
            "E0205 10:18 `type` has no `strin`",
            "E0203 10:51 `required` takes true or false, found text",
            "E0202 11:7 this command option has no `description`",
            "E0201 11:12 `typ` is not a key of a command option",
            "E0203 12:10 `z` takes a mapping with the keys of a command option, found text",
            "E0205 14:5 `sya` is not a step",
            "E0202 15:5 this wait has no `seconds`",
            "E0201 16:25 `minutes` is not a key of a wait",
            "E0203 18:5 an entry of `steps` takes one key, and `stop` is a second one",
            "E0203 19:11 `stop` takes nothing, found a number",
            "E0203 20:19 `b` takes a whole number, found text",
            "E0204 20:25 `c` takes a whole number from 0 to 255, found 300",
            "E0110 20:30 the key `a` is written twice",
        ]
    );
}

#[test]
fn what_is_right_decodes_beside_what_is_wrong() {
    let (bot, _) =
        bot("bot: a\ncommands:\n  x:\n    limit: many\n    description: fine\n  y:\n    description: good\n");
    assert_eq!(bot.commands.get("x").unwrap().description, "fine");
    assert!(bot.commands.is_broken("x"));
    assert!(!bot.commands.is_broken("y"));
    assert_eq!(bot.commands.names().collect::<Vec<_>>(), ["x", "y"]);
}

#[test]
fn a_misspelled_key_is_read_as_what_was_meant() {
    let (bot, read) = bot(
        "bot: a\ncommands:\n  x:\n    descripton: fine\n    Rate: 2\n    limit: 1\n    options:\n      o: { type: integer, description: d, requird: maybe }\n",
    );
    assert_eq!(bot.commands.get("x").unwrap().description, "fine");
    assert_eq!(bot.commands.get("x").unwrap().rate, 2.0);
    assert_eq!(
        read.told(),
        [
            "E0201 4:5 `descripton` is not a key of a command",
            "E0201 5:5 `Rate` is not a key of a command",
            "E0201 8:43 `requird` is not a key of a command option",
            "E0203 8:52 `requird` takes true or false, found text",
        ]
    );
}

#[test]
fn a_key_that_is_there_already_is_not_suggested() {
    let (_, read) = bot("bot: a\ncommands:\n  x: { description: d, descripton: e }\n");
    assert_eq!(read.only().suggestion, None);
    assert_eq!(read.only().help, None);
}

#[test]
fn spelling_alone_is_certain() {
    for (key, right) in [("Default", "default"), ("de-fault", "default")] {
        let text = format!(
            "bot: a\ncommands:\n  x:\n    description: d\n    options: {{ o: {{ type: string, description: d, {key}: 1 }} }}\n"
        );
        let (_, read) = bot(&text);
        assert_eq!(read.only().help.as_deref(), Some("write `default`"));
        assert!(read.mended().contains(&format!("{right}: 1")), "{}", read.mended());
    }
}

#[test]
fn a_key_that_belongs_elsewhere_gets_its_hint() {
    let hints = [
        Hint { keys: &["ephemeral"], of: "Reply", help: "wrong one" },
        Hint { keys: &["ephemeral"], of: "Command", help: "`{key}` belongs inside `reply`" },
    ];
    let mut read = read("bot: a\ncommands:\n  x: { description: d, ephemeral: true }\n");
    let root = read.parsed.root.clone();
    let _: Option<Bot> = Decoding::new().hints(&hints).decode(&root, &mut read.diagnostics);
    assert_eq!(read.only().help.as_deref(), Some("`ephemeral` belongs inside `reply`"));
}

#[test]
fn things_have_names_of_their_own() {
    let mut read = read("bot: a\ncommands:\n  x: {}\n");
    let root = read.parsed.root.clone();
    let _: Option<Bot> = Decoding::new().things(&[("Command", "slash command")]).decode(&root, &mut read.diagnostics);
    assert_eq!(read.told(), ["E0202 3:3 this slash command has no `description`"]);
}

#[test]
fn only_true_and_false_are_booleans() {
    for (written, meant) in
        [("yes", "true"), ("on", "true"), ("no", "false"), ("Off", "false"), ("True", "true"), ("\"true\"", "true")]
    {
        let (_, read) = bot(&format!(
            "bot: a\ncommands:\n  x: {{ description: d, reply: {{ content: c, ephemeral: {written} }} }}\n"
        ));
        assert_eq!(read.only().code, code::WRONG_TYPE);
        assert_eq!(read.only().help, Some(format!("write `{meant}`")));
        assert!(read.mended().contains(&format!("ephemeral: {meant} ")));
    }
}

#[test]
fn nothing_is_an_empty_list_or_mapping_but_no_text() {
    let bot = good("bot: a\ncommands:\nsteps:\npairs: ~\nanything:\n");
    assert!(bot.commands.is_empty() && bot.steps.is_empty() && bot.pairs.is_empty() && bot.anything.is_none());
    assert_eq!(told("bot:\n"), ["E0203 1:1 `bot` takes text, found nothing"]);
    assert_eq!(told(""), ["E0202 1:1 this file has no `bot`"]);
}

#[test]
fn texts_keep_their_spelling() {
    let spellings = ["5", "1.10", "true", "no", "1462381972474167491", "0x1F", "2026-01-05T09:00:00Z", "~x"];
    for spelling in spellings {
        assert_eq!(good(&format!("bot: {spelling}\n")).bot, spelling);
    }
}

#[test]
fn literals_keep_type_and_spelling() {
    let literal = |written: &str| {
        let text = format!(
            "bot: a\ncommands:\n  x: {{ description: d, options: {{ o: {{ type: string, description: d, default: {written} }} }} }}\n"
        );
        good(&text)
            .commands
            .get("x")
            .unwrap()
            .options
            .get("o")
            .unwrap()
            .default
            .clone()
            .map(|it| (it.value, it.text.value))
    };
    assert_eq!(literal("1.50"), Some((json!(1.5), "1.50".into())));
    assert_eq!(literal("1462381972474167491"), Some((json!(1462381972474167491_u64), "1462381972474167491".into())));
    assert_eq!(literal("\"5\""), Some((json!("5"), "5".into())));
    assert_eq!(literal("true"), Some((json!(true), "true".into())));
    assert_eq!(literal("no"), Some((json!("no"), "no".into())));
    assert_eq!(literal("~"), None);
}

#[test]
fn ids_are_exact_with_or_without_quotes() {
    for written in ["1462381972474167491", "\"1462381972474167491\"", "'1462381972474167491'"] {
        let bot = good(&format!("bot: a\ncommands:\n  x: {{ description: d, server: {written} }}\n"));
        assert_eq!(bot.commands.get("x").unwrap().server.unwrap().value, 1462381972474167491);
    }
    for written in ["general", "-5", "0", "1.5", "99999999999999999999", "[1]"] {
        let (bot, read) = bot(&format!("bot: a\ncommands:\n  x: {{ description: d, server: {written} }}\n"));
        assert!(bot.commands.get("x").unwrap().server.unwrap().poisoned);
        assert!(
            read.only().message.starts_with("`server` takes an id (a number of up to 20 digits), found "),
            "{:?}",
            read.told()
        );
    }
}

#[test]
fn all_shapes_decode() {
    let bot = good(
        "bot: a\ncommands:\n  x:\n    description: d\n    options:\n      o: { type: boolean, description: why, required: true }\n    reply: { content: Hi, ephemeral: true }\n",
    );
    let command = bot.commands.get("x").unwrap();
    let option = command.options.get("o").unwrap();
    assert_eq!((option.kind, option.description.as_str(), option.required), (OptionKind::Boolean, "why", true));
    assert!(command.reply.as_ref().unwrap().ephemeral);
}

#[test]
fn short_and_long_forms_are_the_same() {
    let bot = good(
        "bot: a\ncommands:\n  x: { description: d, reply: Hi, access: admin }\n  y: { description: d, reply: { content: Hi }, access: [admin] }\n",
    );
    let (x, y) = (bot.commands.get("x").unwrap(), bot.commands.get("y").unwrap());
    assert_eq!(x.reply.as_ref().unwrap().content, y.reply.as_ref().unwrap().content);
    assert_eq!(x.access, y.access);
}

#[test]
fn the_long_form_tells_its_own_mistakes() {
    let text = "bot: a\ncommands:\n  x:\n    description: d\n    reply: { contnt: Hi, ephemeral: 5 }\n";
    assert_eq!(
        told(text),
        ["E0201 5:14 `contnt` is not a key of a reply", "E0203 5:37 `ephemeral` takes true or false, found a number"]
    );
}

#[test]
fn a_step_is_a_word_or_a_key() {
    let bot = good("bot: a\nsteps: [stop, {say: hi}, {wait: {seconds: 3}}, pause, {stop: }]\n");
    assert_eq!(
        bot.steps,
        [Step::Stop, Step::Say("hi".into()), Step::Wait { seconds: 3 }, Step::Pause { seconds: 0 }, Step::Stop]
    );
}

#[test]
fn raw_parts_decode_later_under_their_name() {
    let (bot, mut read) = bot("bot: a\nanything: { description: [x] }\n");
    assert!(read.diagnostics.is_empty());
    let raw = bot.anything.unwrap();
    let entry = &raw.entries()[0];
    let text: Text =
        Decoding::new().called(entry.name(), entry.key.span).decode(&entry.value, &mut read.diagnostics).unwrap();
    assert!(text.poisoned);
    assert_eq!(read.told(), ["E0203 2:26 `description` takes text, found a list"]);
}

#[test]
fn numbers_without_quotes_and_underscores() {
    let (_, read) = bot("bot: a\npairs: { a: \"5\" }\n");
    assert!(read.mended().contains("{ a: 5 }"));
    let (_, read) = self::bot("bot: a\npairs: { a: 1_0 }\n");
    assert!(read.mended().contains("{ a: 10 }"));
    assert_eq!(
        good("bot: a\npairs: { a: 0x10, b: 0o17, c: +7 }\n").pairs.values().copied().collect::<Vec<_>>(),
        [16, 15, 7]
    );
}

#[test]
fn a_single_value_where_a_list_belongs_is_wrapped() {
    let (_, read) = bot("bot: a\nsteps: stop\n");
    assert_eq!(read.told(), ["E0203 2:8 `steps` takes a list, found text"]);
    assert!(read.mended().contains("steps: [stop]"));
}

#[test]
fn merged_keys_come_where_they_are_merged_and_never_override() {
    let bot = good(
        "bot: a\nanything: &base { description: base, limit: 3 }\ncommands:\n  x: { <<: *base, limit: 5 }\n  y: { <<: [*base, { rate: 2 }] }\n",
    );
    let (x, y) = (bot.commands.get("x").unwrap(), bot.commands.get("y").unwrap());
    assert_eq!((x.description.as_str(), x.limit), ("base", Some(5)));
    assert_eq!((y.limit, y.rate), (Some(3), 2.0));
}

#[test]
fn what_a_type_refuses_is_told_once_for_each() {
    #[derive(Debug, Deserialize)]
    #[serde(try_from = "String")]
    struct Even(#[allow(dead_code)] String);

    impl TryFrom<String> for Even {
        type Error = String;

        fn try_from(text: String) -> Result<Self, String> {
            if text.len().is_multiple_of(2) { Ok(Self(text)) } else { Err(format!("`{text}` is odd")) }
        }
    }

    let mut read = read("a: odd\nb: even\nc: no!\n");
    let named: Named<Even> = decode(&read.parsed.root, &mut read.diagnostics).unwrap();
    assert_eq!(read.told(), ["E0206 1:4 `odd` is odd", "E0206 3:4 `no!` is odd"]);
    assert_eq!((named.is_broken("a"), named.is_broken("b")), (true, false));
}

#[test]
fn a_type_without_a_stand_in_gives_nothing_and_says_why() {
    #[derive(Debug, Deserialize)]
    struct Strict {
        #[allow(dead_code)]
        number: std::num::NonZeroU8,
    }

    let mut read = read("number: x\n");
    assert!(decode::<Strict>(&read.parsed.root, &mut read.diagnostics).is_none());
    assert_eq!(read.told(), ["E0203 1:9 `number` takes a whole number, found text"]);
}

#[test]
fn a_missing_key_of_one_type_is_no_news_of_another() {
    #[derive(Debug, Deserialize)]
    struct Holder<T> {
        #[allow(dead_code)]
        inner: T,
    }

    #[derive(Debug, Deserialize)]
    struct Both {
        #[allow(dead_code)]
        needed: Vec<Holder<u8>>,
        #[allow(dead_code)]
        free: Vec<Holder<Option<u8>>>,
    }

    let mut read = read("needed: [{}]\nfree: [{}]\n");
    assert!(decode::<Both>(&read.parsed.root, &mut read.diagnostics).is_some());
    assert_eq!(read.told(), ["E0202 1:10 this holder has no `inner`"]);
}

#[test]
fn other_deserializers_give_values_without_places() {
    let command: Command = serde_json::from_value(json!({
        "description": 5, "options": {}, "reply": { "content": "x" }, "access": ["a"], "server": "12"
    }))
    .unwrap();
    assert_eq!(command.description, "5");
    assert_eq!(command.access[0].value, "a");
    assert!(command.access[0].span.is_none() && command.description.locate(0..1).is_none());
}

#[test]
fn schemas_say_what_is_accepted() {
    let schema = serde_json::to_value(schemars::schema_for!(Command)).unwrap();
    let property = |name: &str| schema["properties"][name].clone();
    assert_eq!(property("description")["type"], json!(["string", "number", "boolean"]));
    assert_eq!(property("options")["additionalProperties"]["$ref"], "#/$defs/CommandOption");
    assert_eq!(property("access")["anyOf"][1]["type"], "array");
    assert!(property("reply")["anyOf"].to_string().contains("#/$defs/Reply"), "{}", property("reply"));
    assert_eq!(schema["required"], json!(["description"]));
}
