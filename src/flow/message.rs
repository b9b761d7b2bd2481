//! Messages and embeds as the file describes them, compiled: with a run's values they become what Discord is sent.

use crate::flow::custom_id::{CustomId, Kind, MAX_LENGTH};
use crate::flow::entity::iso;
use crate::flow::expression::Expression;
use crate::flow::failure::Failure;
use crate::flow::limit::{self, clip};
use crate::flow::payload::{
    AllowedMentions, Author, Component, Embed, Emoji, Field, File, Footer, Media, Message, Modal, SelectOption, flag,
};
use crate::flow::program::Operand;
use crate::flow::run::{Run, id_in};
use crate::flow::template::Template;
use serde_json::Value;

#[derive(Debug, Default)]
pub struct MessageTemplate {
    pub content: Option<Template>,
    pub embeds: Vec<EmbedTemplate>,
    pub rows: Vec<Vec<ButtonUse>>,
    pub selects: Vec<SelectTemplate>,
    pub files: Vec<FileTemplate>,
    pub ephemeral: bool,
    /// Of `users`, `roles`, `everyone`.
    pub mentions: Vec<String>,
}

#[derive(Debug, Default)]
pub struct EmbedTemplate {
    pub title: Option<Template>,
    pub description: Option<Template>,
    pub url: Option<Template>,
    pub color: Option<u32>,
    pub timestamp: Option<TimeTemplate>,
    pub footer: Option<Template>,
    pub footer_icon: Option<Template>,
    pub image: Option<Template>,
    pub thumbnail: Option<Template>,
    pub author: Option<AuthorTemplate>,
    pub fields: Vec<FieldTemplate>,
}

#[derive(Debug)]
pub enum TimeTemplate {
    Now,
    At(Template),
}

#[derive(Debug)]
pub struct AuthorTemplate {
    pub name: Template,
    pub url: Option<Template>,
    pub icon: Option<Template>,
}

#[derive(Debug)]
pub struct FieldTemplate {
    pub name: Template,
    pub value: Template,
    pub inline: bool,
    pub when: Option<Expression>,
}

#[derive(Debug)]
pub struct FileTemplate {
    pub name: Template,
    pub content: Template,
}

/// A button as it looks and what it does.
#[derive(Debug)]
pub struct ButtonTemplate {
    pub target: ButtonTarget,
    pub label: Option<Template>,
    pub emoji: Option<Emoji>,
    /// Discord's number: 1 primary, 2 secondary, 3 success, 4 danger, 5 link.
    pub style: u8,
}

#[derive(Debug)]
pub enum ButtonTarget {
    /// A `custom_id` of that kind and name.
    Act(Kind, String),
    Link(Template),
}

/// A button at one place, with the arguments it carries there.
#[derive(Debug)]
pub struct ButtonUse {
    pub button: ButtonTemplate,
    pub arguments: Vec<Operand>,
    pub when: Option<Expression>,
    pub disabled: Option<Expression>,
}

#[derive(Debug)]
pub struct SelectTemplate {
    pub name: String,
    pub placeholder: Option<Template>,
    pub min_values: Option<u8>,
    pub max_values: Option<u8>,
    pub options: Vec<SelectOptionTemplate>,
    /// One option per item of a list.
    pub each: Option<Template>,
}

#[derive(Debug)]
pub struct SelectOptionTemplate {
    pub label: Template,
    pub value: Template,
    pub description: Option<Template>,
    pub emoji: Option<Emoji>,
}

#[derive(Debug)]
pub struct ModalTemplate {
    pub name: String,
    pub title: Template,
    pub fields: Vec<ModalFieldTemplate>,
}

#[derive(Debug)]
pub struct ModalFieldTemplate {
    pub name: String,
    pub label: Template,
    pub placeholder: Option<Template>,
    pub value: Option<Template>,
    pub paragraph: bool,
    pub required: bool,
    pub min_length: Option<u16>,
    pub max_length: Option<u16>,
}

impl MessageTemplate {
    pub fn render(&self, run: &mut Run) -> Result<Message, Failure> {
        let mut components = Vec::new();
        for row in &self.rows {
            let buttons =
                row.iter().filter_map(|button| button.render(run).transpose()).collect::<Result<Vec<_>, _>>()?;
            if !buttons.is_empty() {
                components.push(Component::row(buttons));
            }
        }
        for select in &self.selects {
            components.extend(select.render(run)?.map(|select| Component::row(vec![select])));
        }
        let content = self.content.as_ref().map(|content| run.text(content)).transpose()?;
        let mut embeds = self.embeds.iter().map(|embed| embed.render(run)).collect::<Result<Vec<_>, _>>()?;
        fit(&mut embeds);
        Ok(Message {
            content: content.filter(|text| !text.trim().is_empty()).map(|text| clip(text, limit::CONTENT)),
            embeds,
            components,
            allowed_mentions: AllowedMentions { parse: self.mentions.clone(), ..AllowedMentions::default() },
            flags: if self.ephemeral { flag::EPHEMERAL } else { 0 },
            files: self.files.iter().map(|file| file.render(run)).collect::<Result<_, _>>()?,
        })
    }
}

