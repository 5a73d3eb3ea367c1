//! Reads a remote object as a blocking stream, and requests the next ranges while the caller works on the last one.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

use bytes::{Buf, Bytes};
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::ObjectMeta;
use tokio::sync::Mutex;

use super::connect::{Task, start, wait};
use super::{FaultKind, Remote, RemoteFault, StoreKind};

/// The first range is small: many readers want only a header.
const FIRST_BYTES: u64 = 256 << 10;
/// The size of a range at full speed.
const RANGE_BYTES: u64 = 4 << 20;
/// Ranges in flight at full speed. Together with the one being read they limit an open file to 20 MiB of memory.
const AHEAD: usize = 4;

type Piece = Result<Bytes, RemoteFault>;

/// A blocking reader of a remote object from an offset to its end.
pub(super) struct RangeReader {
    remote: Remote,
    meta: Arc<ObjectMeta>,
    next: u64,
    step: u64,
    ahead: VecDeque<(Receiver<Piece>, Task<()>)>,
    current: Bytes,
    whole: Option<Arc<Mutex<BoxStream<'static, Piece>>>>,
    is_first: bool,
    is_from_start: bool,
}

impl RangeReader {
    pub(super) fn new(remote: Remote, meta: Arc<ObjectMeta>, start: u64) -> Self {
        Self {
            remote,
            meta,
            next: start,
            step: FIRST_BYTES,
            ahead: VecDeque::new(),
            current: Bytes::new(),
            whole: None,
            is_first: true,
            is_from_start: start == 0,
        }
    }

    /// Requests further ranges: one at first, later as many as may be in flight.
    fn ask(&mut self) -> io::Result<()> {
        let wanted = if self.step == FIRST_BYTES { 1 } else { AHEAD };
        while self.ahead.len() < wanted && self.next < self.meta.size {
            let length = self.step.min(self.meta.size - self.next);
            let (remote, meta, start_at) = (self.remote.clone(), Arc::clone(&self.meta), self.next);
            let (sender, receiver) = sync_channel(1);
            let task = start(async move {
                let piece = remote.range(&meta, start_at, usize::try_from(length).unwrap_or(usize::MAX)).await;
                // The reader may be gone.
                let _ = sender.send(piece);
            })?;
            self.ahead.push_back((receiver, task));
            self.next += length;
            self.step = (self.step * 4).min(RANGE_BYTES);
        }
        Ok(())
    }

    fn next_piece(&mut self) -> io::Result<Option<Bytes>> {
        if let Some(pieces) = &self.whole {
            let pieces = Arc::clone(pieces);
            return Ok(wait(async move { pieces.lock().await.next().await })?.transpose()?);
        }
        self.ask()?;
        let Some((receiver, task)) = self.ahead.pop_front() else { return Ok(None) };
        let piece = receiver.recv().map_err(|_| io::Error::other("reading from the store was interrupted"))?;
        drop(task);
        match piece {
            Ok(bytes) => {
                // Nothing is requested ahead until the first range is used up: a header or a page ends within it.
                if !std::mem::take(&mut self.is_first) {
                    self.ask()?;
                }
                Ok(Some(bytes))
            }
            Err(fault) if self.is_first && self.is_from_start && is_rangeless(&self.remote, &fault) => {
                self.read_whole()?;
                self.next_piece()
            }
            Err(fault) => Err(fault.into()),
        }
    }

    /// Some web servers do not support ranges. Their files are read as one stream.
    fn read_whole(&mut self) -> io::Result<()> {
        self.ahead.clear();
        let (remote, meta) = (self.remote.clone(), Arc::clone(&self.meta));
        let pieces =
            wait(async move { remote.stream(&meta.location, meta.e_tag.clone()).await.map(StreamExt::boxed) })??;
        self.whole = Some(Arc::new(Mutex::new(pieces)));
        Ok(())
    }
}

fn is_rangeless(remote: &Remote, fault: &RemoteFault) -> bool {
    remote.kind() == StoreKind::Http && fault.kind == FaultKind::Unsupported
}

impl Read for RangeReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.current.is_empty() {
            match self.next_piece()? {
                Some(bytes) => self.current = bytes,
                None => return Ok(0),
            }
        }
        let length = buffer.len().min(self.current.len());
        self.current.copy_to_slice(&mut buffer[..length]);
        Ok(length)
    }
}
