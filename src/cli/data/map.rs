//! A JSON document of another bot, read by a mapping.

use super::input::{self, Reading};
use super::value::Times;
use crate::cli::arguments::Format;
use crate::cli::shown;
use crate::compile::{CheckedMapping, Environment, check_mapping, ticket_columns};
use crate::flow::mapping::{Mapping, Part, Place, Target, Wrong};
use crate::flow::memory::{Row, Table};
use crate::flow::program::Program;
use crate::store::{Given, Import, Problem, ticket_table};
use anyhow::Context as _;
use serde_json::Value;
use std::path::Path;

/// Reads a mapping; with mistakes they are shown, and there is nothing.
pub fn mapping(path: &Path, program: &Program) -> anyhow::Result<Option<Mapping>> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let environment = Environment::of_process(true);
    let name = path.display().to_string();
    let CheckedMapping { sources, diagnostics, mapping } = check_mapping(&name, &bytes, &environment, program);
    shown::show(&sources, &diagnostics, Format::Human);
    if mapping.is_none() {
        eprintln!("{name}: {}; nothing was imported", shown::count(diagnostics.sorted()));
        shown::more(diagnostics.sorted());
    }
    Ok(mapping)
}

/// The tables that a mapping writes to, each once.
pub fn tables(mapping: &Mapping, program: &Program) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    for part in &mapping.parts {
        let table = match &part.target {
            Target::Table(name) => program.tables.iter().find(|table| table.name == *name).cloned(),
            Target::Ticket(_) => Some(ticket_table()),
        };
        tables.extend(table.filter(|table| !tables.iter().any(|known| known.name == table.name)));
    }
    tables
}

/// Gives an import everything that the document has, and says what was found where.
pub async fn read(
    mapping: &Mapping,
    document: &Value,
    guild: Option<i64>,
    tables: &[Table],
    import: &mut Import<'_>,
) -> anyhow::Result<()> {
    for part in &mapping.parts {
        let (name, fields) = match &part.target {
            Target::Table(name) => (name.clone(), tables.iter().find(|table| table.name == *name).cloned()),
            Target::Ticket(kind) => (ticket_table().name, Some(ticket_columns(kind))),
        };
        let number = tables.iter().position(|table| table.name == name);
        let (Some(number), Some(fields)) = (number, fields) else { continue };
        let times = Times { zone: Some(mapping.zone.clone()), seconds: mapping.seconds };
        let reading = Reading { table: &fields, guild, new_ids: false, times };
        match part.places(document) {
            Ok(places) => {
                eprintln!("{}: {} found", part.written, places.len());
                for place in places {
                    add(part, &place, mapping, &reading, number, import).await?;
                }
            }
            Err(problem) => import.report(Problem { place: part.written.clone(), column: None, problem }),
        }
    }
    Ok(())
}

async fn add(
    part: &Part,
    place: &Place<'_>,
    mapping: &Mapping,
    reading: &Reading<'_>,
    number: usize,
    import: &mut Import<'_>,
) -> anyhow::Result<()> {
    let fields = match part.row(place, &mapping.values) {
        Ok(Some(fields)) => fields,
        Ok(None) => return Ok(()),
        Err(Wrong { column, problem }) => {
            import.report(Problem { place: place.path.clone(), column: Some(column), problem });
            return Ok(());
        }
    };
    let fields = fields.into_iter().map(|(name, value)| (name, id_of(value)));
    match reading.row(place.path.clone(), fields) {
        Ok(given) => {
            let given = match &part.target {
                Target::Table(_) => given,
                Target::Ticket(kind) => ticket(kind, given),
            };
            import.add(number, given).await?;
        }
        Err(problems) => problems.into_iter().for_each(|problem| import.report(problem)),
    }
    Ok(())
}

/// A thing with an id stands in a table as its id; an empty text where an id or a time belongs is none.
fn id_of(value: Value) -> Value {
    match &value {
        Value::Object(thing) => thing.get("id").cloned().unwrap_or(value),
        _ => value,
    }
}

/// A ticket by the words of a mapping, as the table of tickets has it.
fn ticket(kind: &str, given: Given) -> Given {
    let mut row = Row::new();
    row.insert("kind".to_owned(), kind.into());
    let mut from = |column: &str, name: &str, otherwise: Value| {
        let value = given.row.get(name).filter(|value| !value.is_null()).cloned();
        row.insert(column.to_owned(), value.unwrap_or(otherwise));
    };
    from("number", "number", Value::Null);
    from("user_id", "user", Value::Null);
    from("user_name", "user_name", "".into());
    from("channel_id", "channel", Value::Null);
    from("opened_at", "opened_at", Value::Null);
    from("closed_at", "closed_at", Value::Null);
    from("closed_by", "closed_by", Value::Null);
    let open = given.row.get("open").and_then(Value::as_bool);
    // Which place it has among the open ones of its user, the store decides.
    row.insert("slot".to_owned(), if open == Some(true) { 1.into() } else { Value::Null });
    Given { row, ..given }
}

/// The document as a whole.
pub fn document(path: &Path) -> anyhow::Result<Value> {
    let file = std::fs::File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let bar = super::bar::bytes("reading", file.metadata().map_or(0, |about| about.len()));
    let mut input = std::io::BufReader::new(bar.wrap_read(file));
    input::skip_mark(&mut input)?;
    let document = serde_json::from_reader(input);
    bar.finish_and_clear();
    document.map_err(|error| {
        anyhow::anyhow!("{} is no JSON at line {}, column {}", path.display(), error.line(), error.column())
    })
}
