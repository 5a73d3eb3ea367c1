//! A folder of a remote store: every operation lojal needs, with names and errors that are safe to show.

use std::io;
use std::path::Path as LocalPath;
use std::sync::Arc;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{
    GetOptions, GetRange, ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload, UpdateVersion,
    WriteMultipart,
};

use super::address::escaped;
use super::connect::connect;
use super::{FaultKind, RemoteAddress, RemoteFault, StoreKind};

/// Bytes in a part of a large upload, and in a piece of a download.
const PART_BYTES: usize = 8 << 20;
/// Parts of one file in flight.
const PARTS: usize = 2;
/// Small requests in flight: deletions, copies.
const REQUESTS: usize = 8;

/// A folder of a remote store.
#[derive(Debug, Clone)]
pub(crate) struct Remote {
    store: Arc<dyn ObjectStore>,
    kind: StoreKind,
    home: String,
    base: Path,
}

type Result<T> = std::result::Result<T, RemoteFault>;

impl Remote {
    /// The store at `address`, with its key as the folder. This sends no request yet.
    pub(crate) fn connect(address: &RemoteAddress) -> Result<Self> {
        let base = Self::path(address.kind, &address.key)?;
        Ok(Self { store: connect(address)?, kind: address.kind, home: address.shown_home(), base })
    }

    /// The store's own path for an object name as typed.
    pub(super) fn path(kind: StoreKind, key: &str) -> Result<Path> {
        let parsed = if kind == StoreKind::Http { Path::from_url_path(key) } else { Path::parse(key) };
        parsed.map_err(|_| {
            let reason = format!("`{}` is not an object name: it has an empty, `.` or `..` part", escaped(key));
            RemoteFault::because(kind, FaultKind::Failed, &reason)
        })
    }

    pub(crate) fn kind(&self) -> StoreKind {
        self.kind
    }

    /// The name of the file or folder `relative` in messages.
    pub(crate) fn shown(&self, relative: &str) -> String {
        self.shown_path(&self.at(relative))
    }

    pub(super) fn shown_path(&self, path: &Path) -> String {
        if path.as_ref().is_empty() { self.home.clone() } else { format!("{}/{}", self.home, escaped(path.as_ref())) }
    }

    /// The name in the store of the file `relative`, a plain name such as `snapshots/x`.
    pub(crate) fn at(&self, relative: &str) -> Path {
        let parts = relative.split('/').filter(|part| !part.is_empty());
        parts.fold(self.base.clone(), |path, part| path.join(part))
    }

    fn fault(&self) -> impl Fn(object_store::Error) -> RemoteFault + use<> {
        let kind = self.kind;
        move |error| RemoteFault::new(kind, &error)
    }

