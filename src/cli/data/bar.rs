//! How far something long has come: a bar on standard error, for people at a terminal only.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::Duration;

const BYTES: &str = "{msg} [{bar:40}] {bytes} of {total_bytes}, {eta} left";
const ROWS: &str = "{msg} [{bar:40}] {human_pos} of {human_len} rows, {eta} left";

/// Of what is read from a file.
pub fn bytes(what: &str, all: u64) -> ProgressBar {
    bar(what, all, BYTES)
}

/// Of rows.
pub fn rows(what: &str, all: u64) -> ProgressBar {
    bar(what, all, ROWS)
}

/// What has no measure.
pub fn wait(what: &str) -> ProgressBar {
    let bar = bar(what, 0, "{msg} {spinner}");
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn bar(what: &str, all: u64, template: &str) -> ProgressBar {
    // Where standard error is no terminal, it draws nothing.
    let bar = ProgressBar::with_draw_target(Some(all), ProgressDrawTarget::stderr_with_hz(5));
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style);
    bar.set_message(what.to_owned());
    bar
}
