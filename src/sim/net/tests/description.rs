//! Discord's published description of its API, where it is at hand, judges what the simulation answers.

use super::stage::Stage;
use reqwest::Client;
use serde_json::{Value, json};
use std::path::PathBuf;

/// The OpenAPI document; tests that need it pass visibly unproven without it.
struct Description(Value);

impl Description {
    fn find() -> Option<Self> {
        let near = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let shared = std::env::var_os("BOTWRIGHT_SHARED").map(PathBuf::from);
        let places = shared.into_iter().chain([near.join("../shared"), near.join("../../shared")]);
        let text =
            places.map(|place| place.join("data/discord-openapi.json")).find_map(|file| std::fs::read(file).ok());
        text.map(|text| Self(serde_json::from_slice(&text).expect("a JSON document")))
    }

    /// The operation for a path, the most literal one first: `/users/@me` before `/users/{user_id}`.
    fn operation(&self, method: &str, path: &str) -> Option<&Value> {
        let asked: Vec<&str> = path.split('?').next().unwrap_or_default().split('/').collect();
        let fits = |template: &str| {
            let parts: Vec<&str> = template.split('/').collect();
            let same = |(part, asked): (&&str, &&str)| part.starts_with('{') || part == asked;
            parts.len() == asked.len() && parts.iter().zip(&asked).all(same)
        };
        let all = self.0["paths"].as_object()?.iter().filter(|(template, _)| fits(template));
        let literal = all.min_by_key(|(template, _)| template.matches('{').count());
        literal.map(|(_, operations)| &operations[method.to_lowercase()])
    }

    /// What is wrong with an answer, by the description.
    fn judge(&self, method: &str, path: &str, status: u16, body: &Value) -> Vec<String> {
        let Some(operation) = self.operation(method, path).filter(|operation| operation.is_object()) else {
            return vec![format!("{method} {path}: not in the description")];
        };
        let Some(response) = operation["responses"].get(status.to_string()) else {
            return vec![format!("{method} {path}: status {status} is not described: {body}")];
        };
        let schema = &response["content"]["application/json"]["schema"];
        if schema.is_null() {
            return Vec::new();
        }
        let schema = json!({ "allOf": [schema], "components": self.0["components"] });
        let validator = jsonschema::draft202012::options().build(&schema).expect("a schema");
        let errors = validator.iter_errors(body).take(8);
        errors
            .map(|error| format!("{method} {path}: {} {}", error.instance_path(), shortened(&error.to_string())))
            .collect()
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(400).collect()
}

/// Asks the stage one thing after the other and keeps what the description objects to.
struct Judge<'a> {
    stage: &'a Stage,
    description: &'a Description,
    objections: Vec<String>,
}

impl Judge<'_> {
    async fn ask(&mut self, method: &str, path: &str, body: Value) -> Value {
        let request = Client::new().request(method.parse().expect("a method"), self.stage.api(path));
        let request = request.header("Authorization", format!("Bot {}", self.stage.token));
        let request = if body.is_null() { request } else { request.json(&body) };
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        let answer = response.json().await.unwrap_or(Value::Null);
        self.objections.extend(self.description.judge(method, path, status, &answer));
        answer
    }

    async fn get(&mut self, path: &str) -> Value {
        self.ask("GET", path, Value::Null).await
    }
}

fn id(of: &Value) -> String {
    of["id"].as_str().unwrap_or("0").to_owned()
}

