//! One of several: a bare word, or a mapping with one key that says which.

use super::code;
use super::decoder::{Decoder, Standing, name_of};
use super::diagnostic::Diagnostic;
use super::failure::Failure;
use super::nearest::{nearest, same_but_for_spelling};
use super::node::{Entry, Kind};
use super::phrase::{Subject, found};
use super::source::Span;
use super::structure::{Fields, LISTED};
use serde::de::{self, DeserializeSeed, Deserializer, EnumAccess, VariantAccess, Visitor};

/// How many known-bad choices may nest before there is no harmless stand-in.
const DEEPEST: u8 = 32;

/// The variant that was chosen, and what there is to read it from.
pub(super) struct VariantPick<'a> {
    variant: &'static str,
    content: Decoder<'a>,
}

impl<'a> VariantPick<'a> {
    pub fn of(decoder: Decoder<'a>, name: &'static str, variants: &'static [&'static str]) -> Result<Self, Failure> {
        let choice = Choice { decoder, name, variants };
        match decoder.kind() {
            Kind::Scalar(scalar) => choice.word(&scalar.value),
            Kind::Mapping(mapping) => choice.mapping(&mapping.entries),
            Kind::Poison => choice.poison(),
            _ => {
                decoder.refuse(&choice.takes());
                choice.poison()
            }
        }
    }
}

struct Choice<'a> {
    decoder: Decoder<'a>,
    name: &'static str,
    variants: &'static [&'static str],
}

impl<'a> Choice<'a> {
    fn takes(&self) -> String {
        let listed = self.variants.iter().map(|variant| format!("`{variant}`")).collect::<Vec<_>>();
        match self.variants.len() {
            0..=LISTED => format!("one of {}", listed.join(", ")),
            _ => self.decoder.context.a_thing(self.name),
        }
    }

    /// A stand-in; another variant at each level, so that a choice within itself comes to an end.
    fn poison(self) -> Result<VariantPick<'a>, Failure> {
        let depth = if let Standing::Poison(depth) = self.decoder.standing { depth } else { 0 };
        if self.variants.is_empty() || depth > DEEPEST {
            return Err(de::Error::custom("this cannot be read"));
        }
        let variant = self.variants[usize::from(depth) % self.variants.len()];
        let content = Decoder { standing: Standing::Poison(depth + 1), ..self.decoder };
        Ok(VariantPick { variant, content })
    }

    fn word(self, word: &'a str) -> Result<VariantPick<'a>, Failure> {
        let span = self.decoder.node.span;
        let Some(variant) = self.variant(word, span) else { return self.poison() };
        let content = Decoder { standing: Standing::Null, subject: Subject::Named(word, span), ..self.decoder };
        Ok(VariantPick { variant, content })
    }

    fn mapping(self, entries: &'a [Entry]) -> Result<VariantPick<'a>, Failure> {
        let Some(entry) = self.main_entry(entries) else {
            if !self.decoder.is_incomplete() {
                self.decoder.refuse(&self.takes());
            }
            return self.poison();
        };
        for other in entries.iter().filter(|other| other.key.span != entry.key.span) {
            self.report_second(entry, other);
        }
        match self.variant(entry.name(), entry.key.span) {
            Some(variant) => Ok(VariantPick { variant, content: self.decoder.entry(entry) }),
            None => self.poison(),
        }
    }

    /// The first entry that is a variant, or else the first.
    fn main_entry(&self, entries: &'a [Entry]) -> Option<&'a Entry> {
        entries.iter().find(|entry| self.variants.contains(&entry.name())).or(entries.first())
    }

    fn report_second(&self, first: &Entry, other: &Entry) {
        let message = format!("{} takes one key, and `{}` is a second one", self.decoder.subject, other.name());
        let diagnostic = Diagnostic::new(code::WRONG_TYPE, other.key.span, message);
        self.decoder.report(diagnostic.related(first.key.span, "the first key"));
    }

    /// The variant of this name, or the one that was meant; nothing, and a diagnostic, for an unknown one.
    fn variant(&self, word: &str, span: Span) -> Option<&'static str> {
        let variants = self.variants.iter().copied();
        if let Some(variant) = variants.clone().find(|variant| *variant == word) {
            return Some(variant);
        }
        let message = match self.decoder.subject {
            Subject::Named(name, _) => format!("`{name}` has no `{word}`"),
            _ => format!("`{word}` is not {}", self.decoder.context.a_thing(self.name)),
        };
        let mut diagnostic = Diagnostic::new(code::UNKNOWN_VALUE, span, message).label("not known here").among(
            word,
            span,
            variants.clone(),
        );
        if diagnostic.known.len() > LISTED {
            diagnostic.known.clear();
        }
        let certain = same_but_for_spelling(word, variants.clone());
        self.decoder.report(match (certain, self.decoder.context.hint(word, self.name)) {
            (Some(variant), _) => diagnostic.help(format!("write `{variant}`")).suggest(span, variant),
            (None, Some(hint)) => Diagnostic { suggestion: None, ..diagnostic.help(hint) },
            (None, None) => diagnostic,
        });
        let near = certain.or_else(|| nearest(word, variants.clone()))?;
        variants.clone().find(|variant| *variant == near)
    }
}

impl<'de, 'a> EnumAccess<'de> for VariantPick<'a> {
    type Error = Failure;
    type Variant = Content<'a>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Content<'a>), Failure> {
        let value = seed.deserialize(name_of(self.variant))?;
        Ok((value, Content { decoder: self.content, variant: self.variant }))
    }
}

/// What a variant is read from.
pub(super) struct Content<'a> {
    decoder: Decoder<'a>,
    variant: &'static str,
}

impl<'de> VariantAccess<'de> for Content<'_> {
    type Error = Failure;

    fn unit_variant(self) -> Result<(), Failure> {
        let kind = self.decoder.settle().kind();
        if !matches!(kind, Kind::Null | Kind::Poison) && !is_empty_mapping(kind) {
            let message = format!("`{}` takes nothing, found {}", self.variant, found(kind));
            let diagnostic = Diagnostic::new(code::WRONG_TYPE, self.decoder.node.span, message);
            self.decoder.report(diagnostic.help(format!("write `{}` alone", self.variant)));
        }
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Failure> {
        self.decoder.feed(seed)
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Failure> {
        self.decoder.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Failure> {
        Fields::visit(self.decoder.settle(), self.variant, fields, visitor)
    }
}

fn is_empty_mapping(kind: &Kind) -> bool {
    matches!(kind, Kind::Mapping(mapping) if mapping.entries.is_empty())
}
