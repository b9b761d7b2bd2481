//! Pictures, files and lines among the newer components.

use crate::sim::validate::component::kind;
use crate::sim::validate::form::Form;
use serde_json::{Map, Value, json};

/// Characters of a description.
const MAX_DESCRIPTION: usize = 1_024;

/// A thumbnail, gallery, file or separator as Discord keeps it.
pub(super) fn media(form: &mut Form, value: &Value, of: i64, out: &mut Map<String, Value>) {
    match of {
        kind::GALLERY => gallery(form, value, out),
        kind::THUMBNAIL => picture(form, value, out),
        kind::FILE => {
            address(form, value, "file", &["attachment"], out);
            out.insert("spoiler".to_owned(), json!(form.boolean(value, "spoiler").unwrap_or(false)));
        }
        _ => {
            out.insert("divider".to_owned(), json!(form.boolean(value, "divider").unwrap_or(true)));
            out.insert("spacing".to_owned(), json!(form.one_of(value, "spacing", &[1, 2]).unwrap_or(1)));
        }
    }
}

fn gallery(form: &mut Form, value: &Value, out: &mut Map<String, Value>) {
    let Some(list) = form.list(value, "items", 1..=10) else { return form.at("items", Form::required) };
    let kept: Vec<Value> = form.at("items", |form| {
        let look = |(index, item)| {
            form.at(index, |form| {
                let mut kept = Map::new();
                if form.object(item) {
                    picture(form, item, &mut kept);
                }
                Value::Object(kept)
            })
        };
        list.iter().enumerate().map(look).collect()
    });
    out.insert("items".to_owned(), Value::Array(kept));
}

fn picture(form: &mut Form, value: &Value, out: &mut Map<String, Value>) {
    address(form, value, "media", &["http", "https", "attachment"], out);
    let description = form.text(value, "description", 0..=MAX_DESCRIPTION);
    out.insert("description".to_owned(), json!(description));
    out.insert("spoiler".to_owned(), json!(form.boolean(value, "spoiler").unwrap_or(false)));
}

fn address(form: &mut Form, value: &Value, key: &str, schemes: &[&str], out: &mut Map<String, Value>) {
    let Some(media) = value.get(key).filter(|media| !media.is_null()) else {
        return form.at(key, Form::required);
    };
    form.at(key, |form| {
        let url = form.object(media).then(|| form.url(media, "url", 2_048, schemes)).flatten();
        if url.is_none() && media["url"].as_str().is_none_or(str::is_empty) {
            form.at("url", Form::required);
        }
        out.insert(key.to_owned(), json!({ "url": url, "proxy_url": url }));
    });
}
