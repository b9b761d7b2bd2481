//! Files and what is wrong with them: sources, places, YAML that remembers where it stood, diagnostics.
