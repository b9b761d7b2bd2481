//! A Discord small enough to hold in the hand.
