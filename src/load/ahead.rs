//! Reading files before anybody asks for them: while one thread makes objects of a file, another does so with one further on.
//!
//! Whoever loads a kustomization begins with the first file that it names, and a helper with the last, until they meet. What
//! cannot be read is passed over: whoever comes to it reads it anew, and says why not.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, available_parallelism, yield_now};

use super::restriction::Reader;
use super::{Loader, remote};
use crate::kustomization::documents;
use crate::model::{Resource, Text};

/// To start a thread takes as long as to read some ten files, and the processor that it gets may be asleep or busy: for fewer
/// than these it is not worth it.
const MANY: usize = 128;

/// A helper without work asks so often whether there is some before it goes. To wake it would take longer than a file.
const PATIENCE: usize = 500;

/// What is made of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// Its objects.
    Objects,
    /// Its text.
    Text,
}

/// What came of it.
pub(super) enum Found {
    /// Objects.
    Objects(Vec<Resource>),
    /// The path, links followed, and the content.
    Text(PathBuf, Vec<u8>),
}

/// The files that will be asked for, shared with the helper.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Those of the kustomizations that are being loaded, each named by the one before it.
    batches: Vec<Batch>,
    /// Whether there is a helper.
    is_helped: bool,
    is_over: bool,
}

/// Files that a kustomization names.
struct Batch {
    number: usize,
    root: Arc<Path>,
    purpose: Use,
    files: Vec<File>,
    /// The first file that nobody asked for.
    front: usize,
    /// Behind the last file that nobody has begun with.
    back: usize,
}

struct File {
    entry: Text,
    progress: Progress,
}

enum Progress {
    Waiting,
    Running,
    Done(Option<Found>),
}

/// A file that the helper reads.
struct Job {
    batch: usize,
    position: usize,
    root: Arc<Path>,
    entry: Text,
    purpose: Use,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads files until there are none for a while.
    fn help(&self, reader: &Reader<'_>) {
        let mut idle = 0;
        while idle < PATIENCE {
            let mut state = self.lock();
            if state.is_over {
                break;
            }
            let Some(job) = state.next() else {
                drop(state);
                idle += 1;
                yield_now();
                continue;
            };
            drop(state);
            let found = job.run(reader);
            self.lock().finish(&job, found);
            idle = 0;
        }
        self.lock().is_helped = false;
    }

    /// What was made of the next file of the innermost kustomization, if it is this one and somebody began with it.
    fn take(&self, depth: usize, entry: &str, purpose: Use) -> Option<Found> {
        let mut state = self.lock();
        let batch = state.batches.last_mut()?;
        let position = batch.front;
        let is_it = batch
            .files
            .get(position)
            .is_some_and(|file| file.entry == entry);
        if batch.number != depth || batch.purpose != purpose || !is_it {
            return None;
        }
        batch.front += 1;
        loop {
            let file = &mut state.batches.last_mut()?.files[position];
            match std::mem::replace(&mut file.progress, Progress::Done(None)) {
                Progress::Waiting => return None,
                Progress::Done(found) => return found,
                Progress::Running => file.progress = Progress::Running,
            }
            drop(state);
            yield_now();
            state = self.lock();
        }
    }
}

impl State {
    fn push(
        &mut self,
        number: usize,
        root: &Path,
        entries: impl Iterator<Item = Text>,
        purpose: Use,
    ) {
        let files: Vec<_> = entries
            .map(|entry| File {
                entry,
                progress: Progress::Waiting,
            })
            .collect();
        let (root, back) = (root.into(), files.len());
        self.batches.push(Batch {
            number,
            root,
            purpose,
            files,
            front: 0,
            back,
        });
    }

    /// How many files nobody has begun with.
    fn waiting(&self) -> usize {
        self.batches
            .iter()
            .map(|batch| batch.back.saturating_sub(batch.front))
            .sum()
    }

    /// The last file that nobody has begun with.
    fn next(&mut self) -> Option<Job> {
        let has_some = |batch: &&mut Batch| batch.front < batch.back;
        let batch = self.batches.iter_mut().rev().find(has_some)?;
        batch.back -= 1;
        let file = &mut batch.files[batch.back];
        file.progress = Progress::Running;
        Some(Job {
            batch: batch.number,
            position: batch.back,
            root: Arc::clone(&batch.root),
            entry: file.entry.clone(),
            purpose: batch.purpose,
        })
    }

    /// Keeps what came of a file, unless nobody will ask for it any more.
    fn finish(&mut self, job: &Job, found: Option<Found>) {
        let mut batches = self.batches.iter_mut();
        if let Some(batch) =
            batches.find(|batch| batch.number == job.batch && Arc::ptr_eq(&batch.root, &job.root))
        {
            batch.files[job.position].progress = Progress::Done(found);
        }
    }
}

impl Job {
    fn run(&self, reader: &Reader<'_>) -> Option<Found> {
        if remote::is_http(&self.entry) {
            return None;
        }
        let (path, content) = reader.read_silently(&self.root, &self.entry)?;
        Some(match self.purpose {
            Use::Text => Found::Text(path, content),
            Use::Objects => Found::Objects(documents::read(&content, &Arc::new(path)).ok()?),
        })
    }
}

/// Starts a helper; says whether there is one then.
pub(super) type Start<'a> = &'a dyn Fn() -> bool;

/// Does something while a helper may be started. The helper has `on_much` called too.
pub(super) fn with_helper<'env, T>(
    queue: &'env Queue,
    reader: &'env Reader<'_>,
    on_much: Option<fn()>,
    work: impl FnOnce(Start<'_>) -> T,
) -> T {
    std::thread::scope(|scope| {
        let help = || {
            on_much.inspect(|on_much| on_much());
            queue.help(reader);
        };
        let start = || {
            available_parallelism().is_ok_and(|processors| processors.get() > 1)
                && Builder::new().spawn_scoped(scope, help).is_ok()
        };
        let done = work(&start);
        queue.lock().is_over = true;
        done
    })
}

impl Loader<'_> {
    /// Does some work that asks for these files in this order; they are read ahead where that pays.
    pub(super) fn reading_ahead<T>(
        &mut self,
        entries: impl Iterator<Item = Text>,
        purpose: Use,
        work: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let Some((queue, start)) = self.ahead else {
            return work(self);
        };
        let mut state = queue.lock();
        state.push(self.chain.depth(), &self.here().root, entries, purpose);
        let starts = !state.is_helped && state.waiting() >= MANY;
        state.is_helped |= starts;
        drop(state);
        if starts {
            self.make_room();
            if !start() {
                self.ahead = None;
            }
        }
        let done = work(self);
        queue.lock().batches.pop();
        done
    }

    /// What was made of a file ahead of this, if it is the next.
    pub(super) fn read_before(&self, entry: &str, purpose: Use) -> Option<Found> {
        self.ahead?.0.take(self.chain.depth(), entry, purpose)
    }
}
