//! The pipeline file as typed: YAML into structs, with every mistake found at once.
//!
//! First stage of the flow. It knows nothing of SQL, files or tables; `plan` checks what the words refer to.

mod check;
mod embedded;
mod language;
mod lookup;
mod pipeline;
mod recover;
mod scalar;
mod schema;
mod text;
mod trigger;

pub use check::{CheckOptions, CheckSeverity, ColumnCheck, ModelCheck, SqlCheck};
pub use language::{LanguageFile, TableWords, Words};
pub use lookup::{Cell, CellValue, LookupColumnFile, LookupFile};
pub use pipeline::{
    ColumnFile, CsvFormat, ExtraColumns, Format, IdentityFile, MaxRejected, ModelColumnFile, ModelFile, Named,
    ParquetFormat, PipelineFile, PublishFile, SourceFile,
};
pub use recover::{parse, parse_language};
pub use scalar::{Located, Scalar};
pub use schema::pipeline_schema;
pub use text::{ResolvedText, mask, resolve_text};
pub use trigger::{EarlierColumnFile, EarlierTableFile, Purpose, TriggerFile};
