//! `# allow(W0301): reason` – a warning on the next line that the author means.

use crate::text::{Comment, Diagnostic, Diagnostics, Severity, Sources, Span, code};
use std::collections::HashMap;
use std::sync::LazyLock;

static ALLOW: LazyLock<regex::Regex> = LazyLock::new(|| {
    regex::Regex::new(r"^\s*allow\(\s*([A-Z]\d{4})\s*\)\s*:?\s*(.*?)\s*$").expect("the pattern is valid")
});

/// One such comment.
struct Allow<'a> {
    span: Span,
    code: &'a str,
    reason: &'a str,
    /// The line that it speaks of.
    line: usize,
    needed: bool,
    /// All that goes when the comment does: its line, when it stands alone there.
    with_line: Span,
}

/// Takes out the warnings that are allowed, and tells of allowances that do nothing or give no reason.
pub fn apply(sources: &Sources, comments: &[Comment], diagnostics: Diagnostics) -> Diagnostics {
    let mut allows: Vec<Allow<'_>> = comments.iter().filter_map(|comment| read(sources, comment)).collect();
    let mut places: HashMap<(usize, &str), usize> = HashMap::new();
    for (index, allow) in allows.iter().enumerate() {
        places.entry((allow.line, allow.code)).or_insert(index);
    }
    let mut kept = Diagnostics::new();
    for diagnostic in diagnostics {
        let at = sources.position(diagnostic.primary.span).map(|position| position.line);
        let place = at.and_then(|line| places.get(&(line, diagnostic.code.id)).copied());
        if !place.is_some_and(|index| is_allowed(&mut allows[index], &diagnostic)) {
            kept.push(diagnostic);
        }
    }
    for allow in &allows {
        kept.extend(allow.problem());
    }
    kept
}

fn read<'a>(sources: &Sources, comment: &'a Comment) -> Option<Allow<'a>> {
    let found = ALLOW.captures(&comment.text)?;
    let line = sources.position(comment.span)?.line + 1;
    let (code, reason) = (found.get(1)?.as_str(), found.get(2)?.as_str());
    let with_line = with_line(sources, comment.span);
    Some(Allow { span: comment.span, code, reason, line, needed: false, with_line })
}

fn with_line(sources: &Sources, comment: Span) -> Span {
    let source = sources.get(comment.source);
    let line = source.line_column(comment.start).0;
    let begins = source.line_start(line);
    let before = source.slice(Span { start: begins, end: comment.start, ..comment });
    if before.trim().is_empty() {
        return Span { start: begins, end: source.line_start(line + 1), ..comment };
    }
    Span { start: begins + before.trim_end().len() as u32, ..comment }
}

fn is_allowed(allow: &mut Allow<'_>, diagnostic: &Diagnostic) -> bool {
    let warning = diagnostic.severity == Severity::Warning;
    allow.needed |= warning;
    warning && !allow.reason.is_empty()
}

impl Allow<'_> {
    fn problem(&self) -> Option<Diagnostic> {
        if self.code.starts_with('E') {
            let message = format!("`{}` is a mistake: it cannot be allowed", self.code);
            return Some(self.needless(message));
        }
        if !self.needed {
            let message = format!("there is no `{}` on the next line to allow", self.code);
            return Some(self.needless(message));
        }
        let help = format!("write `# allow({}): why it is meant`", self.code);
        let missing = Diagnostic::new(code::ALLOW_WITHOUT_REASON, self.span, "an allowance needs a reason").help(help);
        self.reason.is_empty().then_some(missing)
    }

    fn needless(&self, message: String) -> Diagnostic {
        Diagnostic::new(code::NEEDLESS_ALLOW, self.span, message)
            .help("take this comment out")
            .suggest(self.with_line, "")
    }
}

#[cfg(test)]
mod tests {
    use crate::compile::{Environment, check};

    fn codes(above: &str) -> Vec<&'static str> {
        let text = format!(
            "bot: x\ncommands: {{ hi: {{ description: Hi, steps: [reply: Hi] }} }}\nembeds:\n  {above}\n  never: {{ title: x }}\n"
        );
        let checked = check("x.yaml", text.as_bytes(), &Environment::default());
        checked.diagnostics.sorted().into_iter().map(|diagnostic| diagnostic.code.id).collect()
    }

    #[test]
    fn a_warning_is_silent_where_a_reason_is_given() {
        assert_eq!(codes("# not yet"), ["W0301"]);
        assert_eq!(codes("# allow(W0301): a draft for next week"), [""; 0]);
    }

    #[test]
    fn an_allowance_without_a_reason_allows_nothing() {
        assert_eq!(codes("# allow(W0301)"), ["W0701", "W0301"]);
    }

    #[test]
    fn a_needless_allowance_is_a_warning() {
        assert_eq!(codes("# allow(W0601): no such thing here"), ["W0702", "W0301"]);
        assert_eq!(codes("# allow(E0301): mistakes stay mistakes"), ["W0702", "W0301"]);
    }
}
