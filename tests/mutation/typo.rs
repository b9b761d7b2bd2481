//! Slips of a finger: two letters swapped, one left out, one twice, one beside the right one.

/// A misspelling of `word` that is none of the known words; which one depends on `seed` alone.
pub fn typo(word: &str, known: &[String], seed: usize) -> Option<String> {
    let letters: Vec<char> = word.chars().collect();
    let count = letters.len() * 4;
    (0..count)
        .map(|turn| slip(&letters, (seed * 7 + turn) % count))
        .find(|slip| slip != word && is_word(slip) && !known.contains(slip))
}

fn slip(letters: &[char], which: usize) -> String {
    let (at, sort) = (which / 4, which % 4);
    let mut letters = letters.to_vec();
    match sort {
        0 if at + 1 < letters.len() => letters.swap(at, at + 1),
        1 if letters.len() > 3 => drop(letters.remove(at)),
        2 => letters.insert(at, letters[at]),
        3 if letters.len() > 3 => letters[at] = neighbour(letters[at]),
        _ => {}
    }
    letters.into_iter().collect()
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// The letter on the right of this one on a keyboard.
fn neighbour(letter: char) -> char {
    let rows = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
    let row = rows.iter().find(|row| row.contains(letter));
    row.and_then(|row| row.chars().cycle().skip_while(|c| *c != letter).nth(1)).unwrap_or(letter)
}
