//! `vars`: texts `$(NAME)` are replaced by fields of objects, once, at the end of a render (spec 06 part B).

mod display;
mod expansion;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use anyhow::{Error, Result, anyhow, bail};
use indexmap::IndexMap;

use self::display::{AsWritten, Complete, WithGvk};
use self::expansion::Values;
use super::config::TransformerConfig;
use super::replacements::Path;
use super::unmatched;
use crate::kustomization::Var;
use crate::model::{
    Fault, FieldPath, Gvk, Place, ResId, ResMap, Resource, Scalar, Source, Style, Tag, Text, Typed,
    Value, Warning,
};
use crate::yaml::shortest_number;

/// The vars that kustomizations declared. The objects that they read carry their names.
#[derive(Clone, Debug, Default)]
pub struct VarSet {
    vars: IndexMap<Text, Var>,
    /// Where they are declared.
    places: IndexMap<Text, Place>,
}

impl VarSet {
    /// Remembers where the vars of a kustomization are declared: for warnings.
    pub fn note_places(&mut self, vars: &[Var], source: &Source) {
        for (position, var) in vars.iter().enumerate() {
            let path = FieldPath::of_keys(&["vars"]).index(position);
            let place = Place::of_field(source.clone(), path);
            self.places.entry(var.name.clone()).or_insert(place);
        }
    }

    /// Adds the vars of a kustomization and marks the objects that they read (spec 06 R41).
    ///
    /// Fails where a name is taken or more than one object fits; that none does is no failure yet.
    pub fn register(&mut self, vars: &[Var], resources: &mut ResMap) -> Result<()> {
        for var in vars {
            let marked = self.insert(var.clone()).and_then(|()| mark(var, resources));
            marked.map_err(|cause| {
                let all: Vec<_> = vars.iter().map(|var| AsWritten(var).to_string()).collect();
                let message = format!("merging vars [{}]: {cause:#}", all.join(" "));
                match self.places.get(&var.name) {
                    Some(place) => Fault::new(message).at(place.clone()).into(),
                    None => anyhow!(message),
                }
            })?;
        }
        Ok(())
    }

    /// Adds the vars of a base; fails where a name is taken.
    pub fn merge(&mut self, other: Self) -> Result<()> {
        self.places.extend(other.places);
        other
            .vars
            .into_values()
            .try_for_each(|var| self.insert(var))
    }

    fn insert(&mut self, var: Var) -> Result<()> {
        if self.vars.contains_key(&var.name) {
            bail!("var '{}' already encountered", var.name);
        }
        self.vars.insert(var.name.clone(), var);
        Ok(())
    }

    /// Replaces the vars in the fields that may refer to them. All values are read before anything is replaced.
    ///
    /// Returns a warning where vars were used nowhere.
    pub fn resolve(
        &self,
        resources: &mut ResMap,
        config: &TransformerConfig,
    ) -> Result<Vec<Warning>> {
        if self.vars.is_empty() {
            return Ok(Vec::new());
        }
        let specs = &config.tables().var_reference;
        let mut values = self.values(resources)?;
        for slot in resources.slots() {
            resources.edit(slot, |resource| values.replace_in(resource, specs))?;
        }
        let unused: Vec<_> = values.unused().collect();
        Ok(self.unused_warning(&unused).into_iter().collect())
    }

    /// The warning about vars that are used nowhere, in kustomize's words.
    fn unused_warning(&self, names: &[&str]) -> Option<Warning> {
        if names.is_empty() {
            return None;
        }
        let message = format!(
            "well-defined vars that were never replaced: {}",
            names.join(",")
        );
        let warning = Warning::new(message).hint("delete them, or refer to them as `$(NAME)`");
        let mut places = names.iter().filter_map(|name| self.places.get(*name));
        let warning = match places.next() {
            Some(place) => warning.at(place.clone()),
            None => warning,
        };
        Some(places.fold(warning, |warning, place| {
            warning.related("and this one", place.clone())
        }))
    }

    fn values(&self, resources: &ResMap) -> Result<Values> {
        let mut found = IndexMap::new();
        for resource in resources.iter() {
            for name in &resource.vars {
                if let Some(var) = self.vars.get(name) {
                    let value =
                        read(var, resource).map_err(|error| self.unread(var, resource, &error))?;
                    found.insert(name.as_str(), value);
                }
            }
        }
        let values = self.vars.iter().map(|(name, var)| {
            let value = found
                .swap_remove(name.as_str())
                .ok_or_else(|| self.unfound(var, resources))?;
            Ok((name.clone(), value))
        });
        values.collect()
    }

