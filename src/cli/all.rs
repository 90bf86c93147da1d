//! `render --all [DIR]`: every overlay below a folder, to standard output or each to a file of its own; and for `render lock --all`,
//! to nowhere.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use clap::Args;

use super::build::{BuildOptionsArgs, refuse_warnings};
use super::terminal::{Terminal, write_file};
use crate::load::{Disk, LoadOptions, Survey, survey};
use crate::model::Fault;
use crate::repository::{Done, Repository, Shard};

/// The file of the kustomization in the folder itself.
const TOP: &str = "top";

/// How to render every overlay.
#[derive(Args, Debug, Default)]
pub(super) struct AllArgs {
    /// Render every overlay below DIR: each kustomization in a folder `overlays`, and each that no other one names
    #[arg(long, conflicts_with = "output")]
    all: bool,

    /// With --all: write each overlay into DIR, as the file OVERLAY.yaml
    #[arg(long, value_name = "DIR", requires = "all")]
    output_dir: Option<PathBuf>,

    /// With --all: only the I-th of N equal parts, I from 1; all parts together are the whole
    #[arg(
        long,
        value_name = "I/N",
        requires = "all",
        default_value = "1/1",
        hide_default_value = true
    )]
    shard: Shard,

    /// With --all: render N overlays at a time, by default as many as there are processors
    #[arg(long, value_name = "N", requires = "all")]
    jobs: Option<NonZeroUsize>,
}

impl AllArgs {
    /// All overlays, to standard output.
    pub(super) fn wanted() -> Self {
        Self {
            all: true,
            output_dir: None,
            shard: Shard::default(),
            jobs: None,
        }
    }

    pub(super) fn is_wanted(&self) -> bool {
        self.all
    }
}

/// Renders every overlay. One that fails keeps none of the others from their files, but everything from standard output.
pub(super) fn render(
    dir: Option<&str>,
    options: &BuildOptionsArgs,
    args: &AllArgs,
    terminal: &mut Terminal,
) -> Result<ExitCode> {
    let dir = Path::new(dir.unwrap_or("."));
    options.hold_to_lock(dir, true, terminal)?;
    let to = match &args.output_dir {
        Some(folder) => Destination::Folder(folder),
        None => Destination::Output,
    };
    render_to(to, dir, options, args, terminal)?;
    Ok(ExitCode::SUCCESS)
}

/// Where overlays go.
#[derive(Clone, Copy)]
pub(super) enum Destination<'a> {
    /// Standard output.
    Output,
    /// Files in a folder.
    Folder(&'a Path),
    /// Nowhere: only what they name is wanted.
    Nowhere,
}

/// Renders every overlay below a folder.
pub(super) fn render_to(
    to: Destination,
    dir: &Path,
    options: &BuildOptionsArgs,
    args: &AllArgs,
    terminal: &mut Terminal,
) -> Result<()> {
    let load = LoadOptions {
        on_much: Some(super::heap::expect_much),
        ..options.load_options(terminal)
    };
    let build = options.build_options();
    let jobs = args
        .jobs
        .unwrap_or_else(|| std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN));
    let survey = survey(dir, &Disk, &load, jobs)?;
    let repository = Repository {
        survey: &survey,
        files: &Disk,
        load: &load,
        build: &build,
    };
    if !survey.kustomizations.iter().any(|found| found.is_overlay) {
        let fault = Fault::new(format!("there is no overlay below `{}`", dir.display()));
        return Err(fault
            .hint("name a folder with kustomization files below it")
            .into());
    }
    let overlays = repository.overlays(args.shard);
    if let Destination::Folder(_) = to {
        check_names(&survey)?;
    }
    let results = Results {
        count: overlays.len(),
        to,
        is_strict: options.strict,
        state: Mutex::new(State {
            terminal,
            done: 0,
            failed: 0,
            warnings: 0,
            texts: Vec::new(),
        }),
    };
    repository.render(&overlays, jobs, |done| results.take(done));
    results.finish()
}

