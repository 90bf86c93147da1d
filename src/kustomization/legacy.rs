//! Deprecated fields: their warnings, and their contents moved to where they belong today (spec 01 R10, R11).

use std::sync::Arc;

use crate::model::{Text, Warning};

use super::{HelmChart, HelmChartArgs, HelmGlobals, Kustomization};

/// The fields that kustomize warns about, with what is to be said instead, in its order.
pub(super) const DEPRECATED: [(&str, &str); 6] = [
    ("bases", "'resources' instead."),
    ("commonLabels", "'labels' instead."),
    ("imageTags", "'images' instead."),
    ("patchesJson6902", "'patches' instead."),
    ("patchesStrategicMerge", "'patches' instead."),
    ("vars", "'replacements' instead. [EXPERIMENTAL]"),
];

/// Those of a file's warnings that are kustomize's own, of deprecated fields.
pub fn deprecations(warnings: &[Warning]) -> impl Iterator<Item = Arc<str>> {
    let is_own = |warning: &&Warning| {
        let is_of =
            |(field, instead): &(&str, &str)| warning.message == self::warning(field, instead);
        DEPRECATED.iter().any(is_of)
    };
    warnings
        .iter()
        .filter(is_own)
        .map(|warning| warning.message.as_str().into())
}

/// kustomize's warning about a deprecated field, without its `# Warning: `.
pub(super) fn warning(field: &str, instead: &str) -> String {
    format!(
        "'{field}' is deprecated. Please use {instead} Run 'kustomize edit fix' to update your Kustomization automatically."
    )
}

/// Fills in kind and version and moves the contents of deprecated fields.
///
/// `bases` stay where they are: [`Kustomization::operands`] puts them behind `resources`. `commonLabels`, `vars` and the old kinds
/// of patches have places of their own in the order of transformers.
pub(super) fn upgrade(kustomization: &mut Kustomization) {
    if kustomization.kind.is_empty() {
        kustomization.kind = "Kustomization".into();
    }
    if kustomization.api_version.is_empty() {
        kustomization.api_version = kustomization.expected_api_version().into();
    }
    let tags = std::mem::take(&mut kustomization.image_tags);
    kustomization.images.extend(tags);
    for generator in kustomization
        .config_map_generator
        .iter_mut()
        .chain(&mut kustomization.secret_generator)
    {
        if !generator.env.is_empty() {
            generator.envs.push(std::mem::take(&mut generator.env));
        }
    }
    for chart in std::mem::take(&mut kustomization.helm_chart_inflation_generator) {
        upgrade_chart(kustomization, chart);
    }
}

/// An old-style chart as a `helmCharts` entry; the last folders named are those of `helmGlobals` (spec 15 R41).
fn upgrade_chart(kustomization: &mut Kustomization, old: HelmChartArgs) {
    let globals = kustomization
        .helm_globals
        .get_or_insert_with(HelmGlobals::default);
    let set = |field: &mut Text, value: Text| {
        if !value.is_empty() {
            *field = value;
        }
    };
    set(&mut globals.chart_home, old.chart_home);
    set(&mut globals.config_home, old.helm_home);
    kustomization.helm_charts.push(HelmChart {
        name: old.chart_name,
        version: old.chart_version,
        repo: old.chart_repo_url,
        release_name: old.release_name,
        values_file: old.values,
        values_inline: old.values_local,
        values_merge: old.values_merge,
        ..HelmChart::default()
    });
}
