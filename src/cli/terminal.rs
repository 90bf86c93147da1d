//! What goes to the terminal: manifests to standard output, everything else to standard error.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use annotate_snippets::Renderer;
use anyhow::{Context, Result};
use rustix::fs::{FileType, Stat, fstat, stat};

use super::Program;
use super::remotes;
use super::report::{self, Shown};
use crate::load::Remotes;
use crate::model::Warning;

/// Where messages go, and how they look.
pub(super) struct Terminal {
    program: Program,
    /// Whether messages go to a screen.
    is_watched: bool,
    is_colourful: bool,
    /// Messages may be about what it fetched.
    remotes: Remotes,
}

impl Terminal {
    #[expect(
        clippy::disallowed_methods,
        reason = "the command line is where the environment is read"
    )]
    pub(super) fn new(program: Program) -> Self {
        // https://no-color.org: any text but none switches colours off.
        let refuses = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let is_watched = std::io::stderr().is_terminal();
        Self {
            program,
            is_watched,
            is_colourful: is_watched && !refuses,
            remotes: remotes::from_environment(),
        }
    }

    /// What fetches from other machines, each thing once for as long as the program runs.
    pub(super) fn remotes(&self) -> &Remotes {
        &self.remotes
    }

    /// The name under which the program was called.
    pub(super) fn program(&self) -> Program {
        self.program
    }

    /// Prints a result, whole. A reader that has gone away is no failure.
    pub(super) fn print(&mut self, text: &str) -> Result<()> {
        self.print_parts(&[text])
    }

    /// As [`Self::print`], for a result in parts.
    #[expect(clippy::unused_self, reason = "whoever prints holds the terminal")]
    pub(super) fn print_parts(&mut self, parts: &[impl AsRef<str>]) -> Result<()> {
        let mut stdout = std::io::stdout().lock();
        let mut parts = parts.iter();
        match parts
            .try_for_each(|part| stdout.write_all(part.as_ref().as_bytes()))
            .and_then(|()| stdout.flush())
        {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            done => done.context("write to standard output"),
        }
    }

    /// Shows warnings, each message once. The original has no such warnings, and those who call it may take them for trouble.
    pub(super) fn warnings(&mut self, warnings: &[Warning]) {
        if !warnings.is_empty() && self.program == Program::Render && is_heard() {
            self.show(&report::of_warnings(warnings, &self.remotes));
        }
    }

    pub(super) fn is_kustomize(&self) -> bool {
        self.program == Program::Kustomize
    }

    pub(super) fn program_name(&self) -> &'static str {
        self.program.name()
    }

    /// Tells what a person should know, with the time where the original has it.
    pub(super) fn notes(&mut self, notes: &[String]) {
        for note in notes {
            complain(&match self.program {
                Program::Render => note.clone(),
                Program::Kustomize => {
                    let now = jiff::ZonedDateTime::now().strftime("%Y/%m/%d %H:%M:%S");
                    format!("{now} {note}")
                }
            });
        }
    }

    /// Tells of deprecated fields in the words of the original, which has a line for each file that is read.
    pub(super) fn deprecations<'m>(&mut self, deprecations: impl Iterator<Item = &'m str>) {
        if self.program == Program::Kustomize {
            for deprecation in deprecations {
                complain(&format!("# Warning: {deprecation}"));
            }
        }
    }

    /// Prints a line for people.
    #[expect(clippy::unused_self, reason = "whoever prints holds the terminal")]
    pub(super) fn say(&mut self, line: &str) {
        complain(line);
    }

    /// Shows how far long work has come, where a person looks on. The next message takes the line.
    pub(super) fn progress(&mut self, text: &str) {
        if self.is_watched {
            drop(write!(std::io::stderr().lock(), "\r\x1b[K{text}\r"));
        }
    }

    /// Takes the last progress from the screen.
    pub(super) fn end_progress(&mut self) {
        self.progress("");
    }

    /// Shows a failure and returns the exit status for it: `status`, or that of the original.
    pub(super) fn failure(&mut self, error: &anyhow::Error, status: u8) -> ExitCode {
        let shown = report::of_failure(error, &self.remotes);
        match self.program {
            Program::Render => {
                self.show(&shown);
                ExitCode::from(status)
            }
            Program::Kustomize => {
                complain(&self.remotes.name_repositories(&format!("Error: {error:#}")));
                let more: Vec<_> = shown.into_iter().filter(Shown::says_more).collect();
                self.show(&more);
                ExitCode::FAILURE
            }
        }
    }

    fn show(&self, reports: &[Shown]) {
        if !reports.is_empty() {
            complain(&self.rendered(reports));
        }
    }

    /// The text of messages, each with an empty line behind it.
    fn rendered(&self, reports: &[Shown]) -> String {
        let renderer = if self.is_colourful {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let text = |report: &Shown| {
            let report = report.render(&renderer);
            format!("{}\n", self.remotes.name_repositories(&report))
        };
        let texts: Vec<_> = reports.iter().map(text).collect();
        texts.join("\n")
    }
}

/// Whether messages go anywhere. To find the lines that they are about, and to draw them, takes a twentieth of the time of a
/// tree with a handful of warnings, and many callers send them to the null device.
fn is_heard() -> bool {
    let device = |found: Stat| {
        let is_device = FileType::from_raw_mode(found.st_mode).is_char_device();
        is_device.then_some(found.st_rdev)
    };
    let null = stat("/dev/null").ok().and_then(device);
    null.is_none() || fstat(std::io::stderr()).ok().and_then(device) != null
}

/// Prints a message. Where nobody listens any more, there is nobody to tell.
pub(super) fn complain(text: &str) {
    drop(writeln!(std::io::stderr().lock(), "{text}"));
}

/// Writes to a place that the command names: a file whole or not at all, devices and pipes as they are.
pub(super) fn write_output(path: &Path, bytes: &[u8]) -> Result<()> {
    let is_special = std::fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir());
    if !is_special {
        return write_file(path, bytes);
    }
    std::fs::File::options()
        .write(true)
        .open(path)
        .and_then(|mut device| device.write_all(bytes))
        .with_context(|| format!("write {}", path.display()))
}

/// Writes a file that is there anew, whole or not at all. It keeps its mode and its owner, and links to it stay links.
pub(super) fn rewrite_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let rewrite = || -> std::io::Result<()> {
        #[expect(clippy::disallowed_methods, reason = "links are followed to be kept")]
        let target = path.canonicalize()?;
        // A file that may not be written to is not replaced either.
        let old = std::fs::File::options()
            .write(true)
            .open(&target)?
            .metadata()?;
        let folder = target.parent().unwrap_or(Path::new("/"));
        let mut file = tempfile::Builder::new()
            .permissions(old.permissions())
            .tempfile_in(folder)?;
        file.write_all(bytes)?;
        // The umask took part in the first permissions.
        file.as_file().set_permissions(old.permissions())?;
        keep_owner(file.path(), &old);
        file.persist(&target)?;
        Ok(())
    };
    rewrite().with_context(|| format!("write {}", path.display()))
}

/// Gives a file the owner of another one, if this user may do so.
fn keep_owner(path: &Path, of: &std::fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, chown};
    drop(chown(path, Some(of.uid()), Some(of.gid())));
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
