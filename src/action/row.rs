//! Rows, values and conditions: what stands in `row:`, `set:` and `where:`.

use crate::action::binder::{Binder, argument_column, column_type};
use crate::flow::entity;
use crate::flow::failure::Failure;
use crate::flow::memory::{Column, ColumnKind, Order, Row, Search, Table};
use crate::flow::program::{ConditionTemplate, FilterTemplate, Operand};
use crate::flow::run::Run;
use crate::flow::template::{Place, Template};
use crate::flow::types::{Field, Record, Type};
use crate::lang::bot::Bot;
use crate::text::{Diagnostic, Entry, Kind, Named, Node, Span, Text, code};
use serde_json::{Value, json};
use std::sync::Arc;

/// A value for each column of a row.
pub type RowTemplate = Vec<(String, Operand)>;

/// The row with this run's values.
pub fn fill(row: &RowTemplate, run: &Run) -> Result<Row, Failure> {
    row.iter().map(|(column, operand)| Ok((column.clone(), operand.value(run)?))).collect()
}

/// The type of a table's rows.
pub fn row_type(table: &Table, bot: &Bot) -> Type {
    let mut fields = indexmap::IndexMap::new();
    fields.insert("id".to_owned(), Field::new(Type::Integer, "The row's number."));
    for (name, column) in &table.columns {
        let kind = column_type(column.kind, column.secret);
        let kind = if column.optional { Type::optional(kind) } else { kind };
        fields.insert(name.clone(), column_field(table, name, kind, bot));
    }
    Type::Record(Arc::new(Record { name: format!("row of `{}`", table.name), fields }))
}

/// A column as templates know it.
pub fn column_field(table: &Table, name: &str, kind: Type, bot: &Bot) -> Field {
    let written = bot.tables.get(&table.name).and_then(|table| table.columns.get_entry(name));
    let about = written.and_then(|(_, column)| column.description.as_ref()).map(|text| text.value.clone());
    let doc = about.unwrap_or_else(|| format!("The column of `{}`.", table.name));
    Field::new(kind, doc).declared(written.map_or(Span::NONE, |(name, _)| name.span))
}

/// The type of a table's rows, with what is known of mistakes in its declaration: a column that was declared wrongly
/// may be anything.
pub fn known_row_type(binder: &Binder<'_>, table: &Table) -> Type {
    let bot = binder.bot;
    let kind = row_type(table, bot);
    let Some(declared) = bot.tables.get(&table.name) else { return kind };
    let broken: Vec<&str> = declared.columns.names().filter(|name| binder.is_broken_column(table, name)).collect();
    match kind {
        _ if declared.columns.incomplete => Type::Any,
        Type::Record(record) if !broken.is_empty() => {
            let mut record = Arc::unwrap_or_clone(record);
            let open = broken.into_iter().map(|name| (name.to_owned(), column_field(table, name, Type::Any, bot)));
            record.fields.extend(open);
            Type::Record(Arc::new(record))
        }
        whole => whole,
    }
}

/// A row as templates know it: users, roles and channels with their mention.
pub fn present(table: &Table, mut row: Row) -> Value {
    for (name, column) in &table.columns {
        if let Some(value) = row.get_mut(name) {
            present_value(column.kind, value);
        }
    }
    row.remove("guild_id");
    Value::Object(row)
}

/// A column's or argument's value as templates know it.
pub fn present_value(kind: ColumnKind, value: &mut Value) {
    let thing = match (kind, value.as_str()) {
        (ColumnKind::User, Some(id)) => entity::user_ref(id),
        (ColumnKind::Role, Some(id)) => entity::role_ref(id),
        (ColumnKind::Channel, Some(id)) => entity::channel_ref(id),
        _ => return,
    };
    *value = thing;
}

