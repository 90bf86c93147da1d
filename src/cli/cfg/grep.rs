//! `render cfg grep QUERY [DIR]`: the objects that a query is about.

use anyhow::{Result, bail};
use clap::{ArgAction, Args};

use super::{each, separator};
use crate::cfg::object::Object;
use crate::cfg::package::Package;
use crate::cfg::print::{Annotations, print};
use crate::cfg::query::Query;

/// A query names a field and what its value must be: `kind=^Deployment$` by a regular expression, `spec.replicas>1` by a
/// quantity; `spec.containers[name=web].image=nginx` finds the element of a list.
#[derive(Args)]
pub(super) struct GrepArgs {
    #[arg(value_name = "QUERY|DIR")]
    args: Vec<String>,

    /// Annotate the objects with their place in the input
    #[arg(long, action = ArgAction::SetTrue, default_value = "true")]
    annotate: bool,

    /// Print the objects that the query is not about
    #[arg(long)]
    invert_match: bool,

    /// Search the packages below DIR too
    #[arg(short = 'R', long, action = ArgAction::SetTrue, default_value = "true")]
    recurse_subpackages: bool,
}

pub(super) fn run(args: &GrepArgs) -> Result<String> {
    let (query, dir) = match args.args.as_slice() {
        [] => bail!("missing required argument: QUERY"),
        [query] => (query, None),
        [query, dir] => (query, Some(dir.as_str())),
        more => bail!("accepts at most 2 arg(s), received {}", more.len()),
    };
    let query = Query::parse(query)?;
    let annotations = if args.annotate {
        Annotations::Kept
    } else {
        Annotations::PathOnly
    };
    let matching = |_: Option<&Package>, objects: Vec<Object>| {
        let mut kept = Vec::new();
        for object in objects {
            object.check_place()?;
            if query.is_about(&object)? != args.invert_match {
                kept.push(object);
            }
        }
        Ok(print(kept, annotations, None))
    };
    each(dir, args.recurse_subpackages, matching, separator)
}
