//! The outcome of scenarios, for people and for programs.

use crate::cli::test::Reached;
use crate::scenario::{Outcome, Suite, Verdict};
use crate::text::{Diagnostics, Sources, json_lines, mask, render};
use quick_xml::Writer;
use quick_xml::events::{BytesCData, BytesDecl, BytesText, Event};
use serde_json::{Value, json};
use std::io::IsTerminal;

/// All there is to tell.
pub struct Report<'r> {
    /// Those of each file.
    pub sources: &'r [Sources],
    pub suites: &'r [Suite],
    pub outcomes: &'r [Outcome],
    pub reached: &'r [Reached],
    pub trace: bool,
}

impl Report<'_> {
    fn diagnostics(&self, outcome: &Outcome) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        diagnostics.extend(outcome.played.failures.iter().cloned());
        diagnostics
    }

    fn title(&self, outcome: &Outcome) -> &str {
        &self.suites[outcome.suite].cases[outcome.case].title.value
    }

    fn file(&self, outcome: &Outcome) -> String {
        self.suites[outcome.suite].path.display().to_string()
    }

    fn line(&self, outcome: &Outcome) -> usize {
        let span = self.suites[outcome.suite].cases[outcome.case].title.span;
        self.sources[outcome.suite].position(span).map_or(0, |position| position.line)
    }
}

/// Each failed scenario, with what is otherwise than expected.
pub fn failures(report: &Report<'_>) -> String {
    let colour = std::io::stderr().is_terminal();
    let mut text = String::new();
    for outcome in report.outcomes.iter().filter(|outcome| matches!(outcome.verdict, Verdict::Failed)) {
        text.push_str(&format!(
            "failed: {} ({}:{})\n",
            report.title(outcome),
            report.file(outcome),
            report.line(outcome)
        ));
        if outcome.orders > 1 {
            let order: Vec<String> = outcome.played.order.iter().map(|(which, _)| which.to_string()).collect();
            text.push_str(&format!("in order {} of those that were tried: {}\n", outcome.orders, order.join(" ")));
        }
        text.push('\n');
        text.push_str(&render(&report.sources[outcome.suite], &report.diagnostics(outcome), colour));
        if report.trace {
            text.push_str(&trace(report, outcome));
        }
        text.push('\n');
    }
    text
}

/// What the runs did, a line for each step.
fn trace(report: &Report<'_>, outcome: &Outcome) -> String {
    let mut text = String::from("\ntrace:\n");
    for told in &outcome.played.trace {
        let place = report.sources[outcome.suite].position(told.span);
        let place = place.map(|place| format!("{}:{}", place.file, place.line)).unwrap_or_default();
        text.push_str(format!("  {:<14} {place:<28} {}", told.run, mask(&told.text)).trim_end());
        text.push('\n');
    }
    text
}

/// How much of each bot is reached, and what is not.
pub fn coverage(report: &Report<'_>, all: bool) -> String {
    let mut text = String::new();
    for reached in report.reached {
        let suite = &report.suites[reached.suite];
        let (bot, count) = (suite.bot.display(), reached.all - reached.missed.len());
        text.push_str(&format!("{bot}: {count} of {} reached ({:.0} %)\n", reached.all, reached.percent().floor()));
        for missed in reached.missed.iter().filter(|_| all) {
            let line = report.sources[reached.suite].position(missed.span).map_or(0, |place| place.line);
            text.push_str(&format!("  {bot}:{line}: {}\n", missed.words));
        }
    }
    text
}

