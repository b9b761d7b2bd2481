//! What a verb is bound against: the definition, the names in scope, and where mistakes are put.

pub use crate::action::block::is_name;
pub use crate::action::r#flow::{args_names, args_value};
pub use crate::action::log::destination as log_destination;

use crate::action::bound::Given;
use crate::action::index::Index;
use crate::action::patience::Waited;
use crate::flow::expression::Expression;
use crate::flow::function::Functions;
use crate::flow::memory::{Column, ColumnKind, Search, Table};
use crate::flow::step::Block;
use crate::flow::template::{Place, Problem, ProblemKind, Template};
use crate::flow::types::{Names, Type};
use crate::flow::{duration, entity, limit};
use crate::lang::bot::Bot;
use crate::lang::wording::decoding;
use crate::text::{Code, Diagnostic, Diagnostics, Named, Node, Sources, Span, Text, code, is_certain};
use indexmap::{IndexMap, IndexSet};
use serde::de::DeserializeOwned;
use std::collections::{HashMap, HashSet};

/// Names to compare with wrong ones in one check: a bot of 10,000 names and as many mistakes is told of in seconds.
const GUESSES: usize = 1_000_000;

/// What causes the steps that are bound now.
#[derive(Debug, Clone, Default)]
pub struct Cause {
    /// In words: "`/hello`", "the button `undo`".
    pub label: String,
    /// Somebody waits for an answer.
    pub answers: bool,
    /// They stand in a ticket's life.
    pub ticket: bool,
    /// Names that most runs know and these do not, since nobody causes them, or in no channel.
    pub absent: Vec<String>,
}

/// An answer that the steps may give, in the order of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answering {
    pub ephemeral: bool,
    pub update: bool,
    /// A modal can only be the first answer, and cannot be put off.
    pub modal: bool,
}

/// A flow is bound when it is first called.
pub enum FlowState {
    Binding,
    /// `latest_answer`: how long after its call it answers at the latest, in milliseconds.
    Bound {
        block: Block,
        answers: Vec<Answering>,
        needs_answer: bool,
        waits: Waited,
        latest_answer: Option<i64>,
    },
}

