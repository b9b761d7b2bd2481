//! `read`: reads the text of a file that a user sent.

use crate::action::binder::Binder;
use crate::action::verb::{Bound, Clauses, Verb, Written};
use crate::flow::failure::Failure;
use crate::flow::refusal::Refusal;
use crate::flow::run::Run;
use crate::flow::step::{Action, Done};
use crate::flow::template::Template;
use crate::flow::types::{Field, Record, Type};
use crate::text::{Text, code};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Read(
    /// An attachment, such as `{{options.file}}`.
    Text,
);

/// The largest file that is read, in bytes.
const LARGEST: usize = 1 << 20;

/// What `as:` binds.
fn text_type() -> Type {
    let fields = [
        ("ok", Type::Boolean, "Whether it could be read."),
        ("reason", Type::optional(Type::TEXT), "Why it could not, in plain words."),
        ("text", Type::USER_TEXT, "What stands in the file; empty where no file was given."),
    ];
    let fields = fields.into_iter().map(|(name, kind, doc)| (name.to_owned(), Field::new(kind, doc))).collect();
    Type::Record(Arc::new(Record { name: "file".into(), fields }))
}

impl Verb for Read {
    const WORD: &'static str = "read";
    const CLAUSES: Clauses = Clauses { gives: true, refusal: true, ..Clauses::NONE };
    const DOC: &'static str =
        "Reads the text of an attachment of up to 1 MiB. Where the user gave none, the text is empty.";

    fn bind(self, _: &Written, binder: &mut Binder<'_>) -> Bound {
        let file = binder.plain(&self.0);
        let kind = file.kind();
        let fits = match kind.present() {
            Type::Record(record) => record.name == "attachment",
            other => *other == Type::Any,
        };
        if !fits && !self.0.poisoned {
            binder.mistake(code::TYPE_MISMATCH, self.0.span, format!("an attachment belongs here, this is a {kind}"));
        }
        Bound::new(Reading { file }).gives(text_type())
    }
}

#[derive(Debug)]
struct Reading {
    file: Template,
}

#[async_trait]
impl Action for Reading {
    async fn act(&self, run: &mut Run) -> Result<Done, Failure> {
        let file = run.value(&self.file)?;
        let Some(url) = file["url"].as_str() else { return Ok(read(String::new())) };
        let bytes = match run.ports.http.get(url, LARGEST).await {
            Ok(bytes) => bytes,
            Err(refusal) => return Ok(Done::Refused { what: "the file", refusal: in_words(refusal) }),
        };
        Ok(match String::from_utf8(bytes) {
            Ok(text) => read(text.trim_start_matches('\u{FEFF}').to_owned()),
            Err(_) => Done::Refused { what: "the file", refusal: Refusal::new(415, 0, "it is not a text file") },
        })
    }
}

fn read(text: String) -> Done {
    Done::Gave(json!({ "ok": true, "reason": Value::Null, "text": text }))
}

fn in_words(refusal: Refusal) -> Refusal {
    match refusal.status {
        413 => Refusal::new(413, 0, "it is larger than 1 MiB"),
        404 | 403 => Refusal::new(refusal.status, 0, "Discord does not have it any more"),
        _ => refusal,
    }
}
