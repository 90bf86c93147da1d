//! The commands that are running, so that none outlives the program.

use std::process::Child;
use std::sync::{Arc, Mutex, PoisonError};

/// A command that is running.
pub(super) type Shared = Arc<Mutex<Child>>;

/// All commands that are running.
#[derive(Default)]
pub(super) struct Running(Mutex<Vec<Shared>>);

impl Running {
    pub(super) fn add(&self, child: Child) -> Shared {
        let child = Arc::new(Mutex::new(child));
        self.list().push(Arc::clone(&child));
        child
    }

    pub(super) fn remove(&self, child: &Shared) {
        self.list().retain(|other| !Arc::ptr_eq(other, child));
    }

    pub(super) fn kill_all(&self) {
        for child in self.list().iter() {
            // One that is waited for has ended.
            if let Ok(mut child) = child.try_lock() {
                drop(child.kill());
            }
        }
    }

    fn list(&self) -> std::sync::MutexGuard<'_, Vec<Shared>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
