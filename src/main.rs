//! The command `botwright`.

use std::process::ExitCode;

fn main() -> ExitCode {
    botwright::cli::main()
}
