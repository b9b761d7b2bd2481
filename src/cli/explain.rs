//! `botwright explain E0302`: what a mistake means, an example, and how to mend it.

use crate::text::code::{ALL, FAMILIES};
use crate::text::{Code, Severity};
use std::io::IsTerminal;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Codes such as `E0302`; without one, all are listed.
    #[arg(value_name = "CODE")]
    codes: Vec<String>,
}

/// How many codes are told in place of an unknown one.
const NEAR: usize = 4;

/// How wide a line of prose gets, in characters.
const WIDTH: usize = 90;

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if arguments.codes.is_empty() {
        print!("{}", list());
        return Ok(ExitCode::SUCCESS);
    }
    let mut pages = Vec::new();
    for written in &arguments.codes {
        match find(written) {
            Ok(code) => pages.push(code.page()),
            Err(complaint) => {
                eprintln!("error: {complaint}");
                return Ok(ExitCode::from(2));
            }
        }
    }
    let bold = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let pages: Vec<String> = pages.into_iter().map(|page| readable(page, bold)).collect();
    print!("{}", pages.join("\n"));
    Ok(ExitCode::SUCCESS)
}

/// The code that was meant: in capitals or not, and without its zeros.
fn find(written: &str) -> Result<Code, String> {
    let capitals = written.trim().to_ascii_uppercase();
    let letter = capitals.chars().next().filter(char::is_ascii_alphabetic);
    let number = capitals.trim_start_matches(|c: char| c.is_ascii_alphabetic()).parse::<u32>().ok();
    let fits = |code: &&Code| {
        let same_letter = letter.is_none_or(|letter| code.id.starts_with(letter));
        same_letter && code.id[1..].parse().ok() == number
    };
    let found: Vec<Code> = ALL.iter().filter(fits).copied().collect();
    match found.as_slice() {
        [code] => Ok(*code),
        [] => Err(format!("there is no code `{written}`{}", nearest_to(&capitals))),
        several => Err(format!("`{written}` can be {}", titles(several))),
    }
}

/// The codes with the fewest characters to change, of the same family first.
fn nearest_to(capitals: &str) -> String {
    let away = |code: &Code| strsim::damerau_levenshtein(code.id, capitals);
    let stranger = |code: &Code| capitals.get(..3) != code.id.get(..3);
    let mut near: Vec<Code> = ALL.iter().filter(|code| away(code) <= 2).copied().collect();
    near.sort_by_key(|code| (stranger(code), away(code)));
    near.truncate(NEAR);
    if near.is_empty() {
        return "; `botwright explain` lists all of them".to_owned();
    }
    format!("; near it are {}", titles(&near))
}

fn titles(codes: &[Code]) -> String {
    codes.iter().map(|code| format!("{code} ({})", code.title)).collect::<Vec<_>>().join(", ")
}

/// All codes with their titles, by family.
fn list() -> String {
    let mut list = String::new();
    for (digit, family) in FAMILIES {
        list.push_str(&format!("{family}\n"));
        for code in ALL.iter().filter(|code| code.id[2..].starts_with(*digit)) {
            let warning = if code.severity == Severity::Warning { " (warning)" } else { "" };
            list.push_str(&format!("  {code}  {}{warning}\n", code.title));
        }
        list.push('\n');
    }
    list + "botwright explain CODE tells more.\n"
}

/// Markdown for reading: headings without signs, blocks indented, links by their words.
fn readable(page: &str, bold: bool) -> String {
    let mut out = String::new();
    let mut in_block = false;
    for line in page.lines() {
        if line.starts_with("```") {
            in_block = !in_block;
        } else if in_block {
            out.push_str(format!("    {line}").trim_end());
            out.push('\n');
        } else if let Some(heading) = line.strip_prefix('#') {
            let heading = heading.trim_start_matches(['#', ' ']);
            out.push_str(&if bold { format!("\u{1b}[1m{heading}\u{1b}[0m\n") } else { format!("{heading}\n") });
        } else {
            out.push_str(&wrapped(&without_links(line)));
        }
    }
    out
}

fn without_links(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(middle) = rest.find("](") {
        let (Some(open), Some(end)) = (rest[..middle].rfind('['), rest[middle..].find(')')) else { break };
        out.push_str(&rest[..open]);
        out.push_str(&rest[open + 1..middle]);
        rest = &rest[middle + end + 1..];
    }
    out + rest
}

fn wrapped(line: &str) -> String {
    let mut out = String::new();
    let mut length = 0;
    for word in line.split(' ') {
        let wide = word.chars().count();
        if length > 0 && length + 1 + wide > WIDTH {
            out.push('\n');
            length = 0;
        }
        if length > 0 {
            out.push(' ');
            length += 1;
        }
        out.push_str(word);
        length += wide;
    }
    out + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_however_it_is_written() {
        for written in ["E0302", "e0302", "e302", " E302 ", "302"] {
            assert_eq!(find(written).map(|code| code.id), Ok("E0302"), "{written}");
        }
    }

    #[test]
    fn what_is_no_code_is_told_with_its_neighbours() {
        assert_eq!(
            find("301").unwrap_err(),
            "`301` can be E0301 (a name that is declared nowhere), W0301 (a name that nothing uses)"
        );
        assert!(find("E0399").unwrap_err().starts_with("there is no code `E0399`; near it are E0309 ("));
        assert!(find("hello").unwrap_err().ends_with("`botwright explain` lists all of them"));
    }

    #[test]
    fn a_page_is_readable_without_its_signs() {
        let page = "# E1: x\n\nSee [the page](../a.md#b) `[x](y`.\n\n## Wrong\n\n```yaml fails\nbot: x\n```\n";
        assert_eq!(readable(page, false), "E1: x\n\nSee the page `[x](y`.\n\nWrong\n\n    bot: x\n");
        assert!(readable(page, true).starts_with("\u{1b}[1mE1: x\u{1b}[0m\n"));
        assert!(code_pages_fit());
    }

    fn code_pages_fit() -> bool {
        ALL.iter().all(|code| readable(code.page(), false).starts_with(&format!("{code}: {}\n", code.title)))
    }

    #[test]
    fn every_code_is_in_the_list() {
        let list = list();
        assert!(ALL.iter().all(|code| list.contains(&format!("  {code}  {}", code.title))), "{list}");
    }
}
