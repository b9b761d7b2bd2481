//! `modal`: opens a window that asks for text.

use crate::action::binder::{Answering, Binder};
use crate::action::length::Carrier;
use crate::action::verb::{Bound, Clauses, Verb, Written};
use crate::flow::custom_id::Kind;
use crate::flow::failure::Failure;
use crate::flow::limit;
use crate::flow::message::{ModalFieldTemplate, ModalTemplate, argument_text};
use crate::flow::program::Operand;
use crate::flow::run::Run;
use crate::flow::step::{Action, Done};
use crate::flow::template::Place;
use crate::lang::modal::{FieldStyle, Modal, ModalField};
use crate::text::{Diagnostic, Spanned, Text, code};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct OpenModal(
    /// The name of a modal.
    Text,
);

impl Verb for OpenModal {
    const WORD: &'static str = "modal";
    const CLAUSES: Clauses = Clauses { with: true, ..Clauses::NONE };
    const DOC: &'static str = "Opens a modal, as the first answer to a command or a click. What is written there arrives at the modal's own steps.";

    fn bind(self, written: &Written, binder: &mut Binder<'_>) -> Bound {
        if binder.answered {
            let diagnostic = Diagnostic::new(code::SECOND_ANSWER, written.span, "a modal can only be the first answer");
            binder.report(diagnostic.help("put it before every `reply`"));
        }
        binder.answer(Answering { ephemeral: true, update: false, modal: true }, written.span);
        let bot = binder.bot;
        let Some(modal) = binder.named("modals", "modal", &bot.modals, &self.0) else {
            return Bound::new(crate::action::stop::Ending);
        };
        let what = format!("the modal `{}`", self.0.value);
        let (kinds, arguments) = binder.given(&modal.args, written.with.as_ref(), self.0.span, &what);
        let with = written.with.as_ref();
        let carrier = Carrier { kind: Kind::Modal, name: &self.0.value, span: self.0.span, with };
        binder.carried(carrier, &kinds, &arguments);
        let template = binder.modal(&self.0.value, modal, written);
        Bound::new(Opening { template, arguments })
    }
}

impl Binder<'_> {
    fn modal(&mut self, name: &str, modal: &Modal, written: &Written) -> ModalTemplate {
        if let Some((name, _)) = modal.fields.iter().nth(limit::MODAL_FIELDS) {
            let message = format!("a modal has at most {} fields; this is the first too many", limit::MODAL_FIELDS);
            self.mistake(code::TOO_MANY, name.span, message);
        }
        if modal.fields.is_empty() && modal.fields.is_whole() {
            self.mistake(
                code::TOO_MANY,
                written.span,
                format!("the modal `{name}` has no fields; it needs one at least"),
            );
        }
        ModalTemplate {
            name: name.to_owned(),
            title: self.limited(&modal.title, Place::Plain, "the title", limit::MODAL_TITLE),
            fields: modal.fields.iter().map(|(name, field)| self.modal_field(name, field)).collect(),
        }
    }

    fn modal_field(&mut self, name: &Spanned<String>, field: &ModalField) -> ModalFieldTemplate {
        let most = limit::MODAL_VALUE as u16;
        self.in_range(field.min_length.as_ref(), 0..=most, "min_length");
        self.in_range(field.max_length.as_ref(), 1..=most, "max_length");
        let fits = |length: &&Spanned<u16>| length.value <= most;
        let bounds = [&field.min_length, &field.max_length].map(|length| length.as_ref().filter(fits));
        self.ordered(bounds[0], bounds[1], "min_length", "max_length");
        ModalFieldTemplate {
            name: name.value.clone(),
            label: self.limited(&field.label, Place::Plain, "the label", limit::MODAL_LABEL),
            placeholder: field
                .placeholder
                .as_ref()
                .map(|text| self.limited(text, Place::Plain, "the placeholder", limit::MODAL_PLACEHOLDER)),
            value: field.value.as_ref().map(|text| self.limited(text, Place::Plain, "the value", limit::MODAL_VALUE)),
            paragraph: field.style.as_ref().is_some_and(|style| style.value == FieldStyle::Paragraph),
            required: field.required.unwrap_or(true),
            min_length: field.min_length.as_ref().map(|length| length.value),
            max_length: field.max_length.as_ref().map(|length| length.value),
        }
    }
}

#[derive(Debug)]
struct Opening {
    template: ModalTemplate,
    arguments: Vec<Operand>,
}

#[async_trait]
impl Action for Opening {
    async fn act(&self, run: &mut Run) -> Result<Done, Failure> {
        let values = self.arguments.iter().map(|argument| Ok(argument_text(&argument.value(run)?)));
        let arguments = values.collect::<Result<Vec<_>, Failure>>()?;
        let modal = self.template.render(run, arguments)?;
        let Some(answer) = run.answer.as_ref().map(Arc::clone) else {
            return Err(Failure::Other("nobody is there to open a modal for".into()));
        };
        answer.modal(modal).await.map_err(|refusal| Failure::refused("the modal", refusal))?;
        Ok(Done::NOTHING)
    }
}
