//! `vars`: texts `$(NAME)` are replaced by fields of objects, once, at the end of a render (spec 06 part B).

use std::borrow::Cow;
use std::fmt;
use std::num::NonZeroU32;

use anyhow::{Result, anyhow, bail};
use indexmap::IndexMap;

use super::config::TransformerConfig;
use super::replacements::Path;
use crate::kustomization::Var;
use crate::model::{
    Create, FieldSpec, Gvk, ResId, ResMap, Resource, Scalar, Segment, Style, Tag, Text, Typed,
    Value, Walk, Warning, considering,
};
use crate::yaml::shortest_number;

/// The vars that kustomizations declared. The objects that they read carry their names.
#[derive(Clone, Debug, Default)]
pub struct VarSet {
    vars: IndexMap<Text, Var>,
}

impl VarSet {
    /// Adds the vars of a kustomization and marks the objects that they read (spec 06 R41).
    ///
    /// Fails where a name is taken or more than one object fits; that none does is no failure yet.
    pub fn register(&mut self, vars: &[Var], resources: &mut ResMap) -> Result<()> {
        for var in vars {
            let marked = self.insert(var.clone()).and_then(|()| mark(var, resources));
            marked.map_err(|cause| {
                let all: Vec<_> = vars.iter().map(|var| AsWritten(var).to_string()).collect();
                anyhow!("merging vars [{}]: {cause:#}", all.join(" "))
            })?;
        }
        Ok(())
    }

    /// Adds the vars of a base; fails where a name is taken.
    pub fn merge(&mut self, other: Self) -> Result<()> {
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
        self,
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
        Ok(values.unused())
    }

    fn values(&self, resources: &ResMap) -> Result<Values> {
        let mut found = IndexMap::new();
        for resource in resources.iter() {
            for name in &resource.vars {
                if let Some(var) = self.vars.get(name) {
                    found.insert(name.as_str(), read(var, resource)?);
                }
            }
        }
        let values = self.vars.iter().map(|(name, var)| {
            let value = found.swap_remove(name.as_str()).ok_or_else(|| {
                anyhow!(
                    "var '{}' cannot be mapped to a field in the set of known resources",
                    Complete(var)
                )
            })?;
            let is_used = false;
            Ok((name.clone(), Known { value, is_used }))
        });
        Ok(Values(values.collect::<Result<_>>()?))
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
        (Tag::Null | Tag::Timestamp | Tag::Str, _) => Some(Value::string(scalar.text.clone())),
        (_, Ok(Typed::Null)) => Some(Value::string(scalar.text.clone())),
        (_, Ok(Typed::Bool(is_true))) => Some(Value::from(is_true)),
        (_, Ok(Typed::Int(_))) => scalar.text.parse().ok().map(|number: i64| number.into()),
        (_, Ok(Typed::Float(number))) => value(shortest_number(number).ok()?, Tag::Float),
        (_, Ok(Typed::Str(text))) => value(text.as_ref().into(), Tag::Str),
        (_, Err(_)) => None,
    }
}

/// What the vars stand for.
struct Values(IndexMap<Text, Known>);

struct Known {
    value: Value,
    is_used: bool,
}

/// The scalars that were replaced and share their node with others, with what is there now.
type Shared = Vec<(NonZeroU32, Scalar)>;

impl Values {
    fn replace_in(&mut self, resource: &mut Resource, specs: &[FieldSpec]) -> Result<()> {
        let gvk = resource.id().gvk.clone();
        for spec in specs.iter().filter(|spec| spec.selects(&gvk)) {
            let mut shared = Shared::new();
            let walk = Walk {
                segments: &spec.path.segments,
                create: Create::Never,
            };
            let mut replace = |field: &mut Value| self.replace_at(field, &mut shared);
            walk.visit(resource.value_mut(), &mut replace)
                .map_err(|error| {
                    let error = described(error, resource, &spec.path.segments);
                    considering(&spec.path.text, resource.id(), &error)
                })?;
            for (group, new) in shared {
                resource.value_mut().for_each_scalar(&mut |scalar| {
                    if scalar.shared == Some(group) {
                        scalar.clone_from(&new);
                    }
                });
            }
        }
        Ok(())
    }

    /// Replaces the vars of a text, of the texts of a map, or of the texts that make up a list (spec 06 R44).
    fn replace_at(&mut self, field: &mut Value, shared: &mut Shared) -> Result<()> {
        match field {
            Value::Scalar(scalar) => {
                self.replace(scalar, shared);
            }
            Value::Mapping(map) => {
                let has_vars = map.iter().any(|(_, value)| mentions_vars(value));
                if has_vars {
                    map.values_mut()
                        .filter_map(Value::as_scalar_mut)
                        .for_each(|scalar| self.replace(scalar, shared));
                }
            }
            Value::Sequence(items) => {
                let is_string =
                    |item: &Value| item.as_scalar().is_some_and(|scalar| is_text(scalar));
                if !items.iter().all(is_string) {
                    return Err(NotText.into());
                }
                if items.iter().any(mentions_vars) {
                    items
                        .make_mut()
                        .iter_mut()
                        .filter_map(Value::as_scalar_mut)
                        .for_each(|scalar| self.replace(scalar, shared));
                }
            }
        }
        Ok(())
    }