/// The state of binding one bot.
pub struct Binder<'a> {
    pub sources: &'a Sources,
    pub bot: &'a Bot,
    pub functions: &'a Functions,
    pub tables: &'a IndexMap<String, Table>,
    /// The names that every run knows.
    pub base: Names,
    pub diagnostics: Diagnostics,
    pub names: Names,
    pub cause: Cause,
    pub answers: Vec<Answering>,
    /// An answer may have been given before the step that is bound now.
    pub answered: bool,
    /// How long the steps before the one that is bound now wait.
    pub waited: Waited,
    /// After how long the last answer in time is given.
    pub latest_answer: Option<i64>,
    pub flows: HashMap<String, FlowState>,
    /// Names that something refers to: (section, name).
    pub used: IndexSet<(&'static str, String)>,
    /// What the steps of a command or component were given and read: (`options`, name); without a name, all of it.
    pub asked: IndexSet<(&'static str, String)>,
    /// Every word of a template or an expression, and every column that a step names.
    pub words: HashSet<String>,
    /// By table: how its rows are looked for.
    pub searches: IndexMap<String, IndexSet<Search>>,
    /// What is bound now is on its way to a log.
    pub logging: bool,
    /// Something about the step that is bound now is wrong and reported: what it lacks is no news.
    pub broken: bool,
    /// How many names may still be compared to guess what was meant.
    pub guesses: usize,
    /// How many rules the access that is bound now comes to.
    pub rules: usize,
    /// Rules were found that refer to each other too often: told once.
    pub too_far: bool,
    /// By flow and by what is absent: what the flow would need of it.
    pub lacking: HashMap<(String, Vec<String>), Option<Diagnostic>>,
    /// The running names of flows, for a message about a circle.
    pub calling: Vec<String>,
    /// Names that steps have given.
    pub given: Given,
    /// What words turned out to mean, where somebody wants to know that.
    pub index: Option<Index>,
}

impl<'a> Binder<'a> {
    pub fn new(
        sources: &'a Sources,
        bot: &'a Bot,
        functions: &'a Functions,
        tables: &'a IndexMap<String, Table>,
        settings: Type,
    ) -> Self {
        Self {
            sources,
            bot,
            functions,
            tables,
            base: base_names(settings),
            diagnostics: Diagnostics::new(),
            names: Names::default(),
            cause: Cause::default(),
            answers: Vec::new(),
            answered: false,
            waited: Waited::default(),
            latest_answer: None,
            flows: HashMap::new(),
            used: IndexSet::new(),
            asked: IndexSet::new(),
            words: HashSet::new(),
            searches: IndexMap::new(),
            logging: false,
            broken: false,
            guesses: GUESSES,
            rules: 0,
            too_far: false,
            lacking: HashMap::new(),
            calling: Vec::new(),
            given: Given::default(),
            index: None,
        }
    }

    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    pub fn mistake(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.report(Diagnostic::new(code, span, message));
    }

    /// The names that every run knows.
    pub fn base_names(&self) -> Names {
        self.base.clone()
    }

    /// What was probably meant, among many: guesses end when there were too many names to compare with.
    fn guess<'n>(
        &mut self,
        diagnostic: Diagnostic,
        name: &Text,
        known: impl ExactSizeIterator<Item = &'n str>,
    ) -> Diagnostic {
        if self.guesses < known.len() {
            return diagnostic;
        }
        self.guesses -= known.len();
        diagnostic.among(&name.value, name.span, known)
    }

    /// Decodes what stands under a verb; mistakes are reported.
    pub fn decode<T: DeserializeOwned>(&mut self, node: &Node) -> Option<T> {
        decoding().part().decode(node, &mut self.diagnostics)
    }

    /// Looks a name up in a section and marks it as used; an unknown one is reported, a known-bad one is not.
    pub fn named<'n, T>(
        &mut self,
        section: &'static str,
        what: &'static str,
        map: &'n Named<T>,
        name: &Text,
    ) -> Option<&'n T> {
        if name.poisoned || name.value.is_empty() {
            return None;
        }
        self.used.insert((section, name.value.clone()));
        self.mention(what, map, name);
        let found = map.get(&name.value);
        if found.is_none() && !map.incomplete {
            let message = format!("there is no {what} named `{}`", name.value);
            let diagnostic =
                Diagnostic::new(code::UNKNOWN_NAME, name.span, message).label(format!("not declared in `{section}`"));
            let diagnostic = self.guess(diagnostic, name, map.names());
            self.report(diagnostic);
        }
        found
    }

    /// The table of that name.
    pub fn table(&mut self, name: &Text) -> Option<&'a Table> {
        if name.poisoned {
            return None;
        }
        self.used.insert(("tables", name.value.clone()));
        let (bot, tables) = (self.bot, self.tables);
        self.mention("table", &bot.tables, name);
        let found = tables.get(&name.value);
        if found.is_none() && !self.bot.tables.incomplete {
            let diagnostic =
                Diagnostic::new(code::UNKNOWN_NAME, name.span, format!("there is no table named `{}`", name.value));
            let diagnostic = diagnostic.label("not declared in `tables`");
            let diagnostic = self.guess(diagnostic, name, tables.keys().map(String::as_str));
            self.report(diagnostic);
        }
        found
    }

    /// A text in which Markdown is shown.
    pub fn markdown(&mut self, text: &Text) -> Template {
        self.template(text, Place::Markdown)
    }

    /// A text in which Discord shows no Markdown.
    pub fn plain(&mut self, text: &Text) -> Template {
        self.template(text, Place::Plain)
    }

    pub fn template(&mut self, text: &Text, place: Place) -> Template {
        if text.poisoned {
            return Template::poison();
        }
        self.refuse_variable(text);
        let notes = self.reader();
        let compiled = Template::compile_noting(&text.value, place, &self.names, self.functions, notes.as_ref());
        self.take_notes(text, notes);
        self.problems(text, compiled.problems, code::TEMPLATE_SYNTAX);
        let template = compiled.template.unwrap_or_else(Template::poison);
        self.reads(template.reads());
        self.reads_paths(&text.value);
        if self.logging && template.is_secret() {
            self.report(
                Diagnostic::new(code::SECRET_TO_LOG, text.span, "a secret must not reach a log")
                    .label("holds a secret")
                    .help("leave it out, or show a part of it: `{{mask …}}`"),
            );
        }
        template
    }

    /// `${NAME}` is read in settings only, so that everything else means the same everywhere.
    pub fn refuse_variable(&mut self, text: &Text) {
        let Some(start) = text.value.find("${") else { return };
        let Some(length) = text.value[start..].find('}') else { return };
        if text.value[start..].starts_with("${{") {
            return;
        }
        self.report(
            Diagnostic::new(
                code::VARIABLE_OUTSIDE_SETTINGS,
                text.locate(start..start + length + 1),
                "an environment variable can be read in `settings` only",
            )
            .label("would be sent as it stands")
            .help("declare a setting with it, and write `{{settings.NAME}}` here"),
        );
    }

    pub fn expression(&mut self, text: &Text) -> Expression {
        if text.poisoned {
            return Expression::poison(self.functions);
        }
        let notes = self.reader();
        let compiled = Expression::compile_noting(&text.value, &self.names, self.functions, notes.as_ref());
        self.take_notes(text, notes);
        self.problems(text, compiled.problems, code::EXPRESSION_SYNTAX);
        let expression = compiled.expression.unwrap_or_else(|| Expression::poison(self.functions));
        self.reads(expression.reads());
        self.reads_paths(&text.value);
        expression
    }

    /// `syntax` is the code of what cannot be read at all: a template or an expression.
    pub fn problems(&mut self, text: &Text, problems: Vec<Problem>, syntax: Code) {
        let known = |problem: &Problem| !(self.names.open && problem.kind == ProblemKind::UnknownName);
        let problems: Vec<Problem> = problems.into_iter().filter(known).collect();
        for problem in problems {
            // What is written with a brace too few was meant to be read.
            if problem.warning {
                self.reads_words(text.value.get(problem.range.clone()).unwrap_or_default());
            }
            let diagnostic = self.diagnose(text, problem, syntax);
            self.report(diagnostic);
        }
    }

    fn diagnose(&self, text: &Text, problem: Problem, syntax: Code) -> Diagnostic {
        let absence = self.absence(text, &problem);
        let kind = code_of(problem.kind, problem.warning, syntax);
        let mut diagnostic = Diagnostic::new(kind, text.locate(problem.range.clone()), problem.message.clone())
            .label(problem.label.clone())
            .known(problem.known.clone());
        if let Some((range, replacement)) = problem.nearest.clone() {
            let certain = self.is_certain(text, &problem.kind, &range, &replacement, &diagnostic.known);
            diagnostic = diagnostic
                .propose(text.rewrite(range, &replacement, certain))
                .help(format!("did you mean `{replacement}`?"));
        }
        if let Some(help) = problem.help.clone().or(absence) {
            diagnostic = diagnostic.help(help);
        }
        self.known_elsewhere(text, &problem, diagnostic)
    }

    /// Why a name that most runs know is not known here.
    fn absence(&self, text: &Text, problem: &Problem) -> Option<String> {
        let name = text.value.get(problem.range.clone())?;
        let absent = problem.kind == ProblemKind::UnknownName && self.cause.absent.iter().any(|absent| absent == name);
        let why = if name == "user" { "nobody causes it" } else { "it happens in no channel" };
        absent.then(|| format!("{} has no `{name}`: {why}", self.cause.label))
    }

    /// Whether nothing else can have been meant: a slip in a name, or the same thing said in the wrong one of the two
    /// languages.
    fn is_certain(
        &self,
        text: &Text,
        kind: &ProblemKind,
        range: &std::ops::Range<usize>,
        by: &str,
        known: &[String],
    ) -> bool {
        let word = text.value.get(range.clone()).unwrap_or_default();
        let names = known.iter().map(|path| path.rsplit('.').next().unwrap_or_default());
        match kind {
            ProblemKind::UnknownName | ProblemKind::UnknownField => is_certain(word, by, names),
            ProblemKind::UnknownFunction => is_certain(word, by, self.functions.names()),
            ProblemKind::TemplateInExpression | ProblemKind::ExpressionInTemplate | ProblemKind::OtherWord => true,
            _ => false,
        }
    }

    /// A template that names a thing on Discord: a record of that name, or an id or name that no user wrote.
    pub fn destination(&mut self, text: &Text, thing: &str) -> Template {
        let template = self.plain(text);
        let kind = template.kind();
        match kind.present() {
            Type::Any => {}
            Type::Record(record) if record.name == thing => {}
            Type::Text(_) if kind.from_user() => self.report(
                Diagnostic::new(
                    code::DESTINATION_FROM_USER,
                    text.span,
                    format!("the {thing} would come from text that a user wrote"),
                )
                .label("anybody could choose it")
                .help(format!("take an option of type `{thing}`, or a setting")),
            ),
            Type::Text(_) => {
                if template.constant().is_some_and(|constant| constant.trim().is_empty()) && !text.poisoned {
                    self.mistake(code::BAD_VALUE, text.span, format!("a {thing} is missing here"));
                }
            }
            other => {
                let message = format!("a {thing} belongs here, not a {other}");
                self.mistake(code::TYPE_MISMATCH, text.span, message);
            }
        }
        template
    }

    /// Whoever caused the run, where a verb names no user; `key` is where it could.
    pub fn causer(&mut self, verb: &str, key: &str, span: Span) -> Template {
        if self.cause.absent.iter().any(|name| name == "user") {
            let message = format!("`{verb}` has no `{key}`, and nobody causes {}", self.cause.label);
            self.report(Diagnostic::new(code::MISSING_KEY, span, message).leans_on([key]));
            return Template::poison();
        }
        self.plain(&Text::at("{{user}}", span))
    }

    /// A duration such as `5s`, `1h 30m` or `2d`, in milliseconds.
    pub fn duration(&mut self, text: &Text) -> i64 {
        if text.poisoned {
            return 0;
        }
        duration::parse(&text.value).unwrap_or_else(|| {
            self.report(
                Diagnostic::new(code::BAD_VALUE, text.span, format!("`{}` is not a duration", text.value))
                    .help("write it as `5s`, `10m`, `2h`, `1h 30m` or `2d`"),
            );
            0
        })
    }

    /// Where a span stands, for the trace: `bots/store.yaml:61`.
    pub fn place(&self, span: Span) -> String {
        self.sources.position(span).map(|position| format!("{}:{}", position.file, position.line)).unwrap_or_default()
    }

    /// The types of declared arguments (`args:`), in order.
    pub fn arguments(&mut self, args: &Named<Text>) -> Vec<(String, ColumnKind)> {
        let mut kinds = Vec::new();
        for (name, kind) in args.iter() {
            if let Some(kind) = self.column_kind(kind) {
                kinds.push((name.value.clone(), kind));
            }
        }
        kinds
    }

    /// The type of a column or argument by its word.
    pub fn column_kind(&mut self, text: &Text) -> Option<ColumnKind> {
        const KINDS: [(&str, ColumnKind); 8] = [
            ("text", ColumnKind::Text),
            ("integer", ColumnKind::Integer),
            ("number", ColumnKind::Number),
            ("boolean", ColumnKind::Boolean),
            ("time", ColumnKind::Time),
            ("user", ColumnKind::User),
            ("role", ColumnKind::Role),
            ("channel", ColumnKind::Channel),
        ];
        if text.poisoned {
            return None;
        }
        let found = KINDS.iter().find(|(word, _)| *word == text.value).map(|(_, kind)| *kind);
        if found.is_none() {
            let diagnostic =
                Diagnostic::new(code::UNKNOWN_VALUE, text.span, format!("there is no type `{}`", text.value));
            self.report(diagnostic.among(&text.value, text.span, KINDS.iter().map(|(word, _)| *word)));
        }
        found
    }

    /// A name that becomes a channel's, checked where it is written down.
    pub fn channel_name(&mut self, text: &Text) -> Template {
        self.limited(text, Place::Plain, "the channel's name", limit::CHANNEL_NAME)
    }
}

