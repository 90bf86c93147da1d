//! The commands that are running, so that none outlives the program.

use std::io;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A command that is running.
pub(super) type Shared = Arc<Mutex<Child>>;

/// All commands that are running.
#[derive(Default)]
pub(super) struct Running(Mutex<List>);

#[derive(Default)]
struct List {
    children: Vec<Shared>,
    /// Whether the program is ending: nothing is started any more.
    is_closed: bool,
}

impl Running {
    /// Starts a command. None is started that [`Self::kill_all`] does not know of.
    pub(super) fn start(&self, command: &mut Command) -> io::Result<Shared> {
        let mut list = self.list();
        if list.is_closed {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let child = Arc::new(Mutex::new(command.spawn()?));
        list.children.push(Arc::clone(&child));
        Ok(child)
    }

    pub(super) fn remove(&self, child: &Shared) {
        let mut list = self.list();
        list.children.retain(|other| !Arc::ptr_eq(other, child));
    }

    pub(super) fn kill_all(&self) {
        let mut list = self.list();
        list.is_closed = true;
        for child in &list.children {
            // One that is waited for has ended.
            if let Ok(mut child) = child.try_lock() {
                drop(child.kill());
            }
        }
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
