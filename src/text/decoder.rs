//! serde's view of a tree: each value is checked against what is asked of it, and replaced where it does not fit.

use super::decode::Context;
use super::diagnostic::Diagnostic;
use super::enumeration::VariantPick;
use super::failure::{Failure, Identity};
use super::named::{Attempts, NamedEntries};
use super::node::{Entry, Kind, Node, Resolved, Scalar};
use super::phrase::Subject;
use super::spanned::SpannedParts;
use super::structure::Fields;
use super::{id, literal, named, one_or_many, or_text, raw, spanned, written};
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, Visitor};

static POISON: Kind = Kind::Poison;
static NULL: Kind = Kind::Null;

/// How many known-bad structures are read inside of each other; only what must be there is read below.
const DEEPEST_STRUCTURE: u8 = 8;

/// What stands in for the node of the tree.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Standing {
    /// The node itself.
    Itself,
    /// Something known to be bad, this many enums deep.
    Poison(u8),
    /// Nothing: a variant that is written as a bare word.
    Null,
}

/// A value of the tree, what it is known by, and what is known across attempts.
#[derive(Clone, Copy)]
pub(super) struct Decoder<'a> {
    pub node: &'a Node,
    pub subject: Subject<'a>,
    pub context: &'a Context<'a>,
    pub standing: Standing,
    /// How many mistakes were known before this value was read.
    pub mark: usize,
}

impl<'a> Decoder<'a> {
    pub fn new(node: &'a Node, subject: Subject<'a>, context: &'a Context<'a>) -> Self {
        Self { node, subject, context, standing: Standing::Itself, mark: context.mark() }
    }

    /// The value of an entry, known by its key.
    pub fn entry(self, entry: &'a Entry) -> Self {
        Self::new(&entry.value, Subject::Named(entry.name(), entry.key.span), self.context)
    }

    /// The key of an entry.
    pub fn key(self, entry: &'a Entry) -> Self {
        Self::new(&entry.key, Subject::Key, self.context)
    }

    pub fn item(self, node: &'a Node) -> Self {
        Self::new(node, self.subject.item(), self.context)
    }

    pub fn poison(self) -> Self {
        let depth = if let Standing::Poison(depth) = self.standing { depth } else { 0 };
        Self { standing: Standing::Poison(depth), ..self }
    }

    /// Poison for what stands inside of poison: a structure within itself must come to an end.
    pub fn deeper_poison(self) -> Self {
        let depth = if let Standing::Poison(depth) = self.standing { depth } else { 0 };
        Self { standing: Standing::Poison(depth.saturating_add(1)), ..self }
    }

    pub fn is_deep_poison(&self) -> bool {
        matches!(self.standing, Standing::Poison(depth) if depth >= DEEPEST_STRUCTURE)
    }

