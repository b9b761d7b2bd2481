//! `botwright check --fix`: puts the certain fixes into a file, in rounds, and touches nothing else.

use crate::cli::examined::{Examined, MARK};
use crate::compile::Environment;
use crate::text::{Code, Diagnostic, Source, Sources, Suggestion, code, mask, mend};
use anyhow::{Context, bail};
use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::ops::Range;
use std::path::Path;

/// A mended file can show mistakes that were hidden before; after so many rounds the rest is left to its author.
const ROUNDS: usize = 16;

/// A longer text than this is not repeated in the account of what was fixed.
const SHOWN: usize = 60;

/// A file with its certain fixes in it.
pub struct Fixed {
    /// What is left.
    pub examined: Examined,
    /// What was done, each with its line: `line 12: E0302 …`.
    pub done: Vec<(usize, String)>,
}

/// Fixes what is certain. A fix after which the same mistake is still there is taken back.
pub fn fix(mut examined: Examined, environment: &Environment) -> Fixed {
    let mut done = Vec::new();
    let mut useless: HashSet<(Code, String)> = HashSet::new();
    for _ in 0..ROUNDS {
        let Some(round) = Round::of(&examined, &useless) else { break };
        let next = Examined::of(examined.name.clone(), round.bytes.clone(), environment);
        let still = round.still_wrong(&next);
        if still.is_empty() {
            done.extend(round.put_in.into_iter().map(|fix| (fix.line, fix.told)));
            examined = next;
        } else {
            useless.extend(still);
        }
    }
    done.sort_by_key(|(line, _)| *line);
    Fixed { examined, done }
}

/// Fixes that can be put in together.
struct Round {
    bytes: Vec<u8>,
    put_in: Vec<PutIn>,
}

struct PutIn {
    code: Code,
    message: String,
    /// What it covers now, in bytes of the new text.
    range: Range<usize>,
    line: usize,
    told: String,
}

impl Round {
    fn of(examined: &Examined, useless: &HashSet<(Code, String)>) -> Option<Self> {
        let text = examined.text()?;
        let mut sources = Sources::new();
        let source = sources.add(examined.name.as_str(), text);
        let source = sources.get(source);
        let wanted: Vec<(&Diagnostic, &Suggestion)> = examined
            .diagnostics()
            .filter(|found| !useless.contains(&(found.code, found.message.clone())))
            .filter_map(|found| Some((found, found.suggestion.as_ref().filter(|fix| fix.certain)?)))
            .collect();
        let mended = mend(text, &wanted.iter().map(|(_, fix)| *fix).collect::<Vec<_>>());
        if mended.applied.is_empty() || mended.text == text {
            return None;
        }
        let put_in =
            mended.applied.into_iter().map(|(index, range)| PutIn::new(source, wanted[index], range)).collect();
        let mark = if examined.has_mark() { MARK } else { "" };
        Some(Self { bytes: format!("{mark}{}", mended.text).into_bytes(), put_in })
    }

    /// The mistakes that are still where their fixes were put in.
    fn still_wrong(&self, next: &Examined) -> Vec<(Code, String)> {
        let text = next.text().unwrap_or_default();
        let remains = |fix: &&PutIn| next.diagnostics().any(|found| fix.did_not_help(text, found));
        self.put_in.iter().filter(remains).map(|fix| (fix.code, fix.message.clone())).collect()
    }
}

impl PutIn {
    fn new(source: &Source, (found, fix): (&Diagnostic, &Suggestion), range: Range<usize>) -> Self {
        let (line, _) = source.line_column(fix.span.start);
        let (was, now) = (source.slice(fix.span), fix.replacement.as_str());
        let told = match (was.trim(), now) {
            _ if was.len() > SHOWN || now.len() > SHOWN || was.trim_end().contains('\n') => found.message.clone(),
            (was, "") => format!("removed `{was}`"),
            (was, now) => format!("`{was}` → `{now}`"),
        };
        let told = format!("{} {}", found.code, mask(&told));
        Self { code: found.code, message: found.message.clone(), range, line, told }
    }

