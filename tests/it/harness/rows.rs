//! What stands in the bot's database, read beside it.

use super::shop::Shop;
use super::wait::PATIENCE;
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row};
use std::time::Duration;
use tokio::time::{Instant, sleep};

impl Shop {
    /// The rows of a query whose columns are text or null.
    pub async fn rows(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        let options = SqliteConnectOptions::new().filename(&self.database).read_only(true);
        let mut connection = options.connect().await.expect("the database can be opened");
        let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(&mut connection).await;
        let text = |row: &SqliteRow| -> Vec<Option<String>> {
            (0..row.len()).map(|index| row.try_get_unchecked(index).expect("text")).collect()
        };
        rows.unwrap_or_else(|error| panic!("{sql}: {error}")).iter().map(text).collect()
    }

    /// One number.
    pub async fn number(&self, sql: &str) -> i64 {
        let rows = self.rows(sql).await;
        rows[0][0].as_ref().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{sql}: {rows:?}"))
    }

    /// Changes rows by hand.
    pub async fn change(&self, sql: &str) {
        assert!(self.execute(sql).await > 0, "{sql} changed nothing");
    }

    /// A statement beside the bot, with how many rows it changed.
    pub async fn execute(&self, sql: &str) -> u64 {
        let options = SqliteConnectOptions::new().filename(&self.database);
        let mut connection = options.connect().await.expect("the database can be opened");
        let changed = sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await;
        connection.close().await.expect("the database can be closed");
        changed.unwrap_or_else(|error| panic!("{sql}: {error}")).rows_affected()
    }

    /// Looks again until the number is that one.
    pub async fn number_becomes(&self, sql: &str, wanted: i64) {
        let deadline = Instant::now() + PATIENCE;
        while self.number(sql).await != wanted {
            assert!(Instant::now() < deadline, "{sql} did not become {wanted}\n{}", self.lines.text());
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// How many keys are in that state.
    pub async fn keys_in(&self, state: &str) -> i64 {
        self.number(&format!("SELECT count(*) FROM keys WHERE state = '{state}'")).await
    }
}
