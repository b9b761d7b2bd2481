//! Completions while a user types: the author's lists and what stands in the tables.

use crate::engine::bot::{Bot, run_id};
use crate::engine::interaction::origin;
use crate::engine::names;
use crate::flow::effect::{Callback, Effect};
use crate::flow::event::{Interaction, InteractionKind};
use crate::flow::failure::Failure;
use crate::flow::limit;
use crate::flow::memory::{Answer, Operation};
use crate::flow::payload::Choice;
use crate::flow::program::{Program, Suggestions};
use crate::flow::run::Run;
use serde_json::{Map, Value};
use std::sync::Arc;

impl Bot {
    pub(super) async fn complete(self: &Arc<Self>, program: &Arc<Program>, interaction: &Interaction) {
        let choices = self.choices(program, interaction).await.unwrap_or_else(|failure| {
            tracing::warn!("no completions: {failure}");
            Vec::new()
        });
        let effect =
            Effect::Respond { interaction: interaction.reference.clone(), callback: Callback::Autocomplete(choices) };
        if let Err(refusal) = self.ports.discord.perform(&effect).await {
            // The user typed on: Discord has dropped the question.
            tracing::debug!("completions were refused: {refusal}");
        }
    }

    async fn choices(
        self: &Arc<Self>,
        program: &Arc<Program>,
        interaction: &Interaction,
    ) -> Result<Vec<Choice>, Failure> {
        let InteractionKind::Autocomplete { path, focused, typed, options } = &interaction.kind else {
            return Ok(Vec::new());
        };
        let Some(command) = program.commands.get(path) else { return Ok(Vec::new()) };
        let Some(sources) = command.autocomplete.get(focused) else { return Ok(Vec::new()) };
        let id = run_id(&interaction.reference.id);
        let mut scope = self.base_names(program, interaction.guild.as_deref(), &id).await;
        names::interaction(&mut scope, interaction);
        let mut values: Map<String, Value> = command.defaults.iter().cloned().collect();
        values.extend(options.clone());
        scope.insert("options".into(), Value::Object(values));
        let origin = origin(interaction, &command.handler.name, self.identity().user);
        let mut run = self.run(id, program, scope, origin);
        // Completions show what stands in tables, so they are for those who may use the command.
        if !command.handler.access.allows(&run).await {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for source in sources {
            found.extend(source.values(&mut run, typed).await?);
        }
        Ok(best(found, typed))
    }
}

impl Suggestions {
    async fn values(&self, run: &mut Run, typed: &str) -> Result<Vec<String>, Failure> {
        let values = match self {
            Self::Values(template) => match run.value(template)? {
                Value::Array(values) => values,
                Value::Null => Vec::new(),
                single => vec![single],
            },
            Self::Column { table, column, filter } => {
                let filter = filter.fill(run)?;
                let (table, guild, column) = (table.clone(), run.guild().to_owned(), column.clone());
                let limit = limit::CHOICES as u64;
                match run
                    .ask(Operation::Distinct { table, guild, filter, column, containing: typed.to_owned(), limit })
                    .await?
                {
                    Answer::Values(values) => values,
                    _ => Vec::new(),
                }
            }
        };
        Ok(values.into_iter().map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect())
    }
}

/// Those that contain what was typed, those that begin with it first, each once, as many as Discord shows.
fn best(values: Vec<String>, typed: &str) -> Vec<Choice> {
    let typed = typed.to_lowercase();
    let mut seen = std::collections::HashSet::new();
    let mut fitting: Vec<(bool, String)> = values
        .into_iter()
        .filter(|value| !value.is_empty() && value.chars().count() <= limit::CHOICE_VALUE)
        .filter_map(|value| {
            let folded = value.to_lowercase();
            (folded.contains(&typed) && seen.insert(folded.clone())).then(|| (!folded.starts_with(&typed), value))
        })
        .collect();
    fitting.sort_by_key(|(later, _)| *later);
    fitting.truncate(limit::CHOICES);
    fitting.into_iter().map(|(_, value)| Choice { name: value.clone(), value: Value::String(value) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_with_the_typed_text_comes_first_and_nothing_comes_twice() {
        let values = ["Omega Beta", "Beta", "beta", "Gamma"].map(str::to_owned).to_vec();
        let names: Vec<String> = best(values, "BE").into_iter().map(|choice| choice.name).collect();
        assert_eq!(names, ["Beta", "Omega Beta"]);
    }
}
