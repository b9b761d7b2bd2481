//! What a bot remembers: tables as the author declares them, tickets, the outbox and timers, and the port to them.

use crate::flow::timer::Errand;
use async_trait::async_trait;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// A row as a JSON object: `id` (integer) and the columns; ids of Discord as text, times as epoch milliseconds.
pub type Row = Map<String, Value>;

/// The name of a table and what its rows hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub name: String,
    pub columns: IndexMap<String, Column>,
    /// Sets of columns whose values together stand in one row only (per guild, unless the table is global).
    pub unique: Vec<Vec<String>>,
    /// `true`: rows belong to no guild.
    pub global: bool,
    /// What makes searches quick.
    pub indexes: Vec<Index>,
}

/// Columns that are searched and ordered by together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    pub columns: Vec<String>,
    /// `true`: rows that have no value in its first column are not in it, since nothing looks for them there.
    pub partial: bool,
}

/// How rows of a table are looked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Search {
    /// Columns that are held to one value.
    pub equal: BTreeSet<String>,
    /// Columns that the rows are then ordered or grouped by.
    pub then: Vec<String>,
}

impl Search {
    /// How many columns it is about.
    #[expect(clippy::len_without_is_empty, reason = "one about no column is a search like any other")]
    pub fn len(&self) -> usize {
        self.equal.len() + self.then.len()
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub kind: ColumnKind,
    /// `true`: the column may be null.
    pub optional: bool,
    /// Never shown in a log, a diagnostic, a trace or the playground.
    pub secret: bool,
    /// Text compares, groups and is unique regardless of case; it keeps the case it was written in.
    pub ignore_case: bool,
    pub one_of: Vec<String>,
    pub default: Option<ColumnDefault>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    Text,
    Integer,
    Number,
    Boolean,
    /// Epoch milliseconds.
    Time,
    User,
    Role,
    Channel,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ColumnDefault {
    Value(Value),
    /// The time of the statement.
    Now,
}

/// All conditions hold.
pub type Filter = Vec<(String, Condition)>;

#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// `Null` means "has no value".
    Is(Value),
    /// A row without a value is not that value either: it meets the condition.
    Not(Value),
    In(Vec<Value>),
    Less(Value),
    AtMost(Value),
    More(Value),
    AtLeast(Value),
    /// For text only; regardless of case where the column says so.
    Contains(String),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    pub column: String,
    pub descending: bool,
}

/// What an insert does with a row that breaks a unique rule.
#[derive(Debug, Clone, PartialEq)]
pub enum OnConflict {
    /// The whole transaction fails with [`MemoryError::Conflict`].
    Fail,
    /// The row is left out and told of in [`Inserted::conflicts`].
    Skip,
    /// The row that is there is changed by `set` when it meets `filter`, and is left out otherwise.
    Update { filter: Filter, set: Row },
}

/// One operation; those given together happen in one transaction or not at all.
///
/// What names no answer answers [`Answer::Nothing`].
///
/// `guild` is the scope of the rows; it is ignored for a global table.
#[derive(Debug, Clone, PartialEq)]
pub enum Operation {
    /// Answers [`Answer::Inserted`].
    Insert { table: String, guild: String, rows: Vec<Row>, on_conflict: OnConflict },
    /// Takes the first row that meets `filter`, oldest first unless `order` says otherwise, writes `set` to it and holds
    /// it for `run`: [`Operation::GiveBack`] restores it, [`Operation::Settle`] makes it final. Two takes never get one row.
    /// Answers [`Answer::Row`].
    Take { table: String, guild: String, filter: Filter, set: Row, order: Vec<Order>, run: String },
    /// Restores every column that the take changed. Answers [`Answer::Count`] (0: it was not held by that run).
    GiveBack { table: String, row: i64, run: String },
    /// The run ended well: what it holds stays as it is.
    Settle { run: String },
    /// The run did not end well: all it holds is restored, or nothing when what it changed stands in another row by now
    /// that must not repeat it ([`MemoryError::Conflict`]). Answers [`Answer::Count`].
    GiveBackAll { run: String },
    /// Everything that is held, oldest first; at start it is what earlier processes left. Answers [`Answer::Holds`].
    Holds,
    /// Answers [`Answer::Rows`]: the rows as they are now.
    Update { table: String, guild: String, filter: Filter, set: Row },
    /// Answers [`Answer::Count`].
    Delete { table: String, guild: String, filter: Filter },
    /// Answers [`Answer::Rows`].
    Find { table: String, guild: String, filter: Filter, order: Vec<Order>, limit: Option<u64>, offset: u64 },
    /// Answers [`Answer::Count`].
    Count { table: String, guild: String, filter: Filter },
    /// Counts per distinct values of `by`: rows of those columns and `count`, ordered by `by`. Answers [`Answer::Rows`].
    CountBy { table: String, guild: String, filter: Filter, by: Vec<String> },
    /// The distinct values of a column, ordered, at most `limit`; of those that contain `containing`, regardless of case.
    /// Answers [`Answer::Values`].
    Distinct { table: String, guild: String, filter: Filter, column: String, containing: String, limit: u64 },

