//! Inserting rows, many at once, and what happens to those that are there already.

use super::cell::Cell;
use super::dialect::{MOST_VALUES, Render as _, Sql};
use super::filter;
use super::shape::Shape;
use super::update::change;
use super::work::Work;
use crate::flow::memory::{Answer, Filter, Inserted, MemoryError, OnConflict, Row};
use sea_query::{Cond, Expr, ExprTrait as _, Query};
use std::collections::{BTreeSet, HashMap, HashSet};

/// A row that is to be inserted: its stored columns.
type Entry = Vec<(String, Cell)>;

/// One unique rule: where its values stand in an [`Entry`].
struct Rule {
    places: Vec<usize>,
}

impl Work<'_> {
    pub async fn insert(
        &mut self,
        table: &str,
        guild: &str,
        rows: &[Row],
        on_conflict: &OnConflict,
    ) -> Result<Answer, MemoryError> {
        let shape = self.shape(table)?;
        shape.guild(guild)?;
        let entries = rows.iter().map(|row| shape.complete(row, self.now)).collect::<Result<Vec<_>, _>>()?;
        let rules = rules(&shape, entries.first());
        let mut told = Inserted::default();
        let entries = unrepeated(entries, &rules, &mut told.repeated);
        let new = match on_conflict {
            OnConflict::Fail => entries,
            OnConflict::Skip => self.skip(&shape, guild, entries, &rules, &mut told).await?,
            OnConflict::Update { filter, set } => {
                let there = self.skip(&shape, guild, entries, &rules, &mut told).await?;
                self.revive(&shape, guild, filter, set, &mut told).await?;
                there
            }
        };
        told.inserted = self.insert_new(&shape, guild, new).await?;
        Ok(Answer::Inserted(told))
    }

    /// Leaves out the entries that break a unique rule and tells of the rows that are in their way.
    async fn skip(
        &mut self,
        shape: &Shape,
        guild: &str,
        entries: Vec<Entry>,
        rules: &[Rule],
        told: &mut Inserted,
    ) -> Result<Vec<Entry>, MemoryError> {
        let mut there = BTreeSet::new();
        let mut taken = Vec::with_capacity(rules.len());
        for rule in rules {
            let found = self.find_same(shape, guild, &entries, rule).await?;
            there.extend(found.values().copied());
            taken.push(found);
        }
        told.conflicts = self.rows_with(shape, there.into_iter().collect()).await?;
        let is_new = |entry: &Entry| rules.iter().zip(&taken).all(|(rule, taken)| rule.free(entry, taken));
        Ok(entries.into_iter().filter(is_new).collect())
    }

    /// The rows that are there with values of the entries: their ids by key.
    async fn find_same(
        &mut self,
        shape: &Shape,
        guild: &str,
        entries: &[Entry],
        rule: &Rule,
    ) -> Result<HashMap<Vec<String>, i64>, MemoryError> {
        let mut found = HashMap::new();
        let keyed: Vec<_> = entries.iter().filter(|entry| rule.key(entry).is_some()).collect();
        let Some(first) = keyed.first() else {
            return Ok(found);
        };
        let columns: Vec<_> = rule.places.iter().map(|place| first[*place].0.clone()).collect();
        for sql in lookups(shape, guild, &keyed, rule)? {
            for row in self.rows(sql).await? {
                let key = columns.iter().enumerate().map(|(index, column)| {
                    row.cell(index + 1, super::shape::storage(shape, column)).map(|cell| cell.key().unwrap_or_default())
                });
                found.insert(key.collect::<Result<Vec<_>, _>>()?, row.integer(0)?);
            }
        }
        Ok(found)
    }

    async fn rows_with(&mut self, shape: &Shape, ids: Vec<i64>) -> Result<Vec<Row>, MemoryError> {
        let mut rows = Vec::with_capacity(ids.len());
        for ids in ids.chunks(MOST_VALUES) {
            for found in self.rows(select_ids(shape, ids)).await? {
                rows.push(shape.row(&found)?);
            }
        }
        Ok(rows)
    }

    /// Changes the rows that are in the way where they meet the filter.
    async fn revive(
        &mut self,
        shape: &Shape,
        guild: &str,
        filter: &Filter,
        set: &Row,
        told: &mut Inserted,
    ) -> Result<(), MemoryError> {
        let ids: Vec<_> = told.conflicts.iter().filter_map(|row| row.get("id")?.as_i64()).collect();
        for ids in ids.chunks(MOST_VALUES / 2) {
            let sql = revive_ids(shape, guild, ids, filter, set)?;
            told.updated.extend(self.changed(shape, sql).await?);
        }
        let updated: HashSet<_> = told.updated.iter().filter_map(|row| row.get("id")?.as_i64()).collect();
        told.conflicts.retain(|row| row.get("id").and_then(|id| id.as_i64()).is_none_or(|id| !updated.contains(&id)));
        Ok(())
    }

    async fn insert_new(&mut self, shape: &Shape, guild: &str, entries: Vec<Entry>) -> Result<Vec<Row>, MemoryError> {
        let guild = shape.guild(guild)?;
        let width = entries.first().map_or(1, |entry| entry.len() + 1);
        let mut rows = Vec::with_capacity(entries.len());
        for entries in entries.chunks((MOST_VALUES / width).clamp(1, 500)) {
            let found = self.rows(insert_rows(shape, guild, entries)).await?;
            let mut ids = found.iter().map(|found| found.integer(0)).collect::<Result<Vec<_>, _>>()?;
            // Ids grow in the order of the values; the order of what RETURNING answers is not promised.
            ids.sort_unstable();
            rows.extend(ids.into_iter().zip(entries).map(|(id, entry)| shape.written_row(id, entry)));
        }
        Ok(rows)
    }
}

