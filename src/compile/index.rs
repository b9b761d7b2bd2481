//! Indexes that the searches of a definition want, as few as answer them all: each costs every change of a row.

use crate::flow::memory::{Index, Search, Table};

/// The indexes of a table. The columns that a search holds to one value may stand in any order, so that one index serves
/// several searches; what it orders or groups by comes behind them.
pub fn indexes<'s>(table: &Table, searches: impl Iterator<Item = &'s Search>) -> Vec<Index> {
    let mut searches: Vec<&Search> = searches.filter(|search| search.len() > 0).collect();
    // What leaves least choice comes first; the rest then mostly finds an index that serves it too.
    searches.sort_by_key(|search| (search.then.is_empty(), std::cmp::Reverse(search.len())));
    let mut indexes: Vec<Index> = Vec::new();
    for search in searches {
        let partial = begins_with_a_value(table, search);
        match indexes.iter_mut().find(|index| serves(&index.columns, search)) {
            Some(index) => index.partial &= partial,
            None => indexes.push(Index { columns: ordered(table, search), partial }),
        }
    }
    indexes
}

fn is_optional(table: &Table, column: &str) -> bool {
    table.columns.get(column).is_some_and(|column| column.optional)
}

/// Whether what it finds has a value in a column that may have none.
fn begins_with_a_value(table: &Table, search: &Search) -> bool {
    search.equal.iter().any(|column| is_optional(table, column))
}

/// Columns that may have no value first: rows without one then need not be in the index.
fn ordered(table: &Table, search: &Search) -> Vec<String> {
    let mut columns: Vec<String> = search.equal.iter().cloned().collect();
    columns.sort_by_key(|column| !is_optional(table, column));
    columns.extend(search.then.iter().cloned());
    columns
}

fn serves(index: &[String], search: &Search) -> bool {
    let count = search.equal.len();
    index.len() >= search.len()
        && index[..count].iter().all(|column| search.equal.contains(column))
        && index[count..].starts_with(&search.then)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::memory::{Column, ColumnKind};

    fn search(equal: &[&str], then: &[&str]) -> Search {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        Search { equal: owned(equal).into_iter().collect(), then: owned(then) }
    }

    /// The columns of each index of a table whose columns `to` and `at` may have no value; partial ones end in `?`.
    fn made(wanted: &[Search]) -> Vec<String> {
        let column = |optional| Column {
            kind: ColumnKind::Text,
            optional,
            secret: false,
            ignore_case: false,
            one_of: Vec::new(),
            default: None,
        };
        let names = [("product", false), ("duration", false), ("state", false), ("at", true), ("to", true)];
        let table = Table {
            name: "keys".into(),
            columns: names.into_iter().map(|(name, optional)| (name.to_owned(), column(optional))).collect(),
            unique: Vec::new(),
            global: false,
            indexes: Vec::new(),
        };
        let text = |index: Index| index.columns.join(" ") + if index.partial { "?" } else { "" };
        indexes(&table, wanted.iter()).into_iter().map(text).collect()
    }

    #[test]
    fn one_index_serves_searches_that_agree() {
        let wanted = [
            search(&["product", "state"], &[]),
            search(&["state"], &["product", "duration"]),
            search(&["duration", "product", "state"], &[]),
            search(&["state"], &[]),
        ];
        assert_eq!(made(&wanted), ["state product duration"]);
    }

    #[test]
    fn another_order_and_another_column_are_other_indexes() {
        let wanted = [search(&["state"], &["at"]), search(&["state"], &["product", "at"]), search(&["at"], &[])];
        assert_eq!(made(&wanted), ["state product at", "state at", "at?"]);
        assert_eq!(made(&[search(&[], &[])]), Vec::<String>::new(), "all rows, in the order of their age");
    }

    #[test]
    fn rows_that_nothing_looks_for_are_left_out() {
        assert_eq!(made(&[search(&["state", "to"], &["at"]), search(&["to"], &[])]), ["to state at?"]);
        assert_eq!(made(&[search(&["to"], &[]), search(&[], &["to"])]), ["to"], "who orders by it wants every row");
    }
}
