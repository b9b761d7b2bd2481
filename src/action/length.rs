//! Holding texts to Discord's lengths: what is written down, what comes out in any case, and the worst that can come out.

use crate::action::binder::Binder;
use crate::flow::custom_id::{CustomId, Kind, MAX_LENGTH};
use crate::flow::limit;
use crate::flow::memory::ColumnKind;
use crate::flow::message::{EmbedTemplate, argument_text};
use crate::flow::program::Operand;
use crate::flow::template::{Length, Place, Tag, Template};
use crate::text::{Diagnostic, Kind as Node, Node as Written, Span, Text, code};

/// What becomes of a text that is too long.
const CUT: &str = "what is longer is cut off, and ends in `…`";

/// Something in a message that carries arguments.
#[derive(Debug, Clone, Copy)]
pub struct Carrier<'a> {
    pub kind: Kind,
    pub name: &'a str,
    /// Where it is used.
    pub span: Span,
    /// The values as they are written.
    pub with: Option<&'a Written>,
}

impl Binder<'_> {
    /// A text with a limit of Discord's: what is too long in any case is a mistake, what can become too long a warning;
    /// it is shortened then.
    pub fn limited(&mut self, text: &Text, place: Place, what: &str, most: usize) -> Template {
        let template = self.template(text, place);
        if !template.kind().is_printable() {
            let found = Template::unshowable(&text.value, place, &self.names, self.functions);
            self.problems(text, found, code::TEMPLATE_SYNTAX);
        }
        self.bare_path(text, &template);
        match template.constant() {
            Some(constant) => self.measure(text, constant, what, most),
            None if template.length().least > most => self.at_least(text, template.length().least, what, most),
            // That a message is cut off which repeats what somebody wrote needs no word, unless the file says how long it may be.
            None if most == limit::CONTENT => self.may_become(text, &template.length().told(), what, most),
            None => self.may_become(text, template.length(), what, most),
        }
        template
    }

    /// Reports a written text that is longer than Discord takes.
    pub fn measure(&mut self, text: &Text, constant: &str, what: &str, most: usize) {
        let length = constant.chars().count();
        if length > most {
            let message = format!("{what} is {length} characters long; Discord takes {most}");
            let diagnostic = Diagnostic::new(code::TOO_LONG, text.span, message);
            self.report(diagnostic.label(format!("{} too many", length - most)));
        }
    }

    /// Reports a text that is longer than Discord takes, whatever its names stand for.
    fn at_least(&mut self, text: &Text, length: usize, what: &str, most: usize) {
        let message = format!("{what} is at least {length} characters long; Discord takes {most}");
        let diagnostic = Diagnostic::new(code::TOO_LONG, text.span, message);
        self.report(diagnostic.label(format!("{} too many, before any name is filled in", length - most)));
    }

    /// Reports a text that can become longer than Discord takes, at the tag that can make it so.
    fn may_become(&mut self, text: &Text, length: &Length, what: &str, most: usize) {
        let Some(longest) = length.tags.iter().max_by_key(|tag| tag.most).filter(|_| length.most() > most) else {
            return;
        };
        let message = format!("{what} can become {} characters long; Discord takes {most}", length.most());
        let diagnostic = Diagnostic::new(code::MAY_BE_TOO_LONG, text.locate(longest.range.clone()), message);
        let help = shorter(text, length, longest, most).map_or(CUT.to_owned(), |advice| format!("{advice}; {CUT}"));
        self.report(diagnostic.label(format!("up to {} characters", longest.most)).help(help));
    }

    /// All embeds of one message, which Discord counts together; `places` says where each is written.
    pub fn total(&mut self, embeds: &[EmbedTemplate], places: &[Option<Span>], span: Span) {
        let place = |at: usize| places.get(at).copied().flatten().unwrap_or(span);
        let [mut least, mut most] = [0, 0];
        let mut worst = None;
        for (at, embed) in embeds.iter().enumerate() {
            let (own_least, own_most) = lengths(embed);
            least += own_least;
            most += own_most;
            if least > limit::EMBED_TOTAL {
                let message = format!(
                    "the embeds of a message have {} characters together; these have {least} at least",
                    limit::EMBED_TOTAL
                );
                let diagnostic = Diagnostic::new(code::TOO_LONG, place(at), message);
                self.report(diagnostic.label(format!("{} too many", least - limit::EMBED_TOTAL)));
                return;
            }
            if most > limit::EMBED_TOTAL && worst.is_none() {
                worst = Some(at);
            }
        }
        if let Some(at) = worst {
            let message = format!(
                "the embeds of a message have {} characters together; these can come to {most}",
                limit::EMBED_TOTAL
            );
            let diagnostic = Diagnostic::new(code::MAY_BE_TOO_LONG, place(at), message);
            let diagnostic = diagnostic.label(format!("up to {} too many", most - limit::EMBED_TOTAL));
            self.report(diagnostic.help("descriptions are cut off then, and the last fields left out"));
        }
    }

    /// The name of something that is found again by its `custom_id`.
    pub fn fits_custom_id(&mut self, kind: Kind, name: &crate::text::Spanned<String>, what: &str) {
        let length = CustomId::new(kind, name.value.as_str(), Vec::new()).to_string().chars().count();
        if length > MAX_LENGTH {
            let most = MAX_LENGTH - (length - name.value.chars().count()).min(MAX_LENGTH);
            let message = format!("{what} is called by {} characters; {most} are possible", name.value.chars().count());
            let diagnostic = Diagnostic::new(code::TOO_LONG, name.span, message);
            self.report(diagnostic.label(format!("{} too many", length - MAX_LENGTH)));
        }
    }

    /// What a button or a modal carries, all of which Discord keeps for the bot in one short text.
    pub fn carried(&mut self, carrier: Carrier<'_>, kinds: &[(String, ColumnKind)], operands: &[Operand]) {
        let name = CustomId::new(carrier.kind, carrier.name, Vec::new()).to_string().chars().count();
        if kinds.len() != operands.len() || name > MAX_LENGTH {
            return;
        }
        let lengths: Vec<(usize, usize)> =
            kinds.iter().zip(operands).map(|((_, kind), operand)| carried_length(*kind, operand)).collect();
        let base = name + lengths.len();
        let least = base + lengths.iter().map(|(least, _)| least).sum::<usize>();
        let most = base + lengths.iter().map(|(_, most)| most).sum::<usize>();
        let Some((at, (_, longest))) = lengths.iter().enumerate().max_by_key(|(_, (_, most))| *most) else { return };
        let argument = &kinds[at].0;
        let span = value_span(carrier.with, argument).unwrap_or(carrier.span);
        let what = format!("what `{}` carries", carrier.name);
        if least > MAX_LENGTH {
            let message =
                format!("{what} is at least {least} characters long, its name included; Discord takes {MAX_LENGTH}");
            let diagnostic = Diagnostic::new(code::TOO_LONG, span, message);
            self.report(diagnostic.label(format!("{} too many", least - MAX_LENGTH)).help(KEEP));
        } else if most > MAX_LENGTH {
            let message =
                format!("{what} can become {most} characters long, its name included; Discord takes {MAX_LENGTH}");
            let diagnostic = Diagnostic::new(code::MAY_BE_TOO_LONG, span, message);
            let room = MAX_LENGTH.saturating_sub(most - longest);
            let help =
                format!("the message cannot be sent then: let `{argument}` be of {room} characters at most, or {KEEP}");
            self.report(diagnostic.label(format!("up to {longest} characters")).help(help));
        }
    }
}

