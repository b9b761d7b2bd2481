//! Fixes put into a text: each where it belongs, and every other byte as it was.

use super::suggestion::Suggestion;
use std::ops::Range;

/// A text with fixes in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mended {
    pub text: String,
    /// Which of the given fixes were put in, and what they cover now; one that overlaps another has to wait.
    pub applied: Vec<(usize, Range<usize>)>,
}

/// Puts fixes into the text that they speak of, from its beginning to its end.
pub fn mend(text: &str, fixes: &[&Suggestion]) -> Mended {
    let mut order: Vec<usize> = (0..fixes.len()).collect();
    order.sort_by_key(|&index| (fixes[index].span.start, fixes[index].span.end));
    let mut mended = Mended { text: String::with_capacity(text.len()), applied: Vec::new() };
    let mut from = 0;
    for index in order {
        let range = fixes[index].span.start as usize..fixes[index].span.end as usize;
        let free = range.start > from || mended.applied.is_empty();
        let Some(between) = text.get(from..range.start).filter(|_| free && text.get(range.clone()).is_some()) else {
            continue;
        };
        mended.text.push_str(between);
        let start = mended.text.len();
        mended.text.push_str(&fixes[index].replacement);
        mended.applied.push((index, start..mended.text.len()));
        from = range.end;
    }
    mended.text.push_str(&text[from..]);
    mended
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{SourceId, Span};

    fn fix(start: u32, end: u32, by: &str) -> Suggestion {
        Suggestion { span: Span::new(SourceId(0), start, end), replacement: by.to_owned(), certain: true }
    }

    fn mended(text: &str, fixes: &[Suggestion]) -> (String, Vec<(usize, Range<usize>)>) {
        let Mended { text, applied } = mend(text, &fixes.iter().collect::<Vec<_>>());
        (text, applied)
    }

    #[test]
    fn fixes_are_put_in_and_the_rest_stays() {
        let (text, applied) = mended("a: öö\r\nb: {{x}} # end\r\n", &[fix(12, 17, "\"{{x}}\""), fix(0, 1, "anna")]);
        assert_eq!(text, "anna: öö\r\nb: \"{{x}}\" # end\r\n");
        assert_eq!(applied, [(1, 0..4), (0, 15..22)]);
        assert!(applied.iter().all(|(_, range)| text.get(range.clone()).is_some()));
    }

    #[test]
    fn of_two_that_overlap_the_second_waits() {
        let (text, applied) = mended("abcdef", &[fix(2, 5, "X"), fix(1, 3, "Y"), fix(5, 6, "")]);
        assert_eq!(text, "aYde");
        assert_eq!(applied, [(1, 1..2), (2, 4..4)]);
    }

    #[test]
    fn a_fix_at_the_place_of_another_waits() {
        assert_eq!(mended("ab", &[fix(1, 1, "x"), fix(1, 1, "y")]).0, "axb");
        assert_eq!(mended("ab", &[fix(7, 9, "x")]), ("ab".to_owned(), Vec::new()));
    }
}