impl Binder<'_> {
    /// Whether something about this column's declaration is wrong and reported, or it may stand in what could not be read.
    pub fn is_broken_column(&self, table: &Table, name: &str) -> bool {
        let Some(declared) = self.bot.tables.get(&table.name) else { return false };
        let columns = &declared.columns;
        let known = table.columns.contains_key(name);
        columns.is_broken(name) || columns.contains(name) && !known || columns.incomplete && !known
    }

    /// The column that a key names; `id` is one too.
    fn column(&mut self, table: &Table, key: &Node) -> Option<Column> {
        let name = key.as_str().unwrap_or_default();
        let bot = self.bot;
        if let Some(declared) = bot.tables.get(&table.name) {
            self.mention_key("column", &declared.columns, key);
        }
        self.words.insert(name.to_owned());
        if name == "id" {
            return Some(argument_column(ColumnKind::Integer));
        }
        if self.is_broken_column(table, name) {
            return None;
        }
        if let Some(column) = table.columns.get(name) {
            return Some(column.clone());
        }
        let message = format!("`{}` has no column `{name}`", table.name);
        let known = std::iter::once("id").chain(table.columns.keys().map(String::as_str));
        self.report(
            Diagnostic::new(code::UNKNOWN_NAME, key.span, message)
                .label(format!("not a column of `{}`", table.name))
                .among(name, key.span, known),
        );
        None
    }

    /// A mapping of columns to values.
    pub fn row(&mut self, table: &Table, node: &Node) -> RowTemplate {
        let mut row = Vec::new();
        for Entry { key, value } in self.mapping(node, "a value for each column") {
            if let Some(column) = self.column(table, key) {
                row.push((
                    key.as_str().unwrap_or_default().to_owned(),
                    self.operand(value, &column, key.as_str().unwrap_or_default()),
                ));
            }
        }
        row
    }

    fn mapping<'n>(&mut self, node: &'n Node, expected: &str) -> &'n [Entry] {
        if !matches!(node.kind, Kind::Mapping(_) | Kind::Poison) {
            self.mistake(code::WRONG_TYPE, node.span, format!("{expected} belongs here"));
        }
        node.entries()
    }

    /// Reports the columns that a new row must have and does not.
    pub fn complete(&mut self, table: &Table, row: &RowTemplate, node: &Node) {
        self.used.insert(("rows", table.name.clone()));
        if !matches!(&node.kind, Kind::Mapping(mapping) if !mapping.incomplete) {
            return;
        }
        // A key that is no column was meant to be one: it is reported, and stands for one that is missing.
        let strange = node.entries().iter().filter(|entry| !row.iter().any(|(given, _)| given == entry.name())).count();
        let needed = |(name, column): &(&String, &Column)| {
            let given = node.entry(name).is_some();
            !given && !column.optional && column.default.is_none() && !self.is_broken_column(table, name)
        };
        let missing: Vec<(&String, &Column)> = table.columns.iter().filter(needed).collect();
        if missing.len() > strange {
            for (name, _) in missing {
                let message = format!("a row of `{}` needs a value for `{name}`", table.name);
                self.report(
                    Diagnostic::new(code::MISSING_COLUMN, node.span, message)
                        .leans_on([name])
                        .help(format!("add `{name}: …`, or give the column a `default`")),
                );
            }
        }
    }

    /// A value for a column.
    pub fn operand(&mut self, node: &Node, column: &Column, name: &str) -> Operand {
        match &node.kind {
            Kind::Null if column.optional => Operand::Fixed(Value::Null),
            Kind::Null => {
                self.report(
                    Diagnostic::new(code::WRONG_TYPE, node.span, format!("`{name}` must have a value"))
                        .help("a column that may be empty is declared with `optional: true`"),
                );
                Operand::Fixed(Value::Null)
            }
            Kind::Poison => Operand::Fixed(Value::Null),
            Kind::Scalar(_) => {
                let Some(text) = self.decode::<Text>(node) else { return Operand::Fixed(Value::Null) };
                self.scalar_operand(&text, column, name)
            }
            _ => {
                self.mistake(code::WRONG_TYPE, node.span, format!("`{name}` takes one value"));
                Operand::Fixed(Value::Null)
            }
        }
    }

    pub fn scalar_operand(&mut self, text: &Text, column: &Column, name: &str) -> Operand {
        let template = self.template(text, Place::Plain);
        match template.constant() {
            Some(constant) => {
                let constant = constant.to_owned();
                if column.kind == ColumnKind::Time && constant == "now" {
                    return Operand::Template(
                        Template::compile("{{now}}", Place::Plain, &self.names, self.functions)
                            .template
                            .unwrap_or(template),
                    );
                }
                Operand::Fixed(self.literal(text, &constant, column, name))
            }
            None => {
                self.fits(text, template.kind(), column, name);
                Operand::Template(template)
            }
        }
    }

    /// What is written down for a column, as the column's type.
    pub fn literal(&mut self, text: &Text, constant: &str, column: &Column, name: &str) -> Value {
        if text.poisoned {
            return Value::Null;
        }
        let value = match column.kind {
            ColumnKind::Text => Some(json!(constant)),
            ColumnKind::Integer => constant.parse::<i64>().ok().map(|number| json!(number)),
            ColumnKind::Number => constant.parse::<f64>().ok().map(|number| json!(number)),
            ColumnKind::Boolean => constant.parse::<bool>().ok().map(|value| json!(value)),
            ColumnKind::Time => entity::epoch_ms(constant).map(|at| json!(at)),
            ColumnKind::User | ColumnKind::Role | ColumnKind::Channel => {
                entity::is_id(constant).then(|| json!(constant))
            }
        };
        if value.is_none() {
            let message = format!("`{name}` takes {}, found `{constant}`", kind_words(column.kind));
            self.mistake(code::TYPE_MISMATCH, text.span, message);
        }
        if !column.one_of.is_empty() && !column.one_of.iter().any(|allowed| allowed == constant) {
            let diagnostic = Diagnostic::new(code::UNKNOWN_VALUE, text.span, format!("`{name}` is never `{constant}`"))
                .label("not in its `one_of`");
            self.report(diagnostic.among(constant, text.span, &column.one_of).doubtful());
        }
        value.unwrap_or_default()
    }

    fn fits(&mut self, text: &Text, kind: &Type, column: &Column, name: &str) {
        let record = |wanted: &str| {
            matches!(kind.present(), Type::Record(record) if record.name == wanted)
                || matches!(kind.present(), Type::Text(_))
        };
        let fits = match column.kind {
            _ if *kind.present() == Type::Any => true,
            ColumnKind::Text => kind.is_printable(),
            ColumnKind::Integer => matches!(kind.present(), Type::Integer),
            ColumnKind::Number => matches!(kind.present(), Type::Integer | Type::Number),
            ColumnKind::Boolean => matches!(kind.present(), Type::Boolean),
            ColumnKind::Time => matches!(kind.present(), Type::Time),
            ColumnKind::User => record("user"),
            ColumnKind::Role => record("role"),
            ColumnKind::Channel => record("channel"),
        };
        if !fits {
            self.mistake(
                code::TYPE_MISMATCH,
                text.span,
                format!("`{name}` takes {}, this is a {kind}", kind_words(column.kind)),
            );
        }
    }

    /// The conditions of a `where:`.
    pub fn filter(&mut self, table: &Table, node: Option<&Node>) -> FilterTemplate {
        let mut filter = FilterTemplate::default();
        let Some(node) = node else { return filter };
        for Entry { key, value } in self.mapping(node, "a value for each column") {
            let Some(column) = self.column(table, key) else { continue };
            let name = key.as_str().unwrap_or_default();
            for condition in self.conditions(value, &column, name) {
                filter.conditions.push((name.to_owned(), condition));
            }
        }
        filter
    }

    /// Notes that rows are looked for by these conditions, and then ordered or grouped by these columns.
    pub fn searched<'c>(&mut self, table: &Table, filter: &FilterTemplate, then: impl Iterator<Item = &'c str>) {
        let is = |condition: &ConditionTemplate| match condition {
            ConditionTemplate::Is(Operand::Fixed(value)) => !value.is_null(),
            ConditionTemplate::Is(Operand::Template(_)) => true,
            _ => false,
        };
        let equal = filter.conditions.iter().filter(|(_, condition)| is(condition));
        let mut search = Search {
            equal: equal.map(|(column, _)| column.clone()).filter(|column| column != "id").collect(),
            then: Vec::new(),
        };
        for column in then {
            if column != "id" && !search.equal.contains(column) && !search.then.iter().any(|known| known == column) {
                search.then.push(column.to_owned());
            }
        }
        self.searches.entry(table.name.clone()).or_default().insert(search);
    }

    fn conditions(&mut self, node: &Node, column: &Column, name: &str) -> Vec<ConditionTemplate> {
        match &node.kind {
            Kind::Null => vec![ConditionTemplate::Is(Operand::Fixed(Value::Null))],
            Kind::Mapping(_) => {
                node.entries().iter().filter_map(|entry| self.comparison(entry, column, name)).collect()
            }
            Kind::Sequence(_) => vec![ConditionTemplate::In(self.list_operand(node, column, name))],
            _ => vec![ConditionTemplate::Is(self.operand(node, column, name))],
        }
    }

    fn comparison(&mut self, entry: &Entry, column: &Column, name: &str) -> Option<ConditionTemplate> {
        const WORDS: [&str; 7] = ["not", "in", "less_than", "at_most", "more_than", "at_least", "contains"];
        let nullable = Column { optional: true, ..column.clone() };
        let value = &entry.value;
        Some(match entry.name() {
            "not" => ConditionTemplate::Not(self.operand(value, &nullable, name)),
            "in" => ConditionTemplate::In(self.list_operand(value, column, name)),
            "less_than" => ConditionTemplate::Less(self.operand(value, column, name)),
            "at_most" => ConditionTemplate::AtMost(self.operand(value, column, name)),
            "more_than" => ConditionTemplate::More(self.operand(value, column, name)),
            "at_least" => ConditionTemplate::AtLeast(self.operand(value, column, name)),
            "contains" => {
                let text = Column { one_of: Vec::new(), ..argument_column(ColumnKind::Text) };
                ConditionTemplate::Contains(self.operand(value, &text, name))
            }
            word => {
                let diagnostic =
                    Diagnostic::new(code::UNKNOWN_KEY, entry.key.span, format!("`{word}` is not a comparison"));
                self.report(diagnostic.among(word, entry.key.span, WORDS));
                return None;
            }
        })
    }

    /// A list written down, or a template that is one.
    fn list_operand(&mut self, node: &Node, column: &Column, name: &str) -> Operand {
        if let Kind::Sequence(items) = &node.kind {
            let values = items.iter().filter_map(|item| self.decode::<Text>(item)).collect::<Vec<_>>();
            let values = values.iter().map(|text| self.literal(text, &text.value, column, name)).collect();
            return Operand::Fixed(Value::Array(values));
        }
        let Some(text) = self.decode::<Text>(node) else { return Operand::Fixed(Value::Null) };
        let template = self.template(&text, Place::Plain);
        if !matches!(template.kind().present(), Type::List(_) | Type::Any) && !text.poisoned {
            self.mistake(code::TYPE_MISMATCH, text.span, format!("a list belongs here, this is a {}", template.kind()));
        }
        Operand::Template(template)
    }

    /// `order_by: { at: desc }`.
    pub fn order(&mut self, table: &Table, node: Option<&Node>) -> Vec<Order> {
        let mut order = Vec::new();
        let Some(node) = node else { return order };
        for Entry { key, value } in self.mapping(node, "`asc` or `desc` for each column") {
            if self.column(table, key).is_none() {
                continue;
            }
            let descending = match value.as_str() {
                Some("asc") => false,
                Some("desc") => true,
                found => {
                    let word = found.unwrap_or_default().to_owned();
                    let diagnostic =
                        Diagnostic::new(code::UNKNOWN_VALUE, value.span, "the order of a column is `asc` or `desc`");
                    self.report(diagnostic.among(&word, value.span, ["asc", "desc"]));
                    continue;
                }
            };
            order.push(Order { column: key.as_str().unwrap_or_default().to_owned(), descending });
        }
        order
    }

    /// `with:` – a value for each declared argument.
    pub fn given(
        &mut self,
        args: &Named<Text>,
        with: Option<&Node>,
        span: crate::text::Span,
        what: &str,
    ) -> (Vec<(String, ColumnKind)>, Vec<Operand>) {
        let kinds = self.arguments(args);
        if with.is_some_and(Node::is_poison) || self.broken && with.is_none() {
            return (kinds, Vec::new());
        }
        let entries = with.map(|node| self.mapping(node, "a value for each argument")).unwrap_or_default();
        for Entry { key, .. } in entries {
            self.mention_key("argument", args, key);
        }
        let strange: Vec<&Entry> = entries.iter().filter(|entry| !args.may_have(entry.name())).collect();
        for Entry { key, .. } in &strange {
            let name = key.as_str().unwrap_or_default();
            let diagnostic =
                Diagnostic::new(code::UNKNOWN_NAME, key.span, format!("{what} takes no argument `{name}`"));
            self.report(diagnostic.among(name, key.span, args.names()));
        }
        let incomplete = with.is_some_and(|node| !matches!(&node.kind, Kind::Mapping(mapping) if !mapping.incomplete));
        let missing = args.names().filter(|name| !entries.iter().any(|entry| entry.name() == *name));
        // A key that is no argument was meant to be one: it is reported, and stands for one that is missing.
        let missing: Vec<&str> = missing.skip(if incomplete { usize::MAX } else { strange.len() }).collect();
        for name in missing {
            let message = format!("{what} needs a value for `{name}`");
            let diagnostic = Diagnostic::new(code::MISSING_ARGUMENT, span, message).leans_on([name]);
            self.report(diagnostic.help(format!("write `with: {{ {name}: … }}`")));
        }
        let value = |(name, kind): &(String, ColumnKind)| {
            let entry = entries.iter().find(|entry| entry.name() == name)?;
            Some(self.operand(&entry.value, &Column { optional: false, ..argument_column(*kind) }, name))
        };
        let operands = kinds.iter().filter_map(value).collect();
        (kinds, operands)
    }
}

fn kind_words(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Text => "text",
        ColumnKind::Integer => "a whole number",
        ColumnKind::Number => "a number",
        ColumnKind::Boolean => "true or false",
        ColumnKind::Time => "a time",
        ColumnKind::User => "a user",
        ColumnKind::Role => "a role",
        ColumnKind::Channel => "a channel",
    }
}
