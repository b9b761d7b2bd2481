//! The bot of a scenario, compiled once for everything that its server decides the same way.

use crate::compile::{Environment, check};
use crate::flow::program::Program;
use crate::scenario::given::Given;
use crate::scenario::suite::{Case, Suite};
use crate::stage::{Mistaken, Provision, StageError};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Names with their values.
type Pairs = Vec<(String, String)>;

type Compiled = Arc<Mutex<HashMap<String, Arc<Program>>>>;

/// Where the programs of a scenario come from.
pub struct Programs {
    bot: PathBuf,
    /// The file as it stands: scenarios can save other words.
    text: Mutex<Arc<str>>,
    settings: Pairs,
    variables: Pairs,
    compiled: Compiled,
}

impl Programs {
    pub fn new(suite: &Suite) -> Self {
        let text = Mutex::new(Arc::clone(&suite.text));
        let (settings, variables) = decided(&suite.given);
        Self { bot: suite.bot.clone(), text, settings, variables, compiled: Compiled::default() }
    }

    /// For one scenario, with what it decides itself.
    pub fn of(&self, case: &Case) -> Self {
        let (settings, variables) = decided(&case.given);
        let both = |own: &[(String, String)], more: Vec<(String, String)>| own.iter().cloned().chain(more).collect();
        Self {
            bot: self.bot.clone(),
            text: Mutex::new(self.text()),
            settings: both(&self.settings, settings),
            variables: both(&self.variables, variables),
            compiled: Arc::clone(&self.compiled),
        }
    }

    fn text(&self) -> Arc<str> {
        Arc::clone(&self.text.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Other words in the file.
    ///
    /// # Errors
    /// The words do not stand there once.
    pub fn replace(&self, words: &str, by: &str) -> Result<(), String> {
        let text = self.text();
        match text.matches(words).count() {
            1 => {
                *self.text.lock().unwrap_or_else(PoisonError::into_inner) = text.replace(words, by).into();
                Ok(())
            }
            0 => Err(format!("`{words}` does not stand in the bot's file")),
            count => Err(format!("`{words}` stands {count} times in the bot's file")),
        }
    }

    /// The program, with what a server has decided.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn load(&self, provision: &Provision) -> Result<Arc<Program>, StageError> {
        let text = self.text();
        let decided: Vec<(&str, &str)> = provision.decided().collect();
        let key = format!("{decided:?}{:?}{:?}{}", self.settings, self.variables, blake3::hash(text.as_bytes()));
        let known = |all: &Compiled| all.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(program) = known(&self.compiled) {
            return Ok(program);
        }
        let environment =
            self.variables.iter().fold(provision.environment(), |all, (name, value)| all.with(name, value));
        let environment = self.settings.iter().fold(environment, |mut all: Environment, (name, value)| {
            all.decide(name, value);
            all
        });
        let checked = check(&self.bot.display().to_string(), text.as_bytes(), &environment);
        let (sources, diagnostics) = (checked.sources, checked.diagnostics);
        let Some(program) = checked.program else {
            let mistaken = Mistaken { path: self.bot.clone(), sources, diagnostics };
            return Err(StageError::Mistakes(Box::new(mistaken)));
        };
        let program = Arc::new(program);
        self.compiled.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&program));
        Ok(program)
    }
}

fn decided(given: &Given) -> (Pairs, Pairs) {
    let pairs = |named: &crate::text::Named<crate::text::Text>| {
        named.iter().map(|(name, value)| (name.value.clone(), value.value.clone())).collect()
    };
    (pairs(&given.settings), pairs(&given.variables))
}
