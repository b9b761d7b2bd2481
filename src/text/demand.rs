//! What is asked of a value: it gives that, or it is refused in words and gives something harmless.

use super::code;
use super::decoder::Decoder;
use super::diagnostic::Diagnostic;
use super::handover;
use super::node::{Kind, Node, Resolved, Scalar, resolve};
use super::phrase::found;
use super::suggestion::is_plain;

impl<'a> Decoder<'a> {
    /// "`required` takes true or false, found text", unless the value is known to be bad.
    pub fn refuse(&self, takes: &str) {
        if let Some(diagnostic) = self.refusal(takes) {
            self.report(diagnostic);
        }
    }

    fn refusal(&self, takes: &str) -> Option<Diagnostic> {
        let kind = self.kind();
        if matches!(kind, Kind::Poison) {
            return None;
        }
        let message = format!("{} takes {takes}, found {}", self.subject, found(kind));
        Some(Diagnostic::new(code::WRONG_TYPE, self.place(), message))
    }

    fn scalar(&self) -> Option<&'a Scalar> {
        match self.kind() {
            Kind::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    pub fn boolean(&self) -> bool {
        match self.scalar().filter(|scalar| scalar.is_plain()).map(|scalar| scalar.value.as_str()) {
            Some("true") => true,
            Some("false") => false,
            _ => {
                let meant = self.scalar().and_then(|scalar| meant_boolean(&scalar.value));
                self.refuse_boolean(meant);
                meant.unwrap_or(false)
            }
        }
    }

    fn refuse_boolean(&self, meant: Option<bool>) {
        let Some(refusal) = self.refusal("true or false") else { return };
        self.report(match meant {
            Some(meant) => refusal.help(format!("write `{meant}`")).suggest(self.node.span, meant.to_string()),
            None => refusal,
        });
    }

    pub fn integer(&self, least: i128, most: i128) -> i128 {
        let number = self.scalar().map(Scalar::resolve);
        match number {
            Some(Resolved::Integer(number)) if (least..=most).contains(&number) => number,
            Some(Resolved::Integer(number)) => {
                self.out_of_range(number, least, most);
                0
            }
            _ => {
                self.refuse_number("a whole number");
                0
            }
        }
    }

    fn out_of_range(&self, number: i128, least: i128, most: i128) {
        let message = format!("{} takes a whole number from {least} to {most}, found {number}", self.subject);
        self.report(Diagnostic::new(code::OUT_OF_RANGE, self.node.span, message));
    }

    pub fn float(&self) -> f64 {
        match self.scalar().map(Scalar::resolve) {
            Some(Resolved::Integer(number)) => number as f64,
            Some(Resolved::Float(number)) => number,
            _ => {
                self.refuse_number("a number");
                0.0
            }
        }
    }

    fn refuse_number(&self, takes: &str) {
        let Some(refusal) = self.refusal(takes) else { return };
        let bare = self.scalar().map(|scalar| scalar.value.replace('_', ""));
        let meant = bare.filter(|bare| matches!(resolve(bare), Resolved::Integer(_)));
        self.report(match meant {
            Some(meant) => refusal.help(format!("write `{meant}`")).suggest(self.node.span, meant),
            None => refusal,
        });
    }

    /// The decoded text of any scalar.
    pub fn string(&self) -> &'a str {
        match self.scalar() {
            Some(scalar) => &scalar.value,
            None => {
                self.refuse("text");
                ""
            }
        }
    }

    /// The node to keep, or poison in its place.
    pub fn hand_over(&self, takes: &str, fits: impl Fn(&Kind) -> bool) {
        let kind = self.kind();
        if fits(kind) {
            return handover::offer(Node { span: self.place(), kind: kind.clone() });
        }
        self.refuse(takes);
        handover::offer(Node::poison(self.place()));
    }

    pub fn items(&self) -> &'a [Node] {
        match self.kind() {
            Kind::Sequence(items) => items,
            Kind::Null => &[],
            _ => {
                self.refuse_list();
                &[]
            }
        }
    }

    fn refuse_list(&self) {
        let Some(refusal) = self.refusal("a list") else { return };
        self.report(match self.scalar().filter(|scalar| is_plain(&scalar.value)) {
            Some(scalar) => {
                let list = format!("[{}]", scalar.value);
                refusal.help(format!("write `{list}`")).suggest(self.node.span, list)
            }
            None => refusal,
        });
    }

    pub fn tuple_items(&self, length: usize) -> Vec<Decoder<'a>> {
        let items = self.items();
        if items.len() != length && !matches!(self.kind(), Kind::Poison) {
            let takes = format!("{} takes {length} entries, found {}", self.subject, items.len());
            self.report(Diagnostic::new(code::WRONG_TYPE, self.place(), takes));
        }
        let real = items.iter().take(length).map(|node| self.item(node));
        let missing = std::iter::repeat_n(self.poison(), length.saturating_sub(items.len()));
        real.chain(missing).collect()
    }
}

/// What people write for true and false elsewhere.
fn meant_boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "y" | "1" | "enabled" => Some(true),
        "false" | "no" | "off" | "n" | "0" | "disabled" => Some(false),
        _ => None,
    }
}
