//! A name that two places spell differently: the slip may be where it is declared, and then the use is right.

use crate::text::{Code, Diagnostic, Diagnostics, SourceId, Sources, code};
use std::collections::HashMap;

/// Takes the certainty from fixes of names that the file itself declares, unless the right name is used elsewhere too and
/// the wrong one is not. To follow a slip in a declaration would rename a column or a button, with all that hangs on it.
pub fn doubt(sources: &Sources, diagnostics: Diagnostics) -> Diagnostics {
    let mut words = HashMap::new();
    let mut kept = Diagnostics::new();
    for found in diagnostics {
        let doubtful = is_doubtful(sources, &found, &mut words);
        kept.push(if doubtful { found.doubtful() } else { found });
    }
    kept
}

fn is_doubtful<'s>(sources: &'s Sources, found: &Diagnostic, words: &mut HashMap<SourceId, Words<'s>>) -> bool {
    let Some(fix) = found.suggestion.as_ref().filter(|fix| fix.certain) else { return false };
    let Some(source) = sources.find(fix.span.source) else { return false };
    let (was, by) = (source.slice(fix.span).trim_matches(QUOTES), fix.replacement.trim_matches(QUOTES));
    let words = words.entry(fix.span.source).or_insert_with(|| Words::of(&source.text));
    words.is_declared(found.code, by) && (words.count(was) > 1 || words.count(by) < 2)
}

const QUOTES: [char; 2] = ['"', '\''];

/// How often each word stands in a text, and whether it is declared there: read once, asked for every mistake.
#[derive(Default)]
struct Words<'t> {
    found: HashMap<&'t str, (usize, bool)>,
}

impl<'t> Words<'t> {
    fn of(text: &'t str) -> Self {
        let mut words = Self::default();
        let mut at = 0;
        while let Some(start) = text[at..].find(is_of_a_word).map(|found| at + found) {
            let end = text[start..].find(|c| !is_of_a_word(c)).map_or(text.len(), |length| start + length);
            let (count, declared) = words.found.entry(&text[start..end]).or_default();
            *count += 1;
            *declared |= declares(&text[..start], &text[end..]);
            at = end;
        }
        words
    }

    fn count(&self, word: &str) -> usize {
        self.found.get(word).map_or(0, |(count, _)| *count)
    }

    /// Whether a name comes from the file and not from the language: `options.cups`, but not `user.name`.
    fn is_declared(&self, code: Code, name: &str) -> bool {
        match code {
            code::UNKNOWN_NAME => true,
            code::UNKNOWN_PATH => self.found.get(name).is_some_and(|(_, declared)| *declared),
            _ => false,
        }
    }
}

/// `name:`, or `as: name`
fn declares(before: &str, after: &str) -> bool {
    let is_key = after.trim_start_matches(QUOTES).trim_start_matches(' ').starts_with(':');
    is_key || before.ends_with("as: ")
}

fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-')
}

#[cfg(test)]
mod tests {
    use crate::compile::{Environment, check};

    /// Whether the only fix of a file is certain.
    fn certain(columns: &str, used: &str) -> bool {
        let text = format!(
            "bot: x\ntables: {{ t: {{ columns: {{ {columns} }} }} }}\ncommands: {{ hi: {{ description: Hi, steps: [{used}, {{ reply: Hi }}] }} }}\n"
        );
        let checked = check("x.yaml", text.as_bytes(), &Environment::default());
        let found = checked.diagnostics.sorted();
        assert!(found.len() <= 2 && !found.is_empty(), "{found:?}");
        found[0].suggestion.as_ref().unwrap().certain
    }

    #[test]
    fn a_name_that_is_used_elsewhere_is_declared_as_it_should_be() {
        assert!(certain(
            "drink: text",
            "{ insert: { into: t, row: { drink: a } } }, { count: { in: t, where: { drnk: a } } }"
        ));
    }

    #[test]
    fn a_name_that_nothing_else_uses_may_be_declared_wrongly() {
        assert!(!certain("drink: { type: text, default: a }", "{ insert: { into: t, row: { drnk: a } } }"));
    }

    #[test]
    fn a_name_that_is_used_twice_is_hardly_a_slip() {
        let used = |word: &str| format!("{{ count: {{ in: t, where: {{ {word}: a }} }} }}");
        let uses = [used("drnk"), used("drink"), used("drink")].join(", ");
        assert!(!certain("drnk: text", &uses));
    }

    #[test]
    fn a_name_of_the_language_is_always_right() {
        assert!(certain("drink: text", "{ reply: \"{{user.naem}}\" }"));
        assert!(!certain("drink: text", "{ let: { drnk: 1 + 1 } }, { reply: \"{{drink}}\" }"));
    }
}