    /// The failure of a var that reads no object.
    fn unfound(&self, var: &Var, resources: &ResMap) -> Fault {
        let message = format!(
            "var '{}' cannot be mapped to a field in the set of known resources",
            Complete(var)
        );
        let (kind, name) = (&var.object.kind, &var.object.name);
        let is_there = !resources.named(kind, name).is_empty();
        let fault = self.placed(Fault::new(message), var, "objref");
        if is_there {
            let hint =
                "an object of that kind and name is there: look at `apiVersion` and `namespace`";
            return fault.hint(hint);
        }
        fault
            .titled(format!(
                "there is no {kind} named `{name}` for the var `{}`",
                var.name
            ))
            .hint(unmatched::name_hint(resources, kind, name))
    }

    /// The failure of a var whose object lacks the field.
    fn unread(&self, var: &Var, resource: &Resource, error: &Error) -> Fault {
        let (id, path) = (resource.id(), field_path(var));
        self.placed(Fault::new(format!("{error:#}")), var, "fieldref")
            .titled(format!(
                "{} `{}` has no field `{path}`",
                id.gvk.kind, id.name
            ))
            .hint(
                unmatched::field_hint(resource.value(), path)
                    .unwrap_or_else(|| "correct the `fieldpath`".to_owned()),
            )
    }

    fn placed(&self, fault: Fault, var: &Var, field: &str) -> Fault {
        match self.places.get(&var.name) {
            Some(place) => {
                let path = place.path.clone().key(field);
                fault.at(Place::of_field(place.source.clone(), path))
            }
            None => fault,
        }
    }
}

/// Marks the object that a var reads.
fn mark(var: &Var, resources: &mut ResMap) -> Result<()> {
    let wanted = ResId::new(
        gvk(var),
        var.object.name.clone(),
        var.object.namespace.clone(),
    );
    let answers = |resource: &Resource| {
        resource.ids().any(|id| {
            id.name == wanted.name
                && id.gvk == wanted.gvk
                && (wanted.namespace.is_empty()
                    || id.effective_namespace() == wanted.effective_namespace())
        })
    };
    let mut found = resources.named(&wanted.gvk.kind, &wanted.name);
    found.retain(|slot| answers(resources.get(*slot)));
    match found[..] {
        [] => Ok(()),
        [slot] => {
            resources.edit(slot, |resource| resource.vars.push(var.name.clone()));
            Ok(())
        }
        _ => bail!(
            "found {} resId matches for var {} (unable to disambiguate)",
            found.len(),
            WithGvk(var)
        ),
    }
}

/// The kind that a var reads: `apiVersion` overrides `group` and `version`.
fn gvk(var: &Var) -> Gvk {
    let object = &var.object;
    if object.api_version.is_empty() {
        Gvk {
            group: object.group.clone(),
            version: object.version.clone(),
            kind: object.kind.clone(),
        }
    } else {
        Gvk::parse(&object.api_version, object.kind.clone())
    }
}

fn field_path(var: &Var) -> &str {
    match var.field.field_path.as_str() {
        "" => "metadata.name",
        path => path,
    }
}

/// The value that a var stands for: a scalar that is put into fields as it is, or a collection that cannot be.
fn read(var: &Var, resource: &Resource) -> Result<Value> {
    let path = Path::parse(&dotted(field_path(var)).into())?;
    let found = path.find(resource.value()).ok().flatten();
    let value = match found {
        Some(Value::Scalar(scalar)) => normalized(scalar),
        Some(value) => Some(value.clone()),
        None => None,
    };
    value.ok_or_else(|| {
        anyhow!(
            "field specified in var '{}' not found in corresponding resource",
            Complete(var)
        )
    })
}

/// The path with `ports.0` for `ports[0]`.
fn dotted(path: &str) -> String {
    let segments: Vec<_> = path
        .split('.')
        .map(|segment| {
            match segment
                .strip_suffix(']')
                .and_then(|rest| rest.rsplit_once('['))
            {
                Some((key, index))
                    if !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit()) =>
                {
                    Cow::Owned(format!("{key}.{index}"))
                }
                _ => Cow::Borrowed(segment),
            }
        })
        .collect();
    segments.join(".")
}

/// A scalar as kustomize hands it on: integers as decimals, numbers in Go's shortest form, what else there is as text.
fn normalized(scalar: &Scalar) -> Option<Value> {
    let value = |text: Text, tag| Some(Value::Scalar(Scalar::new(text, tag, Style::Plain)));
    match (scalar.tag, scalar.typed()) {
        (Tag::Null | Tag::Timestamp | Tag::Binary | Tag::Str | Tag::Foreign, _)
        | (_, Ok(Typed::Null)) => Some(Value::string(scalar.text.clone())),
        (_, Ok(Typed::Bool(is_true))) => Some(Value::from(is_true)),
        (_, Ok(Typed::Int(_))) => scalar.text.parse().ok().map(|number: i64| number.into()),
        (_, Ok(Typed::Float(number))) => value(shortest_number(number).ok()?, Tag::Float),
        (_, Ok(Typed::Str(text))) => value(text.as_ref().into(), Tag::Str),
        (_, Err(_)) => None,
    }
}
