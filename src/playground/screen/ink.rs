//! Colour, where there is a terminal for it.

/// Puts colours into text, or leaves it as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ink {
    pub colour: bool,
}

impl Ink {
    fn dress(self, text: &str, on: &str, off: &str) -> String {
        if !self.colour || text.is_empty() {
            return text.to_owned();
        }
        format!("\x1b[{on}m{text}\x1b[{off}m")
    }

    pub fn bold(self, text: &str) -> String {
        self.dress(text, "1", "22")
    }

    pub fn dim(self, text: &str) -> String {
        self.dress(text, "2", "22")
    }

    pub fn italic(self, text: &str) -> String {
        self.dress(text, "3", "23")
    }

    pub fn underlined(self, text: &str) -> String {
        self.dress(text, "4", "24")
    }

    pub fn struck(self, text: &str) -> String {
        self.dress(text, "9", "29")
    }

    /// Code, mentions and other things that stand out.
    pub fn marked(self, text: &str) -> String {
        self.dress(text, "36", "39")
    }

    pub fn wrong(self, text: &str) -> String {
        self.dress(text, "31", "39")
    }

    /// In `0xRRGGBB`.
    pub fn rgb(self, text: &str, colour: u64) -> String {
        let [.., r, g, b] = colour.to_be_bytes();
        self.dress(text, &format!("38;2;{r};{g};{b}"), "39")
    }
}
