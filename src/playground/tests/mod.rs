//! The stage and the prompt, through what is typed and what is read.
