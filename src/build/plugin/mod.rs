//! `generators`, `transformers` and `validators`: objects that configure kustomize's built-in plugins (spec 01 R32).
//!
//! A plugin does what a field of a kustomization does, with arguments and field specs of its own.

mod args;
mod configuration;
mod generator;
mod transformer;
mod validate;

use std::sync::Arc;

use anyhow::{Context, Error, Result, bail};

pub(super) use self::generator::Generator;
pub(super) use self::transformer::Transformer;

use self::configuration::Configuration;
use super::records;
use crate::load::{Layer, Outside};
use crate::model::{ConfiguredBy, Fault, ResMap, Resource};

/// A configured plugin and what is recorded of it.
pub(super) struct Configured<T> {
    pub(super) plugin: T,
    /// Nothing where no records are kept.
    pub(super) by: Option<Arc<ConfiguredBy>>,
}

enum Plugin {
    Generator(Generator),
    Transformer(Transformer),
}

/// Configures the generators of a layer.
pub(super) fn generators(
    configurations: &ResMap,
    layer: &Layer,
    outside: &Outside<'_>,
) -> Result<Vec<Configured<Generator>>> {
    configurations
        .iter()
        .map(|resource| match configure(resource, layer, outside)? {
            Plugin::Generator(plugin) => Ok(Configured {
                plugin,
                by: records::plugin(resource),
            }),
            Plugin::Transformer(_) => Err(wrong_role(resource, "generator", "transformers")),
        })
        .collect::<Result<_>>()
        .context("failed to load generator")
        .context("loading generator plugins")
}

/// Configures the transformers or validators of a layer.
pub(super) fn transformers(
    configurations: &ResMap,
    layer: &Layer,
    outside: &Outside<'_>,
) -> Result<Vec<Configured<Transformer>>> {
    configurations
        .iter()
        .map(|resource| match configure(resource, layer, outside)? {
            Plugin::Transformer(plugin) => Ok(Configured {
                plugin,
                by: records::plugin(resource),
            }),
            Plugin::Generator(_) => Err(wrong_role(resource, "transformer", "generators")),
        })
        .collect()
}

fn wrong_role(resource: &Resource, role: &str, field: &str) -> Error {
    let fault = Fault::new(format!("plugin {} not a {role}", resource.id()));
    configuration::at(fault, resource)
        .hint(format!("name it under `{field}:`"))
        .into()
}

fn configure(resource: &Resource, layer: &Layer, outside: &Outside<'_>) -> Result<Plugin> {
    let gvk = &resource.id().gvk;
    if !(gvk.group.is_empty() && gvk.version == "builtin") {
        let message = format!(
            "external plugins disabled; unable to load external plugin '{}'",
            gvk.kind
        );
        let fault = configuration::at(Fault::new(message), resource).hint(
            "external plugins are not supported yet; those of kustomize itself have `apiVersion: builtin`",
        );
        bail!(fault);
    }
    let configuration = Configuration::new(resource, layer, outside)?;
    match builtin(&configuration) {
        Ok(Some(plugin)) => Ok(plugin),
        Ok(None) => bail!(configuration::at(
            Fault::new(format!("unable to load builtin {gvk}")),
            resource
        )),
        Err(error) => Err(configuration.failure(error)),
    }
}

/// The plugin of a kind, if there is one.
fn builtin(configuration: &Configuration<'_>) -> Result<Option<Plugin>> {
    let kind = configuration.resource.id().gvk.kind.as_str();
    if let Some(generator) = Generator::configure(kind, configuration)? {
        return Ok(Some(Plugin::Generator(generator)));
    }
    let transformer = Transformer::configure(kind, configuration)?;
    Ok(transformer.map(Plugin::Transformer))
}
