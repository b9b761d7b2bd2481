//! Carries a node past serde, which has no word for it, from the decoder to the type that keeps it.

use super::node::Node;
use std::cell::RefCell;

thread_local! {
    static HAND: RefCell<Option<Node>> = const { RefCell::new(None) };
}

/// Offers a node to the visitor that is called next.
pub(super) fn offer(node: Node) {
    HAND.with(|hand| *hand.borrow_mut() = Some(node));
}

/// Takes what the decoder offered; nothing when another deserializer is at work.
pub(super) fn take() -> Option<Node> {
    HAND.with(|hand| hand.borrow_mut().take())
}
