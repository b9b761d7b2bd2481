//! `botwright schema`: the JSON Schema of bot files.

use crate::action::schema::schema;
use std::process::ExitCode;

pub fn run() -> anyhow::Result<ExitCode> {
    print!("{}", text()?);
    Ok(ExitCode::SUCCESS)
}

/// The schema as it is printed and as `schemas/bot.json` holds it.
pub fn text() -> anyhow::Result<String> {
    let mut text = serde_json::to_string_pretty(&schema())?;
    text.push('\n');
    Ok(text)
}
