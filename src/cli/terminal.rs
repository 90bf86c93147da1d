//! What goes to the terminal: manifests to standard output, everything else to standard error.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anyhow::{Context, Result};

use crate::load::Disk;
use crate::locate::excerpt;
use crate::model::{Fault, Place, Warning};

/// Where messages go, and how they look.
pub(super) struct Terminal {
    renderer: Renderer,
}

impl Terminal {
    pub(super) fn new() -> Self {
        let renderer = if std::io::stderr().is_terminal() {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        Self { renderer }
    }

    /// Prints a result, whole. A reader that has gone away is no failure.
    #[expect(clippy::unused_self, reason = "whoever prints holds the terminal")]
    pub(super) fn print(&mut self, text: &str) -> Result<()> {
        let mut stdout = std::io::stdout().lock();
        match stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush())
        {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            done => done.context("write to standard output"),
        }
    }

    /// Shows a warning.
    pub(super) fn warning(&mut self, warning: &Warning) {
        self.show(
            Level::WARNING,
            &warning.message,
            &[],
            warning.place.as_ref(),
            &warning.hints,
        );
    }

    /// Shows a failure and returns the exit status for it.
    pub(super) fn failure(&mut self, error: &anyhow::Error) -> ExitCode {
        let faults: Vec<_> = error
            .chain()
            .filter_map(|cause| cause.downcast_ref::<Fault>())
            .collect();
        let place = faults.iter().rev().find_map(|fault| fault.place.as_ref());
        let hints: Vec<_> = faults
            .iter()
            .flat_map(|fault| fault.hints.iter().cloned())
            .collect();
        self.show(Level::ERROR, &format!("{error:#}"), &[], place, &hints);
        ExitCode::FAILURE
    }

    fn show(
        &self,
        level: Level<'_>,
        message: &str,
        contexts: &[String],
        place: Option<&Place>,
        hints: &[String],
    ) {
        let found = place.and_then(|place| {
            excerpt(place, &Disk).map(|excerpt| (place.source.file.display().to_string(), excerpt))
        });
        let title = level.primary_title(message);
        let mut group = match &found {
            Some((file, excerpt)) => {
                let annotation = AnnotationKind::Primary.span(excerpt.span.clone());
                title.element(
                    Snippet::source(&excerpt.text)
                        .path(file)
                        .fold(true)
                        .annotation(annotation),
                )
            }
            None => Group::with_title(title),
        };
        for context in contexts {
            group = group.element(Level::NOTE.message(context));
        }
        for hint in hints {
            group = group.element(Level::HELP.message(hint));
        }
        complain(&self.renderer.render(&[group]));
    }
}

/// Prints what clap has to say: help and version are results, anything else is a mistake in the command.
pub(super) fn usage(error: &clap::Error) -> ExitCode {
    let printed = error.print();
    match (error.use_stderr(), printed) {
        (false, Ok(())) => ExitCode::SUCCESS,
        _ => ExitCode::from(2),
    }
}

#[expect(clippy::print_stderr, reason = "the one place that does")]
fn complain(text: &str) {
    eprintln!("{text}");
}

/// Writes a file whole or not at all.
pub(super) fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let write = || -> std::io::Result<()> {
        let mut file = tempfile::Builder::new()
            .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))
            .tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.persist(path)?;
        Ok(())
    };
    write().with_context(|| format!("write {}", path.display()))
}