    /// The same mistake at the same place, or a new one that the fix made: a key that is there twice, lines that are no
    /// YAML any more.
    fn did_not_help(&self, text: &str, found: &Diagnostic) -> bool {
        let at = found.primary.span.start as usize;
        let inside = |range: &Range<usize>| (range.start..=range.end).contains(&at);
        let same = found.code == self.code || found.code == code::DUPLICATE_KEY;
        let broken = is_syntax(self.code) && is_syntax(found.code) && inside(&lines_of(text, &self.range));
        (same && inside(&self.range)) || broken
    }
}

fn is_syntax(code: Code) -> bool {
    code.id.starts_with("E01")
}

/// The range, and what stands beside it on its line; many lines are themselves.
fn lines_of(text: &str, range: &Range<usize>) -> Range<usize> {
    if text.get(range.clone()).is_none_or(|put_in| put_in.contains('\n')) {
        return range.start..range.start;
    }
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[range.end..].find('\n').map_or(text.len(), |at| range.end + at);
    start..end
}

/// Replaces a file in one instant: links are followed, permissions kept. Refuses one that somebody else has saved since
/// `before` was read.
pub fn write(path: &Path, before: &[u8], after: &[u8]) -> anyhow::Result<()> {
    let real = path.canonicalize()?;
    if std::fs::read(&real)? != before {
        bail!("the file was saved by somebody else just now; nothing was fixed in it");
    }
    let name = real.file_name().context("the file has no name")?.to_string_lossy().into_owned();
    let beside = real.with_file_name(format!(".{name}.{}.new", std::process::id()));
    let written = write_new(&beside, &real, after).and_then(|()| std::fs::rename(&beside, &real));
    if written.is_err() {
        // What is half written is of no use to anybody; the first error is the one to tell.
        drop(std::fs::remove_file(&beside));
    }
    Ok(written?)
}

