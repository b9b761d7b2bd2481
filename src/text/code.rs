//! Every code a diagnostic may carry, with its severity and a title; adding one is one line here and a page in `docs/codes`.
//!
//! E00xx files, E01xx YAML, E02xx shape, E03xx names, E04xx templates and expressions, E05xx Discord's limits,
//! E06xx meaning and safety, E08xx scenarios; W01xx and so on are the same families as warnings.

use std::fmt;

/// Whether a mistake stops a bot from starting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Error,
    Warning,
}

impl Severity {
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A kind of mistake; its id is stable, so that people can look it up and tools can match it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    pub id: &'static str,
    pub severity: Severity,
    pub title: &'static str,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

macro_rules! codes {
    ($($name:ident = $id:literal $severity:ident $title:literal;)*) => {
        $(#[doc = $title] pub const $name: Code = Code { id: $id, severity: Severity::$severity, title: $title };)*
        /// Every code there is, in the order of their ids.
        pub const ALL: &[Code] = &[$($name),*];

        impl Code {
            /// The page about it, in Markdown: `docs/codes/E0302.md`.
            pub fn page(self) -> &'static str {
                match self.id {
                    $($id => include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/codes/", $id, ".md")),)*
                    _ => "",
                }
            }
        }
    };
}

/// What codes are about, by the second digit of their ids.
pub const FAMILIES: &[(char, &str)] = &[
    ('0', "Files"),
    ('1', "YAML"),
    ('2', "Shape"),
    ('3', "Names"),
    ('4', "Templates and expressions"),
    ('5', "Discord's limits"),
    ('6', "Meaning and safety"),
    ('7', "Allowances"),
    ('8', "Scenarios"),
];

impl Code {
    /// What it means, in two or three sentences: the beginning of its page.
    pub fn meaning(self) -> &'static str {
        let below_title = self.page().split_once("\n\n").map_or("", |(_, rest)| rest);
        below_title.split("\n\n").next().unwrap_or_default().trim()
    }
}

codes! {
    UNREADABLE = "E0001" Error "a file cannot be read";
    FILE_TOO_LARGE = "E0002" Error "a file is too large";
    NOT_UTF8 = "E0003" Error "a file is not UTF-8";

    SYNTAX = "E0101" Error "the YAML cannot be understood here";
    TAB = "E0102" Error "a tab indents";
    UNCLOSED = "E0103" Error "a quote or a bracket is not closed";
    INDENTATION = "E0104" Error "a line is indented wrongly";
    UNQUOTED_TEMPLATE = "E0105" Error "a template is not quoted";
    UNQUOTED_COLON = "E0106" Error "a text with a colon is not quoted";
    UNQUOTED_SIGN = "E0107" Error "a text begins with a sign of YAML";
    BAD_ESCAPE = "E0108" Error "an escape that does not exist";
    SECOND_DOCUMENT = "E0109" Error "a file holds more than one document";
    DUPLICATE_KEY = "E0110" Error "a key is written twice";
    BAD_KEY = "E0111" Error "a key is not text";
    BAD_ALIAS = "E0112" Error "an alias or a merge that cannot work";
    TOO_DEEP = "E0113" Error "values are nested too deep";
    TOO_MANY_NODES = "E0114" Error "aliases make the file too large";
    MISSING_SPACE = "E0115" Error "a space is missing";
    MISSING_COLON = "E0116" Error "a colon is missing";

    UNKNOWN_KEY = "E0201" Error "a key that nothing knows";
    MISSING_KEY = "E0202" Error "a key is missing";
    WRONG_TYPE = "E0203" Error "a value of the wrong type";
    OUT_OF_RANGE = "E0204" Error "a number out of range";
    UNKNOWN_VALUE = "E0205" Error "a value that is none of the known ones";
    BAD_VALUE = "E0206" Error "a value that makes no sense";
    BAD_CRON = "E0207" Error "a cron pattern that cannot be understood";

    UNKNOWN_NAME = "E0301" Error "a name that is declared nowhere";
    UNKNOWN_PATH = "E0302" Error "a template asks for what is not there";
    UNKNOWN_HELPER = "E0303" Error "a template helper that does not exist";
    NAME_TAKEN = "E0304" Error "a name that is taken";
    VARIABLE_NOT_SET = "E0305" Error "an environment variable that is not set";
    VARIABLE_OUTSIDE_SETTINGS = "E0306" Error "an environment variable outside of the settings";
    UNKNOWN_VERB = "E0307" Error "a step whose verb does not exist";
    CIRCLE = "E0308" Error "something that refers to itself";
    TOO_FAR = "E0309" Error "references that go on too far";

    TEMPLATE_SYNTAX = "E0401" Error "a template cannot be understood";
    EXPRESSION_SYNTAX = "E0402" Error "an expression cannot be understood";
    TYPE_MISMATCH = "E0403" Error "a value has another type than is needed";
    WRONG_ARGUMENTS = "E0404" Error "wrong arguments";
    TEMPLATE_AS_EXPRESSION = "E0405" Error "a template stands where an expression belongs";
    EXPRESSION_AS_TEXT = "E0406" Error "an expression stands where text belongs";

    MISSING_ARGUMENT = "E0407" Error "an argument is missing";
    MISSING_COLUMN = "E0408" Error "a row lacks a column";

    TOO_LONG = "E0501" Error "longer than Discord allows";
    TOO_MANY = "E0502" Error "more than Discord allows";
    BAD_NAME = "E0503" Error "a name that cannot be one";
    BAD_ORDER = "E0504" Error "an order that Discord refuses";
    EMPTY_MESSAGE = "E0505" Error "a message with nothing in it";

    SECRET_TO_LOG = "E0601" Error "a secret would reach a log";
    DESTINATION_FROM_USER = "E0602" Error "a destination comes from a user's text";
    SECOND_ANSWER = "E0603" Error "a first answer that cannot be one";
    UNREACHABLE_STEP = "E0604" Error "a step that is never reached";
    MISSING_STEP = "E0605" Error "a step is missing";
    TWO_VERBS = "E0606" Error "a step with two verbs";
    NOBODY_TO_ANSWER = "E0607" Error "an answer that nobody waits for";
    UNUSED_TAKE = "E0608" Error "a row that is taken and never used";
    CREDENTIAL_IN_FILE = "E0609" Error "a credential stands in the file";
    NOBODY_CLOSES = "E0610" Error "a ticket that nobody can close";
    NO_CONFLICT = "E0611" Error "a conflict that cannot happen";
    NOBODY_MAY = "E0612" Error "a rule that nobody can meet";

    STEP_IMPOSSIBLE = "E0801" Error "a step of a scenario cannot be done";
    NOT_HAPPENED = "E0802" Error "something expected did not happen";
    NOT_EXPECTED = "E0803" Error "something happened that nobody expected";
    OTHER_THAN_EXPECTED = "E0804" Error "something is other than expected";
    ROWS_DIFFER = "E0805" Error "a table holds other rows than expected";
    RUN_FAILED = "E0806" Error "the bot failed where nobody looked";
    UNUSED_FAULT = "E0807" Error "a fault that never struck";

    COMMENT_IN_TEXT = "W0101" Warning "a comment that may be meant as text";
    STRAY_QUOTE = "W0102" Warning "a text that ends with a quote and begins without one";
    UNUSED_ANCHOR = "W0103" Warning "an anchor that nothing names";

    UNUSED_NAME = "W0301" Warning "a name that nothing uses";

    UNESCAPED = "W0401" Warning "a text that may not come out as it is meant";

    MAY_BE_TOO_LONG = "W0501" Warning "a text that can become longer than Discord allows";

    NEVER_ANSWERS = "W0601" Warning "a command that never replies";
    LATE_ANSWER = "W0602" Warning "an answer that comes too late";

    ALLOW_WITHOUT_REASON = "W0701" Warning "a warning is allowed without a reason";
    NEEDLESS_ALLOW = "W0702" Warning "an allowance that does nothing";
}
