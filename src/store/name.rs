//! Names that belong to the engine, and how its own names are made from the author's.

/// Before the name of everything in the database that is the engine's.
const PREFIX: &str = "bw_";
/// Before the name of a column that holds another one's folded text.
const FOLDED: &str = "bw_folded_";

/// Whether no table and no column of an author may have this name: the database's and the engine's own.
pub fn reserved(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with(PREFIX)
        || name.starts_with("sqlite_")
        || matches!(name.as_str(), "id" | "guild_id" | "rowid" | "oid" | "_rowid_")
}

/// The column that holds the folded text of `column`.
pub fn folded_column(column: &str) -> String {
    format!("{FOLDED}{column}")
}

/// The author's name of a stored column.
pub fn declared_column(stored: &str) -> &str {
    stored.strip_prefix(FOLDED).unwrap_or(stored)
}

/// What text is compared by where case does not matter.
pub fn fold(text: &str) -> String {
    text.trim().to_lowercase()
}

/// The name of an index, the same for the same purpose, table and columns: `bw_uq_…`, `bw_ix_…`, `bw_ixp_…`.
pub fn index(purpose: &str, table: &str, columns: &[String]) -> String {
    let mut hash = blake3::Hasher::new();
    for part in std::iter::once(table).chain(columns.iter().map(String::as_str)) {
        hash.update(part.to_ascii_lowercase().as_bytes());
        hash.update(&[0]);
    }
    format!("{PREFIX}{purpose}_{}", &hash.finalize().to_hex()[..16])
}