    /// Opens a ticket unless its user has `limit` open ones of that kind. Answers [`Answer::Ticket`].
    OpenTicket { kind: String, guild: String, user: String, user_name: String, limit: u32 },
    /// The ticket's channel is there.
    TicketChannel { ticket: i64, channel: String },
    /// Marks it closed and says so once: a second close answers `None`. Answers [`Answer::Closed`].
    CloseTicket { ticket: i64, by: Option<String> },
    /// Oldest first. Answers [`Answer::Tickets`].
    FindTickets { filter: TicketFilter },

    /// Puts an entry in the outbox; entries of one destination leave in order.
    Post { destination: String, payload: Value },
    /// Of each destination whose oldest entry is due: its oldest entries, at most `limit` of each, so that a long queue
    /// holds no other destination up. Oldest first. Answers [`Answer::Posts`].
    DuePosts { limit: u64 },
    /// Delivered: they are gone.
    Posted { ids: Vec<i64> },
    /// Not delivered: tried again at `at` (the whole destination waits).
    PostponePosts { ids: Vec<i64>, at: i64, error: String },
    /// Given up: kept aside, told of by [`Operation::DeadPosts`].
    BuryPosts { ids: Vec<i64>, error: String },
    /// Answers [`Answer::Posts`].
    DeadPosts,

    /// Something to do at `at`. Answers [`Answer::Id`].
    SetTimer { at: i64, what: Errand },
    /// The timers that are due, oldest first. Answers [`Answer::Timers`].
    DueTimers { limit: u64 },
    /// It has fired and will not again. Answers [`Answer::Count`] (0: somebody else was first).
    TimerDone { id: i64 },
    /// Brings the schedules of a server in line with what is wanted: what is not wanted goes, what is new or was changed
    /// gets the due time given here, the rest keeps its own. Answers [`Answer::Planned`]: the rows as they are now.
    PlanSchedules { guild: String, wanted: Vec<Plan> },
    /// Schedules of any other name are gone from the file.
    ForgetSchedules { known: Vec<String> },
    /// What was due at `due` happens now, and next at `next`. Answers [`Answer::Count`] (0: somebody else was first). With
    /// it begins the run of that id, which goes on with that state in another process.
    ScheduleFired { guild: String, name: String, due: i64, next: i64, begins: Option<(String, String)> },

    /// When the next timer or outbox entry is due. Answers [`Answer::At`].
    NextDue,
    /// The same, without those that are due already. Answers [`Answer::At`].
    NextLater,
    /// All timers, oldest first. Answers [`Answer::Timers`].
    Timers,

    /// A panel was posted.
    PanelPosted { panel: Panel },
    /// The panels of a server, oldest first. Answers [`Answer::Panels`].
    Panels { guild: String },
    /// Those of a server, or only those in that channel, or only that message, are there no more. Answers
    /// [`Answer::Panels`]: what was forgotten.
    ForgetPanels { guild: String, channel: Option<String>, message: Option<String> },

