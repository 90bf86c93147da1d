//! The kustomizations between the root and the one that is being loaded: what makes a cycle (spec 01 R19, 15 R5).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::model::Fault;

use super::{Layer, RepoUrl};

/// As many kustomizations may stand between the root and a base.
pub(super) const MAX_DEPTH: usize = 100;

/// Kustomizations each of which is named by the one before it.
#[derive(Default)]
pub(super) struct Chain {
    visits: Vec<Visit>,
}

/// A kustomization on the chain.
pub(super) struct Visit {
    pub(super) root: PathBuf,
    pub(super) file: Arc<PathBuf>,
    /// The address under which its repository was fetched, if it was.
    url: Option<String>,
}

impl Chain {
    pub(super) fn push(&mut self, layer: &Layer, url: Option<String>) {
        self.visits.push(Visit {
            root: layer.root.clone(),
            file: Arc::clone(&layer.file),
            url,
        });
    }

    pub(super) fn pop(&mut self) {
        self.visits.pop();
    }

    /// How many kustomizations are on the chain.
    pub(super) fn depth(&self) -> usize {
        self.visits.len()
    }

    /// The kustomization that is being loaded.
    pub(super) fn last(&self) -> &Visit {
        self.visits
            .last()
            .expect("invariant: entries are followed while their kustomization is on the chain")
    }

    /// Refuses a folder that is or holds the folder of a kustomization on the chain, and a chain that goes on for too long.
    pub(super) fn check(&self, candidate: &Path) -> Result<(), Fault> {
        let visited = self
            .since_last_url()
            .iter()
            .rfind(|visit| visit.root.starts_with(candidate));
        if let Some(visited) = visited {
            return Err(self.cycle(candidate, &visited.root));
        }
        self.check_depth()
    }

    /// Refuses a repository that a kustomization on the chain came out of, and a chain that goes on for too long
    /// (spec 15 R32).
    pub(super) fn check_url(&self, url: &RepoUrl) -> Result<(), Fault> {
        match self.visited_url(&url.raw) {
            Some(fault) => Err(fault),
            None => self.check_depth(),
        }
    }

    fn visited_url(&self, candidate: &str) -> Option<Fault> {
        let mut visited = self
            .visits
            .iter()
            .rev()
            .filter_map(|visit| visit.url.as_deref());
        let visited = visited.find(|visited| visited.starts_with(candidate))?;
        let message =
            format!("cycle detected: URI '{candidate}' referenced by previous URI '{visited}'");
        let fault = Fault::new(message).titled(format!(
            "`{candidate}` leads back to the kustomization that names it"
        ));
        Some(fault.hint("name what is in the same repository by its path"))
    }

    fn check_depth(&self) -> Result<(), Fault> {
        if self.visits.len() == MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} kustomizations in a row name each other");
            return Err(Fault::new(message));
        }
        Ok(())
    }

    /// Refuses a layer that was loaded before by another way, where this way makes a cycle of it.
    pub(super) fn check_below(&self, layer: &Layer, is_fetched: bool) -> Result<(), Fault> {
        if let Some(fault) = layer
            .urls_below
            .iter()
            .find_map(|url| self.visited_url(url))
        {
            return Err(fault);
        }
        let visits = if is_fetched {
            &[]
        } else {
            self.since_last_url()
        };
        for visit in visits {
            for above in visit.root.ancestors() {
                if layer.below.contains(above) {
                    return Err(self.cycle(above, &visit.root));
                }
            }
        }
        Ok(())
    }

    /// The kustomizations that name each other by paths. What is fetched stands in a folder of its own each time, as far as
    /// cycles are concerned.
    fn since_last_url(&self) -> &[Visit] {
        let first = self.visits.iter().rposition(|visit| visit.url.is_some());
        &self.visits[first.unwrap_or(0)..]
    }

    fn cycle(&self, candidate: &Path, visited: &Path) -> Fault {
        let fault = Fault::new(format!(
            "cycle detected: candidate root '{}' contains visited root '{}'",
            candidate.display(),
            visited.display()
        ))
        .titled(format!(
            "`{}` leads back to the kustomization that names it",
            candidate.display()
        ));
        let first = self.visits.iter().position(|visit| visit.root == candidate);
        let Some(first) = first else {
            return fault.hint("a base must not be a folder above the kustomization that names it");
        };
        let files = self.visits[first..].iter().map(|visit| &visit.file);
        let way: Vec<_> = files
            .chain([&self.visits[first].file])
            .map(|file| file.display().to_string())
            .collect();
        fault.hint(format!(
            "take one of these references out: {}",
            way.join(" → ")
        ))
    }
}
