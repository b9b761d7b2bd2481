//! The whole check with any bytes: it never panics, names only places of the file, and can show all that it found.
#![no_main]

use botwright::compile::{Environment, check};
use botwright::text::{github, json_lines, render, sarif};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let checked = check("bot.yaml", bytes, &Environment::default());
    let (sources, diagnostics) = (&checked.sources, &checked.diagnostics);
    for diagnostic in diagnostics {
        let related = diagnostic.related.iter().map(|label| label.span);
        let fix = diagnostic.suggestion.iter().map(|suggestion| suggestion.span);
        for span in std::iter::once(diagnostic.primary.span).chain(related).chain(fix) {
            let Some(source) = sources.find(span.source) else { continue };
            let (start, end) = (span.start as usize, span.end as usize);
            assert!(start <= end && source.text.get(start..end).is_some(), "{diagnostic:?}");
        }
    }
    assert_eq!(checked.program.is_some(), !diagnostics.has_errors());
    let shown = render(sources, diagnostics, true).len()
        + json_lines(sources, diagnostics).len()
        + github(sources, diagnostics).len()
        + sarif([(sources, diagnostics)]).len();
    assert!(shown > 0);
});
