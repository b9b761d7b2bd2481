//! Tables, tickets, outbox and timers in SQL.