fn base_names(settings: Type) -> Names {
    Names::default()
        .with("user", entity::user_type(), "Who caused this.")
        .with("channel", entity::channel_type(), "Where it happened.")
        .with("guild", entity::guild_type(), "The server it happened in.")
        .with("settings", settings, "The settings of the file.")
        .with("now", Type::Time, "The time of the run.")
        .with("run", entity::run_type(), "This run.")
        .with("bot", entity::bot_type(), "The bot itself.")
}

/// The type that a column or an argument has in templates.
pub fn column_type(kind: ColumnKind, secret: bool) -> Type {
    match kind {
        ColumnKind::Text => Type::Text(crate::flow::types::Text { from_user: true, secret, most: None }),
        ColumnKind::Integer => Type::Integer,
        ColumnKind::Number => Type::Number,
        ColumnKind::Boolean => Type::Boolean,
        ColumnKind::Time => Type::Time,
        ColumnKind::User => entity::user_ref_type(),
        ColumnKind::Role => entity::role_ref_type(),
        ColumnKind::Channel => entity::channel_ref_type(),
    }
}

/// A column that an argument behaves like.
pub fn argument_column(kind: ColumnKind) -> Column {
    Column { kind, optional: true, secret: false, ignore_case: false, one_of: Vec::new(), default: None }
}

fn code_of(kind: ProblemKind, warning: bool, syntax: Code) -> Code {
    match kind {
        ProblemKind::UnknownName | ProblemKind::UnknownField => code::UNKNOWN_PATH,
        ProblemKind::UnknownFunction => code::UNKNOWN_HELPER,
        ProblemKind::Arguments => code::WRONG_ARGUMENTS,
        ProblemKind::Type => code::TYPE_MISMATCH,
        ProblemKind::TemplateInExpression => code::TEMPLATE_AS_EXPRESSION,
        ProblemKind::ExpressionInTemplate => code::EXPRESSION_AS_TEXT,
        _ if warning => code::UNESCAPED,
        _ => syntax,
    }
}
