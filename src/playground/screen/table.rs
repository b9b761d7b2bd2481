//! Rows and columns, aligned.

use super::wrap::{clipped, padded, width};

/// Columns of a cell at most.
const CELL: usize = 32;

/// Lines of a table under its headings.
pub fn table(headings: &[&str], rows: &[Vec<String>]) -> Vec<String> {
    let cells = |row: &Vec<String>| row.iter().map(|cell| clipped(cell, CELL)).collect::<Vec<_>>();
    let rows: Vec<Vec<String>> = rows.iter().map(cells).collect();
    let column = |index: usize| {
        let cells = rows.iter().filter_map(|row| row.get(index)).map(|cell| width(cell));
        cells.chain(std::iter::once(width(headings[index]))).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headings.len()).map(column).collect();
    let line = |cells: &[String]| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| padded(cell, *width));
        format!("  {}", padded.collect::<Vec<_>>().join("  ")).trim_end().to_owned()
    };
    let headings: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
    std::iter::once(line(&headings)).chain(rows.iter().map(|row| line(row))).collect()
}
