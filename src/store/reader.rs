//! Reads, beside the writer and never behind it.

use super::dialect::{Pool, error};
use super::line::Line;
use super::schema::Schema;
use super::work::{Work, is_one_statement};
use crate::flow::memory::{Answer, MemoryError, Operation};

/// Answers operations that only read; all of them see one moment of the database.
pub async fn read(
    pool: &Pool,
    schema: &Schema,
    now: i64,
    operations: &[Operation],
) -> Result<Vec<Answer>, MemoryError> {
    if is_one_statement(operations) {
        let connection = &mut *pool.acquire().await.map_err(error)?;
        return Work { line: Line::new(connection), schema, now }.perform_all(operations).await;
    }
    let mut snapshot = pool.begin().await.map_err(error)?;
    let answers = Work { line: Line::new(&mut snapshot), schema, now }.perform_all(operations).await?;
    snapshot.commit().await.map_err(error)?;
    Ok(answers)
}
