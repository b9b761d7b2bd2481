//! What stands in the bot's database, read beside it.

use super::shop::Shop;
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Row};

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

    /// How many keys are in that state.
    pub async fn keys_in(&self, state: &str) -> i64 {
        self.number(&format!("SELECT count(*) FROM keys WHERE state = '{state}'")).await
    }
}