    pub fn kind(&self) -> &'a Kind {
        match self.standing {
            Standing::Itself => &self.node.kind,
            Standing::Poison(_) => &POISON,
            Standing::Null => &NULL,
        }
    }

    /// The value, or a stand-in if its type refused it in an earlier attempt.
    pub fn settle(self) -> Self {
        let refused = self.standing == Standing::Itself && self.context.is_refused(self.identity());
        let settled = if refused { self.poison() } else { self };
        Self { mark: self.context.mark(), ..settled }
    }

    /// Reads the value; a failure that the type's own code makes of it is marked as this value's.
    pub fn feed<'de, T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Failure> {
        let decoder = self.settle();
        decoder.pass(seed.deserialize(decoder))
    }

    fn identity(&self) -> Identity {
        let kind = match self.node.kind {
            Kind::Null => 0,
            Kind::Scalar(_) => 1,
            Kind::Sequence(_) => 2,
            Kind::Mapping(_) => 3,
            Kind::Poison => 4,
        };
        (self.node.span, kind)
    }

    /// A failure on its way up remembers that it passed here.
    pub fn pass<T>(&self, result: Result<T, Failure>) -> Result<T, Failure> {
        result.map_err(|mut failure| {
            let details = &mut failure.0;
            if details.trail.is_empty() {
                details.silent = matches!(self.kind(), Kind::Poison) || self.context.mark() > self.mark;
            }
            let identity = self.identity();
            if details.trail.last() != Some(&identity) {
                details.trail.push(identity);
            }
            failure
        })
    }

    pub fn report(&self, diagnostic: Diagnostic) {
        self.context.report(diagnostic);
    }

    /// Where to point: at the value, or at its key when there is no value to see.
    pub fn place(&self) -> super::Span {
        match self.subject.place() {
            Some(key) if self.node.span.is_empty() => key,
            _ => self.node.span,
        }
    }

    pub fn entries(&self) -> &'a [Entry] {
        match self.kind() {
            Kind::Mapping(mapping) => &mapping.entries,
            Kind::Null => &[],
            _ => {
                self.refuse("a mapping");
                &[]
            }
        }
    }

    pub fn is_mapping_or_null(&self) -> bool {
        matches!(self.kind(), Kind::Mapping(_) | Kind::Null)
    }

    /// Whether more may have been written than could be read.
    pub fn is_incomplete(&self) -> bool {
        match self.kind() {
            Kind::Mapping(mapping) => mapping.incomplete,
            Kind::Poison => true,
            _ => false,
        }
    }

    /// Whether the value of one of its keys could not be read.
    pub fn holds_poison(&self) -> bool {
        matches!(self.kind(), Kind::Mapping(mapping) if mapping.entries.iter().any(|entry| entry.value.is_poison()))
    }
}

macro_rules! integers {
    ($($method:ident $visit:ident $type:ty;)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
            let decoder = self.settle();
            let number = decoder.integer(<$type>::MIN.into(), <$type>::MAX.into());
            decoder.pass(visitor.$visit(<$type>::try_from(number).expect("the range was checked")))
        })*
    };
}

