//! Files as a cat on the keyboard leaves them: the check never panics, every place it names is in the file, and every way
//! to show its mistakes works.

use crate::bots;
use botwright::compile::{Checked, Environment, check};
use botwright::text::{Diagnostic, Span, github, json_lines, render, sarif};
use proptest::prelude::*;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

static BOTS: LazyLock<Vec<Vec<u8>>> =
    LazyLock::new(|| bots::all().into_iter().map(|bot| bot.text.into_bytes()).collect());

/// So long nothing takes that is not stuck; the files are small.
const STUCK: Duration = Duration::from_secs(20);

fn holds(bytes: &[u8]) {
    let begun = Instant::now();
    let checked = check("bot.yaml", bytes, &Environment::default());
    for diagnostic in &checked.diagnostics {
        places(diagnostic).for_each(|span| is_in_file(&checked, span, diagnostic));
    }
    assert_eq!(checked.program.is_some(), !checked.diagnostics.has_errors());
    let (sources, diagnostics) = (&checked.sources, &checked.diagnostics);
    let shown = [
        render(sources, diagnostics, true),
        json_lines(sources, diagnostics),
        github(sources, diagnostics),
        sarif([(sources, diagnostics)]),
    ];
    if !diagnostics.is_empty() {
        assert!(shown.iter().all(|text| !text.is_empty()));
    }
    assert!(begun.elapsed() < STUCK, "{} bytes take {:?}", bytes.len(), begun.elapsed());
}

fn places(diagnostic: &Diagnostic) -> impl Iterator<Item = Span> {
    let related = diagnostic.related.iter().map(|label| label.span);
    let fix = diagnostic.suggestion.iter().map(|suggestion| suggestion.span);
    std::iter::once(diagnostic.primary.span).chain(related).chain(fix)
}

fn is_in_file(checked: &Checked, span: Span, diagnostic: &Diagnostic) {
    let Some(source) = checked.sources.find(span.source) else { return };
    let (start, end) = (span.start as usize, span.end as usize);
    let whole = start <= end && source.text.is_char_boundary(start) && source.text.is_char_boundary(end);
    assert!(whole, "{start}..{end} of {} bytes: {diagnostic:?}", source.text.len());
}

/// One change of a file's bytes.
#[derive(Debug, Clone)]
enum Change {
    Insert(usize, Vec<u8>),
    Remove(usize, usize),
    CopyLine(usize, usize),
    RemoveLine(usize),
    SwapLines(usize, usize),
    Flip(usize, u8),
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let at = |place: usize, length: usize| place % (length + 1);
        match self {
            Self::Insert(place, new) => {
                drop(bytes.splice(at(*place, bytes.len())..at(*place, bytes.len()), new.clone()))
            }
            Self::Remove(place, length) => {
                let start = at(*place, bytes.len());
                drop(bytes.drain(start..(start + length).min(bytes.len())));
            }
            Self::Flip(place, byte) => {
                let place = at(*place, bytes.len().saturating_sub(1));
                if let Some(old) = bytes.get_mut(place) {
                    *old ^= byte;
                }
            }
            _ => self.apply_to_lines(bytes),
        }
    }

    fn apply_to_lines(&self, bytes: &mut Vec<u8>) {
        let mut lines: Vec<Vec<u8>> = bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        let count = lines.len().max(1);
        match self {
            Self::CopyLine(from, to) if !lines.is_empty() => {
                let line = lines[from % count].clone();
                lines.insert(to % count, line);
            }
            Self::RemoveLine(line) if !lines.is_empty() => drop(lines.remove(line % count)),
            Self::SwapLines(a, b) if !lines.is_empty() => lines.swap(a % count, b % count),
            _ => {}
        }
        *bytes = lines.concat();
    }
}

fn change() -> impl Strategy<Value = Change> {
    let signs = "[ -~\\n\\t\\ré🎫]{0,6}|\\{\\{x\\}\\}|\\{\\{|\\}\\}|: |- |\"|'|\\[|\\{|\\}|\\]|&a|\\*a|!x|---\\n|\\t|#|\\||>|<<: ";
    prop_oneof![
        (any::<usize>(), signs).prop_map(|(at, text)| Change::Insert(at, text.into_bytes())),
        (any::<usize>(), prop::collection::vec(any::<u8>(), 1..4)).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        (any::<usize>(), 1_usize..30).prop_map(|(at, length)| Change::Remove(at, length)),
        (any::<usize>(), any::<usize>()).prop_map(|(from, to)| Change::CopyLine(from, to)),
        any::<usize>().prop_map(Change::RemoveLine),
        (any::<usize>(), any::<usize>()).prop_map(|(a, b)| Change::SwapLines(a, b)),
        (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Change::Flip(at, byte)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_bots(which in any::<usize>(), changes in prop::collection::vec(change(), 1..6)) {
        let mut bytes = BOTS[which % BOTS.len()].clone();
        changes.iter().for_each(|change| change.apply(&mut bytes));
        holds(&bytes);
    }

    #[test]
    fn bots_that_end_anywhere(which in any::<usize>(), at in any::<usize>()) {
        let bytes = &BOTS[which % BOTS.len()];
        holds(&bytes[..at % (bytes.len() + 1)]);
    }

    #[test]
    fn what_only_looks_like_a_bot(lines in prop::collection::vec(
        "( ){0,8}(- )?(bot|commands|steps|reply|if|let|take|embed|fields|[a-z]{1,4})?(: |:|=)?(\\{\\{[a-z. ]{0,8}\\}\\}|\\[[a-z, ]{0,6}\\]?|\\{[a-z: ]{0,8}\\}?|\"[^\"]{0,6}\"?|[0-9]{0,22}|[|>&*!#@%]?[a-zé🎫]{0,5})",
        0..25,
    )) {
        holds(lines.join("\n").as_bytes());
    }

    #[test]
    fn noise(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        holds(&bytes);
    }
}

/// What was found once.
#[test]
fn a_place_beside_what_was_cut_out_is_whole() {
    for text in [" {{}}\n- \"\n\u{80}\nbot: [\n", "bot: x\n a: \u{80}\n   bot{: 1\n"] {
        holds(text.as_bytes());
    }
}