    /// Something of the engine's own to remember under a name, in place of what stood there.
    Note { key: String, value: String },
    /// Answers [`Answer::Noted`].
    Noted { key: String },

    /// A run has begun, and is over with this transaction. [`MemoryError::Repeated`] when it has begun before.
    Claim { run: String },
    /// What the run needs to go on in another process, as it is once this transaction is over; stands behind the operations
    /// that it tells of, whose answers it keeps where `keeps` says so. `fresh`: the run begins with it, and
    /// [`MemoryError::Repeated`] says that it has begun before.
    Checkpoint { run: String, fresh: bool, keeps: bool, state: String },
    /// The run is over.
    EndRun { run: String },
    /// It sleeps until somebody wakes it, and is not [`Operation::UnfinishedRuns`] meanwhile.
    SleepRun { run: String },
    /// Answers [`Answer::Runs`]: the run, when it slept; none when somebody else was first.
    WakeRun { run: String },
    /// Nobody but its owner can tell how it goes on: it is set aside, with what is not known.
    SetRunAside { run: String, trouble: String },
    /// Its owner tells whether what was in doubt arrived; it can go on, or, where only its rows are left, those stay or go
    /// back. Answers [`Answer::Count`] (0: there is nothing of that run to decide).
    DecideRun { run: String, arrived: bool },
    /// Those that have begun and are not over, without those that sleep or are set aside, oldest first. Answers
    /// [`Answer::Runs`].
    UnfinishedRuns,
    /// The same with those that sleep. Answers [`Answer::Runs`].
    RunsUnderWay,
    /// Those that are set aside, oldest first. Answers [`Answer::Runs`].
    RunsAside,
    /// What is held by a run of which nothing else is known: an older version left it. Answers [`Answer::Holds`].
    LostHolds,
    /// Runs that were over before that time are forgotten: Discord delivers an interaction again within minutes only.
    ForgetRuns { before: i64 },
}

impl Operation {
    /// Whether it changes nothing.
    pub fn only_reads(&self) -> bool {
        matches!(
            self,
            Self::Find { .. }
                | Self::Count { .. }
                | Self::CountBy { .. }
                | Self::Distinct { .. }
                | Self::FindTickets { .. }
                | Self::DuePosts { .. }
                | Self::DueTimers { .. }
                | Self::DeadPosts
                | Self::NextDue
                | Self::Holds
                | Self::UnfinishedRuns
                | Self::RunsUnderWay
                | Self::RunsAside
                | Self::LostHolds
                | Self::NextLater
                | Self::Timers
                | Self::Panels { .. }
                | Self::Noted { .. }
        )
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    Nothing,
    Id(i64),
    Count(u64),
    Row(Option<Row>),
    Rows(Vec<Row>),
    Values(Vec<Value>),
    Inserted(Inserted),
    Ticket(Opening),
    Closed(Option<Ticket>),
    Tickets(Vec<Ticket>),
    Posts(Vec<Post>),
    Timers(Vec<Timer>),
    Planned(Vec<Plan>),
    Holds(Vec<Hold>),
    Runs(Vec<UnfinishedRun>),
    Panels(Vec<Panel>),
    Noted(Option<String>),
    /// Epoch milliseconds.
    At(Option<i64>),
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Inserted {
    pub inserted: Vec<Row>,
    /// Rows that were there and that [`OnConflict::Update`] changed.
    pub updated: Vec<Row>,
    /// Rows that were there and stayed as they are (each once).
    pub conflicts: Vec<Row>,
    /// How many of the given rows repeat an earlier one of the same call; they are left out, whatever `on_conflict` says.
    pub repeated: u64,
}

/// A run that has begun and is not over.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnfinishedRun {
    pub id: String,
    /// What its last checkpoint holds. It can hold secrets.
    pub state: String,
    /// The answers of the operations that the checkpoint tells of, as JSON, where it keeps them.
    pub answers: Option<String>,
    /// When the checkpoint was written. Epoch milliseconds.
    pub written_at: i64,
    /// What is not known of it, when it is set aside.
    pub trouble: Option<String>,
    /// What its owner has decided: whether what was in doubt arrived.
    pub arrived: Option<bool>,
}

impl std::fmt::Debug for UnfinishedRun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "unfinished run {}", self.id)
    }
}