/// Shortens descriptions, the last first, until all embeds together are within Discord's total.
fn fit(embeds: &mut [Embed]) {
    let mut over = embeds.iter().map(Embed::length).sum::<usize>().saturating_sub(limit::EMBED_TOTAL);
    for embed in embeds.iter_mut().rev() {
        if over == 0 {
            return;
        }
        if let Some(description) = embed.description.take() {
            let length = description.chars().count();
            let keep = length.saturating_sub(over).max(1);
            over -= length - keep;
            embed.description = Some(clip(description, keep));
        }
        while over > 0 && embed.fields.len() > 1 {
            if let Some(field) = embed.fields.pop() {
                over = over.saturating_sub(field.name.chars().count() + field.value.chars().count());
            }
        }
    }
}

impl Embed {
    /// What Discord counts towards the total.
    pub fn length(&self) -> usize {
        let count = |text: Option<&String>| text.map_or(0, |text| text.chars().count());
        count(self.title.as_ref())
            + count(self.description.as_ref())
            + count(self.footer.as_ref().map(|footer| &footer.text))
            + count(self.author.as_ref().map(|author| &author.name))
            + self.fields.iter().map(|field| field.name.chars().count() + field.value.chars().count()).sum::<usize>()
    }
}

impl EmbedTemplate {
    pub fn render(&self, run: &Run) -> Result<Embed, Failure> {
        let text = |template: &Option<Template>, limit: usize| -> Result<Option<String>, Failure> {
            let Some(template) = template else { return Ok(None) };
            let text = run.text(template)?;
            Ok((!text.trim().is_empty()).then(|| clip(text.trim_end().to_owned(), limit)))
        };
        let url = |template: &Option<Template>| text(template, limit::ADDRESS);
        let footer_icon = url(&self.footer_icon)?;
        let fields =
            self.fields.iter().filter_map(|field| field.render(run).transpose()).collect::<Result<Vec<_>, _>>()?;
        Ok(Embed {
            title: text(&self.title, limit::EMBED_TITLE)?,
            description: text(&self.description, limit::EMBED_DESCRIPTION)?,
            url: url(&self.url)?,
            color: self.color,
            timestamp: self.timestamp.as_ref().map(|time| time.render(run)).transpose()?.flatten(),
            footer: text(&self.footer, limit::FOOTER)?.map(|text| Footer { text, icon_url: footer_icon }),
            image: url(&self.image)?.map(|url| Media { url }),
            thumbnail: url(&self.thumbnail)?.map(|url| Media { url }),
            author: self.author.as_ref().map(|author| author.render(run)).transpose()?.flatten(),
            fields: fields.into_iter().take(limit::EMBED_FIELDS).collect(),
        })
    }
}

impl TimeTemplate {
    fn render(&self, run: &Run) -> Result<Option<String>, Failure> {
        Ok(match self {
            Self::Now => Some(iso(run.ports.clock.now())),
            Self::At(template) => run.value(template)?.as_i64().map(iso),
        })
    }
}

impl AuthorTemplate {
    fn render(&self, run: &Run) -> Result<Option<Author>, Failure> {
        let name = clip(run.text(&self.name)?, limit::AUTHOR);
        let url = self.url.as_ref().map(|url| run.text(url)).transpose()?;
        let icon_url = self.icon.as_ref().map(|icon| run.text(icon)).transpose()?;
        Ok((!name.is_empty()).then_some(Author { name, url, icon_url }))
    }
}

impl FieldTemplate {
    fn render(&self, run: &Run) -> Result<Option<Field>, Failure> {
        if !holds(self.when.as_ref(), run)? {
            return Ok(None);
        }
        let (name, value) = (run.text(&self.name)?, run.text(&self.value)?);
        // Discord refuses an embed with an empty field.
        let value = if value.trim().is_empty() { "–".to_owned() } else { clip(value, limit::FIELD_VALUE) };
        Ok(Some(Field { name: clip(name, limit::FIELD_NAME), value, inline: self.inline }))
    }
}

/// Whether the condition holds; none always does.
pub fn holds(condition: Option<&Expression>, run: &Run) -> Result<bool, Failure> {
    let Some(condition) = condition else { return Ok(true) };
    let value = condition.evaluate(&run.scope).map_err(|error| Failure::Evaluation(error.to_string()))?;
    Ok(is_true(&value))
}

/// What counts as true in an `if:`: anything but false, nothing, zero and emptiness.
pub fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(_) => true,
    }
}

impl FileTemplate {
    fn render(&self, run: &Run) -> Result<File, Failure> {
        Ok(File { name: run.text(&self.name)?, content: run.text(&self.content)?.into_bytes() })
    }
}

