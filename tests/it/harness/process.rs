//! The real command as a child process: always ended by its id, and everything that it wrote is kept.

use super::lines::Lines;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// The binary under test; `BOTWRIGHT` names another one, such as a release build or a copy that no build replaces.
fn binary() -> PathBuf {
    std::env::var_os("BOTWRIGHT").map_or_else(|| env!("CARGO_BIN_EXE_botwright").into(), PathBuf::from)
}

/// The binary under test, with an environment of nothing but what is given.
pub fn command(folder: &Path, arguments: &[&str], environment: &BTreeMap<String, String>) -> Command {
    let mut command = Command::new(binary());
    command.args(arguments).current_dir(folder).env_clear().envs(environment).stdin(Stdio::null());
    command
}

/// Runs a verb that ends by itself.
pub fn botwright(folder: &Path, arguments: &[&str]) -> Finished {
    let output = command(folder, arguments, &BTreeMap::new()).output().expect("the command starts");
    Finished::from(output)
}

/// Runs a verb that ends by itself, with these environment variables.
pub fn botwright_with(folder: &Path, arguments: &[&str], environment: &BTreeMap<String, String>) -> Finished {
    let output = command(folder, arguments, environment).output().expect("the command starts");
    Finished::from(output)
}

/// Runs lines of a shell in a folder, with `botwright` among the commands that it finds.
pub fn shell(folder: &Path, lines: &str) -> Finished {
    let binary = binary();
    let own = binary.parent().expect("the command stands in a folder");
    let others = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("sh");
    command.args(["-c", lines]).current_dir(folder).env_clear().stdin(Stdio::null());
    let output = command.env("PATH", format!("{}:{others}", own.display())).output().expect("a shell starts");
    Finished::from(output)
}

/// A command that has ended.
#[derive(Debug)]
pub struct Finished {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Finished {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// A bot that runs.
pub struct Process {
    child: Child,
    readers: Vec<JoinHandle<()>>,
    pub lines: Lines,
}

impl Process {
    /// What it writes is added to `lines`.
    pub fn start(mut command: Command, lines: &Lines) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command starts");
        let stdout = child.stdout.take().expect("its output is piped");
        let stderr = child.stderr.take().expect("its errors are piped");
        let readers = vec![lines.read(stdout), lines.read(stderr)];
        Self { child, readers, lines: lines.clone() }
    }

    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(status.expect("`kill` can be run").success(), "the bot had ended already");
    }

    /// Waits until it has ended and everything that it wrote is read.
    pub async fn ended(&mut self, within: Duration) -> ExitStatus {
        let deadline = Instant::now() + within;
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("the child can be waited for") {
                break status;
            }
            assert!(Instant::now() < deadline, "the bot did not end within {within:?}\n{}", self.lines.text());
            sleep(Duration::from_millis(10)).await;
        };
        self.read_to_the_end();
        status
    }

    /// Ends it as a power cut does.
    pub fn kill(&mut self) {
        let _it_may_have_ended = self.child.kill();
        let _so_too = self.child.wait();
        self.read_to_the_end();
    }

    fn read_to_the_end(&mut self) {
        for reader in self.readers.drain(..) {
            reader.join().expect("the reader does not panic");
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
