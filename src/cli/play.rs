//! `botwright play`: bots on a simulated Discord, with you as its people.

use crate::cli::arguments::{Files, Format};
use crate::cli::{logging, shown};
use crate::engine::Watch;
use crate::flow::port::Clock as _;
use crate::playground::Session;
use crate::playground::completion::Completions;
use crate::playground::screen::Ink;
use crate::scenario::Recorder;
use crate::scenario::gate::Gate;
use crate::sim::Playground;
use crate::stage::{Stage, StageClock, StageError, Wire};
use anyhow::bail;
use jiff::tz::TimeZone;
use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::MemHistory;
use rustyline::validate::Validator;
use rustyline::{CompletionType, Config, Context, Editor, ExternalPrinter, Helper};
use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    files: Files,
    /// Who acts first: ana, bo (customers), sam (staff) or root (administrator).
    #[arg(long = "as", value_name = "NAME", default_value = "ana")]
    who: String,
    /// Keep what the bot remembers in this SQLite file; without it, it is gone at the end.
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
}

/// What somebody types.
enum Input {
    Line(String),
    End,
    Complete { line: String, reply: oneshot::Sender<Completions> },
}

/// What happens beside that: it is told before the next line is taken.
enum Aside {
    /// The file of that bot was saved.
    Saved(usize),
    /// A line of the log.
    Logged(String),
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let paths = arguments.files.expand()?;
    if paths.is_empty() {
        bail!("there is no bot file here");
    }
    if paths.len() > 1 && arguments.data.is_some() {
        bail!("`--data` keeps what one bot remembers: play one file with it");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(play(arguments, &paths));
    // A thread may still wait for a line.
    runtime.shutdown_background();
    outcome
}

async fn play(arguments: &Arguments, paths: &[PathBuf]) -> anyhow::Result<ExitCode> {
    let (telling, asides) = unbounded_channel();
    let logged = telling.clone();
    logging::into(move |line| drop(logged.send(Aside::Logged(line))));
    let data = arguments.data.as_ref().map(|path| path.display().to_string());
    let clock = StageClock::real();
    let mut gate = None;
    let wire = |ground: &Playground| -> Wire {
        if paths.len() > 1 {
            return Box::new(|ports| ports);
        }
        // What one bot does can be written down.
        let own = Gate::new(&ground.world, Vec::new());
        tokio::spawn(own.clone().work());
        gate = Some(own.clone());
        Box::new(move |ports| own.wire(ports))
    };
    let stage = match Stage::open_wired(paths, data.as_deref(), clock.clone(), wire).await {
        Ok(stage) => stage,
        Err(StageError::Mistakes(mistaken)) => {
            shown::show(&mistaken.sources, &mistaken.diagnostics, Format::Human);
            eprintln!(
                "{}: {}; there is nothing to play yet",
                mistaken.path.display(),
                shown::count(mistaken.diagnostics.sorted())
            );
            return Ok(ExitCode::from(1));
        }
        Err(error) => return Err(error.into()),
    };
    let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let mut session = Session::new(stage, Ink { colour }, columns(), TimeZone::system());
    if let Some(gate) = gate {
        let recorder = Recorder::new(gate, &session.stage, clock.now());
        session.record(recorder);
    }
    if let Err(complaint) = session.act_as(&arguments.who) {
        bail!("--as: {complaint}");
    }
    for (index, path) in paths.iter().enumerate() {
        watch(index, path, telling.clone())?;
    }
    let code = if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        at_terminal(&mut session, asides).await?
    } else {
        from_pipe(&mut session, asides).await?
    };
    session.stage.close().await;
    Ok(code)
}

fn columns() -> usize {
    std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(100)
}

fn watch(index: usize, path: &Path, telling: UnboundedSender<Aside>) -> anyhow::Result<()> {
    let mut watch = Watch::start(path)?;
    tokio::spawn(async move {
        loop {
            watch.changed().await;
            if telling.send(Aside::Saved(index)).is_err() {
                return;
            }
        }
    });
    Ok(())
}

/// Prints to standard output; who reads it may have gone.
fn print(text: &str) {
    if !text.is_empty() {
        let _nobody_reads = writeln!(std::io::stdout(), "{text}");
    }
}

