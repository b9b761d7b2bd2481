//! Modals: a title, and one to five things to fill in.

use crate::sim::id::Id;
use crate::sim::validate::component::{Looking, kind, kind_of, number, select};
use crate::sim::validate::form::Form;
use serde_json::{Map, Value, json};

const TOP: &[i64] = &[kind::ROW, kind::LABEL, kind::TEXT];
const IN_LABEL: &[i64] = &[3, 4, 5, 6, 7, 8, 19, 21, 22, 23];

/// The window as Discord keeps it.
pub(in crate::sim) fn modal(form: &mut Form, data: &Value, emojis: &dyn Fn(Id) -> bool) -> Value {
    let custom_id = form.needed_text(data, "custom_id", 1..=100);
    let title = form.needed_text(data, "title", 1..=45);
    let list = form.list(data, "components", 1..=5);
    if list.is_none() {
        form.at("components", Form::required);
    }
    let mut looking = Looking::new(emojis);
    let mut kept: Vec<Value> = form.at("components", |form| {
        let list = list.unwrap_or_default().iter().enumerate();
        list.filter_map(|(index, value)| form.at(index, |form| top(form, value, &mut looking))).collect()
    });
    let mut next = 1;
    kept.iter_mut().for_each(|component| number(component, &mut next));
    json!({ "custom_id": custom_id, "title": title, "components": kept })
}

fn top(form: &mut Form, value: &Value, looking: &mut Looking) -> Option<Value> {
    match kind_of(form, value, TOP)? {
        kind::ROW => Some(row(form, value, looking)),
        kind::LABEL => label(form, value, looking),
        _ => Some(json!({ "type": kind::TEXT, "content": form.needed_text(value, "content", 1..=4_000) })),
    }
}

/// The older shape: a row with one text input that carries its own label.
fn row(form: &mut Form, value: &Value, looking: &mut Looking) -> Value {
    let list = form.list(value, "components", 1..=1).unwrap_or_default();
    let kept: Vec<Value> = form.at("components", |form| {
        let look = |(index, value)| {
            form.at(index, |form| {
                kind_of(form, value, &[kind::TEXT_INPUT])?;
                form.needed_text(value, "label", 1..=45);
                Some(text_input(form, value, looking))
            })
        };
        list.iter().enumerate().filter_map(look).collect()
    });
    json!({ "type": kind::ROW, "components": kept })
}

fn label(form: &mut Form, value: &Value, looking: &mut Looking) -> Option<Value> {
    let label = form.needed_text(value, "label", 1..=45);
    let description = form.text(value, "description", 1..=100);
    let Some(inner) = value.get("component").filter(|inner| !inner.is_null()) else {
        form.at("component", Form::required);
        return None;
    };
    let component = form.at("component", |form| match kind_of(form, inner, IN_LABEL)? {
        kind::TEXT_INPUT => Some(text_input(form, inner, looking)),
        kind if kind::SELECTS.contains(&kind) => {
            let mut out = Map::from_iter([("type".to_owned(), json!(kind))]);
            select(form, inner, looking, &mut out);
            Some(Value::Object(out))
        }
        kind => Some(other(form, inner, kind, looking)),
    })?;
    Some(json!({ "type": kind::LABEL, "label": label, "description": description, "component": component }))
}

/// File uploads and groups of boxes.
fn other(form: &mut Form, value: &Value, kind: i64, looking: &mut Looking) -> Value {
    if looking.custom_id(form, value).is_none() {
        form.at("custom_id", Form::required);
    }
    let most = if kind == kind::FILE_UPLOAD { 10 } else { 25 };
    form.integer(value, "min_values", 0..=most);
    form.integer(value, "max_values", 1..=most);
    value.clone()
}

fn text_input(form: &mut Form, value: &Value, looking: &mut Looking) -> Value {
    if looking.custom_id(form, value).is_none() {
        form.at("custom_id", Form::required);
    }
    if form.one_of(value, "style", &[1, 2]).is_none() {
        form.at("style", Form::required);
    }
    form.text(value, "placeholder", 0..=100);
    form.text(value, "value", 0..=4_000);
    form.boolean(value, "required");
    let least = form.integer(value, "min_length", 0..=4_000);
    let most = form.integer(value, "max_length", 1..=4_000);
    if let (Some(least), Some(most)) = (least, most)
        && least > most
    {
        form.at("min_length", |form| {
            let words = "The specified min length is greater than the max length";
            form.error("TEXT_INPUT_COMPONENT_MIN_LENGTH_GREATER_THAN_MAX_LENGTH", words);
        });
    }
    value.clone()
}
