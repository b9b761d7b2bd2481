//! An embed: a box with a bar of its colour.

use super::Screen;
use super::wrap::{clipped, padded, width, wrap};
use serde_json::Value;

/// Blanks between fields that stand side by side.
const GAP: usize = 3;
/// Fields that stand side by side at most.
const ABREAST: usize = 3;

impl Screen {
    /// Its lines, each with the bar in front.
    pub fn embed(&self, embed: &Value, columns: usize) -> Vec<String> {
        let inner = columns.saturating_sub(2).max(20);
        let mut lines = Vec::new();
        lines.extend(embed["author"]["name"].as_str().map(|name| self.ink.dim(name)));
        if let Some(title) = embed["title"].as_str() {
            lines.extend(wrap(&self.marked(title), inner).iter().map(|line| self.ink.bold(line)));
        }
        lines.extend(embed["url"].as_str().map(|url| self.ink.dim(&clipped(url, inner))));
        if let Some(description) = embed["description"].as_str() {
            lines.extend(wrap(&self.marked(description), inner));
        }
        lines.extend(self.fields(embed["fields"].as_array().map(Vec::as_slice).unwrap_or_default(), inner));
        for picture in ["image", "thumbnail"] {
            let url = embed[picture]["url"].as_str();
            lines.extend(url.map(|url| self.ink.dim(&clipped(&format!("({picture}: {url})"), inner))));
        }
        lines.extend(self.footer(embed));
        let bar = self.ink.rgb("▌", embed["color"].as_u64().unwrap_or(0x4E_50_58));
        lines.iter().map(|line| format!("{bar} {line}").trim_end().to_owned()).collect()
    }

    fn fields(&self, fields: &[Value], columns: usize) -> Vec<String> {
        let mut lines = Vec::new();
        let mut rest = fields;
        while let Some(first) = rest.first() {
            let inline = rest.iter().take(ABREAST).take_while(|field| field["inline"].as_bool() == Some(true)).count();
            let fits = |count: &usize| self.breadth(&rest[..*count]) <= columns;
            let count = (2..=inline).rev().find(fits).unwrap_or(1);
            match count {
                1 => lines.extend(self.field(first, columns)),
                _ => lines.extend(self.abreast(&rest[..count])),
            }
            rest = &rest[count..];
        }
        lines
    }

    fn text(&self, field: &Value, key: &str) -> String {
        self.marked(field[key].as_str().unwrap_or_default())
    }

    /// On one line where it fits, and the value below its name otherwise.
    fn field(&self, field: &Value, columns: usize) -> Vec<String> {
        let (name, value) = (self.text(field, "name"), self.text(field, "value"));
        let colon = if name.ends_with([':', '?', '!']) { "" } else { ":" };
        let line = format!("{} {value}", self.ink.bold(&format!("{name}{colon}")));
        if value.lines().count() < 2 && width(&line) <= columns {
            return vec![line];
        }
        let names = wrap(&name, columns).into_iter().map(|line| self.ink.bold(&line));
        let values = wrap(&value, columns.saturating_sub(2));
        names.chain(values.iter().map(|line| format!("  {line}"))).collect()
    }

    fn column(&self, field: &Value) -> usize {
        let (name, value) = (self.text(field, "name"), self.text(field, "value"));
        name.lines().chain(value.lines()).map(width).max().unwrap_or(0)
    }

    fn breadth(&self, fields: &[Value]) -> usize {
        fields.iter().map(|field| self.column(field) + GAP).sum::<usize>().saturating_sub(GAP)
    }

    fn abreast(&self, fields: &[Value]) -> Vec<String> {
        let columns: Vec<usize> = fields.iter().map(|field| self.column(field) + GAP).collect();
        let values: Vec<Vec<String>> =
            fields.iter().map(|field| self.text(field, "value").lines().map(str::to_owned).collect()).collect();
        let height = values.iter().map(Vec::len).max().unwrap_or(0);
        let row = |cell: &dyn Fn(usize) -> String| -> String {
            (0..fields.len())
                .map(|index| padded(&cell(index), columns[index]))
                .collect::<String>()
                .trim_end()
                .to_owned()
        };
        let names = row(&|index| self.ink.bold(&self.text(&fields[index], "name")));
        let line = |at: usize| row(&|index| values[index].get(at).cloned().unwrap_or_default());
        std::iter::once(names).chain((0..height).map(line)).collect()
    }

    fn footer(&self, embed: &Value) -> Option<String> {
        let time = embed["timestamp"].as_str().and_then(|iso| self.stamp(iso));
        let parts: Vec<String> = embed["footer"]["text"].as_str().map(str::to_owned).into_iter().chain(time).collect();
        (!parts.is_empty()).then(|| self.ink.dim(&parts.join(" · ")))
    }

    /// All of it in one line: how a log entry is told of.
    pub fn gist(&self, embed: &Value) -> String {
        let mut parts: Vec<String> =
            embed["title"].as_str().map(|title| self.ink.bold(&self.marked(title))).into_iter().collect();
        parts.extend(embed["description"].as_str().map(|text| self.marked(text).replace('\n', " ")));
        for field in embed["fields"].as_array().into_iter().flatten() {
            parts.push(format!("{}: {}", self.text(field, "name"), self.text(field, "value").replace('\n', " ")));
        }
        parts.join(" · ")
    }
}
