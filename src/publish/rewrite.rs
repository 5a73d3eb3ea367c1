//! Takes rows out of the tables of retained snapshots. The snapshot without them is made in a folder of its own, of new
//! files and links to those that stay, and takes the place of the old one in one step. Readers that have an old file open
//! keep it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use arrow::array::{BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::folders::{make_folder, remove_folder};
use super::switch::sync_folder;
use super::table::writer_properties;
use super::{PublishError, Snapshot, Warehouse};

/// A snapshot that the warehouse retains.
#[derive(Debug, Clone)]
pub struct Retained {
    /// Its folder.
    pub folder: PathBuf,
    /// Its description.
    pub snapshot: Snapshot,
}

impl Warehouse {
    /// The retained snapshots of a local warehouse, newest first.
    ///
    /// # Errors
    /// Descriptions that cannot be read.
    pub fn retained(&self) -> Result<Vec<Retained>, PublishError> {
        let home = self.snapshots();
        if !home.exists() {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for entry in fs::read_dir(&home).map_err(PublishError::io("list", &home))? {
            let folder = entry.map_err(PublishError::io("list", &home))?.path();
            let path = folder.join("snapshot.json");
            if !path.exists() {
                continue;
            }
            let text = fs::read(&path).map_err(PublishError::io("read", &path))?;
            found.push(Retained { snapshot: Snapshot::read(&text, &path)?, folder });
        }
        found.sort_by(|one, other| other.snapshot.run_id.cmp(&one.snapshot.run_id));
        Ok(found)
    }
}

impl Retained {
    /// The tables that have all these columns.
    ///
    /// # Errors
    /// Files that cannot be read.
    pub fn tables_with(&self, columns: &[&str]) -> Result<Vec<String>, PublishError> {
        let mut found = Vec::new();
        for table in self.snapshot.tables.keys() {
            let Some(path) = self.files(table).into_iter().next() else { continue };
            let file = File::open(&path).map_err(PublishError::io("read", &path))?;
            let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(PublishError::unreadable(&path))?;
            if columns.iter().all(|name| reader.schema().field_with_name(name).is_ok()) {
                found.push(table.clone());
            }
        }
        Ok(found)
    }

    /// Passes the rows of a table to `each`. A table that the snapshot does not have has no rows.
    ///
    /// # Errors
    /// Files that cannot be read, and errors of `each`.
    pub fn read(
        &self,
        table: &str,
        mut each: impl FnMut(&RecordBatch) -> Result<(), PublishError>,
    ) -> Result<(), PublishError> {
        for path in self.files(table) {
            for batch in batches(&path)? {
                each(&batch.map_err(|source| PublishError::parquet(&path)(source.into()))?)?;
            }
        }
        Ok(())
    }

    /// Takes the rows out of a table for which `goes` is true. Returns how many went. With `is_dry`, only counts them.
    ///
    /// # Errors
    /// Files that cannot be read or written.
    pub fn take_out(
        &mut self,
        table: &str,
        is_dry: bool,
        goes: impl Fn(&RecordBatch) -> Result<BooleanArray, PublishError>,
    ) -> Result<u64, PublishError> {
        let mut gone = 0;
        for path in self.files(table) {
            gone += take_out(&path, is_dry, &goes)?;
        }
        Ok(gone)
    }

    /// Brings rows and bytes of the description and of `catalog.json` in line with the files.
    ///
    /// # Errors
    /// Files that cannot be read or written.
    pub fn describe_again(&mut self) -> Result<(), PublishError> {
        let before = serde_json::json!(self.snapshot);
        for table in self.snapshot.tables.values_mut() {
            for file in &mut table.files {
                let path = self.folder.join(&file.path);
                let opened = File::open(&path).map_err(PublishError::io("read", &path))?;
                file.bytes = opened.metadata().map_err(PublishError::io("read", &path))?.len();
                let reader =
                    ParquetRecordBatchReaderBuilder::try_new(opened).map_err(PublishError::unreadable(&path))?;
                file.rows = u64::try_from(reader.metadata().file_metadata().num_rows()).unwrap_or_default();
            }
            table.rows = table.files.iter().map(|file| file.rows).sum();
            table.bytes = table.files.iter().map(|file| file.bytes).sum();
        }
        let after = serde_json::json!(self.snapshot);
        if before == after {
            return Ok(());
        }
        self.catalogue_again()?;
        replace(&self.folder.join("snapshot.json"), format!("{after:#}\n").as_bytes())
    }

    /// The same snapshot in another folder, of links to its files.
    ///
    /// # Errors
    /// Files that cannot be read or written.
    pub fn copied_to(&self, folder: PathBuf) -> Result<Self, PublishError> {
        remove_folder(&folder)?;
        for entry in walkdir::WalkDir::new(&self.folder).sort_by_file_name() {
            let entry = entry.map_err(|error| PublishError::io("read", &self.folder)(error.into()))?;
            let relative = entry.path().strip_prefix(&self.folder).unwrap_or(Path::new(""));
            let target = folder.join(relative);
            if entry.file_type().is_dir() {
                make_folder(&target)?;
                let mode = fs::metadata(entry.path()).map_err(PublishError::io("read", entry.path()))?.permissions();
                fs::set_permissions(&target, mode).map_err(PublishError::io("restrict access to", &target))?;
            } else if fs::hard_link(entry.path(), &target).is_err() {
                fs::copy(entry.path(), &target).map_err(PublishError::io("copy", entry.path()))?;
            }
        }
        Ok(Self { folder, snapshot: self.snapshot.clone() })
    }