/// One JSON object a line.
pub fn json(report: &Report<'_>) -> String {
    let mut text = String::new();
    for outcome in report.outcomes {
        let told = json_lines(&report.sources[outcome.suite], &report.diagnostics(outcome));
        let failures: Vec<Value> = told.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let (verdict, why) = match &outcome.verdict {
            Verdict::Passed => ("passed", None),
            Verdict::Failed => ("failed", None),
            Verdict::Skipped(why) => ("skipped", Some(why)),
        };
        let mut line = json!({
            "scenario": report.title(outcome), "file": report.file(outcome), "line": report.line(outcome),
            "verdict": verdict, "took_ms": outcome.took.as_secs_f64() * 1e3, "orders": outcome.orders, "failures": failures,
        });
        if let Some(why) = why {
            line["why"] = json!(why);
        }
        text.push_str(&format!("{line}\n"));
    }
    for reached in report.reached {
        let sources = &report.sources[reached.suite];
        let line = |missed: &crate::scenario::coverage::Reach| {
            let line = sources.position(missed.span).map_or(0, |place| place.line);
            json!({ "line": line, "what": missed.words })
        };
        let missed: Vec<Value> = reached.missed.iter().map(line).collect();
        let bot = report.suites[reached.suite].bot.display().to_string();
        let line = json!({ "bot": bot, "reached": reached.all - missed.len(), "of": reached.all, "missed": missed });
        text.push_str(&format!("{line}\n"));
    }
    text
}

/// A test suite for each file, a test case for each scenario.
pub fn junit(report: &Report<'_>) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    let written = write_junit(report, &mut writer);
    debug_assert!(written.is_ok(), "a vector takes everything");
    String::from_utf8_lossy(&writer.into_inner()).into_owned() + "\n"
}

fn write_junit(report: &Report<'_>, writer: &mut Writer<Vec<u8>>) -> std::io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer.create_element("testsuites").write_inner_content(|writer| {
        for (index, suite) in report.suites.iter().enumerate() {
            let of_it: Vec<&Outcome> = report.outcomes.iter().filter(|outcome| outcome.suite == index).collect();
            let count =
                |wanted: fn(&Verdict) -> bool| of_it.iter().filter(|one| wanted(&one.verdict)).count().to_string();
            let seconds: f64 = of_it.iter().map(|outcome| outcome.took.as_secs_f64()).sum();
            writer
                .create_element("testsuite")
                .with_attribute(("name", suite.path.display().to_string().as_str()))
                .with_attribute(("tests", of_it.len().to_string().as_str()))
                .with_attribute(("failures", count(|verdict| matches!(verdict, Verdict::Failed)).as_str()))
                .with_attribute(("skipped", count(|verdict| matches!(verdict, Verdict::Skipped(_))).as_str()))
                .with_attribute(("time", format!("{seconds:.3}").as_str()))
                .write_inner_content(|writer| of_it.iter().try_for_each(|outcome| case(report, outcome, writer)))?;
        }
        Ok(())
    })?;
    Ok(())
}

fn case(report: &Report<'_>, outcome: &Outcome, writer: &mut Writer<Vec<u8>>) -> std::io::Result<()> {
    let element = writer
        .create_element("testcase")
        .with_attribute(("name", report.title(outcome)))
        .with_attribute(("classname", report.file(outcome).as_str()))
        .with_attribute(("line", report.line(outcome).to_string().as_str()))
        .with_attribute(("time", format!("{:.3}", outcome.took.as_secs_f64()).as_str()));
    match &outcome.verdict {
        Verdict::Passed => element.write_empty().map(drop),
        Verdict::Skipped(why) => element
            .write_inner_content(|writer| {
                writer.create_element("skipped").with_attribute(("message", why.as_str())).write_empty().map(drop)
            })
            .map(drop),
        Verdict::Failed => element
            .write_inner_content(|writer| {
                let told = render(&report.sources[outcome.suite], &report.diagnostics(outcome), false);
                let first = outcome.played.failures.first().map(|failure| failure.message.clone()).unwrap_or_default();
                writer
                    .create_element("failure")
                    .with_attribute(("message", mask(&first).as_ref()))
                    .write_cdata_content(BytesCData::new(told.replace("]]>", "]] >")))
                    .map(drop)?;
                if report.trace {
                    let trace = trace(report, outcome);
                    writer.create_element("system-out").write_text_content(BytesText::new(&trace))?;
                }
                Ok(())
            })
            .map(drop),
    }
}
