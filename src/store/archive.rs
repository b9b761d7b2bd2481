//! A bot's database as its operator sees it: opened beside the running bot, or while it is down.

use super::dialect::{self, Connection, Render as _, connect, row};
use super::location::Location;
use super::newborn::Newborn;
use super::options::SqliteOptions;
use super::own_tables;
use crate::flow::memory::{MemoryError, Table};
use sea_query::{Asterisk, Expr, Func, Query};
use std::path::{Path, PathBuf};

/// One connection of its own. What is read is one moment of each question; what is changed happens whole or not at all.
pub struct Archive {
    pub(super) connection: Connection,
    /// It is made for an import, and not in its place yet.
    newborn: Option<Newborn>,
}

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    #[error("there is no database at {}: nothing was remembered yet, or the bot runs in another folder or with another `DATABASE_URL`", .0.display())]
    Missing(PathBuf),
    #[error("a database in memory is gone when its bot ends: there is nothing to look at")]
    InMemory,
    #[error("{} is a database, but no bot's", .0.display())]
    Strange(PathBuf),
    #[error(transparent)]
    Memory(#[from] MemoryError),
}

/// A declared table as far as the database has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Present {
    /// Without the columns that are not there.
    pub table: Table,
    /// Columns of the definition that the database does not have yet.
    pub missing: Vec<String>,
    /// Columns that the database has, and that the definition does not name any more.
    pub left_over: Vec<String>,
}

impl Archive {
    /// Opens a database that is there, for reading only.
    ///
    /// # Errors
    /// It is missing, no bot's, damaged, or was written by a newer Botwright.
    pub async fn read(url: &str) -> Result<Self, ArchiveError> {
        let path = path_of(url)?;
        Self::open(&Location::File { path: path.clone(), read_only: true }, &path).await
    }

    /// Opens a database that is there, to change it.
    ///
    /// # Errors
    /// As for [`Archive::read`], and when it may not be written.
    pub async fn change(url: &str) -> Result<Self, ArchiveError> {
        let path = path_of(url)?;
        Self::open(&Location::File { path: path.clone(), read_only: false }, &path).await
    }

    /// Opens a database to change it, and makes it where it is missing; for a `trial` it is made in memory then. A new one
    /// is there for others once [`Archive::keep`] was called.
    ///
    /// # Errors
    /// As for [`Archive::change`], and when it cannot be made.
    pub async fn make(url: &str, trial: bool) -> Result<Self, ArchiveError> {
        match Self::change(url).await {
            Err(ArchiveError::Missing(_)) => {
                let newborn = if trial { None } else { Some(Newborn::beside(&path_of(url)?)?) };
                let location = newborn.as_ref().map_or(Location::Memory, Newborn::location);
                let connection = connect(&location, &SqliteOptions::default()).await?;
                let mut archive = Self { connection, newborn };
                own_tables::make(&mut archive.connection).await?;
                Ok(archive)
            }
            other => other,
        }
    }

    async fn open(location: &Location, path: &Path) -> Result<Self, ArchiveError> {
        if !path.exists() {
            return Err(ArchiveError::Missing(path.to_owned()));
        }
        let mut connection = connect(location, &SqliteOptions::default()).await?;
        if own_tables::is_ours(&mut connection).await? {
            Ok(Self { connection, newborn: None })
        } else {
            Err(ArchiveError::Strange(path.to_owned()))
        }
    }

    /// Closes the file; whoever is the last to do so moves what is in the write-ahead log into it.
    ///
    /// # Errors
    /// The database fails; what was committed is kept.
    pub async fn close(self) -> Result<(), MemoryError> {
        dialect::close(self.connection).await
    }

    /// The same, when what was done is to stay: a database that was made for it takes its place.
    ///
    /// # Errors
    /// As for [`Archive::close`], and when a database was made in that place meanwhile.
    pub async fn keep(self) -> Result<(), MemoryError> {
        dialect::close(self.connection).await?;
        self.newborn.map_or(Ok(()), Newborn::put_in_place)
    }

    /// The names of all tables, the author's and the engine's.
    ///
    /// # Errors
    /// The database fails.
    pub async fn tables(&mut self) -> Result<Vec<String>, MemoryError> {
        dialect::tables(&mut self.connection).await
    }

    /// What the database has of a declared table; none where it was not made yet.
    ///
    /// # Errors
    /// The database fails.
    pub async fn present(&mut self, table: &Table) -> Result<Option<Present>, MemoryError> {
        let Some(there) = dialect::columns(&mut self.connection, &table.name).await? else { return Ok(None) };
        let has = |name: &str| there.iter().any(|(column, _)| column.eq_ignore_ascii_case(name));
        let declared = |name: &str| table.columns.keys().any(|column| column.eq_ignore_ascii_case(name));
        let mut found = table.clone();
        let (kept, missing): (Vec<_>, Vec<_>) = table.columns.keys().cloned().partition(|column| has(column));
        found.columns.retain(|name, _| kept.contains(name));
        let names = there.iter().map(|(name, _)| name.as_str());
        let left_over = names.filter(|name| !super::name::reserved(name) && !declared(name)).map(str::to_owned);
        Ok(Some(Present { table: found, missing, left_over: left_over.collect() }))
    }

    /// How many rows a table has, of all servers.
    ///
    /// # Errors
    /// The database fails, or has no such table.
    pub async fn count(&mut self, table: &str) -> Result<u64, MemoryError> {
        let all = Func::count(Expr::col(Asterisk));
        let sql = Query::select().expr(all).from(table.to_owned()).sql();
        let found = row(&mut self.connection, sql).await?;
        let count = found.map_or(Ok(0), |found| found.integer(0))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

/// The file that an address names.
fn path_of(url: &str) -> Result<PathBuf, ArchiveError> {
    match Location::parse(url)? {
        Location::File { path, .. } => Ok(path),
        Location::Memory => Err(ArchiveError::InMemory),
    }
}