    /// Puts this snapshot where another one is, in one step, and removes the other. `tables` are those that differ.
    ///
    /// # Errors
    /// Files that cannot be written.
    pub fn take_place_of(self, other: &mut Self, tables: &[String]) -> Result<(), PublishError> {
        let (from, to) = (&self.folder, &other.folder);
        match renameat_with(CWD, from, CWD, to, RenameFlags::EXCHANGE) {
            Ok(()) => {}
            // A file system without this step, such as some in a network: file by file, in the order of the tables, so
            // that the rest is found again if it is interrupted.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
                let files = tables
                    .iter()
                    .flat_map(|table| self.files(table))
                    .filter_map(|path| Some(path.strip_prefix(from).ok()?.to_owned()));
                for file in files.chain(["catalog.json", "snapshot.json"].map(PathBuf::from)) {
                    if from.join(&file).exists() {
                        fs::rename(from.join(&file), to.join(&file))
                            .map_err(PublishError::io("write", &to.join(&file)))?;
                    }
                }
            }
            Err(error) => return Err(PublishError::io("replace", to)(error.into())),
        }
        for folder in to.parent().into_iter().chain(from.parent()) {
            sync_folder(folder)?;
        }
        remove_folder(from)?;
        other.snapshot = self.snapshot;
        Ok(())
    }

    fn catalogue_again(&self) -> Result<(), PublishError> {
        let path = self.folder.join("catalog.json");
        let Ok(text) = fs::read(&path) else { return Ok(()) };
        let Ok(mut catalog) = serde_json::from_slice::<serde_json::Value>(&text) else { return Ok(()) };
        let nodes = catalog.get_mut("nodes").and_then(|nodes| nodes.as_object_mut());
        for node in nodes.into_iter().flat_map(|nodes| nodes.values_mut()) {
            let name = node.pointer("/metadata/name").and_then(|name| name.as_str()).unwrap_or_default();
            let Some(table) = self.snapshot.tables.get(name) else { continue };
            for (pointer, number) in [("/stats/num_rows/value", table.rows), ("/stats/num_bytes/value", table.bytes)] {
                if let Some(value) = node.pointer_mut(pointer) {
                    *value = serde_json::json!(number);
                }
            }
        }
        replace(&path, format!("{catalog:#}\n").as_bytes())
    }

    fn files(&self, table: &str) -> Vec<PathBuf> {
        let files = self.snapshot.tables.get(table).map(|table| table.files.as_slice()).unwrap_or_default();
        files.iter().map(|file| self.folder.join(&file.path)).collect()
    }
}

fn batches(
    path: &Path,
) -> Result<impl Iterator<Item = Result<RecordBatch, arrow::error::ArrowError>> + use<>, PublishError> {
    let file = File::open(path).map_err(PublishError::io("read", path))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(PublishError::unreadable(path))?;
    reader.build().map_err(PublishError::unreadable(path))
}

/// Takes rows out of one Parquet file. Returns how many went.
///
/// # Errors
/// A file that cannot be read or written.
pub fn take_out(
    path: &Path,
    is_dry: bool,
    goes: impl Fn(&RecordBatch) -> Result<BooleanArray, PublishError>,
) -> Result<u64, PublishError> {
    let mut left = Vec::new();
    let mut gone = 0;
    for batch in batches(path)? {
        let batch = batch.map_err(|source| PublishError::parquet(path)(source.into()))?;
        let goes = goes(&batch)?;
        gone += goes.true_count() as u64;
        let stays = BooleanArray::from_iter(goes.iter().map(|goes| Some(goes != Some(true))));
        left.push(filter_record_batch(&batch, &stays).map_err(|source| PublishError::parquet(path)(source.into()))?);
    }
    if gone > 0 && !is_dry {
        rewrite(path, &left)?;
    }
    Ok(gone)
}

fn rewrite(path: &Path, left: &[RecordBatch]) -> Result<(), PublishError> {
    let old = File::open(path).map_err(PublishError::io("read", path))?;
    let permissions = old.metadata().map_err(PublishError::io("read", path))?.permissions();
    let reader = ParquetRecordBatchReaderBuilder::try_new(old).map_err(PublishError::unreadable(path))?;
    let sorting = reader.metadata().row_groups().first().and_then(|group| group.sorting_columns().cloned());
    let properties = writer_properties(sorting.unwrap_or_default()).map_err(PublishError::parquet(path))?;
    let draft = draft_of(path);
    let file = File::create(&draft).map_err(PublishError::io("create", &draft))?;
    fs::set_permissions(&draft, permissions).map_err(PublishError::io("restrict access to", &draft))?;
    let failed = PublishError::parquet;
    let mut writer = ArrowWriter::try_new(file, reader.schema().clone(), Some(properties)).map_err(failed(&draft))?;
    for batch in left {
        writer.write(batch).map_err(failed(&draft))?;
    }
    let file = writer.into_inner().map_err(failed(&draft))?;
    file.sync_all().map_err(PublishError::io("write", &draft))?;
    fs::rename(&draft, path).map_err(PublishError::io("write", path))
}

/// Writes a file beside an old one and gives it its name.
fn replace(path: &Path, text: &[u8]) -> Result<(), PublishError> {
    let draft = draft_of(path);
    let written = fs::write(&draft, text).and_then(|()| File::open(&draft)?.sync_all());
    written.and_then(|()| fs::rename(&draft, path)).map_err(PublishError::io("write", path))
}

/// A name that no reader of Parquet looks at.
fn draft_of(path: &Path) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!(".{name}.draft"))
}
