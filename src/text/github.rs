//! Diagnostics as annotations of a GitHub workflow.

use super::diagnostic::{Diagnostic, Diagnostics};
use super::mask::mask;
use super::source::Sources;

/// One workflow command a line, in the order to show them.
/// Source: "Workflow commands" of GitHub's published documentation.
pub fn github(sources: &Sources, diagnostics: &Diagnostics) -> String {
    diagnostics.sorted().into_iter().map(|diagnostic| command(sources, diagnostic)).collect()
}

fn command(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let level = diagnostic.severity.name();
    let place = sources.position(diagnostic.primary.span).map_or_else(String::new, |at| {
        let file = property(at.file);
        format!("file={file},line={},col={},endLine={},endColumn={},", at.line, at.column, at.end_line, at.end_column)
    });
    let mut text = mask(&diagnostic.message).into_owned();
    if let Some(help) = &diagnostic.help {
        text.push_str("\nhelp: ");
        text.push_str(&mask(help));
    }
    format!("::{level} {place}title={}::{}\n", property(diagnostic.code.id), data(&text))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Span, code};

    #[test]
    fn a_mistake_becomes_one_line_with_its_place() {
        let mut sources = Sources::new();
        let id = sources.add("bots/a,b.yaml", "bot: x\nlogs: y\n");
        let mut diagnostics = Diagnostics::new();
        let span = Span::new(id, 7, 11);
        diagnostics.push(Diagnostic::new(code::UNKNOWN_NAME, span, "100% wrong").help("look\nhere"));
        assert_eq!(
            github(&sources, &diagnostics),
            "::error file=bots/a%2Cb.yaml,line=2,col=1,endLine=2,endColumn=5,title=E0301::100%25 wrong%0Ahelp: look%0Ahere\n"
        );
    }
}
