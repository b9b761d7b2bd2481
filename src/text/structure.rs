//! The keys of a structure: unknown ones are reported, near misses are read as what was meant, missing ones are known-bad.

use super::code;
use super::decoder::{Decoder, name_of};
use super::diagnostic::Diagnostic;
use super::failure::{Failure, Owner};
use super::nearest::{nearest, same_but_for_spelling};
use super::node::{Entry, Kind};
use super::phrase::Subject;
use serde::de::{DeserializeSeed, MapAccess, Visitor};
use std::any::type_name;

/// How many known names are worth listing.
pub(super) const LISTED: usize = 12;

/// The fields of one structure, each with the value to read it from.
pub(super) struct Fields<'a> {
    fields: std::vec::IntoIter<(&'static str, Decoder<'a>)>,
    value: Option<Decoder<'a>>,
}

struct Match<'a> {
    decoder: Decoder<'a>,
    structure: &'static str,
    fields: &'static [&'static str],
    found: Vec<(&'static str, Decoder<'a>)>,
}

impl<'a> Fields<'a> {
    /// Lets the reader of a structure see a mapping.
    pub fn visit<'de, V: Visitor<'de>>(
        decoder: Decoder<'a>,
        structure: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        let owner = (type_name::<V>(), structure);
        let mut matched = Match { decoder, structure, fields, found: Vec::with_capacity(fields.len()) };
        matched.check_shape();
        matched.known_keys();
        matched.unknown_keys();
        matched.missing_keys(owner);
        let fields = Self { fields: matched.found.into_iter(), value: None };
        let result = visitor.visit_map(fields).map_err(|mut failure| {
            failure.0.owner.get_or_insert(owner);
            failure
        });
        decoder.pass(result)
    }
}

impl<'a> Match<'a> {
    /// Anything but a mapping is reported once, and the structure is then known-bad as a whole.
    fn check_shape(&mut self) {
        if !matches!(self.decoder.kind(), Kind::Mapping(_) | Kind::Null | Kind::Poison) {
            let thing = self.decoder.context.a_thing(self.structure);
            match self.decoder.subject {
                Subject::Named(name, span) if self.fields.contains(&name) => {
                    let message = format!("`{name}` is a key of {thing}, and stands where its name belongs");
                    let told = Diagnostic::new(code::INDENTATION, span, message);
                    self.decoder.report(told.help("put two more spaces before it, so that it stands below a name"));
                }
                _ => self.decoder.refuse(&format!("a mapping with the keys of {thing}")),
            }
            self.decoder = self.decoder.poison();
        }
    }

    fn has(&self, field: &str) -> bool {
        self.found.iter().any(|(name, _)| *name == field)
    }

    fn known_keys(&mut self) {
        for entry in self.decoder.node_entries() {
            if let Some(field) = self.fields.iter().find(|field| **field == entry.name()) {
                self.found.push((field, self.decoder.entry(entry)));
            }
        }
    }

    fn unknown_keys(&mut self) {
        for entry in self.decoder.node_entries() {
            if self.fields.contains(&entry.name()) {
                continue;
            }
            self.report_unknown(entry);
            let free = |field: &&str| !self.has(field);
            let meant = self.meant(entry.name()).filter(free);
            if let Some(field) = meant {
                self.found.push((field, self.decoder.entry(entry)));
            }
        }
    }

    /// The field that a key was meant to be, when that is next to certain: reading it as such finds the mistakes inside.
    fn meant(&self, key: &str) -> Option<&'static str> {
        let fields = self.fields.iter().copied();
        same_but_for_spelling(key, fields.clone()).or_else(|| {
            let field = nearest(key, fields)?;
            let edits = strsim::damerau_levenshtein(key, field);
            let allowed = if field.len() > 5 { 2 } else { 1 };
            self.fields.iter().copied().find(|name| *name == field && edits <= allowed && field.len() >= 2)
        })
    }

    fn report_unknown(&self, entry: &Entry) {
        let (key, span) = (entry.name(), entry.key.span);
        let context = self.decoder.context;
        let message = format!("`{key}` is not a key of {}", context.a_thing(self.structure));
        let diagnostic = Diagnostic::new(code::UNKNOWN_KEY, span, message).label("not known here");
        let free = self.fields.iter().copied().filter(|field| !self.has(field));
        let certain = same_but_for_spelling(key, free.clone());
        let mut diagnostic = diagnostic.among(key, span, free).known(self.fields.iter().copied());
        if diagnostic.known.len() > LISTED {
            diagnostic.known.clear();
        }
        self.decoder.report(match (certain, context.hint(key, self.structure)) {
            (Some(field), _) => diagnostic.help(format!("write `{field}`")).suggest(span, field),
            (None, Some(hint)) => Diagnostic { suggestion: None, ..diagnostic.help(hint) },
            (None, None) => diagnostic,
        });
    }

    /// What could not be read may have had every key.
    fn unread_keys(&mut self) {
        let missing = self.fields.iter().copied().filter(|field| !self.has(field)).collect::<Vec<_>>();
        self.found.extend(missing.into_iter().map(|field| (field, self.decoder.deeper_poison())));
    }

    fn missing_keys(&mut self, owner: Owner) {
        if self.decoder.is_incomplete() && !self.decoder.is_deep_poison() {
            return self.unread_keys();
        }
        // The only key of all is no key of this: it was meant to be another one, and is told of.
        let strange = matches!(self.decoder.node_entries(), [only] if !self.fields.contains(&only.name()))
            && self.found.is_empty();
        for field in self.decoder.context.needed(owner) {
            if self.has(field) {
                continue;
            }
            if !self.decoder.is_incomplete() && !strange {
                self.report_missing(field);
            }
            self.found.push((field, self.decoder.poison()));
        }
    }

    fn report_missing(&self, field: &str) {
        let decoder = &self.decoder;
        let first_key = decoder.node_entries().first().map(|entry| entry.key.span);
        let span = decoder.subject.place().or(first_key).unwrap_or(decoder.node.span);
        let thing = decoder.context.thing(self.structure);
        let subject =
            if matches!(decoder.subject, Subject::Whole) { "this file".to_owned() } else { format!("this {thing}") };
        let message = format!("{subject} has no `{field}`");
        decoder.report(
            Diagnostic::new(code::MISSING_KEY, span, message).label(format!("needs `{field}`")).leans_on([field]),
        );
    }
}

impl<'a> Decoder<'a> {
    /// The entries of a mapping, and none for anything else.
    fn node_entries(&self) -> &'a [Entry] {
        match self.kind() {
            Kind::Mapping(mapping) => &mapping.entries,
            _ => &[],
        }
    }
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Failure;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Failure> {
        let Some((field, decoder)) = self.fields.next() else { return Ok(None) };
        self.value = Some(decoder);
        seed.deserialize(name_of(field)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Failure> {
        self.value.take().expect("serde asks for a key before its value").feed(seed)
    }
}
