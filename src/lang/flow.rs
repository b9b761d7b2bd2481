//! Shared steps, and how steps and conditions look to an editor.

use crate::text::{Named, Raw, Text};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use std::borrow::Cow;

/// Steps under a name. `flow: NAME` does them, `with:` gives them their arguments.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// What it is for.
    pub description: Option<Text>,
    /// What it is given, and of which type: `page: integer`. Inside, `{{args.page}}`.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, crate::lang::table::ColumnType>")]
    pub args: Named<Text>,
    /// What it does.
    #[schemars(with = "Steps")]
    pub steps: Raw,
}

/// A list of steps; the verbs fill in the definition `step`.
pub struct Steps;

impl JsonSchema for Steps {
    fn schema_name() -> Cow<'static, str> {
        "Steps".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "What the bot does, step by step.",
            "anyOf": [
                { "type": "array", "items": { "$ref": "#/$defs/Step" } },
                { "$ref": "#/$defs/Step" },
            ],
        })
    }
}

/// Conditions on the columns of a table.
pub struct Where;

impl JsonSchema for Where {
    fn schema_name() -> Cow<'static, str> {
        "Where".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let comparison = |about: &str| json_schema!({ "description": about });
        json_schema!({
            "description": "Which rows: a value for each column. All must hold.",
            "type": "object",
            "additionalProperties": {
                "anyOf": [
                    { "type": ["string", "number", "boolean", "null"] },
                    {
                        "type": "object",
                        "additionalProperties": false,
                        "properties": {
                            "not": comparison("Any other value."),
                            "in": comparison("One of the values of a list."),
                            "less_than": comparison("Less, or earlier."),
                            "at_most": comparison("Less or equal, or not later."),
                            "more_than": comparison("More, or later."),
                            "at_least": comparison("More or equal, or not earlier."),
                            "contains": comparison("The text stands in it, regardless of case."),
                        },
                    },
                ],
            },
        })
    }
}

/// A value for each column.
pub struct RowValues;

impl JsonSchema for RowValues {
    fn schema_name() -> Cow<'static, str> {
        "Row".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A value for each column.",
            "type": "object",
            "additionalProperties": { "type": ["string", "number", "boolean", "null"] },
        })
    }
}

/// A value for each argument.
pub struct Arguments;

impl JsonSchema for Arguments {
    fn schema_name() -> Cow<'static, str> {
        "Arguments".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A value for each argument.",
            "type": "object",
            "additionalProperties": { "type": ["string", "number", "boolean", "null"] },
        })
    }
}
