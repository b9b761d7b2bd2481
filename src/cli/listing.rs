//! Lists: columns for people, one JSON object a line for programs.

use clap::ValueEnum;
use std::io::Write;
use unicode_width::UnicodeWidthStr;

/// How a list is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Listing {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

/// What is longer is cut, so that a line stays a line.
const WIDEST: usize = 48;

/// Prints columns below their names; who reads it may have gone.
pub fn columns(names: &[&str], rows: &[Vec<String>]) {
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| fitting(cell)).collect()).collect();
    let width = |index: usize| {
        let cells = rows.iter().filter_map(|row| row.get(index)).map(|cell| cell.width());
        cells.chain([names[index].width()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..names.len()).map(width).collect();
    line(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(), &widths);
    for row in &rows {
        line(row, &widths);
    }
}

fn line(cells: &[String], widths: &[usize]) {
    let padded = cells.iter().zip(widths).map(|(cell, width)| {
        let missing = width.saturating_sub(cell.width());
        format!("{cell}{}", " ".repeat(missing))
    });
    say(padded.collect::<Vec<_>>().join("  ").trim_end());
}

fn fitting(cell: &str) -> String {
    let flat: String = cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if flat.width() <= WIDEST {
        return flat;
    }
    let mut cut = String::new();
    for c in flat.chars() {
        if cut.width() >= WIDEST - 1 {
            break;
        }
        cut.push(c);
    }
    cut + "…"
}

/// A line of standard output; who reads it may have gone.
pub fn say(text: &str) {
    let _nobody_reads = writeln!(std::io::stdout(), "{text}");
}

/// A span of time in its two largest units: `2h 5m`.
pub fn span(ms: i64) -> String {
    let seconds = (ms / 1_000).max(0);
    let parts = [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")];
    let first = parts.iter().position(|(unit, _)| seconds >= *unit).unwrap_or(3);
    let mut left = seconds;
    let mut words = Vec::new();
    for (unit, name) in parts.iter().skip(first).take(2) {
        if left / unit > 0 || words.is_empty() {
            words.push(format!("{}{name}", left / unit));
        }
        left %= unit;
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_its_two_largest_units() {
        let spans = [0, 900, 61_000, 3_600_000, 7_500_000, 200_000_000, -5];
        assert_eq!(spans.map(span), ["0s", "0s", "1m 1s", "1h", "2h 5m", "2d 7h", "0s"]);
    }

    #[test]
    fn a_cell_is_one_short_line() {
        assert_eq!(fitting("a\nb"), "a b");
        assert_eq!(fitting(&"x".repeat(60)), format!("{}…", "x".repeat(47)));
    }
}
