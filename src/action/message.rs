//! Binding a message: texts, embeds, buttons and select menus, each by name or in place.

use crate::action::binder::Binder;
use crate::action::length::Carrier;
use crate::flow::custom_id::Kind as IdKind;
use crate::flow::limit;
use crate::flow::message::{
    ButtonTarget, ButtonTemplate, ButtonUse, FileTemplate, MessageTemplate, SelectOptionTemplate, SelectTemplate,
};
use crate::flow::payload::Emoji;
use crate::flow::template::{Place, Template};
use crate::flow::types::Type;
use crate::lang::button::{Button, ButtonStyle};
use crate::lang::message::{self, Body};
use crate::lang::select::{Select, SelectOption};
use crate::lang::ticket::PlainButton;
use crate::text::{Diagnostic, Span, Spanned, Text, code};
use std::collections::HashMap;

impl Binder<'_> {
    pub fn message(&mut self, body: Body<'_>, span: Span) -> MessageTemplate {
        let mut embeds: Vec<_> = body.embed.into_iter().map(|embed| self.embed_or_name(embed)).collect();
        embeds.extend(body.embeds.iter().map(|embed| self.embed_or_name(embed)));
        if embeds.len() > limit::EMBEDS {
            let place = body.embeds.get(limit::EMBEDS).and_then(|embed| embed.place()).unwrap_or(span);
            self.mistake(code::TOO_MANY, place, format!("a message has at most {} embeds", limit::EMBEDS));
        }
        let mut places: Vec<_> = body.embed.iter().map(|embed| embed.place()).collect();
        places.extend(body.embeds.iter().map(|embed| embed.place()));
        self.total(&embeds, &places, span);
        let content = body.content.map(|text| self.limited(text, Place::Markdown, "the message", limit::CONTENT));
        let rows = self.rows(&body, span);
        let selects: Vec<_> =
            body.select.iter().flat_map(|select| select.iter()).filter_map(|name| self.select_by_name(name)).collect();
        if rows.len() + selects.len() > limit::ROWS {
            let most = limit::ROWS * limit::BUTTONS_IN_ROW;
            let place = body.buttons.get(most).map_or(span, |button| button.button.span);
            let message = format!(
                "a message has at most {} rows of components, of {} buttons each",
                limit::ROWS,
                limit::BUTTONS_IN_ROW
            );
            self.mistake(code::TOO_MANY, place, message);
        }
        let files: Vec<_> = body
            .files
            .iter()
            .map(|file| FileTemplate { name: self.plain(&file.name), content: self.plain(&file.content) })
            .collect();
        // An embed, a select menu or a button by a name that nobody knows is reported, and no emptiness.
        let named = [body.select.is_some(), !body.buttons.is_empty(), !body.rows.is_empty()].contains(&true);
        let nothing = content.is_none() && embeds.is_empty() && files.is_empty() && !named;
        if nothing && !self.broken {
            let diagnostic = Diagnostic::new(code::EMPTY_MESSAGE, span, "this message is empty")
                .leans_on(["content", "embed", "embeds", "files", "buttons", "rows", "select"]);
            self.report(diagnostic.help("give it `content`, an `embed`, `buttons` or a `select`"));
        }
        let mentions =
            body.mentions.iter().flat_map(|list| list.iter()).map(|mention| mention.value.word().to_owned()).collect();
        MessageTemplate { content, embeds, rows, selects, files, ephemeral: false, mentions }
    }

    fn rows(&mut self, body: &Body<'_>, span: Span) -> Vec<Vec<ButtonUse>> {
        let mut buttons: Vec<ButtonUse> = body.buttons.iter().filter_map(|button| self.button_use(button)).collect();
        let mut rows = Vec::new();
        while !buttons.is_empty() {
            let rest = buttons.split_off(buttons.len().min(limit::BUTTONS_IN_ROW));
            rows.push(std::mem::replace(&mut buttons, rest));
        }
        for row in body.rows {
            let row: Vec<_> = row.iter().filter_map(|button| self.button_use(button)).collect();
            if row.len() > limit::BUTTONS_IN_ROW {
                self.mistake(code::TOO_MANY, span, format!("a row has at most {} buttons", limit::BUTTONS_IN_ROW));
            }
            rows.push(row);
        }
        rows
    }

    fn button_use(&mut self, written: &message::ButtonUse) -> Option<ButtonUse> {
        let bot = self.bot;
        let when = written.r#if.as_ref().map(|condition| self.expression(condition));
        let disabled = written.disabled.as_ref().map(|condition| self.expression(condition));
        let button = self.named("buttons", "button", &bot.buttons, &written.button)?;
        let what = format!("the button `{}`", written.button.value);
        let with = written.with.as_ref().map(|raw| &raw.0);
        let (kinds, arguments) = self.given(&button.args, with, written.button.span, &what);
        let carrier = Carrier { kind: IdKind::Button, name: &written.button.value, span: written.button.span, with };
        self.carried(carrier, &kinds, &arguments);
        Some(ButtonUse { button: self.button(&written.button.value, button), arguments, when, disabled })
    }

    fn button(&mut self, name: &str, button: &Button) -> ButtonTemplate {
        let target = match &button.url {
            Some(url) => ButtonTarget::Link(self.address(Some(url)).unwrap_or_else(Template::poison)),
            None => ButtonTarget::Act(IdKind::Button, name.to_owned()),
        };
        let style = if button.url.is_some() {
            ButtonStyle::Link
        } else {
            button.style.as_ref().map_or(ButtonStyle::Secondary, |style| style.value)
        };
        self.look(target, button.label.as_ref(), button.emoji.as_ref(), style)
    }

    /// A button whose steps are the engine's own.
    pub fn plain_button(&mut self, button: &Spanned<PlainButton>, target: ButtonTarget) -> ButtonTemplate {
        if button.label.is_none() && button.emoji.is_none() && !button.poisoned {
            let diagnostic = Diagnostic::new(code::MISSING_KEY, button.span, "a button needs a `label` or an `emoji`");
            self.report(diagnostic.leans_on(["label", "emoji"]));
        }
        if let Some(style) = button.style.as_ref().filter(|style| style.value == ButtonStyle::Link) {
            self.mistake(code::BAD_VALUE, style.span, "this button does something, so it cannot be a `link`");
        }
        let style = button.style.as_ref().map_or(ButtonStyle::Secondary, |style| style.value);
        self.look(target, button.label.as_ref(), button.emoji.as_ref(), style)
    }

    fn look(
        &mut self,
        target: ButtonTarget,
        label: Option<&Text>,
        emoji: Option<&Text>,
        style: ButtonStyle,
    ) -> ButtonTemplate {
        ButtonTemplate {
            target,
            label: label.map(|text| self.limited(text, Place::Plain, "the label", limit::BUTTON_LABEL)),
            emoji: emoji.and_then(|emoji| self.emoji(emoji)),
            style: style.number(),
        }
    }

    /// A Unicode emoji, or `<:name:id>`.
    pub fn emoji(&mut self, text: &Text) -> Option<Emoji> {
        if text.poisoned {
            return None;
        }
        let emoji = custom_emoji(&text.value).or_else(|| unicode_emoji(&text.value));
        if emoji.is_none() {
            let diagnostic = Diagnostic::new(code::BAD_VALUE, text.span, format!("`{}` is not an emoji", text.value));
            self.report(diagnostic.help("write the emoji itself (🎫), or `<:name:id>` for one of the server's own"));
        }
        emoji
    }

    fn select_by_name(&mut self, name: &Text) -> Option<SelectTemplate> {
        let bot = self.bot;
        let select = self.named("selects", "select menu", &bot.selects, name)?;
        Some(self.select(&name.value, select))
    }

    fn select(&mut self, name: &str, select: &Select) -> SelectTemplate {
        let each = select.each.as_ref().map(|each| self.plain(each));
        let mark = self.names.mark();
        if let Some(each) = &each {
            let item = match each.kind().present() {
                Type::List(of) => (**of).clone(),
                _ => Type::Any,
            };
            self.names.bind("item", item, "One item of the list.");
        }
        let options: Vec<_> = select.options.iter().map(|option| self.select_option(option)).collect();
        self.names.back_to(mark);
        self.select_shape(name, select, &options);
        if let Some(option) = select.options.get(limit::SELECT_OPTIONS) {
            let most = limit::SELECT_OPTIONS;
            let message = format!("a select menu has at most {most} options; this is the first too many");
            self.mistake(code::TOO_MANY, option.label.span, message);
        }
        SelectTemplate {
            name: name.to_owned(),
            placeholder: select
                .placeholder
                .as_ref()
                .map(|text| self.limited(text, Place::Plain, "the placeholder", limit::PLACEHOLDER)),
            min_values: select.min_values.as_ref().map(|number| number.value),
            max_values: select.max_values.as_ref().map(|number| number.value),
            options,
            each,
        }
    }

    /// How many can be chosen, and that options which are written down differ in what they mean.
    fn select_shape(&mut self, name: &str, select: &Select, options: &[SelectOptionTemplate]) {
        let most = limit::SELECT_OPTIONS as u8;
        self.in_range(select.min_values.as_ref(), 0..=most, "min_values");
        self.in_range(select.max_values.as_ref(), 1..=most, "max_values");
        let fits = |number: &&Spanned<u8>| number.value <= most;
        let bounds = [&select.min_values, &select.max_values].map(|number| number.as_ref().filter(fits));
        self.ordered(bounds[0], bounds[1], "min_values", "max_values");
        if select.each.is_some() || self.bot.selects.is_broken(name) {
            return;
        }
        let count = select.options.len();
        let ordered = bounds[1].is_none_or(|most| bounds[0].is_none_or(|least| least.value <= most.value));
        if let Some(least) = bounds[0].filter(|least| usize::from(least.value) > count && ordered && !least.poisoned) {
            let message = format!("{} must be chosen, and there are {count} options", least.value);
            self.mistake(code::OUT_OF_RANGE, least.span, message);
        }
        if count > limit::SELECT_OPTIONS {
            return;
        }
        let mut meant: HashMap<&str, Span> = HashMap::new();
        for (written, option) in select.options.iter().zip(options) {
            let text = written.value.as_ref().unwrap_or(&written.label);
            let Some(value) = option.value.constant().filter(|_| !text.poisoned) else { continue };
            if let Some(first) = meant.insert(value, text.span) {
                let message = format!("two options of a select menu mean `{value}`");
                let diagnostic = Diagnostic::new(code::NAME_TAKEN, text.span, message).related(first, "the other one");
                self.report(diagnostic.help("give each a `value` of its own"));
            }
        }
    }

    fn select_option(&mut self, option: &SelectOption) -> SelectOptionTemplate {
        let value = option.value.as_ref().unwrap_or(&option.label);
        SelectOptionTemplate {
            label: self.limited(&option.label, Place::Plain, "the label", limit::SELECT_LABEL),
            value: self.limited(value, Place::Plain, "the value", limit::SELECT_VALUE),
            description: option
                .description
                .as_ref()
                .map(|text| self.limited(text, Place::Plain, "the description", limit::SELECT_DESCRIPTION)),
            emoji: option.emoji.as_ref().and_then(|emoji| self.emoji(emoji)),
        }
    }
}

fn custom_emoji(text: &str) -> Option<Emoji> {
    let inner = text.strip_prefix('<')?.strip_suffix('>')?;
    let mut parts = inner.split(':');
    let animated = match parts.next()? {
        "" => false,
        "a" => true,
        _ => return None,
    };
    let (name, id) = (parts.next()?, parts.next()?);
    let valid = parts.next().is_none() && !name.is_empty() && crate::flow::entity::is_id(id);
    valid.then(|| Emoji { id: Some(id.to_owned()), name: Some(name.to_owned()), animated })
}

/// Discord takes any emoji of Unicode; what begins like a word is certainly none.
fn unicode_emoji(text: &str) -> Option<Emoji> {
    let keycap = text.chars().nth(1).is_some_and(|second| second == '\u{FE0F}' || second == '\u{20E3}');
    let plausible = !text.is_empty()
        && text.chars().count() <= 16
        && (keycap || !text.chars().any(|c| c.is_alphanumeric() || c.is_ascii()));
    plausible.then(|| Emoji { id: None, name: Some(text.to_owned()), animated: false })
}
