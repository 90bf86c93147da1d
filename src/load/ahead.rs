//! Reading files before anybody asks for them: while one thread makes objects of a text, another reads the next.
//!
//! To read a file takes as long as to parse it. Where a kustomization names many files, their texts wait when their turn comes.
//! What cannot be read is passed over: whoever comes to it reads it anew, and says why not.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Builder;

use super::restriction::Reader;
use super::{Loader, remote};
use crate::model::Text;

/// To start a thread takes as long as to read some ten files: for fewer than these it is not worth it.
const MANY: usize = 128;

/// As many files are read before anybody is told.
const BATCH: usize = 16;

/// As many batches wait at most: texts are not to pile up.
const WAITING: usize = 8;

/// The path of a file, links followed, and its content.
type File = (PathBuf, Vec<u8>);

/// The files of some entries of a kustomization, in their order.
pub(super) struct Ahead {
    /// How many kustomizations are above that one: those below it have files of the same names.
    depth: usize,
    /// The entries that nobody has come to.
    entries: VecDeque<Text>,
    batches: Receiver<Vec<Option<File>>>,
    batch: VecDeque<Option<File>>,
}

impl Ahead {
    /// The file of an entry, if that is the next one and was read.
    fn take(&mut self, entry: &str) -> Option<File> {
        if self.entries.front()? != entry {
            return None;
        }
        self.entries.pop_front();
        if self.batch.is_empty() {
            self.batch = self.batches.recv().ok()?.into();
        }
        self.batch.pop_front()?
    }
}

impl Loader<'_> {
    /// Does some work that asks for the files of these entries in this order; they are read ahead where that pays.
    pub(super) fn reading_ahead<T>(
        &mut self,
        entries: impl Iterator<Item = Text>,
        work: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let entries: VecDeque<_> = entries.collect();
        let pays = self.reads_ahead && entries.len() >= MANY;
        if !pays || std::thread::available_parallelism().map_or(1, usize::from) == 1 {
            return work(self);
        }
        let (root, reader) = (self.here().root.clone(), self.reader);
        std::thread::scope(|scope| {
            let (sender, batches) = sync_channel(WAITING);
            let to_read: Vec<_> = entries.iter().cloned().collect();
            let thread = Builder::new().spawn_scoped(scope, move || {
                read(reader, &root, &to_read, &sender);
            });
            let ahead = thread.is_ok().then(|| Ahead {
                depth: self.chain.depth(),
                entries,
                batches,
                batch: VecDeque::new(),
            });
            let outer = self.ahead.replace(ahead);
            let done = work(self);
            // The thread ends when nobody waits for it any more.
            drop(self.ahead.replace(outer));
            done
        })
    }

    /// The file of an entry, if it was read ahead.
    pub(super) fn read_before(&self, entry: &str) -> Option<File> {
        let mut ahead = self.ahead.borrow_mut();
        let ahead = ahead.as_mut()?;
        (ahead.depth == self.chain.depth()).then(|| ahead.take(entry))?
    }
}

fn read(
    reader: &Reader<'_>,
    root: &Path,
    entries: &[Text],
    sender: &SyncSender<Vec<Option<File>>>,
) {
    let file = |entry: &Text| {
        if remote::is_http(entry) {
            return None;
        }
        reader.read_silently(root, entry)
    };
    for batch in entries.chunks(BATCH) {
        if sender.send(batch.iter().map(file).collect()).is_err() {
            return;
        }
    }
}