impl<'de> Deserializer<'de> for Decoder<'_> {
    type Error = Failure;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let decoder = self.settle();
        match decoder.kind() {
            Kind::Null | Kind::Poison => decoder.pass(visitor.visit_unit()),
            Kind::Sequence(_) => decoder.deserialize_seq(visitor),
            Kind::Mapping(_) => decoder.deserialize_map(visitor),
            Kind::Scalar(scalar) => decoder.pass(visit_scalar(scalar, visitor)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let decoder = self.settle();
        decoder.pass(visitor.visit_bool(decoder.boolean()))
    }

    integers! {
        deserialize_i8 visit_i8 i8;
        deserialize_i16 visit_i16 i16;
        deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64;
        deserialize_u8 visit_u8 u8;
        deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let decoder = self.settle();
        decoder.pass(visitor.visit_f64(decoder.float()))
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let decoder = self.settle();
        let mut characters = decoder.string().chars();
        let (first, more) = (characters.next(), characters.next());
        if first.is_none() || more.is_some() {
            decoder.refuse("one character");
        }
        decoder.pass(visitor.visit_char(first.unwrap_or(' ')))
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let decoder = self.settle();
        decoder.pass(visitor.visit_str(decoder.string()))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let decoder = self.settle();
        decoder.pass(visitor.visit_bytes(decoder.string().as_bytes()))
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let decoder = self.settle();
        match decoder.kind() {
            Kind::Null => decoder.pass(visitor.visit_none()),
            // What is known to be bad was written: nothing may call it missing.
            _ => visitor.visit_some(decoder),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let decoder = self.settle();
        if !matches!(decoder.kind(), Kind::Null) {
            decoder.refuse("nothing");
        }
        decoder.pass(visitor.visit_unit())
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Failure> {
        let decoder = self.settle();
        match name {
            written::MAGIC => decoder.hand_over("text", |kind| matches!(kind, Kind::Scalar(_))),
            literal::MAGIC => {
                decoder.hand_over("text, a number, true or false", |kind| matches!(kind, Kind::Scalar(_) | Kind::Null))
            }
            id::MAGIC => decoder.hand_over(id::TAKES, id::fits),
            raw::MAGIC => decoder.hand_over("anything", |_| true),
            or_text::MAGIC => return decoder.or_text(visitor),
            one_or_many::MAGIC => return decoder.one_or_many(visitor),
            spanned::MAGIC => return visitor.visit_seq(SpannedParts::new(decoder)),
            named::MAGIC => return decoder.pass(visitor.visit_seq(NamedEntries::new(decoder))),
            named::MARKED => return visitor.visit_seq(Attempts::new(decoder)),
            _ => return visitor.visit_newtype_struct(decoder),
        }
        decoder.pass(visitor.visit_unit())
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let decoder = self.settle();
        let items = decoder.items().iter().map(|node| decoder.item(node));
        decoder.pass(visitor.visit_seq(Sequence { items }))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Failure> {
        let decoder = self.settle();
        let items = decoder.tuple_items(length).into_iter();
        decoder.pass(visitor.visit_seq(Sequence { items }))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let decoder = self.settle();
        let entries = decoder.entries().iter();
        decoder.pass(visitor.visit_map(Entries { decoder, entries, value: None }))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        Fields::visit(self.settle(), name, fields, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        let decoder = self.settle();
        decoder.pass(VariantPick::of(decoder, name, variants).and_then(|pick| visitor.visit_enum(pick)))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_unit()
    }
}

impl<'a> Decoder<'a> {
    /// Text in short, or a mapping in full.
    fn or_text<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.kind() {
            Kind::Mapping(_) => visitor.visit_newtype_struct(self),
            Kind::Scalar(_) | Kind::Poison => {
                self.hand_over("text", |_| true);
                self.pass(visitor.visit_unit())
            }
            _ => {
                self.refuse("text or a mapping");
                self.poison().or_text(visitor)
            }
        }
    }

    /// A list of values, or one value that stands for a list of one.
    fn one_or_many<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.kind() {
            Kind::Scalar(_) | Kind::Mapping(_) => visitor.visit_seq(Sequence { items: std::iter::once(self) }),
            _ => self.deserialize_seq(visitor),
        }
    }
}

/// A scalar of which nobody asked anything in particular.
fn visit_scalar<'de, V: Visitor<'de>>(scalar: &Scalar, visitor: V) -> Result<V::Value, Failure> {
    match scalar.resolve() {
        Resolved::Null => visitor.visit_unit(),
        Resolved::Bool(value) => visitor.visit_bool(value),
        Resolved::Float(number) => visitor.visit_f64(number),
        Resolved::Text => visitor.visit_str(&scalar.value),
        Resolved::Integer(number) => match (u64::try_from(number), i64::try_from(number)) {
            (Ok(number), _) => visitor.visit_u64(number),
            (_, Ok(number)) => visitor.visit_i64(number),
            _ => visitor.visit_f64(number as f64),
        },
    }
}

pub(super) struct Sequence<I> {
    pub items: I,
}

impl<'a, 'de, I: Iterator<Item = Decoder<'a>>> de::SeqAccess<'de> for Sequence<I> {
    type Error = Failure;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Failure> {
        self.items.next().map(|decoder| decoder.feed(seed)).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        self.items.size_hint().1
    }
}

struct Entries<'a> {
    decoder: Decoder<'a>,
    entries: std::slice::Iter<'a, Entry>,
    value: Option<&'a Entry>,
}

impl<'de> de::MapAccess<'de> for Entries<'_> {
    type Error = Failure;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Failure> {
        let Some(entry) = self.entries.next() else { return Ok(None) };
        self.value = Some(entry);
        self.decoder.key(entry).feed(seed).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Failure> {
        let entry = self.value.take().expect("serde asks for a key before its value");
        self.decoder.entry(entry).feed(seed)
    }
}

/// The name of a field or variant, as serde reads it.
pub(super) fn name_of(name: &str) -> StrDeserializer<'_, Failure> {
    name.into_deserializer()
}