const KEEP: &str = "keep it in a table, and carry what finds its row";

/// How long what stands in a tag may be so that all fits, where the file can say so.
fn shorter(text: &Text, length: &Length, tag: &Tag, most: usize) -> Option<String> {
    let written = |tag: &Tag| text.value.get(tag.range.clone()).map(inner);
    let name = written(tag).filter(|name| name.starts_with("options.") || name.starts_with("fields."))?;
    let same: Vec<&Tag> = length.tags.iter().filter(|tag| written(tag) == Some(name)).collect();
    let sum: usize = same.iter().map(|tag| tag.most).sum();
    let room = most.checked_sub(length.most() - sum)? / same.len();
    (room > 0).then(|| format!("give `{name}` a `max_length` of {room} at most"))
}

/// What stands between the braces.
fn inner(tag: &str) -> &str {
    tag.trim_matches(|c: char| matches!(c, '{' | '}' | '~' | '&') || c.is_whitespace())
}

fn value_span(with: Option<&Written>, argument: &str) -> Option<Span> {
    let Node::Mapping(mapping) = &with?.kind else { return None };
    mapping.entries.iter().find(|entry| entry.key.as_str() == Some(argument)).map(|entry| entry.value.span)
}

fn carried_length(kind: ColumnKind, operand: &Operand) -> (usize, usize) {
    let id = matches!(kind, ColumnKind::User | ColumnKind::Role | ColumnKind::Channel);
    match operand {
        Operand::Fixed(value) => {
            let length = argument_text(value).chars().count();
            (length, length)
        }
        // IDs have 17 to 20 digits.
        Operand::Template(_) if id => (0, limit::ID),
        Operand::Template(template) => (template.length().least, template.length().most()),
    }
}

/// What an embed counts towards the total, at least and at most; each text is cut off at its own limit.
fn lengths(embed: &EmbedTemplate) -> (usize, usize) {
    let author = embed.author.as_ref().map(|author| &author.name);
    let mut parts = vec![
        (embed.title.as_ref(), limit::EMBED_TITLE, true),
        (embed.description.as_ref(), limit::EMBED_DESCRIPTION, true),
        (embed.footer.as_ref(), limit::FOOTER, true),
        (author, limit::AUTHOR, true),
    ];
    for field in &embed.fields {
        let always = field.when.is_none();
        parts.push((Some(&field.name), limit::FIELD_NAME, always));
        parts.push((Some(&field.value), limit::FIELD_VALUE, always));
    }
    parts.into_iter().fold((0, 0), |(least, most), (text, limit, always)| {
        let Some(length) = text.map(Template::length) else { return (least, most) };
        let certain = if always { length.least.min(limit) } else { 0 };
        (least + certain, most + length.most().max(length.least).min(limit))
    })
}
