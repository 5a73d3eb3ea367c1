//! The pipeline file as typed: YAML into structs, with every mistake found at once.
//!
//! First stage of the flow. It knows nothing of SQL, files or tables; `plan` checks what the words refer to.

mod bound;
mod check;
mod delivery;
mod embedded;
mod extension;
mod format;
mod language;
mod lookup;
mod pipeline;
mod recover;
mod scalar;
mod schema;
mod source;
mod text;
mod trigger;

pub use bound::{MaxRejected, Share};
pub use check::{CheckOptions, CheckSeverity, ColumnCheck, ModelCheck, SqlCheck};
pub use delivery::{Age, DeletedFile, DeliveryFile, DeliveryMode, FreshnessFile, VolumeFile};
pub use extension::{ExtensionFile, PublishExtension};
pub use format::{CsvFormat, Encoding, Format, JsonFormat, JsonLinesFormat, ParquetFormat, ValuesFile, XlsxFormat};
pub use language::{LanguageFile, TableWords, Words};
pub use lookup::{Cell, CellValue, LookupColumnFile, LookupFile};
pub use pipeline::{IdentityFile, ModelColumnFile, ModelFile, Named, PipelineFile, PublishFile, TakenOut};
pub use recover::{base_of, parse, parse_language};
pub use scalar::{Located, Scalar};
pub use schema::pipeline_schema;
pub use source::{ColumnFile, Compression, ExtraColumns, OnBadRow, OnMissing, ReferenceFile, SourceFile};
pub use text::{ResolvedText, mask, resolve_text};
pub use trigger::{EarlierColumnFile, EarlierTableFile, Purpose, TriggerFile};
