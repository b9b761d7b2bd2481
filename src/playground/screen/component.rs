//! Buttons, selects, windows and the newer building blocks of messages.

use super::Screen;
use super::wrap::{clipped, wrap};
use serde_json::Value;

const ROW: u64 = 1;
const BUTTON: u64 = 2;
const SECTION: u64 = 9;
const TEXT: u64 = 10;
const MEDIA: u64 = 12;
const FILE: u64 = 13;
const SEPARATOR: u64 = 14;
const CONTAINER: u64 = 17;
/// A button that leads to an address.
const LINK: u64 = 5;
/// Options of a select that are named before it says "…".
const SHOWN: usize = 12;

impl Screen {
    pub fn components(&self, components: &[Value], columns: usize) -> Vec<String> {
        components.iter().flat_map(|component| self.component(component, columns)).collect()
    }

    fn component(&self, component: &Value, columns: usize) -> Vec<String> {
        let children = component["components"].as_array().map(Vec::as_slice).unwrap_or_default();
        match component["type"].as_u64() {
            Some(ROW) if children.iter().all(|child| child["type"].as_u64() == Some(BUTTON)) => {
                let buttons: Vec<String> = children.iter().map(|button| self.button(button)).collect();
                wrap(&buttons.join("  "), columns)
            }
            Some(ROW) => self.components(children, columns),
            Some(BUTTON) => vec![self.button(component)],
            Some(3 | 5..=8) => self.select(component, columns),
            Some(TEXT) => wrap(&self.marked(component["content"].as_str().unwrap_or_default()), columns),
            Some(SECTION) => {
                let mut lines = self.components(children, columns);
                lines.extend(self.component(&component["accessory"], columns));
                lines
            }
            Some(CONTAINER) => {
                let bar = self.ink.rgb("▌", component["accent_color"].as_u64().unwrap_or(0x4E_50_58));
                let lines = self.components(children, columns.saturating_sub(2));
                lines.iter().map(|line| format!("{bar} {line}")).collect()
            }
            Some(SEPARATOR) => vec![self.ink.dim(&"─".repeat(columns.min(20)))],
            Some(MEDIA) => {
                let items = component["items"].as_array().into_iter().flatten();
                items
                    .filter_map(|item| item["media"]["url"].as_str())
                    .map(|url| clipped(&format!("({url})"), columns))
                    .collect()
            }
            Some(FILE) => component["file"]["url"].as_str().map(|url| format!("📎 {url}")).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    fn button(&self, button: &Value) -> String {
        let emoji = button["emoji"]["name"].as_str();
        let words: Vec<&str> = emoji.into_iter().chain(button["label"].as_str()).collect();
        let text = format!("[ {} ]", words.join(" "));
        if button["disabled"].as_bool() == Some(true) {
            return self.ink.dim(&format!("{text} (disabled)"));
        }
        let colour = match button["style"].as_u64() {
            Some(1) => 0x58_65_F2,
            Some(3) => 0x24_80_46,
            Some(4) => 0xDA_37_3C,
            _ => 0xB5_BA_C1,
        };
        let link = button["url"].as_str().filter(|_| button["style"].as_u64() == Some(LINK));
        match link {
            Some(url) => format!("{text} → {url}"),
            None => self.ink.rgb(&text, colour),
        }
    }

    fn select(&self, select: &Value, columns: usize) -> Vec<String> {
        let name = select["placeholder"].as_str().or(select["custom_id"].as_str()).unwrap_or("Make a selection");
        let options = select["options"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut labels: Vec<&str> = options.iter().filter_map(|option| option["label"].as_str()).take(SHOWN).collect();
        if options.len() > SHOWN {
            labels.push("…");
        }
        let behind = match (select["type"].as_u64(), labels.is_empty()) {
            (_, false) => format!(": {}", labels.join(", ")),
            (Some(5), _) => ": a member".to_owned(),
            (Some(6), _) => ": a role".to_owned(),
            (Some(7), _) => ": a member or a role".to_owned(),
            (Some(8), _) => ": a channel".to_owned(),
            _ => String::new(),
        };
        wrap(&format!("[ {name} ▾ ]{behind}"), columns)
    }

    /// A window with its fields, and how to send it.
    pub fn window(&self, modal: &Value, columns: usize) -> Vec<String> {
        let title = modal["title"].as_str().unwrap_or_default();
        let mut lines = vec![format!("╭ {}", self.ink.bold(title))];
        let mut first = None;
        for component in modal["components"].as_array().into_iter().flatten() {
            if component["type"].as_u64() == Some(TEXT) {
                let text = self.marked(component["content"].as_str().unwrap_or_default());
                lines.extend(wrap(&text, columns.saturating_sub(2)).iter().map(|line| format!("│ {line}")));
            }
            let inputs = component["components"].as_array().into_iter().flatten();
            for input in inputs.chain(Some(&component["component"]).filter(|input| input.is_object())) {
                let label = input["label"].as_str().or(component["label"].as_str()).unwrap_or("field");
                lines.push(format!("│ {}", self.input(label, input, component)));
                first.get_or_insert(label.to_owned());
            }
        }
        let example = first.map_or_else(|| "submit".to_owned(), |label| format!("submit {}:\"…\"", quoted(&label)));
        lines.push(format!("╰ {}", self.ink.dim(&example)));
        lines
    }

    fn input(&self, label: &str, input: &Value, around: &Value) -> String {
        let star = if input["required"].as_bool().unwrap_or(true) { " *" } else { "" };
        let hint = input["placeholder"].as_str().or(around["description"].as_str());
        let preset = input["value"].as_str().map(|value| format!(" = {value}")).unwrap_or_default();
        let labels: Vec<&str> =
            input["options"].as_array().into_iter().flatten().filter_map(|option| option["label"].as_str()).collect();
        let options = if labels.is_empty() { String::new() } else { format!(": {}", labels.join(", ")) };
        let hint = hint.map(|hint| self.ink.dim(&format!(" ({hint})"))).unwrap_or_default();
        format!("{label}{star}{preset}{options}{hint}")
    }
}

fn quoted(name: &str) -> String {
    if name.contains(char::is_whitespace) { format!("\"{name}\"") } else { name.to_owned() }
}
