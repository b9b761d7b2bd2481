//! Diagnostics as SARIF 2.1.0, for code scanning.

use super::code::{self, Code};
use super::diagnostic::{Diagnostic, Diagnostics, Label};
use super::mask::mask;
use super::source::{Sources, Span};
use serde_json::{Value, json};

/// One log with one run, of all files that were checked.
/// Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
pub fn sarif<'a>(checked: impl IntoIterator<Item = (&'a Sources, &'a Diagnostics)>) -> String {
    let results: Vec<Value> = checked
        .into_iter()
        .flat_map(|(sources, diagnostics)| {
            diagnostics.sorted().into_iter().map(|diagnostic| result(sources, diagnostic))
        })
        .collect();
    let rules: Vec<Value> = code::ALL.iter().map(|code| rule(*code)).collect();
    let driver = json!({ "name": "botwright", "version": env!("CARGO_PKG_VERSION"), "rules": rules });
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{ "tool": { "driver": driver }, "columnKind": "unicodeCodePoints", "results": results }],
    });
    format!("{log:#}\n")
}

fn rule(code: Code) -> Value {
    json!({
        "id": code.id,
        "shortDescription": { "text": code.title },
        "fullDescription": { "text": code.meaning() },
        "help": { "text": format!("botwright explain {code}"), "markdown": code.page() },
        "defaultConfiguration": { "level": code.severity.name() },
    })
}

fn result(sources: &Sources, diagnostic: &Diagnostic) -> Value {
    let mut text = mask(&diagnostic.message).into_owned();
    if let Some(help) = &diagnostic.help {
        text.push_str("\nhelp: ");
        text.push_str(&mask(help));
    }
    let mut result = json!({
        "ruleId": diagnostic.code.id,
        "level": diagnostic.severity.name(),
        "message": { "text": text },
        "locations": location(sources, diagnostic.primary.span).into_iter().collect::<Vec<_>>(),
    });
    let related: Vec<Value> = diagnostic.related.iter().filter_map(|label| related(sources, label)).collect();
    if !related.is_empty() {
        result["relatedLocations"] = Value::Array(related);
    }
    if let Some(suggestion) = &diagnostic.suggestion
        && let Some(at) = location(sources, suggestion.span)
    {
        let place = &at["physicalLocation"];
        let replacement =
            json!({ "deletedRegion": place["region"], "insertedContent": { "text": mask(&suggestion.replacement) } });
        let change = json!({ "artifactLocation": place["artifactLocation"], "replacements": [replacement] });
        let what = if suggestion.certain { "certain" } else { "a guess" };
        result["fixes"] = json!([{ "description": { "text": what }, "artifactChanges": [change] }]);
    }
    result
}

fn related(sources: &Sources, label: &Label) -> Option<Value> {
    let mut at = location(sources, label.span)?;
    at["message"] = json!({ "text": mask(&label.text) });
    Some(at)
}

fn location(sources: &Sources, span: Span) -> Option<Value> {
    let at = sources.position(span)?;
    let region =
        json!({ "startLine": at.line, "startColumn": at.column, "endLine": at.end_line, "endColumn": at.end_column });
    Some(json!({ "physicalLocation": { "artifactLocation": { "uri": at.file }, "region": region } }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_carries_its_rule_its_place_and_its_fix() {
        let mut sources = Sources::new();
        let id = sources.add("a.yaml", "bot: x\nlgos: y\n");
        let mut diagnostics = Diagnostics::new();
        let span = Span::new(id, 7, 11);
        diagnostics.push(Diagnostic::new(code::UNKNOWN_KEY, span, "no such key").suggest(span, "logs"));
        let log: Value = serde_json::from_str(&sarif([(&sources, &diagnostics)])).unwrap();
        let result = &log["runs"][0]["results"][0];
        assert_eq!(result["ruleId"], "E0201");
        assert_eq!(result["locations"][0]["physicalLocation"]["region"]["startLine"], 2);
        let replacement = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
        assert_eq!(replacement["insertedContent"]["text"], "logs");
        assert_eq!(replacement["deletedRegion"]["endColumn"], 5);
        let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
        let rule = rules.iter().find(|rule| rule["id"] == "E0201").unwrap();
        assert_eq!(rule["fullDescription"]["text"], code::UNKNOWN_KEY.meaning());
        assert!(rule["help"]["markdown"].as_str().unwrap().starts_with("# E0201: "));
    }
}
