//! Bots in Markdown: the fenced blocks of a page, and each bot among them with the lines of the page.

use std::ops::Range;

/// A block of a page between two fences.
#[derive(Clone, Debug)]
pub struct Fence<'a> {
    page: &'a str,
    /// What stands behind the opening fence: `yaml fragment`.
    pub info: &'a str,
    /// Its lines, in bytes of the page.
    pub range: Range<usize>,
    /// How many blanks stand before the opening fence, as in a list.
    indent: usize,
}

/// All fenced blocks of a page, from top to bottom; one that nothing closes ends with the page.
/// Source: "Fenced code blocks" of the CommonMark specification 0.31.
pub fn fences(page: &str) -> Vec<Fence<'_>> {
    let mut found: Vec<Fence<'_>> = Vec::new();
    let mut open: Option<&str> = None;
    let mut at = 0;
    for line in page.split_inclusive('\n') {
        let written = line.trim();
        match open {
            Some(ticks) if closes(written, ticks) => open = None,
            Some(_) => extend(&mut found, at + line.len()),
            None => {
                open = ticks(written);
                if let Some(ticks) = open {
                    let (info, start) = (written[ticks.len()..].trim(), at + line.len());
                    let indent = line.len() - line.trim_start_matches(' ').len();
                    found.push(Fence { page, info, range: start..start, indent });
                }
            }
        }
        at += line.len();
    }
    found
}

fn extend(found: &mut [Fence<'_>], end: usize) {
    found.last_mut().expect("only a fence that was found is open").range.end = end;
}

/// The three or more backticks or tildes that open a fence.
fn ticks(line: &str) -> Option<&str> {
    let sign = line.chars().next().filter(|sign| matches!(sign, '`' | '~'))?;
    let length = line.len() - line.trim_start_matches(sign).len();
    let inline = sign == '`' && line[length..].contains('`');
    (length >= 3 && !inline).then(|| &line[..length])
}

fn closes(line: &str, ticks: &str) -> bool {
    line.starts_with(ticks) && line.trim_start_matches(&ticks[..1]).is_empty()
}

impl Fence<'_> {
    pub fn text(&self) -> &str {
        &self.page[self.range.clone()]
    }

    /// The line of the page that its first line is, from 1.
    pub fn first_line(&self) -> usize {
        self.page[..self.range.start].matches('\n').count() + 1
    }

    /// Whether it holds a whole bot: YAML with `bot:` at its left edge, or marked `yaml bot`. One that is marked
    /// `yaml fragment` or `yaml fails` is none to be checked.
    pub fn is_bot(&self) -> bool {
        let mut words = self.info.split_whitespace();
        if !words.next().is_some_and(|word| matches!(word.to_ascii_lowercase().as_str(), "yaml" | "yml")) {
            return false;
        }
        match words.next() {
            Some("bot") => true,
            Some("fragment" | "fails") => false,
            _ => self.text().lines().any(|line| self.without_indent(line).starts_with("bot:")),
        }
    }

    fn without_indent<'l>(&self, line: &'l str) -> &'l str {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        &line[blanks.min(self.indent)..]
    }

    /// The page with nothing but this block on it: what stands before is blank and what stands behind is gone, so that
    /// every place in it is a place of the page.
    pub fn alone(&self) -> String {
        let blank = |byte: u8| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' };
        let mut text: String = self.page[..self.range.start].bytes().map(blank).collect();
        text.push_str(self.text());
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found_with_their_words_and_lines() {
        let page = "# x\n\n```yaml\na: 1\n```\ntext ``` no\n1. item\n\n   ~~~~ yml bot\n   b: 2\n   ~~~\n   ~~~~\n```sh\nopen\n";
        let found = fences(page);
        let told: Vec<_> = found.iter().map(|fence| (fence.info, fence.first_line(), fence.text())).collect();
        assert_eq!(
            told,
            [("yaml", 4, "a: 1\n"), ("yml bot", 10, "   b: 2\n   ~~~\n"), ("sh", 14, "open\n")],
            "a fence is closed by its own sign, at least as long"
        );
    }

    #[test]
    fn a_bot_says_so_at_its_left_edge_or_is_marked() {
        let is_bot = |page: &str| fences(page)[0].is_bot();
        assert!(is_bot("```yaml\n# a comment\nbot: x\n```\n"));
        assert!(is_bot("- so:\n  ```yaml\n  bot: x\n  ```\n"));
        assert!(is_bot("```yaml bot\nbto: x\n```\n"));
        for page in [
            "```yaml\nreply: Hi\n```\n",
            "```yaml\nx:\n  bot: y\n```\n",
            "```json\nbot: x\n```\n",
            "```yaml fragment\nbot: x\n```\n",
            "```yaml fails\nbot: x\n```\n",
        ] {
            assert!(!is_bot(page), "{page}");
        }
    }

    #[test]
    fn a_block_alone_keeps_its_place() {
        let page = "Käse\r\n```yaml\r\nbot: x\r\n```\r\nmore";
        let alone = fences(page)[0].alone();
        assert_eq!(alone, "     \r\n       \r\nbot: x\r\n");
        assert_eq!(alone.find("bot"), page.find("bot"));
    }
}