/// Each line with its prompt, and all that follows from it; the exit status tells whether every line could be done.
async fn from_pipe(session: &mut Session, mut asides: UnboundedReceiver<Aside>) -> anyhow::Result<ExitCode> {
    let (inputs, mut arriving) = unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if inputs.send(Input::Line(line)).is_err() {
                return;
            }
        }
        let _ended = inputs.send(Input::End);
    });
    print(&session.greeting());
    let (mut number, mut failed) = (0, Vec::new());
    while let Some(line) = next(session, &mut arriving, &mut asides, &mut |text| print(text)).await {
        number += 1;
        if !line.trim().is_empty() {
            print(&format!("{}{}", session.prompt(), line.trim()));
        }
        let answer = session.line(&line).await;
        print(&answer.text);
        if !answer.done {
            failed.push(number.to_string());
        }
        if answer.quit {
            break;
        }
    }
    catch_up(session, &mut asides, &mut |text| print(text)).await;
    if failed.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    let lines = if failed.len() == 1 { "line" } else { "lines" };
    eprintln!("error: {lines} {} could not be done as written", failed.join(", "));
    Ok(ExitCode::from(1))
}

/// Tells what has happened beside.
async fn catch_up(session: &mut Session, asides: &mut UnboundedReceiver<Aside>, tell: &mut dyn FnMut(&str)) {
    while let Ok(aside) = asides.try_recv() {
        told(session, aside, tell).await;
    }
}

async fn told(session: &mut Session, aside: Aside, tell: &mut dyn FnMut(&str)) {
    match aside {
        Aside::Logged(line) => tell(&session.screen.ink.dim(&format!("log: {}", line.trim_start()))),
        Aside::Saved(index) => {
            if let Some(text) = session.saved(index).await {
                tell(&text);
            }
        }
    }
}

/// The next line, or none at the end; what happens meanwhile is told.
async fn next(
    session: &mut Session,
    arriving: &mut UnboundedReceiver<Input>,
    asides: &mut UnboundedReceiver<Aside>,
    tell: &mut dyn FnMut(&str),
) -> Option<String> {
    loop {
        tokio::select! {
            biased;
            Some(aside) = asides.recv() => told(session, aside, tell).await,
            input = arriving.recv() => match input? {
                Input::End => return None,
                Input::Line(line) => return Some(line),
                Input::Complete { line, reply } => drop(reply.send(session.complete(&line).await)),
            },
            () = session.stirred() => tell(&session.news().await.join("\n")),
        }
    }
}

/// With editing, completion and what happens meanwhile above the line.
async fn at_terminal(session: &mut Session, mut asides: UnboundedReceiver<Aside>) -> anyhow::Result<ExitCode> {
    let (inputs, mut arriving) = unbounded_channel();
    let config = Config::builder().completion_type(CompletionType::List).auto_add_history(true).build();
    let mut editor = Editor::<Typist, MemHistory>::with_history(config.clone(), MemHistory::with_config(&config))?;
    editor.set_helper(Some(Typist { inputs: inputs.clone() }));
    if let Some((columns, _)) = editor.dimensions() {
        session.screen.width = usize::from(columns).clamp(30, 120);
    }
    let mut above = editor.create_external_printer()?;
    let (prompts, asked) = std::sync::mpsc::channel::<String>();
    std::thread::spawn(move || type_lines(editor, &asked, &inputs));
    print(&session.greeting());
    prompts.send(session.prompt())?;
    let mut tell = |text: &str| {
        if !text.is_empty() {
            let _nobody_reads = above.print(format!("{text}\n"));
        }
    };
    while let Some(line) = next(session, &mut arriving, &mut asides, &mut tell).await {
        let answer = session.line(&line).await;
        print(&answer.text);
        if answer.quit {
            break;
        }
        prompts.send(session.prompt())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Asks for a line whenever there is a prompt for it.
fn type_lines(
    mut editor: Editor<Typist, MemHistory>,
    prompts: &std::sync::mpsc::Receiver<String>,
    inputs: &UnboundedSender<Input>,
) {
    while let Ok(prompt) = prompts.recv() {
        let input = match editor.readline(&prompt) {
            Ok(line) => Input::Line(line),
            // Ctrl-C takes back what was typed.
            Err(ReadlineError::Interrupted) => Input::Line(String::new()),
            Err(_) => Input::End,
        };
        if inputs.send(input).is_err() {
            return;
        }
    }
}

/// Asks the session for completions, from the thread that reads the keys.
struct Typist {
    inputs: UnboundedSender<Input>,
}

impl Helper for Typist {}

impl Highlighter for Typist {}

impl Validator for Typist {}

impl Hinter for Typist {
    type Hint = String;
}

impl Completer for Typist {
    type Candidate = Pair;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let (reply, answer) = oneshot::channel();
        let line = line[..pos].to_owned();
        let asked = self.inputs.send(Input::Complete { line, reply });
        let Completions { start, candidates } = match asked {
            Ok(()) => answer.blocking_recv().unwrap_or_default(),
            Err(_) => Completions::default(),
        };
        let pair = |(replacement, display)| Pair { display, replacement };
        Ok((start, candidates.into_iter().map(pair).collect()))
    }
}
