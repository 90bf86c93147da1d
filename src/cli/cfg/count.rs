//! `render cfg count [DIR]`: how many objects there are of each kind.

use std::fmt::Write as _;

use anyhow::Result;
use clap::{ArgAction, Args};

use super::{at_most_one, each};
use crate::cfg::count;

#[derive(Args)]
pub(super) struct CountArgs {
    #[arg(value_name = "DIR")]
    dir: Vec<String>,

    /// Count each kind on its own
    #[arg(long, action = ArgAction::SetTrue, default_value = "true")]
    kind: bool,

    /// Count the packages below DIR too, each on its own
    #[arg(short = 'R', long, action = ArgAction::SetTrue, default_value = "true")]
    recurse_subpackages: bool,
}

pub(super) fn run(args: &CountArgs) -> Result<String> {
    let dir = at_most_one(&args.dir)?;
    let counted = |package: Option<&_>, objects: Vec<_>| {
        let mut text = match package {
            Some(package) => shown(package),
            None => String::new(),
        };
        if args.kind {
            for (kind, number) in count(&objects) {
                writeln!(text, "{kind}: {number}")?;
            }
        } else {
            writeln!(text, "{}", objects.len())?;
        }
        Ok(text)
    };
    each(dir, args.recurse_subpackages, counted, |_| "\n")
}

fn shown(package: &crate::cfg::package::Package) -> String {
    format!("{}/\n", package.shown)
}