    /// Facts about an object; `None` if it does not exist.
    pub(super) async fn head(&self, path: &Path) -> Result<Option<ObjectMeta>> {
        match self.store.head(path).await {
            Ok(meta) => Ok(Some(meta)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            // Some web servers, and URLs signed for reading, do not allow HEAD.
            Err(_) if self.kind == StoreKind::Http => match self.store.get(path).await {
                Ok(got) => Ok(Some(got.meta)),
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(self.fault()(error)),
            },
            Err(error) => Err(self.fault()(error)),
        }
    }

    /// Hands the objects below a folder to `take`, one by one.
    pub(super) async fn each_below(&self, path: &Path, mut take: impl FnMut(ObjectMeta)) -> Result<()> {
        let mut objects = self.store.list((!path.as_ref().is_empty()).then_some(path));
        while let Some(object) = objects.try_next().await.map_err(self.fault())? {
            take(object);
        }
        Ok(())
    }

    /// The objects directly in a folder, and its subfolders.
    pub(super) async fn folder(&self, path: &Path) -> Result<(Vec<ObjectMeta>, Vec<Path>)> {
        let listed = self.store.list_with_delimiter((!path.as_ref().is_empty()).then_some(path)).await;
        listed.map(|listed| (listed.objects, listed.common_prefixes)).map_err(self.fault())
    }

    /// All objects below the folder `relative`.
    pub(crate) async fn objects_below(&self, relative: &str) -> Result<Vec<ObjectMeta>> {
        let mut objects = Vec::new();
        self.each_below(&self.at(relative), |object| objects.push(object)).await?;
        Ok(objects)
    }

    /// Names of the folders in the folder `relative`.
    pub(crate) async fn folders_in(&self, relative: &str) -> Result<Vec<String>> {
        let (_, folders) = self.folder(&self.at(relative)).await?;
        Ok(folders.iter().filter_map(|folder| folder.filename().map(str::to_owned)).collect())
    }

    /// Bytes of an object, if it is still the version that was found.
    pub(super) async fn range(&self, meta: &ObjectMeta, start: u64, length: usize) -> Result<Bytes> {
        let options = GetOptions {
            if_match: meta.e_tag.clone(),
            range: Some(GetRange::Bounded(start..start + length as u64)),
            ..GetOptions::default()
        };
        let got = self.store.get_opts(&meta.location, options).await.map_err(self.fault())?;
        let bytes = got.bytes().await.map_err(self.fault())?;
        if bytes.len() < length {
            return Err(RemoteFault::because(self.kind, FaultKind::Changed, "the file ended before its stated size"));
        }
        Ok(bytes)
    }

    /// The whole object as a stream, for servers without ranges; with a tag, if it is still that version.
    pub(super) async fn stream(
        &self,
        path: &Path,
        e_tag: Option<String>,
    ) -> Result<impl futures::Stream<Item = Result<Bytes>> + Send + use<>> {
        let options = GetOptions { if_match: e_tag, ..GetOptions::default() };
        let got = self.store.get_opts(path, options).await.map_err(self.fault())?;
        Ok(got.into_stream().map_err(self.fault()))
    }

    /// A small object with its version; `None` if it does not exist.
    pub(crate) async fn text(&self, relative: &str) -> Result<Option<(Bytes, ObjectMeta)>> {
        match self.store.get(&self.at(relative)).await {
            Ok(got) => {
                let meta = got.meta.clone();
                Ok(Some((got.bytes().await.map_err(self.fault())?, meta)))
            }
            // A store gives this answer for a missing bucket too, which is an error and not an empty start.
            Err(error @ object_store::Error::NotFound { .. }) => {
                let fault = self.fault()(error);
                if fault.to_string().contains("NoSuchBucket") { Err(fault) } else { Ok(None) }
            }
            Err(error) => Err(self.fault()(error)),
        }
    }

    /// Writes a small object if it is still `before`, or, with `None`, if it does not exist yet.
    pub(crate) async fn put_if(&self, relative: &str, text: String, before: Option<UpdateVersion>) -> Result<()> {
        let mode = before.map_or(PutMode::Create, PutMode::Update);
        let options = PutOptions { mode, ..PutOptions::default() };
        let put = self.store.put_opts(&self.at(relative), PutPayload::from(text.into_bytes()), options).await;
        put.map(|_| ()).map_err(self.fault())
    }

    /// Copies a local file to the store, in parts if it is large.
    pub(crate) async fn upload(&self, relative: &str, from: &LocalPath) -> io::Result<()> {
        use std::io::Read;
        let path = self.at(relative);
        let mut file = std::fs::File::open(from)?;
        let mut read = move || {
            let mut part = Vec::new();
            file.by_ref().take(PART_BYTES as u64).read_to_end(&mut part).map(|_| Bytes::from(part))
        };
        let first = read()?;
        if first.len() < PART_BYTES {
            self.store.put(&path, first.into()).await.map_err(self.fault())?;
            return Ok(());
        }
        let upload = self.store.put_multipart(&path).await.map_err(self.fault())?;
        let mut upload = WriteMultipart::new_with_chunk_size(upload, PART_BYTES);
        let mut next = Ok(first);
        let fault = loop {
            match next {
                Ok(part) if part.is_empty() => break None,
                Ok(part) => upload.put(part),
                Err(error) => break Some(error),
            }
            if let Err(error) = upload.wait_for_capacity(PARTS).await {
                break Some(self.fault()(error).into());
            }
            next = read();
        };
        match fault {
            None => upload.finish().await.map(|_| ()).map_err(|error| self.fault()(error).into()),
            Some(fault) => {
                // Parts that remain are invisible; the store's own rules remove them.
                let _ = upload.abort().await;
                Err(fault)
            }
        }
    }

    /// Copies an object to a local file.
    pub(crate) async fn download(&self, relative: &str, to: &LocalPath) -> io::Result<()> {
        use std::io::Write;
        let mut pieces = Box::pin(self.stream(&self.at(relative), None).await?);
        let mut file = std::io::BufWriter::new(std::fs::File::create(to)?);
        while let Some(piece) = pieces.next().await {
            file.write_all(&piece?)?;
        }
        file.flush()
    }

    /// Copies an object within the store.
    pub(crate) async fn copy(&self, from: &str, to: &str) -> Result<()> {
        self.store.copy(&self.at(from), &self.at(to)).await.map_err(self.fault())
    }

    /// Removes all objects below the folder `relative`.
    pub(crate) async fn remove_below(&self, relative: &str) -> Result<()> {
        let paths: Vec<Path> = self.objects_below(relative).await?.into_iter().map(|object| object.location).collect();
        let removals = futures::stream::iter(paths).map(|path| {
            let (store, fault) = (Arc::clone(&self.store), self.fault());
            async move {
                match store.delete(&path).await {
                    Err(object_store::Error::NotFound { .. }) | Ok(()) => Ok(()),
                    Err(error) => Err(fault(error)),
                }
            }
        });
        removals.buffer_unordered(REQUESTS).try_collect().await
    }
}

#[cfg(test)]
impl Remote {
    /// A store in memory.
    pub(super) fn in_memory() -> Self {
        let store = Arc::new(object_store::memory::InMemory::new());
        Self { store, kind: StoreKind::S3, home: "s3://bucket".to_owned(), base: Path::from("base") }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::store::{Stored, wait};

    fn sent(bytes: &[u8]) -> (Remote, Stored) {
        let folder = tempfile::tempdir().unwrap();
        let from = folder.path().join("x");
        std::fs::write(&from, bytes).unwrap();
        let remote = Remote::in_memory();
        let sending = remote.clone();
        wait(async move { sending.upload("a/x.bin", &from).await }).unwrap().unwrap();
        let listing = remote.clone();
        let objects = wait(async move { listing.objects_below("a").await }).unwrap().unwrap();
        let stored = Stored::remote(&remote, objects[0].clone());
        (remote, stored)
    }

    #[test]
    fn files_of_any_size_come_back_as_they_were_sent() {
        for size in [0, 1, FIRST, FIRST + 1, PART_BYTES, PART_BYTES + 1, 3 * PART_BYTES + 17] {
            let bytes: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
            let (remote, stored) = sent(&bytes);
            assert_eq!((stored.name(), stored.bytes()), ("s3://bucket/base/a/x.bin", size as u64));
            let mut read = Vec::new();
            stored.open().unwrap().read_to_end(&mut read).unwrap();
            assert!(read == bytes, "{size} bytes");
            if size > 10 {
                assert_eq!(stored.read_range(size as u64 - 5, 5).unwrap(), bytes[size - 5..]);
            }
            let folder = tempfile::tempdir().unwrap();
            let target = folder.path().join("y");
            let to = target.clone();
            wait(async move { remote.download("a/x.bin", &to).await }).unwrap().unwrap();
            assert!(std::fs::read(target).unwrap() == bytes, "{size} bytes");
        }
    }

    /// The first range that a reader asks for.
    const FIRST: usize = 256 << 10;

    #[test]
    fn a_file_that_is_replaced_while_it_is_read_is_reported() {
        let (remote, stored) = sent(&vec![1; 20 << 20]);
        let mut reader = stored.open().unwrap();
        reader.read_exact(&mut [0; 10]).unwrap();
        wait(async move { remote.store.put(&remote.at("a/x.bin"), vec![2; 20 << 20].into()).await }).unwrap().unwrap();
        let error = reader.read_to_end(&mut Vec::new()).unwrap_err();
        assert_eq!(RemoteFault::inside(&error).unwrap().kind, FaultKind::Changed);
    }

    #[test]
    fn a_pointer_is_written_only_while_it_is_what_was_read() {
        let remote = Remote::in_memory();
        wait(async move {
            remote.put_if("p", "1".into(), None).await.unwrap();
            assert_eq!(remote.put_if("p", "2".into(), None).await.unwrap_err().kind, FaultKind::Changed);
            let (_, meta) = remote.text("p").await.unwrap().unwrap();
            let version = UpdateVersion { e_tag: meta.e_tag, version: meta.version };
            remote.put_if("p", "3".into(), Some(version.clone())).await.unwrap();
            assert_eq!(remote.put_if("p", "4".into(), Some(version)).await.unwrap_err().kind, FaultKind::Changed);
        })
        .unwrap();
    }
}
