//! Binding an embed: its texts against the names in scope, its colours, its limits.

use crate::action::binder::Binder;
use crate::flow::limit;
use crate::flow::message::{AuthorTemplate, EmbedTemplate, FieldTemplate, TimeTemplate};
use crate::flow::template::{Place, Template};
use crate::flow::types::Type;
use crate::lang::embed::{Author, Embed, Field};
use crate::text::{Diagnostic, OrText, Text, code};

/// Discord's own palette, and the colours people name.
pub const COLORS: &[(&str, u32)] = &[
    ("green", 0x2E_CC_71),
    ("dark_green", 0x1F_8B_4C),
    ("red", 0xE7_4C_3C),
    ("dark_red", 0x99_2D_22),
    ("blue", 0x34_98_DB),
    ("dark_blue", 0x20_66_94),
    ("blurple", 0x58_65_F2),
    ("gold", 0xF1_C4_0F),
    ("yellow", 0xFE_E7_5C),
    ("orange", 0xE6_7E_22),
    ("purple", 0x9B_59_B6),
    ("pink", 0xEB_45_9E),
    ("teal", 0x1A_BC_9C),
    ("white", 0xFF_FF_FF),
    ("grey", 0x95_A5_A6),
    ("gray", 0x95_A5_A6),
    ("black", 0x00_00_01),
];

impl Binder<'_> {
    /// An embed, by name or written in place, with the names of the place where it is used.
    pub fn embed_or_name(&mut self, embed: &OrText<Embed>) -> EmbedTemplate {
        let Some(name) = &embed.reference else { return self.embed(embed) };
        let bot = self.bot;
        match self.named("embeds", "embed", &bot.embeds, name) {
            Some(found) => self.embed(found),
            None => EmbedTemplate::default(),
        }
    }

    pub fn embed(&mut self, embed: &Embed) -> EmbedTemplate {
        let author = embed.author.as_ref().map(|author| self.author(author));
        let footer = embed.footer.as_ref();
        let template = EmbedTemplate {
            title: embed
                .title
                .as_ref()
                .map(|text| self.limited(text, Place::Markdown, "the title", limit::EMBED_TITLE)),
            description: embed
                .description
                .as_ref()
                .map(|text| self.limited(text, Place::Markdown, "the description", limit::EMBED_DESCRIPTION)),
            url: self.address(embed.url.as_ref()),
            color: embed.color.as_ref().and_then(|color| self.color(color)),
            timestamp: embed.timestamp.as_ref().and_then(|time| self.timestamp(time)),
            footer: footer.map(|footer| self.limited(&footer.text, Place::Plain, "the footer", limit::FOOTER)),
            footer_icon: self.address(footer.and_then(|footer| footer.icon.as_ref())),
            image: self.address(embed.image.as_ref()),
            thumbnail: self.address(embed.thumbnail.as_ref()),
            author,
            fields: embed.fields.iter().map(|(name, field)| self.field(name, field)).collect(),
        };
        if let Some((name, _)) = embed.fields.iter().nth(limit::EMBED_FIELDS) {
            let message = format!("an embed has at most {} fields; this is the first too many", limit::EMBED_FIELDS);
            self.mistake(code::TOO_MANY, name.span, message);
        }
        template
    }

    fn author(&mut self, author: &Author) -> AuthorTemplate {
        AuthorTemplate {
            name: self.limited(&author.name, Place::Plain, "the author's name", limit::AUTHOR),
            url: self.address(author.url.as_ref()),
            icon: self.address(author.icon.as_ref()),
        }
    }

    fn field(&mut self, name: &crate::text::Spanned<String>, field: &Field) -> FieldTemplate {
        let title = Text::at(name.value.clone(), name.span);
        FieldTemplate {
            name: self.limited(&title, Place::Markdown, "the field's name", limit::FIELD_NAME),
            value: self.limited(&field.value, Place::Markdown, "the field's value", limit::FIELD_VALUE),
            inline: field.inline,
            when: field.r#if.as_ref().map(|condition| self.expression(condition)),
        }
    }

    /// The address of a page or a picture.
    pub fn address(&mut self, text: Option<&Text>) -> Option<Template> {
        let text = text?;
        let template = self.plain(text);
        if let Some(constant) = template.constant()
            && !text.poisoned
            && !["https://", "http://", "attachment://"].iter().any(|scheme| constant.starts_with(scheme))
        {
            self.report(
                Diagnostic::new(code::BAD_VALUE, text.span, format!("`{constant}` is not an address"))
                    .help("an address begins with `https://`"),
            );
        }
        if let Some(constant) = template.constant() {
            self.measure(text, constant, "the address", limit::ADDRESS);
        }
        Some(template)
    }

    fn color(&mut self, text: &Text) -> Option<u32> {
        if text.poisoned {
            return None;
        }
        let word = text.value.as_str();
        if let Some((_, color)) = COLORS.iter().find(|(name, _)| *name == word) {
            return Some(*color);
        }
        let digits = word.strip_prefix('#').or_else(|| word.strip_prefix("0x")).filter(|digits| digits.len() == 6);
        let color = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        if color.is_none() {
            let diagnostic = Diagnostic::new(code::UNKNOWN_VALUE, text.span, format!("`{word}` is not a colour"))
                .label("a name, or `#RRGGBB` in quotes");
            self.report(diagnostic.among(word, text.span, COLORS.iter().map(|(name, _)| *name)));
        }
        color
    }

    fn timestamp(&mut self, text: &Text) -> Option<TimeTemplate> {
        match text.value.as_str() {
            "now" | "true" => return Some(TimeTemplate::Now),
            "false" => return None,
            _ => {}
        }
        let template = self.plain(text);
        let variable = text.value.contains("${");
        if !matches!(template.kind().present(), Type::Time | Type::Any) && !text.poisoned && !variable {
            self.report(
                Diagnostic::new(code::TYPE_MISMATCH, text.span, "a time belongs here")
                    .help("write `now`, or a time such as `{{row.at}}`"),
            );
        }
        Some(TimeTemplate::At(template))
    }
}
