//! Which of the things that happened is which of those that were expected.

use crate::scenario::compare::{Comparison, Difference, Known, compare};
use crate::scenario::names::Names;
use crate::scenario::observed::{Observed, What};
use crate::scenario::suite::Item;

/// What was found.
#[derive(Debug, Default)]
pub struct Aligned {
    /// Expected, by their index, and did not happen.
    pub missing: Vec<usize>,
    /// Happened, by their index, and nobody expected them.
    pub unexpected: Vec<usize>,
    /// Expected and observed, by their indexes, and different.
    pub different: Vec<(usize, usize, Vec<Difference>)>,
    /// What the right ones give names to.
    pub bound: Vec<(String, String)>,
}

/// Puts them side by side: log entries by themselves, since they leave beside everything else. Without an order, each
/// expectation may have been met by anything of its kind.
pub fn align(items: &[Item], observed: &[Observed], ordered: bool, names: &Names, known: &Known) -> Aligned {
    let mut aligned = Aligned::default();
    for logs in [false, true] {
        let wanted: Vec<usize> = (0..items.len()).filter(|index| is_of(&items[*index], logs)).collect();
        let happened: Vec<usize> =
            (0..observed.len()).filter(|index| (observed[*index].what == What::Log) == logs).collect();
        let look = Look { items, observed, names, known };
        look.side(&wanted, &happened, ordered, &mut aligned);
    }
    aligned
}

fn is_of(item: &Item, logs: bool) -> bool {
    match item {
        Item::Anything => true,
        Item::One { what, .. } => (*what == What::Log) == logs,
    }
}

struct Look<'a> {
    items: &'a [Item],
    observed: &'a [Observed],
    names: &'a Names,
    known: &'a Known,
}

impl<'a> Look<'a> {
    fn one(&self, wanted: usize, happened: usize) -> Option<Comparison<'a>> {
        match &self.items[wanted] {
            Item::One { what, expected, .. } if *what == self.observed[happened].what => {
                Some(compare(expected, &self.observed[happened], self.names, self.known))
            }
            _ => None,
        }
    }

    fn fits(&self, wanted: usize, happened: usize) -> bool {
        self.one(wanted, happened).is_some_and(|comparison| comparison.differences.is_empty())
    }

    fn side(&self, wanted: &[usize], happened: &[usize], ordered: bool, aligned: &mut Aligned) {
        let pairs = if ordered { self.in_order(wanted, happened) } else { self.in_any_order(wanted, happened) };
        for (left, right) in &pairs {
            aligned.bound.extend(self.one(*left, *right).map(|comparison| comparison.bound).unwrap_or_default());
        }
        // Between two that are right, what is left over is compared in pairs of one kind.
        let mut from = (0, 0);
        let ends = pairs.iter().map(|(left, right)| (position(wanted, *left), position(happened, *right)));
        let last = (wanted.len(), happened.len());
        let gaps: Vec<((usize, usize), (usize, usize))> = match ordered {
            true => ends
                .chain([last])
                .map(|end| {
                    let gap = (from, end);
                    from = (end.0 + 1, end.1 + 1);
                    gap
                })
                .collect(),
            false => vec![((0, 0), last)],
        };
        for (from, to) in gaps {
            let left: Vec<usize> = wanted[from.0..to.0]
                .iter()
                .copied()
                .filter(|index| !pairs.iter().any(|(one, _)| one == index))
                .collect();
            let right: Vec<usize> = happened[from.1..to.1]
                .iter()
                .copied()
                .filter(|index| !pairs.iter().any(|(_, one)| one == index))
                .collect();
            self.gap(left, right, aligned);
        }
    }

    fn gap(&self, left: Vec<usize>, mut right: Vec<usize>, aligned: &mut Aligned) {
        let anything = left.iter().any(|index| matches!(self.items[*index], Item::Anything));
        for index in left {
            let Item::One { what, .. } = &self.items[index] else { continue };
            match right.iter().position(|one| self.observed[*one].what == *what) {
                Some(at) => {
                    let one = right.remove(at);
                    let differences = self.one(index, one).map(|comparison| comparison.differences);
                    aligned.different.push((index, one, differences.unwrap_or_default()));
                }
                None => aligned.missing.push(index),
            }
        }
        if !anything {
            aligned.unexpected.extend(right);
        }
    }

    /// The longest sequence of pairs that fit.
    fn in_order(&self, wanted: &[usize], happened: &[usize]) -> Vec<(usize, usize)> {
        let (rows, columns) = (wanted.len(), happened.len());
        let fits: Vec<Vec<bool>> =
            wanted.iter().map(|left| happened.iter().map(|right| self.fits(*left, *right)).collect()).collect();
        let mut longest = vec![vec![0_usize; columns + 1]; rows + 1];
        for row in (0..rows).rev() {
            for column in (0..columns).rev() {
                longest[row][column] = match fits[row][column] {
                    true => longest[row + 1][column + 1] + 1,
                    false => longest[row + 1][column].max(longest[row][column + 1]),
                };
            }
        }
        let (mut row, mut column, mut pairs) = (0, 0, Vec::new());
        while row < rows && column < columns {
            if fits[row][column] && longest[row][column] == longest[row + 1][column + 1] + 1 {
                pairs.push((wanted[row], happened[column]));
                (row, column) = (row + 1, column + 1);
            } else if longest[row + 1][column] >= longest[row][column + 1] {
                row += 1;
            } else {
                column += 1;
            }
        }
        pairs
    }

    fn in_any_order(&self, wanted: &[usize], happened: &[usize]) -> Vec<(usize, usize)> {
        let mut left: Vec<usize> = happened.to_vec();
        let mut pairs = Vec::new();
        for one in wanted {
            if let Some(at) = left.iter().position(|other| self.fits(*one, *other)) {
                pairs.push((*one, left.remove(at)));
            }
        }
        pairs
    }
}

fn position(list: &[usize], value: usize) -> usize {
    list.iter().position(|one| *one == value).unwrap_or(list.len())
}
