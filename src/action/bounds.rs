//! Numbers that bound something: each in its range, and the least not above the greatest.

use crate::action::binder::Binder;
use crate::text::{Diagnostic, Spanned, code};
use std::fmt::Display;
use std::ops::RangeInclusive;

impl Binder<'_> {
    /// Reports a number that is out of its range.
    pub fn in_range<T: PartialOrd + Display>(
        &mut self,
        number: Option<&Spanned<T>>,
        range: RangeInclusive<T>,
        key: &str,
    ) {
        if let Some(number) = number.filter(|number| !number.poisoned && !range.contains(&number.value)) {
            let message = format!("`{key}` is {} to {}", range.start(), range.end());
            self.mistake(code::OUT_OF_RANGE, number.span, message);
        }
    }

    /// Reports a least that is greater than its greatest.
    pub fn ordered<T: PartialOrd>(
        &mut self,
        least: Option<&Spanned<T>>,
        most: Option<&Spanned<T>>,
        least_key: &str,
        most_key: &str,
    ) {
        if let (Some(least), Some(most)) = (least, most)
            && !(least.poisoned || most.poisoned)
            && least.value > most.value
        {
            let message = format!("`{least_key}` is greater than `{most_key}`: nothing could be given");
            self.report(
                Diagnostic::new(code::OUT_OF_RANGE, least.span, message).related(most.span, format!("`{most_key}`")),
            );
        }
    }
}
