//! A bot file from the disk, checked.

use crate::compile::{Checked, Environment, check};
use crate::flow::program::Program;
use crate::text::{Diagnostics, Sources};
use std::path::Path;

/// A file that was read and checked.
pub struct Loaded {
    pub bytes: Vec<u8>,
    pub sources: Sources,
    pub diagnostics: Diagnostics,
    pub program: Option<Program>,
}

/// Reads and checks a bot file. An error is the operating system's.
pub fn load(path: &Path, environment: &Environment) -> std::io::Result<Loaded> {
    let bytes = std::fs::read(path)?;
    let Checked { sources, diagnostics, program } = check(&path.display().to_string(), &bytes, environment);
    Ok(Loaded { bytes, sources, diagnostics, program })
}