impl Rule {
    /// The values that stand in one row only; none where one is missing, since what is missing is equal to nothing.
    fn key(&self, entry: &Entry) -> Option<Vec<String>> {
        self.places.iter().map(|place| entry[*place].1.key()).collect()
    }

    fn free(&self, entry: &Entry, taken: &HashMap<Vec<String>, i64>) -> bool {
        self.key(entry).is_none_or(|key| !taken.contains_key(&key))
    }
}

/// Every entry has the same columns, so that one shows the places.
fn rules(shape: &Shape, entry: Option<&Entry>) -> Vec<Rule> {
    let place = |column: &String| {
        let stored = shape.compared(column);
        entry.and_then(|entry| entry.iter().position(|(name, _)| *name == stored))
    };
    let places = shape.table.unique.iter().map(|rule| rule.iter().filter_map(place).collect());
    places.map(|places| Rule { places }).collect()
}

fn unrepeated(entries: Vec<Entry>, rules: &[Rule], repeated: &mut u64) -> Vec<Entry> {
    let mut seen: Vec<HashSet<Vec<String>>> = vec![HashSet::new(); rules.len()];
    let mut kept = Vec::with_capacity(entries.len());
    for entry in entries {
        let keys: Vec<_> = rules.iter().map(|rule| rule.key(&entry)).collect();
        if keys.iter().zip(&seen).any(|(key, seen)| key.as_ref().is_some_and(|key| seen.contains(key))) {
            *repeated += 1;
            continue;
        }
        for (key, seen) in keys.into_iter().zip(&mut seen) {
            seen.extend(key);
        }
        kept.push(entry);
    }
    kept
}

/// Statements that find the rows with the same values. The column that varies most becomes a list, so that ten thousand
/// keys of one product are a few statements.
fn lookups(shape: &Shape, guild: &str, entries: &[&Entry], rule: &Rule) -> Result<Vec<Sql>, MemoryError> {
    let distinct =
        |place: &usize| entries.iter().filter_map(|entry| entry[*place].1.key()).collect::<HashSet<_>>().len();
    let Some(varying) = rule.places.iter().copied().max_by_key(distinct) else {
        return Ok(Vec::new());
    };
    let mut groups: HashMap<Vec<Option<String>>, Vec<&Entry>> = HashMap::new();
    for entry in entries {
        let rest = rule.places.iter().filter(|place| **place != varying).map(|place| entry[*place].1.key());
        groups.entry(rest.collect()).or_default().push(entry);
    }
    let chunks = groups.values().flat_map(|group| group.chunks(MOST_VALUES / 2));
    chunks.map(|chunk| lookup(shape, guild, chunk, rule, varying)).collect()
}

fn lookup(shape: &Shape, guild: &str, chunk: &[&Entry], rule: &Rule, varying: usize) -> Result<Sql, MemoryError> {
    let mut which: Cond = filter::scope(shape, guild)?;
    for place in rule.places.iter().copied() {
        let (column, cell) = &chunk[0][place];
        let column = Expr::col(column.clone());
        which = which.add(match place == varying && chunk.len() > 1 {
            true => column.is_in(chunk.iter().map(|entry| entry[place].1.clone())),
            false => column.eq(cell.clone()),
        });
    }
    let mut select = Query::select();
    select.column("id").columns(rule.places.iter().map(|place| chunk[0][*place].0.clone()));
    let sql = select.from(shape.name()).cond_where(which).sql();
    Ok(if chunk.len() > 1 { sql.once() } else { sql })
}

fn select_ids(shape: &Shape, ids: &[i64]) -> Sql {
    let mut select = Query::select();
    select.columns(shape.shown()).from(shape.name()).and_where(Expr::col("id").is_in(ids.iter().copied()));
    select.order_by("id", sea_query::Order::Asc).sql().once()
}

fn revive_ids(shape: &Shape, guild: &str, ids: &[i64], filter: &Filter, set: &Row) -> Result<Sql, MemoryError> {
    let these = Expr::col("id").is_in(ids.iter().copied());
    Ok(change(shape, filter::condition(shape, guild, filter)?.add(these), set)?.once())
}

fn insert_rows(shape: &Shape, guild: Option<i64>, entries: &[Entry]) -> Sql {
    let mut insert = Query::insert();
    let columns = entries[0].iter().map(|(column, _)| column.clone());
    insert.into_table(shape.name()).columns(guild.map(|_| "guild_id".to_owned()).into_iter().chain(columns));
    for entry in entries {
        let cells = entry.iter().map(|(_, cell)| Expr::from(cell.clone()));
        insert.values_panic(guild.map(Expr::from).into_iter().chain(cells));
    }
    let sql = insert.returning_col("id").sql();
    if entries.len() > 1 { sql.once() } else { sql }
}
