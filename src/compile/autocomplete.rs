//! Where the completions of an option come from.

use crate::action::binder::Binder;
use crate::flow::program::Suggestions;
use crate::flow::types::Type;
use crate::lang::command::ColumnOffer;
use crate::text::{Diagnostic, Kind, Node, Text, code};

impl Binder<'_> {
    /// `autocomplete:` – one source, or a list of them.
    pub fn suggestions(&mut self, node: &Node) -> Vec<Suggestions> {
        match &node.kind {
            Kind::Sequence(items) => items.iter().filter_map(|item| self.suggestion(item)).collect(),
            Kind::Poison => Vec::new(),
            _ => self.suggestion(node).into_iter().collect(),
        }
    }

    fn suggestion(&mut self, node: &Node) -> Option<Suggestions> {
        match &node.kind {
            Kind::Mapping(_) => {
                let offer: ColumnOffer = self.decode(node)?;
                self.column_offer(&offer)
            }
            _ => {
                let text: Text = self.decode(node)?;
                let template = self.plain(&text);
                let fits = match template.kind().present() {
                    Type::List(of) => of.is_printable(),
                    other => other.is_printable(),
                };
                if !fits {
                    self.mistake(
                        code::TYPE_MISMATCH,
                        text.span,
                        format!("a text or a list of texts belongs here, this is a {}", template.kind()),
                    );
                }
                Some(Suggestions::Values(template))
            }
        }
    }

    fn column_offer(&mut self, offer: &ColumnOffer) -> Option<Suggestions> {
        let text = &offer.column;
        let Some((table_name, column)) = text.value.split_once('.') else {
            if !text.poisoned {
                self.mistake(code::BAD_VALUE, text.span, "a column is written as `TABLE.COLUMN`");
            }
            return None;
        };
        let dot = table_name.len();
        let table = self.table(&Text::at(table_name, text.locate(0..dot)))?;
        let bot = self.bot;
        if let Some(declared) = bot.tables.get(table_name) {
            let name = Text::at(column, text.locate(dot + 1..text.value.len()));
            self.mention("column", &declared.columns, &name);
        }
        let Some(found) = table.columns.get(column) else {
            if self.is_broken_column(table, column) {
                return None;
            }
            let span = text.locate(dot + 1..text.value.len());
            let diagnostic =
                Diagnostic::new(code::UNKNOWN_NAME, span, format!("`{table_name}` has no column `{column}`"));
            self.report(diagnostic.among(column, span, table.columns.keys()));
            return None;
        };
        if found.secret {
            self.mistake(code::SECRET_TO_LOG, text.span, "a secret column cannot be offered to people who type");
        }
        let filter = self.filter(table, offer.r#where.as_ref().map(|raw| &raw.0));
        self.searched(table, &filter, std::iter::empty());
        Some(Suggestions::Column { table: table_name.to_owned(), column: column.to_owned(), filter })
    }
}
