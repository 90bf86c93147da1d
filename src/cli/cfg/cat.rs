//! `render cfg cat [DIR]`: manifests, with their fields in order.

use std::path::PathBuf;

use anyhow::Result;
use clap::{ArgAction, Args};

use super::{at_most_one, each, missing, separator};
use crate::cfg::format;
use crate::cfg::object::{Locality, Object};
use crate::cfg::package::Package;
use crate::cfg::print::{Annotations, RootStyle, Wrapping, function_config, print};
use crate::cli::terminal::write_output;
use crate::load::{Disk, FileSystem};

#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "one for each switch")]
pub(super) struct CatArgs {
    #[arg(value_name = "DIR")]
    dir: Vec<String>,

    /// Annotate the objects with their place in the input
    #[arg(long)]
    annotate: bool,

    /// Write to this file instead
    #[arg(long, value_name = "FILE")]
    dest: Option<PathBuf>,

    /// Print no objects that are for the cluster
    #[arg(long)]
    exclude_non_local: bool,

    /// Print objects annotated with `config.kubernetes.io/local-config` too
    #[arg(long)]
    include_local: bool,

    /// Put the fields in order
    #[arg(long, action = ArgAction::SetTrue, default_value = "true")]
    format: bool,

    /// With --wrap-kind: put the object of this file below `functionConfig`
    #[arg(long, value_name = "FILE")]
    function_config: Option<PathBuf>,

    /// Print the packages below DIR too
    #[arg(short = 'R', long, action = ArgAction::SetTrue, default_value = "true")]
    recurse_subpackages: bool,

    /// Take comments away
    #[arg(long)]
    strip_comments: bool,

    /// How the objects are written: `FlowStyle`, `TaggedStyle`; other styles change nothing
    #[arg(long, value_name = "STYLE", value_delimiter = ',')]
    style: Vec<String>,

    /// Wrap the objects in a list of this kind
    #[arg(
        long,
        value_name = "KIND",
        default_value = "",
        hide_default_value = true
    )]
    wrap_kind: String,

    /// The group and version of that list
    #[arg(
        long,
        value_name = "VERSION",
        default_value = "",
        hide_default_value = true
    )]
    wrap_version: String,
}

pub(super) fn run(args: &CatArgs) -> Result<String> {
    let dir = at_most_one(&args.dir)?;
    let list = args.wrapping()?;
    let annotations = if args.annotate {
        Annotations::Kept
    } else {
        Annotations::Removed
    };
    let printed = |_: Option<&Package>, mut objects: Vec<Object>| {
        objects.retain(|object| args.locality().keeps(object));
        for object in &mut objects {
            object.check_place()?;
            args.change(object)?;
        }
        Ok(print(objects, annotations, list.as_ref()))
    };
    let text = each(dir, args.recurse_subpackages, printed, separator)?;
    match &args.dest {
        None => Ok(text),
        Some(file) => write_output(file, text.as_bytes()).map(|()| String::new()),
    }
}

impl CatArgs {
    fn locality(&self) -> Locality {
        Locality {
            include_local: self.include_local,
            exclude_non_local: self.exclude_non_local,
        }
    }

    fn wrapping(&self) -> Result<Option<Wrapping>> {
        if self.wrap_kind.is_empty() {
            return Ok(None);
        }
        let function_config = match &self.function_config {
            Some(file) => {
                let text = Disk
                    .read(file)
                    .map_err(|_| missing(&file.display().to_string()))?;
                function_config(&text)?
            }
            None => None,
        };
        Ok(Some(Wrapping {
            kind: self.wrap_kind.clone(),
            version: self.wrap_version.clone(),
            function_config,
        }))
    }

    fn change(&self, object: &mut Object) -> Result<()> {
        if self.format {
            format::apply(object)?;
        }
        if self.strip_comments {
            object.strip_comments();
        }
        let has_style = |name: &str| self.style.iter().any(|style| style == name);
        object.set_style(RootStyle {
            is_flow: has_style("FlowStyle"),
            is_tagged: has_style("TaggedStyle"),
        });
        Ok(())
    }
}
