//! A name that two places spell differently: the slip may be where it is declared, and then the use is right.

use crate::text::{Code, Diagnostic, Diagnostics, Sources, code};

/// Takes the certainty from fixes of names that the file itself declares, unless the right name is used elsewhere too and
/// the wrong one is not. To follow a slip in a declaration would rename a column or a button, with all that hangs on it.
pub fn doubt(sources: &Sources, diagnostics: Diagnostics) -> Diagnostics {
    let mut kept = Diagnostics::new();
    kept.extend(
        diagnostics.into_iter().map(|found| if is_doubtful(sources, &found) { found.doubtful() } else { found }),
    );
    kept
}

fn is_doubtful(sources: &Sources, found: &Diagnostic) -> bool {
    let Some(fix) = found.suggestion.as_ref().filter(|fix| fix.certain) else { return false };
    let Some(source) = sources.find(fix.span.source) else { return false };
    let (was, by) = (source.slice(fix.span).trim_matches(QUOTES), fix.replacement.trim_matches(QUOTES));
    is_declared(found.code, &source.text, by) && (count(&source.text, was) > 1 || count(&source.text, by) < 2)
}

const QUOTES: [char; 2] = ['"', '\''];

/// Whether a name comes from the file and not from the language: `options.cups`, but not `user.name`.
fn is_declared(code: Code, text: &str, name: &str) -> bool {
    match code {
        code::UNKNOWN_NAME => true,
        code::UNKNOWN_PATH => text.match_indices(name).any(|(at, _)| declares(&text[..at], &text[at + name.len()..])),
        _ => false,
    }
}

/// `name:`, or `as: name`
fn declares(before: &str, after: &str) -> bool {
    let is_key = after.trim_start_matches(QUOTES).trim_start_matches(' ').starts_with(':');
    !before.ends_with(is_of_a_word) && !after.starts_with(is_of_a_word) && (is_key || before.ends_with("as: "))
}

/// How often a word stands in a text.
fn count(text: &str, word: &str) -> usize {
    text.split(|c: char| !is_of_a_word(c)).filter(|found| *found == word).count()
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
