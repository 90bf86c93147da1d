//! `helmCharts` and what belongs to it (spec 15 R41).

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::model::{Key, Mapping, Scalar, Sequence, Style, Text, Value, plain};
use crate::yaml;

/// `helmGlobals`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct HelmGlobals {
    /// The folder that holds the charts.
    pub chart_home: Text,
    /// Helm's configuration folder.
    pub config_home: Text,
}

/// An entry of `helmCharts`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "these are helm's own switches"
)]
pub struct HelmChart {
    /// The chart.
    pub name: Text,
    /// Its version.
    pub version: Text,
    /// Where to pull it from.
    pub repo: Text,
    /// The release.
    pub release_name: Text,
    /// The release's namespace.
    pub namespace: Text,
    /// A template for the release's name.
    pub name_template: Text,
    /// A file with values.
    pub values_file: Text,
    /// More files with values.
    pub additional_values_files: Vec<Text>,
    /// Values.
    pub values_inline: Option<HelmValues>,
    /// How inline values and the file are joined.
    pub values_merge: Text,
    /// Whether CRDs are printed.
    #[serde(rename = "includeCRDs")]
    pub include_crds: bool,
    /// Whether tests are left out.
    pub skip_tests: bool,
    /// Whether hooks are left out.
    pub skip_hooks: bool,
    /// The Kubernetes version to render for.
    pub kube_version: Text,
    /// The API versions to render for.
    pub api_versions: Vec<Text>,
    /// Whether helm prints what it does.
    pub debug: bool,
    /// Whether development versions count.
    pub devel: bool,
}

impl HelmChart {
    /// The entry as kustomize shows it in messages: the fields that say something, with those of `helmGlobals`.
    pub fn to_value(&self, globals: &HelmGlobals) -> Value {
        let mut map = Mapping::new();
        let texts = [
            ("chartHome", &globals.chart_home),
            ("configHome", &globals.config_home),
            ("name", &self.name),
            ("version", &self.version),
            ("repo", &self.repo),
            ("releaseName", &self.release_name),
            ("namespace", &self.namespace),
            ("nameTemplate", &self.name_template),
            ("valuesFile", &self.values_file),
            ("valuesMerge", &self.values_merge),
            ("kubeVersion", &self.kube_version),
        ];
        for (field, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
            map.push(field, Value::string(text.clone()));
        }
        let lists = [
            ("additionalValuesFiles", &self.additional_values_files),
            ("apiVersions", &self.api_versions),
        ];
        for (field, texts) in lists.into_iter().filter(|(_, texts)| !texts.is_empty()) {
            let texts: Sequence = texts
                .iter()
                .map(|text| Value::string(text.clone()))
                .collect();
            map.push(field, texts.into());
        }
        let switches = [
            ("includeCRDs", self.include_crds),
            ("skipTests", self.skip_tests),
            ("skipHooks", self.skip_hooks),
            ("debug", self.debug),
            ("devel", self.devel),
        ];
        for (field, _) in switches.into_iter().filter(|(_, is_on)| *is_on) {
            map.push(field, Value::from(true));
        }
        if let Some(values) = self.inline_values() {
            map.push("valuesInline", values.clone().into());
        }
        map.into()
    }

    /// The inline values, if there are any.
    pub fn inline_values(&self) -> Option<&Mapping> {
        let values = self.values_inline.as_ref().map(|values| &values.0);
        values.filter(|values| !values.is_empty())
    }
}

/// The deprecated `helmChartInflationGenerator`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct HelmChartArgs {
    /// The chart.
    pub chart_name: Text,
    /// Its version.
    pub chart_version: Text,
    /// Where to pull it from.
    pub chart_repo_url: Text,
    /// The folder that holds the charts.
    pub chart_home: Text,
    /// The chart's name in the repository; ignored.
    pub chart_repo_name: Text,
    /// The helm program; ignored.
    pub helm_bin: Text,
    /// Helm's configuration folder.
    pub helm_home: Text,
    /// A file with values.
    pub values: Text,
    /// Values.
    pub values_local: Option<HelmValues>,
    /// How both are joined.
    pub values_merge: Text,
    /// The release.
    pub release_name: Text,
    /// The release's namespace; ignored.
    pub release_namespace: Text,
    /// Arguments for helm; ignored.
    pub extra_args: Vec<Text>,
}

/// Values for a chart, as they come out of kustomize's JSON: every number was a float once (spec 15 R45).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HelmValues(pub Mapping);

impl<'de> Deserialize<'de> for HelmValues {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_map(FreeForm)? {
            Value::Mapping(map) => Ok(Self(map)),
            _ => Err(de::Error::custom("json: values are a map")),
        }
    }
}

/// Any value of JSON.
struct FreeForm;

impl<'de> de::DeserializeSeed<'de> for FreeForm {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for FreeForm {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::null())
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    #[expect(clippy::cast_precision_loss, reason = "kustomize loses it too")]
    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Value, E> {
        self.visit_f64(number as f64)
    }

    #[expect(clippy::cast_precision_loss, reason = "kustomize loses it too")]
    fn visit_i128<E: de::Error>(self, number: i128) -> Result<Value, E> {
        self.visit_f64(number as f64)
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Value, E> {
        let text = yaml::json_number(number).map_err(E::custom)?;
        let tag = plain::resolve(&text);
        Ok(Scalar::new(text, tag, Style::Plain).into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::string(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Sequence::new();
        while let Some(item) = items.next_element_seed(FreeForm)? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Mapping::new();
        while let Some(key) = entries.next_key::<Text>()? {
            map.push(Key::from(key), entries.next_value_seed(FreeForm)?);
        }
        Ok(map.into())
    }
}