fn write_new(beside: &Path, real: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file: File = OpenOptions::new().write(true).create_new(true).open(beside)?;
    file.set_permissions(std::fs::metadata(real)?.permissions())?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(text: &str) -> (String, Vec<(usize, String)>, Vec<&'static str>) {
        let environment = Environment::default();
        let Fixed { examined, done } =
            fix(Examined::of("bot.yaml".into(), text.as_bytes().to_vec(), &environment), &environment);
        let left = examined.diagnostics().map(|found| found.code.id).collect();
        (String::from_utf8(examined.bytes).unwrap(), done, left)
    }

    #[test]
    fn comments_line_ends_and_the_mark_in_front_stay() {
        let (text, done, left) = fixed(
            "\u{feff}bot: x  # a bot\r\ncommands:\r\n\r\n  hi:   # greets\r\n    descripton: 'Hi'\r\n    stesp:\r\n    - reply: {{user.naem}} is here  # who\r\n",
        );
        assert_eq!(
            text,
            "\u{feff}bot: x  # a bot\r\ncommands:\r\n\r\n  hi:   # greets\r\n    description: 'Hi'\r\n    steps:\r\n    - reply: \"{{user.name}} is here\"  # who\r\n"
        );
        assert_eq!(left, [""; 0]);
        let lines: Vec<usize> = done.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [5, 6, 7, 7], "{done:?}");
        assert_eq!(done[0].1, "E0201 `descripton` → `description`");
    }

    #[test]
    fn a_guess_is_left_to_the_author() {
        let text = "bot: x\ncommands:\n  hi: { description: Hi, steps: [reply: \"{{settings.page3}}\"] }\nsettings:\n  page1: { type: text, value: a }\n";
        let (now, done, left) = fixed(text);
        assert_eq!((now.as_str(), done.len(), left), (text, 0, vec!["E0302"]));
    }

    #[test]
    fn two_keys_never_become_one() {
        let text = "bot: x\ncommands:\n  hi:\n    description: Hi\n    stesp: [reply: Hi]\n    setps: [reply: Hello]\n";
        let (now, done, left) = fixed(text);
        assert_eq!((now, done.len()), (text.replace("stesp", "steps"), 1));
        assert_eq!(left, ["E0201"]);
    }

    #[test]
    fn a_fix_that_makes_another_mistake_is_taken_back() {
        let environment = Environment::default();
        let examined = Examined::of("bot.yaml".into(), b"bot: x\n".to_vec(), &environment);
        let put_in = |code| PutIn { code, message: String::new(), range: 0..3, line: 1, told: String::new() };
        let text = examined.text().unwrap();
        let found = |code| Diagnostic::new(code, crate::text::Span::new(crate::text::SourceId(0), 1, 2), "");
        assert!(put_in(code::UNKNOWN_KEY).did_not_help(text, &found(code::UNKNOWN_KEY)));
        assert!(put_in(code::UNKNOWN_KEY).did_not_help(text, &found(code::DUPLICATE_KEY)));
        assert!(put_in(code::UNQUOTED_COLON).did_not_help(text, &found(code::SYNTAX)));
        assert!(!put_in(code::UNQUOTED_TEMPLATE).did_not_help(text, &found(code::UNKNOWN_PATH)));
    }

    #[test]
    fn a_text_that_goes_on_below_is_left_alone() {
        let text = "bot: x\ncommands:\n  hi:\n    description: Hi\n    steps:\n      - reply: {{user.name}} is\n          here\n";
        assert_eq!(fixed(text).0, text);
    }

    #[test]
    fn tabs_become_spaces_where_only_tabs_indent() {
        let (text, done, left) =
            fixed("bot: x\ncommands:\n\thi:\n\t\tdescription: Hi\n\t\tsteps:\n\t\t\t- reply: Hi\tthere\n");
        assert_eq!(text, "bot: x\ncommands:\n  hi:\n    description: Hi\n    steps:\n      - reply: Hi\tthere\n");
        assert_eq!((done.len(), left.len()), (1, 0));
        let mixed = "bot: x\ncommands:\n  hi:\n\tdescription: Hi\n    steps: [reply: Hi]\n";
        assert_eq!(fixed(mixed).0, mixed);
    }

    #[test]
    fn a_needless_allowance_goes_with_its_line() {
        let (text, done, _) = fixed(
            "bot: x\ncommands:\n  # hello\n  # allow(W0601): it answers\n  hi: { description: Hi, steps: [reply: Hi] }\n",
        );
        assert_eq!(text, "bot: x\ncommands:\n  # hello\n  hi: { description: Hi, steps: [reply: Hi] }\n");
        assert_eq!(done, [(4, "W0702 removed `# allow(W0601): it answers`".to_owned())]);
    }

    #[test]
    fn a_fix_inside_quotes_is_escaped_as_they_want_it() {
        let (text, _, left) = fixed(
            "bot: x\ncommands:\n  hi:\n    description: Hi\n    options: { dish: { type: string, description: Dish, required: true } }\n    steps:\n      - reply: \"Hi {{#if options.dish == \\\"tea\\\"}}!{{/if}}\"\n",
        );
        assert!(text.contains("{{#if (eq options.dish \\\"tea\\\")}}"), "{text}");
        assert_eq!(left, [""; 0]);
    }

    #[test]
    fn a_file_that_was_saved_meanwhile_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bot.yaml");
        std::fs::write(&path, "saved by an editor").unwrap();
        assert!(write(&path, b"as it was read", b"fixed").is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"saved by an editor");
        write(&path, b"saved by an editor", b"fixed").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"fixed");
    }

    /// Every long word of a real bot with a letter left out, one after the other.
    #[test]
    fn a_slip_is_put_right_or_left_alone() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/poll.yaml");
        let right = std::fs::read_to_string(path).unwrap();
        let words = regex::Regex::new("[a-z_]{5,}").unwrap();
        let (mut put_right, mut renamed) = (0, 0);
        for word in words.find_iter(&right) {
            let mut wrong = right.clone();
            wrong.remove(word.start() + 2);
            let (now, done, left) = fixed(&wrong);
            if now == right {
                put_right += 1;
            } else if done.is_empty() {
                assert_eq!(now, wrong, "{}", word.as_str());
            } else {
                // A name was declared with the slip, and its uses follow.
                renamed += 1;
                assert!(left.is_empty(), "{}: {done:?} {left:?}", word.as_str());
            }
        }
        assert!(put_right > 30 && renamed == 0, "{put_right} put right, {renamed} renamed");
    }
}
