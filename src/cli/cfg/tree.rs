//! `render cfg tree [DIR]`: the objects as a tree of folders or owners.

use anyhow::Result;
use clap::Args;

use super::at_most_one;
use crate::cfg::object::Locality;
use crate::cfg::package::whole;
use crate::cfg::tree::{Field, Structure, draw};
use crate::load::Disk;
use crate::model::clean_path;

/// Without --graph-structure it is a tree of owners where any object has one.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "one for each switch")]
pub(super) struct TreeArgs {
    #[arg(value_name = "DIR")]
    dir: Vec<String>,

    /// Show all the fields below
    #[arg(long)]
    all: bool,

    /// Show the arguments of containers
    #[arg(long)]
    args: bool,

    /// Show the commands of containers
    #[arg(long)]
    command: bool,

    /// Show the environments of containers
    #[arg(long)]
    env: bool,

    /// Show the images of containers
    #[arg(long)]
    image: bool,

    /// Show the names of containers
    #[arg(long)]
    name: bool,

    /// Show the ports of containers and services
    #[arg(long)]
    ports: bool,

    /// Show the numbers of replicas
    #[arg(long)]
    replicas: bool,

    /// Show the resources of containers
    #[arg(long)]
    resources: bool,

    /// Show the field at a path
    #[arg(long, value_name = "PATH", value_delimiter = ',')]
    field: Vec<String>,

    /// What the branches are: `owners` or `directory`
    #[arg(
        long,
        value_name = "WHAT",
        default_value = "",
        hide_default_value = true
    )]
    graph_structure: String,

    /// Show no objects that are for the cluster
    #[arg(long)]
    exclude_non_local: bool,

    /// Show objects annotated with `config.kubernetes.io/local-config` too
    #[arg(long)]
    include_local: bool,
}

pub(super) fn run(args: &TreeArgs) -> Result<String> {
    let dir = at_most_one(&args.dir)?.unwrap_or(".");
    let fields = args.fields()?;
    let package = whole(dir, &Disk).map_err(|_| super::missing(dir))?;
    let mut objects = package.read(&Disk)?;
    let locality = Locality {
        include_local: args.include_local,
        exclude_non_local: args.exclude_non_local,
    };
    objects.retain(|object| locality.keeps(object));
    let structure = match args.graph_structure.as_str() {
        "owners" => Some(Structure::Owners),
        "directory" => Some(Structure::Folders),
        _ => None,
    };
    let is_package = |below: &str| package.is_package(below, &Disk);
    draw(&clean_path(dir), objects, &fields, structure, is_package)
}

impl TreeArgs {
    fn fields(&self) -> Result<Vec<Field>> {
        let mut fields = Vec::new();
        for path in &self.field {
            fields.push(Field::parse(path)?);
        }
        if self.all || self.replicas {
            fields.push(Field::parse("spec.replicas")?);
        }
        if self.all || self.ports {
            fields.push(Field::parse("spec.ports")?);
        }
        for (is_wanted, name) in [
            (self.name, "name"),
            (self.image, "image"),
            (self.command, "command"),
            (self.args, "args"),
            (self.ports, "ports"),
            (self.env, "env"),
            (self.resources, "resources"),
        ] {
            if self.all || is_wanted {
                fields.extend(Field::of_containers(name));
            }
        }
        Ok(fields)
    }
}