impl ButtonTemplate {
    pub fn render(&self, run: &Run, arguments: Vec<String>) -> Result<Component, Failure> {
        let mut button = Component::new(Component::BUTTON);
        button.style = Some(self.style);
        button.label =
            self.label.as_ref().map(|label| run.text(label)).transpose()?.map(|label| clip(label, limit::BUTTON_LABEL));
        button.emoji.clone_from(&self.emoji);
        match &self.target {
            ButtonTarget::Act(kind, name) => button.custom_id = Some(custom_id(*kind, name, arguments)?),
            ButtonTarget::Link(url) => button.url = Some(run.text(url)?),
        }
        Ok(button)
    }
}

fn custom_id(kind: Kind, name: &str, arguments: Vec<String>) -> Result<String, Failure> {
    let id = CustomId::new(kind, name, arguments).to_string();
    if id.chars().count() > MAX_LENGTH {
        return Err(Failure::Other(format!(
            "what `{name}` carries is longer than the {MAX_LENGTH} characters that Discord allows"
        )));
    }
    Ok(id)
}

impl ButtonUse {
    fn render(&self, run: &Run) -> Result<Option<Component>, Failure> {
        if !holds(self.when.as_ref(), run)? {
            return Ok(None);
        }
        let arguments = self
            .arguments
            .iter()
            .map(|argument| Ok(argument_text(&argument.value(run)?)))
            .collect::<Result<_, Failure>>()?;
        let mut button = self.button.render(run, arguments)?;
        if let Some(disabled) = &self.disabled {
            button.disabled = Some(holds(Some(disabled), run)?);
        }
        Ok(Some(button))
    }
}

/// A value as a `custom_id` carries it.
pub fn argument_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Object(_) => id_in(value).unwrap_or_default(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl SelectTemplate {
    /// None when a list gave no option: Discord refuses an empty select.
    fn render(&self, run: &mut Run) -> Result<Option<Component>, Failure> {
        let mut select = Component::new(Component::STRING_SELECT);
        select.custom_id = Some(custom_id(Kind::Select, &self.name, Vec::new())?);
        select.placeholder = self
            .placeholder
            .as_ref()
            .map(|text| run.text(text))
            .transpose()?
            .map(|text| clip(text, limit::PLACEHOLDER));
        select.options = self.options(run)?;
        let count = u8::try_from(select.options.len()).unwrap_or(u8::MAX);
        select.min_values = self.min_values.map(|least| least.min(count));
        select.max_values = self.max_values.map(|most| most.min(count));
        Ok((count > 0).then_some(select))
    }

    fn options(&self, run: &mut Run) -> Result<Vec<SelectOption>, Failure> {
        let Some(each) = &self.each else {
            return self.options.iter().map(|option| option.render(run)).collect();
        };
        let Value::Array(items) = run.value(each)? else { return Ok(Vec::new()) };
        let mut options = Vec::new();
        for item in items.into_iter().take(limit::SELECT_OPTIONS) {
            run.scope.bind("item", item);
            for option in &self.options {
                options.push(option.render(run)?);
            }
        }
        options.truncate(limit::SELECT_OPTIONS);
        Ok(options)
    }
}

impl SelectOptionTemplate {
    fn render(&self, run: &Run) -> Result<SelectOption, Failure> {
        let description = self.description.as_ref().map(|text| run.text(text)).transpose()?;
        Ok(SelectOption {
            label: clip(run.text(&self.label)?, limit::SELECT_LABEL),
            value: clip(run.text(&self.value)?, limit::SELECT_VALUE),
            description: description.map(|text| clip(text, limit::SELECT_DESCRIPTION)),
            emoji: self.emoji.clone(),
            default: false,
        })
    }
}

impl ModalTemplate {
    pub fn render(&self, run: &Run, arguments: Vec<String>) -> Result<Modal, Failure> {
        Ok(Modal {
            custom_id: custom_id(Kind::Modal, &self.name, arguments)?,
            title: clip(run.text(&self.title)?, limit::MODAL_TITLE),
            components: self.fields.iter().map(|field| field.render(run)).collect::<Result<_, _>>()?,
        })
    }
}

impl ModalFieldTemplate {
    fn render(&self, run: &Run) -> Result<Component, Failure> {
        let mut input = Component::new(Component::TEXT_INPUT);
        input.custom_id = Some(self.name.clone());
        input.style = Some(if self.paragraph { 2 } else { 1 });
        input.label = Some(clip(run.text(&self.label)?, limit::MODAL_LABEL));
        input.placeholder = self
            .placeholder
            .as_ref()
            .map(|text| run.text(text))
            .transpose()?
            .map(|text| clip(text, limit::MODAL_PLACEHOLDER));
        input.value =
            self.value.as_ref().map(|text| run.text(text)).transpose()?.map(|text| clip(text, limit::MODAL_VALUE));
        input.required = Some(self.required);
        input.min_length = self.min_length;
        input.max_length = self.max_length;
        Ok(Component::row(vec![input]))
    }
}
