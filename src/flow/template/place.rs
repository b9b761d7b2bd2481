//! Where a text stands, as far as it matters to how it is rendered.

/// Whether Discord renders Markdown there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// Messages, descriptions and field values: what users wrote is escaped.
    Markdown,
    /// Footers, author names, labels, names of channels: shown as it stands, and nothing is escaped.
    Plain,
}
