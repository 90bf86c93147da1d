//! Which kustomization comes when: those that are named before those that name them, several at once.

use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use indexmap::IndexSet;

use crate::load::Survey;

/// The kustomizations that some overlays need, each handed out once.
pub(super) struct Schedule {
    state: Mutex<State>,
    changed: Condvar,
    shared: Vec<usize>,
}

struct State {
    /// Those whose bases are done.
    ready: BTreeSet<usize>,
    /// How many were handed out and are not finished.
    running: usize,
    /// By position: how many bases it waits for.
    missing: Vec<usize>,
    /// By position: those that name it and are not finished.
    users: Vec<BTreeSet<usize>>,
    bases: Vec<Vec<usize>>,
    /// Those that wait for bases.
    waiting: BTreeSet<usize>,
}

impl Schedule {
    /// For these overlays, and all that they need.
    pub(super) fn new(survey: &Survey, overlays: &IndexSet<usize>) -> Self {
        let needed = needed(survey, overlays);
        let count = survey.kustomizations.len();
        let mut state = State {
            ready: BTreeSet::new(),
            running: 0,
            missing: vec![0; count],
            users: vec![BTreeSet::new(); count],
            bases: vec![Vec::new(); count],
            waiting: needed,
        };
        for position in state.waiting.clone() {
            let bases = &survey.kustomizations[position].bases;
            state.missing[position] = bases.len();
            for base in bases {
                state.users[*base].insert(position);
            }
            state.bases[position].clone_from(bases);
        }
        let is_shared = |position: &usize| state.users[*position].len() > 1;
        let shared = (0..count).filter(is_shared).collect();
        for position in state.waiting.clone() {
            state.release(position);
        }
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
            shared,
        }
    }

    /// Those that more than one names.
    pub(super) fn shared(&self) -> impl Iterator<Item = usize> {
        self.shared.iter().copied()
    }

    /// The next one whose bases are done; waits where there is none yet. Nothing when all were handed out.
    pub(super) fn next(&self) -> Option<usize> {
        let mut state = self.lock();
        loop {
            if let Some(position) = state.take() {
                return Some(position);
            }
            if state.waiting.is_empty() {
                return None;
            }
            let woken = self.changed.wait(state);
            state = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Notes that one is done, and returns those that nobody will name any more.
    pub(super) fn finish(&self, position: usize) -> Vec<usize> {
        let mut state = self.lock();
        state.running -= 1;
        let bases = std::mem::take(&mut state.bases[position]);
        let mut unused = Vec::new();
        for base in bases {
            state.users[base].remove(&position);
            if state.users[base].is_empty() {
                unused.push(base);
            }
        }
        for user in state.users[position].clone() {
            state.missing[user] -= 1;
            state.release(user);
        }
        if state.users[position].is_empty() {
            unused.push(position);
        }
        self.changed.notify_all();
        unused
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Moves one that waits for nothing any more.
    fn release(&mut self, position: usize) {
        if self.missing[position] == 0 && self.waiting.remove(&position) {
            self.ready.insert(position);
        }
    }

    fn take(&mut self) -> Option<usize> {
        // Those that name each other in a circle are never ready: loading them tells what is wrong.
        let stuck = (self.running == 0 && self.ready.is_empty())
            .then(|| self.waiting.pop_first())
            .flatten();
        let position = self.ready.pop_first().or(stuck)?;
        self.running += 1;
        Some(position)
    }
}

/// The overlays and all below them.
fn needed(survey: &Survey, overlays: &IndexSet<usize>) -> BTreeSet<usize> {
    let mut needed = BTreeSet::new();
    let mut rest: Vec<_> = overlays.iter().copied().collect();
    while let Some(position) = rest.pop() {
        if needed.insert(position) {
            rest.extend(&survey.kustomizations[position].bases);
        }
    }
    needed
}