    fn replace(&mut self, scalar: &mut Scalar, shared: &mut Shared) {
        if !is_text(scalar) || !scalar.text.contains('$') {
            return;
        }
        let group = scalar.shared;
        let mut new = self.expanded(&scalar.text);
        new.shared = group;
        if let Some(group) = group {
            shared.push((group, new.clone()));
        }
        *scalar = new;
    }

    /// A text with its vars replaced (spec 06 R45); the value of a var itself where the text is nothing else.
    fn expanded(&mut self, text: &str) -> Scalar {
        if let Some(name) = text
            .strip_prefix("$(")
            .and_then(|rest| rest.strip_suffix(')'))
            && !name.contains(')')
            && let Some(scalar) = self.scalar(name)
        {
            return scalar.clone();
        }
        let mut expanded = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            expanded.push_str(&rest[..at]);
            let behind = &rest[at + 1..];
            if let Some(after) = behind.strip_prefix('$') {
                expanded.push('$');
                rest = after;
            } else if let Some((name, after)) = behind
                .strip_prefix('(')
                .and_then(|inner| inner.split_once(')'))
            {
                match self.scalar(name) {
                    Some(scalar) => expanded.push_str(&scalar.text),
                    None => expanded.extend(["$(", name, ")"]),
                }
                rest = after;
            } else {
                expanded.push('$');
                rest = behind;
            }
        }
        expanded.push_str(rest);
        Scalar::string(expanded)
    }

    /// What a var stands for; nothing if there is no such var, or if it stands for a collection.
    fn scalar(&mut self, name: &str) -> Option<&Scalar> {
        let known = self.0.get_mut(name)?;
        let scalar = known.value.as_scalar()?;
        known.is_used = true;
        Some(scalar)
    }

    fn unused(self) -> Vec<Warning> {
        let names: Vec<_> = self
            .0
            .into_iter()
            .filter(|(_, known)| !known.is_used)
            .map(|(name, _)| name)
            .collect();
        if names.is_empty() {
            return Vec::new();
        }
        vec![Warning {
            message: format!(
                "well-defined vars that were never replaced: {}",
                names.join(",")
            ),
            place: None,
            hints: vec!["delete them, or refer to them as `$(NAME)`".to_owned()],
        }]
    }
}

fn is_text(scalar: &Scalar) -> bool {
    match scalar.tag {
        Tag::Str => true,
        Tag::Untyped => matches!(scalar.typed(), Ok(Typed::Str(_))),
        _ => false,
    }
}

fn mentions_vars(value: &Value) -> bool {
    value
        .as_scalar()
        .is_some_and(|scalar| scalar.text.contains('$'))
}

/// Something else than text in a list of texts.
#[derive(Debug)]
struct NotText;

impl fmt::Display for NotText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid value type expect a string")
    }
}

impl std::error::Error for NotText {}

/// Kustomize names the rest of the path behind the innermost list that it went through.
fn described(error: anyhow::Error, resource: &Resource, segments: &[Segment]) -> anyhow::Error {
    if !error.is::<NotText>() {
        return error;
    }
    let mut rest: Option<Cow<'_, [Segment]>> = None;
    let mut value = Some(resource.value());
    for (position, segment) in segments.iter().enumerate() {
        while let Some(Value::Sequence(items)) = value {
            value = items.iter().find(|item| !item.is_null());
            rest = Some(Cow::Borrowed(&segments[position..]));
        }
        value = value.and_then(|value| value.get(&segment.key));
    }
    match rest {
        None => error,
        Some(rest) => {
            let keys: Vec<_> = rest.iter().map(|segment| segment.key.as_str()).collect();
            anyhow!("visit traversal on path: [{}]: {error}", keys.join(" "))
        }
    }
}

/// A var in kustomize's words: `{A Service.[noVer].[noGrp] {spec.x}}`, without what `apiVersion` says.
struct AsWritten<'a>(&'a Var);

/// The same with what `apiVersion` says.
struct WithGvk<'a>(&'a Var);

/// The same with the default of the field.
struct Complete<'a>(&'a Var);

impl fmt::Display for AsWritten<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let object = &self.0.object;
        let gvk = Gvk {
            group: object.group.clone(),
            version: object.version.clone(),
            kind: object.kind.clone(),
        };
        write!(
            f,
            "{{{} {gvk} {{{}}}}}",
            self.0.name, self.0.field.field_path
        )
    }
}

impl fmt::Display for WithGvk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Var { name, field, .. } = self.0;
        write!(f, "{{{name} {} {{{}}}}}", gvk(self.0), field.field_path)
    }
}

impl fmt::Display for Complete<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, path) = (&self.0.name, field_path(self.0));
        write!(f, "{{{name} {} {{{path}}}}}", gvk(self.0))
    }
}