#[tokio::test]
async fn answers_are_as_discord_describes_them() {
    let Some(description) = Description::find() else {
        eprintln!("skipped: no discord-openapi.json at hand (BOTWRIGHT_SHARED)");
        return;
    };
    let stage = Stage::set().await;
    stage.allow_privileged();
    let (guild, channel, me, ana) = (stage.guild, stage.channel, stage.application, stage.member);
    let mut judge = Judge { stage: &stage, description: &description, objections: Vec::new() };

    for path in ["/gateway", "/gateway/bot", "/users/@me", "/users/@me/guilds", "/applications/@me"] {
        judge.get(path).await;
    }
    judge.get(&format!("/users/{ana}")).await;

    judge.get(&format!("/guilds/{guild}")).await;
    judge.get(&format!("/guilds/{guild}/members?limit=10")).await;
    judge.get(&format!("/guilds/{guild}/members/{ana}")).await;
    judge.ask("PATCH", &format!("/guilds/{guild}/members/{ana}"), json!({ "nick": "Ana" })).await;
    judge.get(&format!("/guilds/{guild}/roles")).await;
    let role = judge.ask("POST", &format!("/guilds/{guild}/roles"), json!({ "name": "staff" })).await;
    judge.ask("PATCH", &format!("/guilds/{guild}/roles/{}", id(&role)), json!({ "color": 255 })).await;
    judge.ask("PUT", &format!("/guilds/{guild}/members/{ana}/roles/{}", id(&role)), Value::Null).await;

    let category = judge.ask("POST", &format!("/guilds/{guild}/channels"), json!({ "name": "c", "type": 4 })).await;
    let overwrites = json!([{ "id": ana, "type": 1, "allow": "1024", "deny": "0" }]);
    let text = json!({ "name": "t", "parent_id": id(&category), "topic": "x", "permission_overwrites": overwrites });
    let made = judge.ask("POST", &format!("/guilds/{guild}/channels"), text).await;
    judge.get(&format!("/channels/{}", id(&made))).await;
    judge.ask("PATCH", &format!("/channels/{}", id(&made)), json!({ "name": "renamed" })).await;
    judge.get(&format!("/guilds/{guild}/channels")).await;
    judge.ask("DELETE", &format!("/channels/{}", id(&made)), Value::Null).await;

    let button = json!({ "type": 2, "style": 1, "label": "Press", "custom_id": "press" });
    let select = json!({ "type": 3, "custom_id": "pick", "options": [{ "label": "One", "value": "1" }] });
    let full = json!({
        "content": format!("hello <@{ana}>"),
        "embeds": [{ "title": "t", "description": "d", "color": 1, "fields": [{ "name": "n", "value": "v" }],
            "footer": { "text": "f" }, "author": { "name": "a" }, "timestamp": "2026-01-05T09:00:00Z" }],
        "components": [{ "type": 1, "components": [button] }, { "type": 1, "components": [select] }],
        "nonce": "once",
    });
    let messages = format!("/channels/{channel}/messages");
    let message = judge.ask("POST", &messages, full).await;
    let one = format!("{messages}/{}", id(&message));
    judge.ask("PUT", &format!("{one}/reactions/%F0%9F%94%A5/@me"), Value::Null).await;
    judge.get(&format!("{one}/reactions/%F0%9F%94%A5")).await;
    judge.ask("PATCH", &one, json!({ "content": "edited" })).await;
    judge.ask("PUT", &format!("{messages}/pins/{}", id(&message)), Value::Null).await;
    judge.get(&format!("{messages}/pins")).await;
    judge.ask("POST", &messages, json!({ "content": "re", "message_reference": { "message_id": id(&message) } })).await;
    let v2 = json!({ "flags": 1 << 15, "components": [
        { "type": 17, "components": [
            { "type": 10, "content": "text" },
            { "type": 9, "components": [{ "type": 10, "content": "side" }], "accessory": button },
            { "type": 14 } ] } ] });
    judge.ask("POST", &messages, v2).await;
    judge.get(&messages).await;
    judge.get(&one).await;
    judge.ask("DELETE", &one, Value::Null).await;
    judge.ask("POST", &format!("/channels/{channel}/typing"), Value::Null).await;
    judge.ask("POST", "/users/@me/channels", json!({ "recipient_id": ana })).await;

    let commands = format!("/applications/{me}/guilds/{guild}/commands");
    let option = json!({ "type": 3, "name": "text", "description": "What", "required": true, "choices": [{ "name": "A", "value": "a" }] });
    let command = json!({ "name": "say", "description": "Says", "options": [option] });
    judge.ask("PUT", &commands, json!([command])).await;
    let made = judge.ask("POST", &commands, json!({ "name": "more", "description": "More" })).await;
    judge.ask("PATCH", &format!("{commands}/{}", id(&made)), json!({ "description": "Changed" })).await;
    judge.get(&commands).await;
    judge.ask("POST", &format!("/applications/{me}/commands"), json!({ "name": "Report", "type": 2 })).await;
    judge.get(&format!("/applications/{me}/commands")).await;

    let asked = stage.happen();
    let token = stage.world.interaction(asked).expect("it").token;
    let answer = json!({ "type": 4, "data": { "content": "pong", "flags": 64 } });
    judge.ask("POST", &format!("/interactions/{asked}/{token}/callback?with_response=true"), answer).await;
    let answers = format!("/webhooks/{me}/{token}");
    judge.get(&format!("{answers}/messages/@original")).await;
    judge.ask("PATCH", &format!("{answers}/messages/@original"), json!({ "content": "edited" })).await;
    let more = judge.ask("POST", &answers, json!({ "content": "more" })).await;
    judge.ask("DELETE", &format!("{answers}/messages/{}", id(&more)), Value::Null).await;

    let hook = judge.ask("POST", &format!("/channels/{channel}/webhooks"), json!({ "name": "log" })).await;
    let address = format!("/webhooks/{}/{}", id(&hook), hook["token"].as_str().unwrap_or_default());
    judge.get(&format!("/channels/{channel}/webhooks")).await;
    judge.get(&format!("/webhooks/{}", id(&hook))).await;
    judge.get(&address).await;
    let post = judge.ask("POST", &format!("{address}?wait=true"), json!({ "content": "x", "username": "Log" })).await;
    judge.get(&format!("{address}/messages/{}", id(&post))).await;
    judge.ask("PATCH", &format!("{address}/messages/{}", id(&post)), json!({ "content": "y" })).await;

    judge.ask("PUT", &format!("/guilds/{guild}/bans/{ana}"), json!({})).await;
    judge.get(&format!("/guilds/{guild}/bans")).await;
    judge.get(&format!("/guilds/{guild}/bans/{ana}")).await;

    assert!(judge.objections.is_empty(), "{} objections:\n{}", judge.objections.len(), judge.objections.join("\n"));
}
