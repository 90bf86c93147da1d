//! A kustomization as kustomize writes it back: every field under its own name, what says nothing left out, deprecated
//! fields moved to where they belong (spec 14 R41).

use super::decode::{field_of, last_of_each};
use super::schema::Schema;
use crate::model::{Key, Mapping, Sequence, Value};

/// Fields that are written even where they are empty: kustomize's types do not let them be left out.
const ALWAYS_WRITTEN: [(&str, Empty); 7] = [
    ("vars.name", Empty::Text),
    ("vars.objref", Empty::Map),
    ("vars.objref.name", Empty::Text),
    ("vars.fieldref", Empty::Map),
    ("replicas.count", Empty::Zero),
    ("sortOptions.legacySortOptions.orderFirst", Empty::Null),
    ("sortOptions.legacySortOptions.orderLast", Empty::Null),
];

/// The one such field of a list whose type stands behind a pointer.
const SELECT: (&str, Empty) = ("replacements.targets.select", Empty::Null);

/// Fields whose absence differs from their empty text.
pub(super) const OPTIONAL_TEXTS: [&str; 1] = ["replacements.sourceValue"];

/// How a field that says nothing is written.
#[derive(Clone, Copy)]
enum Empty {
    Text,
    Map,
    Zero,
    Null,
}

impl Empty {
    fn value(self, schema: &Schema, place: &str) -> Value {
        match self {
            Self::Text => Value::string(""),
            Self::Zero => Value::from(0),
            Self::Null => Value::null(),
            Self::Map => object(&Mapping::new(), schema, place).into(),
        }
    }
}

/// The fields of a kustomization in the order they are written in, those that are never written left out.
pub(super) fn canonical(document: &Value) -> Mapping {
    let mut fields = fields(document);
    upgrade(&mut fields);
    fields
}

/// The same with deprecated fields where they are.
pub(super) fn fields(document: &Value) -> Mapping {
    let empty = Mapping::new();
    object(document.as_mapping().unwrap_or(&empty), &Schema::load(), "")
}

/// The fields of an object that stands at `place` of the schema.
fn object(map: &Mapping, schema: &Schema, place: &str) -> Mapping {
    let names = schema.names_of(place);
    let said = last_of_each(map).filter(|(_, value)| !value.is_null());
    let mut fields: Mapping = said
        .filter_map(|(key, value)| {
            let name = names[field_of(key, names)?];
            let below = join(place, name);
            let value = field(value, schema, &below);
            is_written(&value, schema, &below).then_some((name, value))
        })
        .collect();
    for (path, empty) in ALWAYS_WRITTEN.iter().chain([&SELECT]) {
        if let Some(name) = name_below(path, place)
            && !fields.contains_key(name)
        {
            fields.insert(name, empty.value(schema, path));
        }
    }
    fields
}

/// The name of a field that stands right below a place.
fn name_below<'p>(path: &'p str, place: &str) -> Option<&'p str> {
    let name = path.strip_prefix(place)?.strip_prefix('.')?;
    (!name.contains('.')).then_some(name)
}

/// Whether a struct stands at a place that is there even where it was never set; all others stand behind pointers.
pub(super) fn is_plain_struct(place: &str) -> bool {
    let is_one = |(path, empty): &(&str, Empty)| *path == place && matches!(empty, Empty::Map);
    ALWAYS_WRITTEN.iter().any(is_one)
}

/// Whether a field is written at all.
fn is_written(value: &Value, schema: &Schema, place: &str) -> bool {
    let is_always = ALWAYS_WRITTEN.iter().any(|(path, _)| *path == place) || place == SELECT.0;
    if is_always || OPTIONAL_TEXTS.contains(&place) {
        return true;
    }
    match value {
        Value::Sequence(items) => !items.is_empty(),
        // Only structs stand behind pointers; they are written where they are there.
        Value::Mapping(map) => !map.is_empty() || !schema.type_of(place).starts_with("map["),
        Value::Scalar(scalar) => match scalar.typed() {
            Ok(crate::model::Typed::Bool(is_set)) => is_set,
            Ok(crate::model::Typed::Int(number)) => number != 0,
            Ok(crate::model::Typed::Str(text)) => !text.is_empty(),
            _ => true,
        },
    }
}

/// The value of a field as it is written.
fn field(value: &Value, schema: &Schema, place: &str) -> Value {
    let go_type = schema.type_of(place);
    match go_type.strip_prefix("[]") {
        Some(item_type) => {
            let items = value.as_sequence().into_iter().flatten();
            let items = items.map(|item| single(item, schema, place, item_type));
            items.collect::<Sequence>().into()
        }
        None => single(value, schema, place, go_type),
    }
}

