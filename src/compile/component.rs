//! Buttons, select menus and modals: what happens when they are used.

use crate::action::binder::{Binder, args_names};
use crate::flow::custom_id::Kind;
use crate::flow::program::Component;
use crate::flow::template::Place;
use crate::flow::types::{Field, Names, Record, Type};
use crate::flow::{entity, limit};
use crate::lang::button::{Button, ButtonStyle};
use crate::lang::modal::{Modal, ModalField};
use crate::lang::select::Select;
use crate::text::{Diagnostic, Spanned, code};
use std::collections::HashMap;
use std::sync::Arc;

impl Binder<'_> {
    pub fn buttons(&mut self) -> HashMap<String, Component> {
        let bot = self.bot;
        bot.buttons
            .iter()
            .filter_map(|(name, button)| Some((name.value.clone(), self.button_component(name, button)?)))
            .collect()
    }

    fn component_names(&self) -> Names {
        self.base_names().with("message", entity::message_type(), "The message it stands on.")
    }

    fn button_component(&mut self, name: &Spanned<String>, button: &Button) -> Option<Component> {
        self.button_shape(name, button);
        if button.url.is_none() {
            self.fits_custom_id(Kind::Button, name, "a button");
        }
        let args = self.arguments(&button.args);
        let access = self.access_to(button.access.as_ref(), name.span, &format!("the button `{}`", name.value));
        let names = args_names(self.component_names(), &button.args, &args);
        let expired = button.expired.as_ref().map(|text| {
            self.names = names.clone();
            self.limited(text, Place::Markdown, "the message", limit::CONTENT)
        });
        let expires = button.expires.as_ref().map(|text| self.duration(text));
        if let Some(text) = button.expired.as_ref().filter(|_| button.expires.is_none()) {
            self.mistake(code::BAD_VALUE, text.span, "this button never expires, so `expired` is never told");
        }
        let steps = button.steps.as_ref()?;
        let handler = self.handler(
            (&format!("button {}", name.value), name.span),
            names,
            access,
            button.refused.as_ref(),
            false,
            &steps.0,
        );
        Some(Component { handler, args, expires, expired })
    }

    fn button_shape(&mut self, name: &Spanned<String>, button: &Button) {
        if button.label.is_none() && button.emoji.is_none() && !self.bot.buttons.is_broken(&name.value) {
            self.mistake(
                code::MISSING_KEY,
                name.span,
                format!("the button `{}` needs a `label` or an `emoji`", name.value),
            );
        }
        if self.bot.buttons.is_broken(&name.value) {
            return;
        }
        let link = button.style.as_ref().filter(|style| style.value == ButtonStyle::Link);
        match (&button.url, &button.steps) {
            (Some(_), Some(steps)) => {
                self.mistake(code::BAD_VALUE, steps.0.span, "a button that leads to a `url` has no `steps`")
            }
            (None, Some(_)) => {
                if let Some(style) = link {
                    self.mistake(code::BAD_VALUE, style.span, "a button of style `link` has a `url` and no `steps`");
                }
            }
            (None, None) => {
                let diagnostic =
                    Diagnostic::new(code::MISSING_STEP, name.span, format!("the button `{}` does nothing", name.value));
                self.report(diagnostic.help("add `steps:`, or a `url:` to lead somewhere"));
            }
            (Some(_), None) => {
                if let Some(style) = button.style.as_ref().filter(|style| style.value != ButtonStyle::Link) {
                    self.mistake(code::BAD_VALUE, style.span, "a button with a `url` has the style `link`");
                }
            }
        }
    }

    pub fn selects(&mut self) -> HashMap<String, Component> {
        let bot = self.bot;
        bot.selects.iter().map(|(name, select)| (name.value.clone(), self.select_component(name, select))).collect()
    }

    fn select_component(&mut self, name: &Spanned<String>, select: &Select) -> Component {
        self.fits_custom_id(Kind::Select, name, "a select menu");
        let access = self.access_to(select.access.as_ref(), name.span, &format!("the select menu `{}`", name.value));
        // The author's options, unless they come from a list that users may have written.
        let value = if select.each.is_some() { Type::USER_TEXT } else { Type::TEXT };
        let names = self.component_names().with("values", Type::list(value.clone()), "What was chosen.").with(
            "value",
            Type::optional(value),
            "What was chosen, the first.",
        );
        let handler = self.handler(
            (&format!("select {}", name.value), name.span),
            names,
            access,
            select.refused.as_ref(),
            false,
            &select.steps.0,
        );
        Component { handler, args: Vec::new(), expires: None, expired: None }
    }

    pub fn modals(&mut self) -> HashMap<String, Component> {
        let bot = self.bot;
        bot.modals.iter().map(|(name, modal)| (name.value.clone(), self.modal_component(name, modal))).collect()
    }

    fn modal_component(&mut self, name: &Spanned<String>, modal: &Modal) -> Component {
        self.fits_custom_id(Kind::Modal, name, "a modal");
        let args = self.arguments(&modal.args);
        let access = self.access_to(modal.access.as_ref(), name.span, &format!("the modal `{}`", name.value));
        let fields: indexmap::IndexMap<String, Field> = modal
            .fields
            .iter()
            .map(|(name, field)| {
                let kind = written_type(field);
                (name.value.clone(), Field::new(kind, field.label.value.clone()).declared(name.span))
            })
            .collect();
        let record = Record { name: format!("fields of the modal `{}`", name.value), fields };
        let fields = if modal.fields.incomplete { Type::Any } else { Type::Record(Arc::new(record)) };
        let names = args_names(self.base_names(), &modal.args, &args).with("fields", fields, "What was written.");
        self.asked.clear();
        let handler = self.handler(
            (&format!("modal {}", name.value), name.span),
            names,
            access,
            modal.refused.as_ref(),
            false,
            &modal.steps.0,
        );
        if !modal.steps.0.is_poison() {
            self.warn_unasked("fields", "field", &format!("the modal `{}`", name.value), &modal.fields);
        }
        Component { handler, args, expires: None, expired: None }
    }
}

fn written_type(field: &ModalField) -> Type {
    match &field.max_length {
        Some(most) => Type::USER_TEXT.up_to(usize::from(most.value)),
        None => Type::USER_TEXT.up_to_discord(limit::MODAL_VALUE),
    }
}
