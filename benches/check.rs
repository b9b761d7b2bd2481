//! How long the check takes: of the store, of ever larger bots, and of one that is full of mistakes.
//!
//! `cargo bench --bench check`

use botwright::compile::{Environment, check};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    match (arguments.next().as_deref(), arguments.next()) {
        // A process of its own, so that the most memory it ever had is that of this check.
        (Some("one"), Some(path)) => one(&path),
        _ => all(),
    }
}

fn one(path: &str) {
    let bytes = fs::read(path).expect("the file is there");
    let checked = check(path, &bytes, &Environment::default());
    println!("{} {}", checked.diagnostics.len(), peak().unwrap_or_default());
}

fn all() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let store = fs::read(root.join("bots/store.yaml")).expect("the store is there");
    println!("store: {} bytes", store.len());
    println!("  in this process    {:>10.3?}", median(|| drop(check("store.yaml", &store, &Environment::default()))));
    let own = env!("CARGO_BIN_EXE_botwright");
    let run = || {
        let done = Command::new(own).args(["check", "bots/store.yaml"]).current_dir(root).output();
        assert!(done.expect("the command runs").status.success());
    };
    println!("  the whole command  {:>10.3?}", median(run));
    println!();
    println!(
        "{:<24} {:>9} {:>9} {:>9} {:>10} {:>9} {:>11}",
        "bot", "bytes", "messages", "time", "a part", "a byte", "memory/byte"
    );
    for parts in [100, 1_000, 10_000] {
        row(&format!("{parts} commands"), parts, &commands(parts, false));
    }
    for parts in [100, 1_000, 10_000] {
        row(&format!("{parts} flows, embeds …"), parts, &flows(parts));
    }
    for parts in [100, 1_000, 10_000] {
        row(&format!("{parts} mistakes"), parts, &commands(parts, true));
    }
    for parts in [100, 1_000, 10_000] {
        row(&format!("{parts} unknown names"), parts, &names(parts));
    }
}

fn median(work: impl Fn()) -> Duration {
    let mut times: Vec<Duration> = (0..21)
        .map(|_| {
            let begun = Instant::now();
            work();
            begun.elapsed()
        })
        .collect();
    times.sort();
    times[times.len() / 2]
}

fn row(name: &str, parts: usize, text: &str) {
    let begun = Instant::now();
    let checked = check("large.yaml", text.as_bytes(), &Environment::default());
    let time = begun.elapsed();
    let (bytes, messages) = (text.len(), checked.diagnostics.len());
    drop(checked);
    let memory = memory(text).map_or_else(|| "?".to_owned(), |most| format!("{:.0}", most as f64 / bytes as f64));
    let part = time / u32::try_from(parts).expect("few parts");
    let byte = time.as_nanos() as f64 / bytes as f64;
    println!("{name:<24} {bytes:>9} {messages:>9} {time:>9.1?} {part:>10.1?} {byte:>6.0} ns {memory:>11}");
}

/// The most memory that a process of its own needs, in bytes.
fn memory(text: &str) -> Option<usize> {
    let path = std::env::temp_dir().join(format!("botwright-bench-{}.yaml", std::process::id()));
    fs::write(&path, text).ok()?;
    let own = std::env::current_exe().ok()?;
    let done = Command::new(own).arg("one").arg(&path).output().ok()?;
    fs::remove_file(&path).ok()?;
    String::from_utf8(done.stdout).ok()?.split_whitespace().nth(1)?.parse().ok()
}

/// The most memory that this process ever had, in bytes; known on Linux.
fn peak() -> Option<usize> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    Some(line.split_whitespace().nth(1)?.parse::<usize>().ok()? * 1024)
}

const TABLE: &str = "\
bot: large
settings:
  lobby: { type: channel, value: \"${LOBBY:-}\" }
tables:
  notes:
    columns: { author: user, text: text, state: { type: text, one_of: [open, done], default: open } }
";

/// Discord takes a hundred commands: more are one mistake, and are checked all the same.
fn commands(count: usize, wrong: bool) -> String {
    let mut text = format!("{TABLE}commands:\n");
    let (name, field) = if wrong { ("nmae", "sttae") } else { ("name", "state") };
    for at in 0..count {
        let _ = write!(
            text,
            "\
  command{at}:
    description: Writes a note and shows what there is
    options:
      text: {{ type: string, description: What to write, required: true, max_length: 500 }}
      limit: {{ type: integer, description: How many, min_value: 1, max_value: 25, default: 10 }}
    steps:
      - insert: {{ into: notes, row: {{ author: \"{{{{user}}}}\", text: \"{{{{options.text}}}}\" }} }}
      - find: {{ in: notes, where: {{ author: \"{{{{user}}}}\", {field}: open }}, limit: \"{{{{options.limit}}}}\" }}
        as: found
      - if: length(found) > 1
        then: [{{ reply: \"{{{{user.{name}}}}}: {{{{#each found}}}}{{{{this.text}}}} {{{{/each}}}}\" }}]
        else: [{{ reply: The first one. }}]
"
        );
    }
    text
}

/// Flows, buttons and embeds that refer to each other, of which there may be any number.
fn flows(count: usize) -> String {
    let mut text = format!(
        "{TABLE}commands:\n  start: {{ description: Start, steps: [{{ flow: flow0, with: {{ page: 1 }} }}] }}\nflows:\n"
    );
    for at in 0..count {
        let next = (at + 1) % count;
        let _ = write!(
            text,
            "\
  flow{at}:
    args: {{ page: integer }}
    steps:
      - count: {{ in: notes, where: {{ state: open }} }}
        as: total
      - reply: {{ update: true, embed: embed{at}, buttons: [{{ button: button{next}, with: {{ page: \"{{{{add args.page 1}}}}\" }}, if: total > 10 }}] }}
"
        );
    }
    text += "buttons:\n";
    for at in 0..count {
        let _ = writeln!(
            text,
            "  button{at}: {{ label: Next, args: {{ page: integer }}, steps: [{{ flow: flow{at}, with: {{ page: \"{{{{args.page}}}}\" }} }}] }}"
        );
    }
    text += "embeds:\n";
    for at in 0..count {
        let _ = write!(
            text,
            "  embed{at}:\n    title: \"Page {{{{args.page}}}}\"\n    color: green\n    fields: {{ Total: \"{{{{total}}}}\", By: \"{{{{user.mention}}}}\" }}\n"
        );
    }
    text
}

/// As many names to choose from as there are wrong ones.
fn names(count: usize) -> String {
    let mut text = format!("{TABLE}commands:\n  start: {{ description: Start, steps: [{{ reply: Hi }}] }}\nflows:\n");
    for at in 0..count {
        let _ = writeln!(text, "  flow{at}: {{ steps: [{{ reply: {{ embed: emebd{at} }} }}] }}");
    }
    text += "embeds:\n";
    for at in 0..count {
        let _ = writeln!(text, "  embed{at}: {{ title: \"{at}\" }}");
    }
    text += "events:\n  member_join:\n";
    for at in 0..count {
        let _ = writeln!(text, "    - flow: flow{at}");
    }
    text
}