/// A value that is no list by its type.
fn single(value: &Value, schema: &Schema, place: &str, go_type: &str) -> Value {
    match go_type {
        "map[string]interface {}" => value.clone(),
        "map[string]string" => {
            let map = value.as_mapping().into_iter().flat_map(last_of_each);
            let texts = map.map(|(key, value)| (Key::from(key.clone()), text_or_empty(value)));
            texts.collect::<Mapping>().into()
        }
        _ if go_type.starts_with('*') && value.is_null() => Value::null(),
        _ if schema.names_of(place).is_empty() => text_or_empty(value),
        _ => {
            let empty = Mapping::new();
            let map = value.as_mapping().unwrap_or(&empty);
            object(map, schema, place).into()
        }
    }
}

/// A scalar; where nothing is written, empty text.
fn text_or_empty(value: &Value) -> Value {
    if value.is_null() {
        Value::string("")
    } else {
        value.clone()
    }
}

pub(super) fn join(place: &str, name: &str) -> String {
    if place.is_empty() {
        name.to_owned()
    } else {
        format!("{place}.{name}")
    }
}

/// Fills in kind and version and moves the contents of deprecated fields.
fn upgrade(fields: &mut Mapping) {
    let is_component =
        |fields: &Mapping| fields.get("kind").and_then(Value::text) == Some(&"Component".into());
    if !fields.contains_key("kind") {
        fields.insert("kind", Value::string("Kustomization"));
    }
    if !fields.contains_key("apiVersion") {
        let version = if is_component(fields) {
            "kustomize.config.k8s.io/v1alpha1"
        } else {
            "kustomize.config.k8s.io/v1beta1"
        };
        fields.insert("apiVersion", Value::string(version));
    }
    append(fields, "bases", "resources");
    append(fields, "imageTags", "images");
    for generators in ["configMapGenerator", "secretGenerator"] {
        let generators = fields.get_mut(generators);
        for generator in generators
            .and_then(Value::as_sequence_mut)
            .into_iter()
            .flat_map(ecow::EcoVec::make_mut)
        {
            let Some(generator) = generator.as_mapping_mut() else {
                continue;
            };
            if let Some(env) = generator.remove("env") {
                push(generator, "envs", env);
            }
        }
    }
    upgrade_charts(fields);
}

/// Moves the items of a list behind those of another.
pub(super) fn append(fields: &mut Mapping, from: &str, to: &str) {
    let items = fields.remove(from);
    for item in items
        .as_ref()
        .and_then(Value::as_sequence)
        .into_iter()
        .flatten()
    {
        push(fields, to, item.clone());
    }
}

/// Puts an item behind those of a list, which is made if need be.
pub(super) fn push(fields: &mut Mapping, list: &str, item: Value) {
    let list = fields.get_or_insert_with(list, || Sequence::new().into());
    if let Some(items) = list.as_sequence_mut() {
        items.push(item);
    }
}

/// What the fields of an old-style chart are called in `helmCharts`, and in `helmGlobals` (spec 15 R41).
const CHART_FIELDS: [(&str, &str); 8] = [
    ("chartName", "name"),
    ("chartVersion", "version"),
    ("chartRepoUrl", "repo"),
    ("releaseName", "releaseName"),
    ("releaseNamespace", "namespace"),
    ("values", "valuesFile"),
    ("valuesLocal", "valuesInline"),
    ("valuesMerge", "valuesMerge"),
];
const GLOBAL_FIELDS: [(&str, &str); 2] = [("chartHome", "chartHome"), ("helmHome", "configHome")];

fn upgrade_charts(fields: &mut Mapping) {
    let old = fields.remove("helmChartInflationGenerator");
    for chart in old
        .as_ref()
        .and_then(Value::as_sequence)
        .into_iter()
        .flatten()
    {
        let renamed = |names: &'static [(&str, &str)]| {
            let present = names
                .iter()
                .filter_map(|(old, new)| Some((*new, chart.get(old)?.clone())));
            present.collect::<Mapping>()
        };
        for (name, value) in renamed(&GLOBAL_FIELDS) {
            let globals = fields.get_or_insert_with("helmGlobals", || Mapping::new().into());
            if let Some(globals) = globals.as_mapping_mut() {
                globals.insert(name.text, value);
            }
        }
        push(fields, "helmCharts", renamed(&CHART_FIELDS).into());
    }
}
