//! Wild input: nothing panics, nothing is slow, whatever stands in the file.

use super::*;
use proptest::prelude::*;
use std::cell::Cell;

const WHOLE: &str = "\
bot: store # a comment
commands:
  review: &review
    description: \"Review {{user.name}} \\u00e9\"
    options:
      rating: { type: integer, description: 'It''s five', required: true, default: 5 }
    reply: |
      Thank you,
        {{user.name}}

    access: [admin, staff]
  again: { <<: *review, limit: 3 }
steps:
  - stop
  - say: >-
      one
      two
  - wait: { seconds: 5 }
pairs: { a: 1, 🎫: 2 }
";

fn everything(text: &str) -> usize {
    let mut read = read(text);
    let bot: Option<Bot> = decode(&read.parsed.root, &mut read.diagnostics);
    for (_, command) in bot.iter().flat_map(|bot| bot.commands.iter()) {
        for at in 0..=command.description.len() {
            read.written(command.description.locate(at..at + 1));
        }
    }
    for diagnostic in read.diagnostics.iter() {
        let span = diagnostic.primary.span;
        assert!(span.start <= span.end && span.end as usize <= read.sources.get(read.id).text.len(), "{diagnostic:?}");
    }
    render(&read.sources, &read.diagnostics, false).len() + json_lines(&read.sources, &read.diagnostics).len()
}

#[test]
fn the_whole_has_no_mistake() {
    assert_eq!(everything(WHOLE), 0);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutations_never_panic(
        cuts in prop::collection::vec((0_usize..WHOLE.len(), 0_usize..12, "[ -~\\n\\t\\ré🎫]{0,4}|\\{\\{x\\}\\}|: |- |\"|'|\\[|\\{|&a|\\*a|!x|---\\n|\\t|#"), 1..5)
    ) {
        let mut text = WHOLE.to_owned();
        for (at, length, new) in cuts {
            let start = text.floor_char_boundary(at.min(text.len()));
            let end = text.floor_char_boundary((start + length).min(text.len()));
            text.replace_range(start..end, &new);
        }
        everything(&text);
    }

    #[test]
    fn noise_never_panics(text in "[ -~\\n\\t\\ré\u{feff}🎫{}:\\-'\"|>&*!#]{0,120}") {
        everything(&text);
    }

    #[test]
    fn bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let mut sources = Sources::new();
        let mut diagnostics = Diagnostics::new();
        let id = sources.add_bytes("x", &bytes, &mut diagnostics);
        parse(&sources, id, &mut diagnostics);
        render(&sources, &diagnostics, false);
    }
}

thread_local! {
    static ATTEMPTS: Cell<usize> = const { Cell::new(0) };
}

/// A command that counts how often it is decoded.
struct Counted;

impl<'de> Deserialize<'de> for Counted {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ATTEMPTS.set(ATTEMPTS.get() + 1);
        Command::deserialize(deserializer).map(|_| Self)
    }
}

#[test]
fn ten_thousand_mistakes_in_five_megabytes_cost_one_attempt_each() {
    let text: String =
        (0..10_000).map(|n| format!("c{n}:\n  limit: 999\n  reply: |\n    {}\n", "word ".repeat(100))).collect();
    assert!(text.len() > 5_000_000);
    for plain in [false, true] {
        let mut read = read(&text);
        ATTEMPTS.set(0);
        if plain {
            let all: Option<IndexMap<String, Counted>> = decode(&read.parsed.root, &mut read.diagnostics);
            assert_eq!(all.unwrap().len(), 10_000);
        } else {
            let all: Option<Named<Counted>> = decode(&read.parsed.root, &mut read.diagnostics);
            assert_eq!(all.unwrap().len(), 10_000);
        }
        assert_eq!((read.diagnostics.len(), read.diagnostics.sorted().len()), (20_000, 20_000));
        assert_eq!(ATTEMPTS.get(), 10_001, "the first one learns what a command needs");
    }
}
