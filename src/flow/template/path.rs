//! Following a path: through block parameters, items at hand, blocks further out, and the names of the run.

use super::check::{Check, has_field};
use super::names::{Dialect, field, unknown};
use super::nearest::nearest;
use super::problem::{Problem, ProblemKind};
use super::syntax::{Path, Word};
use crate::flow::note::Meaning;
use crate::flow::types::{Field, Type};
use std::ops::Range;

impl Check<'_> {
    pub(super) fn parameter(&self, name: &str) -> Option<&(String, Type, Range<usize>)> {
        let levels = self.levels.iter().rev();
        levels.flat_map(|level| &level.parameters).find(|(known, ..)| known == name)
    }

    pub(super) fn path(&mut self, path: &mut Path) -> Type {
        match self.resolve(path) {
            Ok(kind) => kind,
            Err(problem) => {
                self.problems.push(problem);
                Type::Any
            }
        }
    }

    fn resolve(&mut self, path: &mut Path) -> Result<Type, Problem> {
        if path.local {
            return self.local(path);
        }
        if path.root {
            return self.root(path, false);
        }
        if path.up > 0 {
            return self.above(path);
        }
        let Some(first) = path.segments.first().cloned() else { return self.this(path) };
        if let Some((_, kind, given)) = self.parameter(&first.text).cloned() {
            if path.current {
                return Err(shadowed(&first));
            }
            self.note(&first, Meaning::Item(kind.clone(), given));
            return self.fields(kind, path, 1);
        }
        let depth = self.levels.len() - 1;
        let holder = (1..=depth).rev().find(|level| has_field(&self.levels[*level].this, &first.text));
        if let Some(level) = holder.filter(|level| *level == depth || !path.current) {
            let this = self.levels[level].this.clone();
            self.rewrite(path, &"../".repeat(depth - level), depth > level);
            return self.fields(this, path, 0);
        }
        let known_root = self.names.roots.contains_key(&first.text);
        let open = depth > 0 && self.levels[depth].this == Type::Any;
        if path.current && depth > 0 || open && !known_root {
            let this = self.levels[depth].this.clone();
            return self.fields(this, path, 0);
        }
        self.root(path, depth > 0)
    }

    fn note(&self, word: &Word, meaning: Meaning) {
        if let Some(notes) = self.notes {
            notes.word(word.range.clone(), meaning);
        }
    }

    fn rewrite(&self, path: &mut Path, before: &str, needed: bool) {
        if needed {
            path.rewritten = Some(format!("{before}{}", &self.text[path.names()]));
        }
    }

    fn root(&mut self, path: &mut Path, inside: bool) -> Result<Type, Problem> {
        let Some(first) = path.segments.first().cloned() else {
            return Err(Problem::new(path.range.clone(), ProblemKind::Syntax, "`@root` alone is no value")
                .label("a name must follow"));
        };
        let Some(root) = self.names.roots.get(&first.text) else {
            self.note_wanted(&first);
            return Err(self.unknown(&first));
        };
        let kind = root.kind.clone();
        if let Some(notes) = self.notes {
            notes.word(first.range.clone(), Meaning::Value(root.clone()));
        }
        self.reads.insert(first.text.clone());
        self.rewrite(path, "@root/", inside);
        self.fields(kind, path, 1)
    }

    /// Names that do not exist: items in reach and, for a bare word, functions are candidates too.
    fn unknown(&self, word: &Word) -> Problem {
        let mut also: Vec<String> = Vec::new();
        for level in self.levels.iter().skip(1).rev() {
            also.extend(level.parameters.iter().map(|(name, ..)| name.clone()));
            if let Type::Record(record) = level.this.present() {
                also.extend(record.fields.keys().cloned());
            }
        }
        let mut problem = unknown(&word.text, word.range.clone(), self.names, &also);
        if problem.nearest.is_none()
            && let Some(function) = nearest(&word.text, self.functions.names())
        {
            problem = problem.instead(function).help(format!("`{function}` is a function and takes arguments"));
        }
        problem
    }

    fn this(&mut self, path: &Path) -> Result<Type, Problem> {
        match self.levels.as_slice() {
            [_] => Err(Problem::new(path.range.clone(), ProblemKind::UnknownName, "`this` stands for nothing here")
                .label("only inside of `{{#each}}` and `{{#with}}`")
                .known(self.names.roots.keys().cloned())),
            levels => {
                let this = levels[levels.len() - 1].this.clone();
                let word = Word { text: "this".to_owned(), range: path.range.clone() };
                self.note(&word, Meaning::Value(Field::new(this.clone(), "The item itself.")));
                Ok(this)
            }
        }
    }

    fn above(&mut self, path: &mut Path) -> Result<Type, Problem> {
        let Some(level) = (self.levels.len() - 1).checked_sub(path.up) else {
            let range = path.range.start..path.names().start;
            return Err(Problem::new(range, ProblemKind::UnknownName, "nothing is further outside")
                .label("this stands in fewer blocks"));
        };
        let Some(first) = path.segments.first().cloned() else {
            if level == 0 {
                return Err(Problem::new(
                    path.range.clone(),
                    ProblemKind::UnknownName,
                    "all names together are no value",
                )
                .label("a name must follow"));
            }
            return Ok(self.levels[level].this.clone());
        };
        if level == 0 {
            return self.root(path, true);
        }
        if self.parameter(&first.text).is_some() {
            return Err(shadowed(&first));
        }
        let this = self.levels[level].this.clone();
        self.fields(this, path, 0)
    }

    /// `@index`, `@first`, `@last`, `@key`
    fn local(&self, path: &Path) -> Result<Type, Problem> {
        let range = path.range.clone();
        let written = &self.text[range.clone()];
        let known = ["index", "first", "last", "key"];
        let name = path.segments.first().map_or("", |word| &word.text);
        if !known.contains(&name) || path.segments.len() > 1 {
            return Err(Problem::new(range, ProblemKind::UnknownName, format!("there is no `{written}`"))
                .label("known are @index, @first, @last and @root")
                .instead_of(nearest(name, known).map(|name| format!("@{name}"))));
        }
        if !self.levels.iter().any(|level| level.each) {
            return Err(Problem::new(
                range,
                ProblemKind::UnknownName,
                format!("`{written}` stands outside of `#each`"),
            )
            .label("only inside of `{{#each}}`"));
        }
        let (kind, about) = match name {
            "index" => (Type::Integer, "How many items came before."),
            "key" => (Type::optional(Type::USER_TEXT), "The name under which the item stands."),
            "first" => (Type::Boolean, "Whether this is the first item."),
            _ => (Type::Boolean, "Whether this is the last item."),
        };
        self.note(&path.segments[0], Meaning::Value(Field::new(kind.clone(), about)));
        Ok(kind)
    }

    /// The fields of `kind` that the segments from `from` on name.
    fn fields(&self, kind: Type, path: &Path, from: usize) -> Result<Type, Problem> {
        let mut kind = kind;
        for (index, word) in path.segments.iter().enumerate().skip(from) {
            let before = match index {
                0 => "this".to_owned(),
                _ => self.text[path.names().start..path.segments[index - 1].range.end].to_owned(),
            };
            if let Some(notes) = self.notes {
                notes.field(&kind, &word.text, word.range.clone());
            }
            kind = field(&kind, &before, &word.text, word.range.clone(), Dialect::Template)?;
        }
        Ok(kind)
    }
}

fn shadowed(word: &Word) -> Problem {
    Problem::new(
        word.range.clone(),
        ProblemKind::UnknownName,
        format!("`{}` is also what `as |{}|` names", word.text, word.text),
    )
    .label("give the item another name")
}
