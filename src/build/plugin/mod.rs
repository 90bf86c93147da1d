//! `generators`, `transformers` and `validators`: objects that configure kustomize's built-in plugins (spec 01 R32).
//!
//! A plugin does what a field of a kustomization does, with arguments and field specs of its own.

mod args;
mod configuration;
mod external;
mod generator;
mod helm;
mod transformer;
mod validate;

use std::sync::Arc;

use anyhow::{Context, Error, Result, bail};

pub use self::external::StandaloneFunction;

pub(super) use self::external::External;
pub(super) use self::generator::Generator;
pub(super) use self::transformer::Transformer;

use self::configuration::Configuration;
use super::{Session, records};
use crate::kustomization::HelmChart;
use crate::load::Layer;
use crate::model::{ConfiguredBy, Fault, FieldPath, ResMap, Resource};

/// A configured plugin and what is recorded of it.
pub(super) struct Configured<T> {
    pub(super) plugin: T,
    /// Nothing where no records are kept.
    pub(super) by: Option<Arc<ConfiguredBy>>,
}

enum Plugin {
    Generator(Generator),
    Transformer(Transformer),
    /// A program, which may be either.
    External(Box<External>),
}

/// Configures the charts of a layer (spec 15 R40).
pub(super) fn charts(
    layer: &Layer,
    place: &records::Place,
    session: &Session<'_>,
) -> Result<Vec<Configured<Generator>>> {
    let charts = &layer.kustomization.helm_charts;
    let record = session.keeps_records && !charts.is_empty();
    let by = record.then(|| place.plugin("HelmChartInflationGenerator"));
    let configure = |(position, chart): (usize, &HelmChart)| {
        let mut args = chart.clone();
        if args.namespace.is_empty() {
            args.namespace.clone_from(&place.namespace);
        }
        let path = FieldPath::default().key("helmCharts").index(position);
        let globals = layer.kustomization.helm_globals.clone();
        let chart = helm::Chart {
            args,
            globals: globals.unwrap_or_default(),
            written: helm::Written::default(),
            place: Some(layer.place(path)),
        };
        Ok(Configured {
            plugin: Generator::Chart(Box::new(chart.of_field(layer, session)?)),
            by: by.clone(),
        })
    };
    charts.iter().enumerate().map(configure).collect()
}

/// Configures the generators of a layer.
pub(super) fn generators(
    configurations: &ResMap,
    layer: &Layer,
    session: &Session<'_>,
) -> Result<Vec<Configured<Generator>>> {
    configurations
        .iter()
        .map(|resource| match configure(resource, layer, session)? {
            Plugin::Generator(plugin) => Ok(Configured {
                plugin,
                by: records::plugin(resource),
            }),
            Plugin::External(plugin) => Ok(Configured {
                plugin: Generator::External(plugin),
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
    session: &Session<'_>,
) -> Result<Vec<Configured<Transformer>>> {
    configurations
        .iter()
        .map(|resource| match configure(resource, layer, session)? {
            Plugin::Transformer(plugin) => Ok(Configured {
                plugin,
                by: records::plugin(resource),
            }),
            Plugin::External(plugin) => Ok(Configured {
                plugin: Transformer::External(plugin),
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

fn configure(resource: &Resource, layer: &Layer, session: &Session<'_>) -> Result<Plugin> {
    let gvk = &resource.id().gvk;
    if !(gvk.group.is_empty() && gvk.version == "builtin") {
        let external = External::configure(resource, layer, session)?;
        return Ok(Plugin::External(Box::new(external)));
    }
    let configuration = Configuration::new(resource, layer, session)?;
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