/// Refuses two overlays that would go into the same file.
fn check_names(survey: &Survey) -> Result<()> {
    let mut overlays = survey
        .kustomizations
        .iter()
        .filter(|found| found.is_overlay);
    let has_top = overlays.clone().any(|found| found.name == ".");
    if has_top && overlays.any(|found| found.name == TOP) {
        let fault = Fault::new(format!(
            "the folder itself and `{TOP}` in it would both be written to {TOP}.yaml"
        ));
        return Err(fault.hint(format!("rename the folder `{TOP}`")).into());
    }
    Ok(())
}

/// What comes out, on its way.
struct Results<'a> {
    count: usize,
    to: Destination<'a>,
    /// Whether warnings keep everything from being written.
    is_strict: bool,
    state: Mutex<State<'a>>,
}

/// What has come out so far.
struct State<'a> {
    terminal: &'a mut Terminal,
    done: usize,
    failed: usize,
    warnings: usize,
    /// What is not written yet, by name.
    texts: Vec<(&'a str, String)>,
}

impl<'a> Results<'a> {
    fn take(&self, done: Done<'a>) {
        let Done {
            name,
            manifests,
            warnings,
        } = done;
        // Outside of the lock, so that one thread writes while another one renders.
        let kept = manifests.map(|text| text.and_then(|text| self.write(name, text)));
        let mut state = self.lock();
        state.warnings += warnings.len();
        state.terminal.end_progress();
        state.terminal.warnings(&warnings);
        match kept {
            None => return,
            Some(Ok(None)) => {}
            Some(Ok(Some(text))) => state.texts.push((name, text)),
            Some(Err(error)) => {
                state.failed += 1;
                state.terminal.say(&format!("overlay `{name}`:"));
                state.terminal.failure(&error, 1);
            }
        }
        state.done += 1;
        let progress = format!("{}/{} {name}", state.done, self.count);
        state.terminal.progress(&progress);
    }

    /// Writes an overlay into its file, or gives the text back where it has to wait for the others.
    fn write(&self, name: &str, text: String) -> Result<Option<String>> {
        match self.to {
            Destination::Nowhere => Ok(None),
            Destination::Folder(folder) if !self.is_strict => {
                write_overlay(folder, name, &text).map(|()| None)
            }
            _ => Ok(Some(text)),
        }
    }

    fn finish(self) -> Result<()> {
        let mut state = self.lock();
        state.terminal.end_progress();
        if state.failed > 0 {
            let fault = Fault::new(format!(
                "{} of {} overlays failed",
                state.failed, self.count
            ));
            return Err(fault.hint("see above for each of them").into());
        }
        if self.is_strict {
            refuse_warnings(state.warnings)?;
        }
        state.texts.sort_unstable();
        match self.to {
            Destination::Output => {
                let joined = joined(&state.texts);
                state.terminal.print(&joined)
            }
            Destination::Folder(folder) => {
                let mut texts = state.texts.iter();
                texts.try_for_each(|(name, text)| write_overlay(folder, name, text))
            }
            Destination::Nowhere => Ok(()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<'a>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One stream of all manifests, each overlay's under its name.
fn joined(texts: &[(&str, String)]) -> String {
    let mut joined = String::new();
    for (name, text) in texts {
        if !joined.is_empty() {
            joined.push_str("---\n");
        }
        joined.push_str("# overlay: ");
        joined.push_str(name);
        joined.push('\n');
        joined.push_str(text);
    }
    joined
}

fn write_overlay(folder: &Path, name: &str, text: &str) -> Result<()> {
    let name = if name == "." { TOP } else { name };
    let file = folder.join(format!("{name}.yaml"));
    let parent = file.parent().unwrap_or(folder);
    std::fs::create_dir_all(parent).with_context(|| format!("make folder {}", parent.display()))?;
    write_file(&file, text.as_bytes())
}
