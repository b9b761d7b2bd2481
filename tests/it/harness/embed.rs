//! An embed as somebody reads it.

use serde_json::Value;

#[derive(Debug, Clone)]
pub struct Embed(pub Value);

impl Embed {
    fn text(&self, key: &str) -> &str {
        self.0[key].as_str().unwrap_or_default()
    }

    pub fn title(&self) -> &str {
        self.text("title")
    }

    pub fn description(&self) -> &str {
        self.text("description")
    }

    pub fn footer(&self) -> &str {
        self.0["footer"]["text"].as_str().unwrap_or_default()
    }

    pub fn timestamp(&self) -> &str {
        self.text("timestamp")
    }

    pub fn color(&self) -> u64 {
        self.0["color"].as_u64().unwrap_or_default()
    }

    /// The value of the field of that name.
    pub fn field(&self, name: &str) -> &str {
        let field = self.fields().into_iter().find(|(known, _)| *known == name);
        field.unwrap_or_else(|| panic!("there is no field `{name}` in {:#}", self.0)).1
    }

    pub fn fields(&self) -> Vec<(&str, &str)> {
        let fields = self.0["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
        fields
            .iter()
            .map(|field| (field["name"].as_str().unwrap_or_default(), field["value"].as_str().unwrap_or_default()))
            .collect()
    }
}
