//! The pipeline file as typed: YAML into structs, with every mistake found at once.
//!
//! First stage of the flow. It knows nothing of SQL, files or tables; `plan` checks what the words refer to.

mod bound;
mod check;
mod compression;
mod deduplicate;
mod delivery;
mod embedded;
mod domain;
mod escape;
mod format;
mod id;
mod identity;
mod language;
mod lines;
mod located;
mod lookup;
mod measure;
mod moments;
mod pipeline;
mod scalar;
mod scored;
mod schema;
mod source;
mod text;
mod texts;
mod tree;
mod trigger;
mod unit_test;

pub use bound::{MaxRejected, Share};
pub use check::{AcceptedValues, CheckOptions, CheckSeverity, ColumnCheck, ModelCheck, SqlCheck};
pub use compression::{Compression, CompressionFile};
pub use deduplicate::Deduplicate;
pub use delivery::{Age, DeletedFile, DeliveryFile, DeliveryMode, FreshnessFile, VolumeFile};
pub use domain::{DOMAIN_KEYS, DomainFile};
pub use escape::Escape;
pub use format::{
    BrokenText, CsvFormat, Encoding, FixedWidthFormat, Format, Invisible, JsonFormat, JsonLinesFormat, LineEnds,
    Negative, Padding, ParquetFormat, PositionFile, ValuesFile, XlsxFormat,
};
pub use id::{IdFile, LeadingZeros, Letters};
pub use identity::{
    AttributeFile, GoldenRecordFile, IdentityFile, IdentityKeyFile, IdentityPublish, IdentityRuleFile, Ignore, Take,
};
pub use language::{LanguageFile, TableWords, Words};
pub use lines::{IgnoreLinesFile, LineTypeFile, MissingFields, NamesFrom, RecordTypeFile, TotalLineFile};
pub use located::{FileId, Located, Named};
pub use lookup::{Cell, CellValue, LookupColumnFile, LookupFile, Written};
pub use measure::Additivity;
pub use moments::{Fractions, MonthLanguage, OutOfRange, TwoDigitYears};
pub use pipeline::{ModelColumnFile, ModelFile, PipelineFile, PublishFile};
pub use scalar::Scalar;
pub use schema::{domain_schema, pipeline_schema, unit_tests_schema};
pub use scored::{ScoredComparisonFile, ScoredFile};
pub use source::{
    ColumnFile, ExtraColumns, MatchedFile, OnBadRow, OnMissing, OnRepeatedKey, ReferenceFile, SourceFile,
};
pub use text::{ResolvedText, mask, resolve_text};
pub use texts::Texts;
pub(crate) use tree::read_whole;
pub use tree::{Key, Merged, Node, Place, Value, over, parse, parse_language, tree_of};
pub use trigger::{EarlierColumnFile, EarlierTableFile, Purpose, TriggerFile};
pub use unit_test::{
    ExpectFile, GivenFile, OverridesFile, RowsFile, RowsFormat, UNIT_TESTS, UnitTestFile, UnitTestsFile,
};
