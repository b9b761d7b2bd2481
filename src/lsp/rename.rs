//! Giving another name, everywhere at once; refused where the check would not know the file again.

use crate::compile::Environment;
use crate::lsp::analysis::Analysis;
use crate::lsp::symbol::Symbol;
use crate::text::{Diagnostic, Severity, Span};
use std::collections::BTreeSet;
use std::ops::Range;

/// The bytes of a text that have to be replaced, in order; or a sentence why they cannot be.
pub fn rename(
    analysis: &Analysis,
    text: &str,
    at: usize,
    to: &str,
    environment: &Environment,
) -> Result<Vec<Range<usize>>, String> {
    let (places, _) = places(analysis, text, at)?;
    let renamed = Renamed { places: &places, to };
    let after = Analysis::of("", &renamed.text(text), environment);
    if let Some(mistake) = new_mistake(&analysis.diagnostics, &after.diagnostics) {
        return Err(mistake.message.clone());
    }
    if meanings(analysis, |span| renamed.moved(span)) != meanings(&after, |span| span) {
        return Err(format!("with the name `{to}`, something else would be meant"));
    }
    Ok(places)
}

/// The places of the name at a place, and the one among them that was asked about.
pub fn places(analysis: &Analysis, text: &str, at: usize) -> Result<(Vec<Range<usize>>, Range<usize>), String> {
    let symbol = Symbol::at(analysis, at).ok_or("there is no name here that the file gives")?;
    if symbol.is_engines {
        return Err("in one of its places this is a name that the engine gives".to_owned());
    }
    let spans: BTreeSet<Span> = symbol.declared.iter().chain(&symbol.used).copied().collect();
    let places: Vec<Range<usize>> = spans.into_iter().map(|span| inside_quotes(text, span)).collect();
    let written = |place: &Range<usize>| text.get(place.clone()).unwrap_or_default().to_owned();
    let here = places.iter().find(|place| place.start <= at && at <= place.end).cloned();
    let here = here.ok_or("the name is not written out here")?;
    let name = if symbol.name.is_empty() { written(&here) } else { symbol.name };
    match places.iter().all(|place| written(place) == name) {
        true => Ok((places, here)),
        false => Err(format!("in one of its places `{name}` is written in another way")),
    }
}

fn inside_quotes(text: &str, span: Span) -> Range<usize> {
    let whole = span.start as usize..span.end as usize;
    let written = text.get(whole.clone()).unwrap_or_default();
    let quoted =
        written.len() >= 2 && ['"', '\''].iter().any(|quote| written.starts_with(*quote) && written.ends_with(*quote));
    if quoted { whole.start + 1..whole.end - 1 } else { whole }
}

/// A text with another name in these places.
struct Renamed<'a> {
    places: &'a [Range<usize>],
    to: &'a str,
}

impl Renamed<'_> {
    fn text(&self, text: &str) -> String {
        let mut renamed = String::with_capacity(text.len());
        let mut behind = 0;
        for place in self.places {
            renamed.push_str(&text[behind..place.start]);
            renamed.push_str(self.to);
            behind = place.end;
        }
        renamed + &text[behind..]
    }

    /// Where a place of the old text is in the new one.
    fn moved(&self, span: Span) -> Span {
        if span.is_none() {
            return span;
        }
        Span { start: self.offset(span.start), end: self.offset(span.end), ..span }
    }

    fn offset(&self, offset: u32) -> u32 {
        // The same name stands in all of them.
        let before = self.places.partition_point(|place| place.end <= offset as usize);
        let longer = self.to.len() as i64 - self.places.first().map_or(0, ExactSizeIterator::len) as i64;
        u32::try_from(i64::from(offset) + longer * before as i64).unwrap_or_default()
    }
}

fn new_mistake<'d>(before: &crate::text::Diagnostics, after: &'d crate::text::Diagnostics) -> Option<&'d Diagnostic> {
    let errors = |all: &'d crate::text::Diagnostics| {
        all.iter().filter(|found| found.severity == Severity::Error).collect::<Vec<&'d Diagnostic>>()
    };
    let old = before.iter().filter(|found| found.severity == Severity::Error).count();
    let new = errors(after);
    (new.len() > old).then(|| new.into_iter().min_by_key(|found| found.primary.span)).flatten()
}

/// What every word refers to.
fn meanings(analysis: &Analysis, moved: impl Fn(Span) -> Span) -> BTreeSet<(Span, Span)> {
    let mentions = analysis.index.mentions.iter().map(|mention| (mention.span, mention.declared));
    let declarations = analysis.index.declarations.iter().map(|declaration| (declaration.span, declaration.span));
    mentions.chain(declarations).map(|(span, declared)| (moved(span), moved(declared))).collect()
}