/// A row that a run took and neither settled nor gave back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    pub run: String,
    pub table: String,
    pub row: i64,
    /// Epoch milliseconds.
    pub taken_at: i64,
}

/// A message with the button that opens tickets of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Panel {
    pub guild: String,
    pub channel: String,
    pub message: String,
    pub kind: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Opening {
    Opened(Ticket),
    /// The open ones of that user, newest first.
    AlreadyOpen(Vec<Ticket>),
}

/// A ticket's row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    pub id: i64,
    pub kind: String,
    pub guild: String,
    /// From 1 per guild and kind; never used twice, also when opening failed.
    pub number: i64,
    pub user: String,
    pub user_name: String,
    /// None while it is being opened.
    pub channel: Option<String>,
    pub open: bool,
    pub opened_at: i64,
    pub closed_at: Option<i64>,
    pub closed_by: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct TicketFilter {
    pub id: Option<i64>,
    pub channel: Option<String>,
    pub guild: Option<String>,
    pub user: Option<String>,
    pub kind: Option<String>,
    pub open: Option<bool>,
    /// In one of these channels.
    pub channels: Option<Vec<String>>,
}

/// An entry of the outbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Post {
    pub id: i64,
    pub destination: String,
    pub payload: Value,
    pub created_at: i64,
    /// How often delivery was tried and failed.
    pub attempts: u32,
    pub error: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Timer {
    pub id: i64,
    pub at: i64,
    pub what: Errand,
}

/// When a schedule happens next in one server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub name: String,
    /// What it goes by, in words: other words are another rhythm.
    pub rhythm: String,
    /// Epoch milliseconds.
    pub due: i64,
}

/// The database said no. The operator's problem, except for `Conflict`, which a run may handle.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum MemoryError {
    #[error("a row of `{table}` with the same {} is there already", .columns.join(", "))]
    Conflict { table: String, columns: Vec<String> },
    #[error("`{column}` of `{table}` {problem}")]
    Value { table: String, column: String, problem: String },
    #[error("this run has begun before")]
    Repeated,
    #[error("the database is locked by another process")]
    Locked,
    #[error("the disk is full; the database could not be written")]
    Full,
    #[error("the database is read-only")]
    ReadOnly,
    #[error("the database file is damaged: {0}")]
    Corrupt(String),
    #[error("the database failed: {0}")]
    Failed(String),
}

impl MemoryError {
    /// Whether the database itself is in trouble, so that its operator must hear of it.
    pub fn is_trouble(&self) -> bool {
        !matches!(self, Self::Conflict { .. } | Self::Value { .. } | Self::Repeated)
    }

    /// What its operator can do, where the error does not say it.
    pub fn advice(&self) -> Option<&'static str> {
        Some(match self {
            Self::Conflict { .. } | Self::Value { .. } | Self::Repeated | Self::Failed(_) => return None,
            Self::Locked => "close whatever else has the file open: a database browser, a backup, another program",
            Self::Full => "make room on the disk",
            Self::ReadOnly => {
                "let the user that the bot runs as write to the file and its folder, and mount the disk for writing"
            }
            Self::Corrupt(_) => "stop the bot, keep the file aside, and put the latest backup in its place",
        })
    }
}

/// The port to what a bot remembers.
#[async_trait]
pub trait Memory: Send + Sync {
    /// Does all operations in one transaction, in order, and answers each; on an error nothing of them happened.
    async fn transact(&self, operations: Vec<Operation>) -> Result<Vec<Answer>, MemoryError>;

    /// Makes room for these tables: creates what is missing and grows what is there.
    async fn migrate(&self, tables: &[Table]) -> Result<(), MemoryError>;

    /// Waits for what is under way and closes the file.
    async fn close(&self);
}
