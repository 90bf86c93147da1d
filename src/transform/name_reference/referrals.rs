//! Which object a name refers to (spec 04 R20–R40).

use anyhow::{Result, anyhow};
use foldhash::fast::RandomState;
use indexmap::IndexSet;

use crate::model::{
    Fault, Gvk, PreviousId, ResId, ResMap, Resource, Scalar, Slot, Tag, Text, Typed, Value, plain,
};

/// An object that refers to others.
pub(super) struct Referrer {
    /// Its identity now.
    pub(super) id: ResId,
    prefixes: Vec<Text>,
    suffixes: Vec<Text>,
    /// The namespaces of a `RoleBinding`'s service accounts, which it may refer to besides its own.
    subject_namespaces: Vec<Text>,
    /// Group and kind of the role that a binding refers to; an empty one may be any.
    role: Option<(Text, Text)>,
}

impl Referrer {
    pub(super) fn new(resources: &ResMap, slot: Slot, value: &Value) -> Result<Self> {
        let resource = resources.get(slot);
        let id = resource.id().clone();
        let role = value.get("roleRef").and_then(|role| {
            let text = |key| {
                let scalar = role.get(key)?.as_scalar();
                Some(scalar.map_or_else(Text::new, |scalar| scalar.text.clone()))
            };
            Some((text("apiGroup")?, text("kind")?))
        });
        let subject_namespaces = if id.gvk.kind == "RoleBinding" {
            subject_namespaces(&id, value)?
        } else {
            Vec::new()
        };
        Ok(Self {
            id,
            prefixes: resource.prefixes.to_vec(),
            suffixes: resource.suffixes.to_vec(),
            subject_namespaces,
            role,
        })
    }

    /// Whether it may refer to an object that is now in this effective namespace (spec 04 R20).
    fn reaches(&self, candidate: &ResId) -> bool {
        self.id.cluster_scoped
            || candidate.cluster_scoped
            || candidate.effective_namespace() == self.id.effective_namespace()
            || self.subject_namespaces.contains(&candidate.namespace)
    }
}

/// Fails where a binding names a service account in a namespace that is no text (spec 04 R21).
pub(super) fn check_subjects(resources: &ResMap) -> Result<()> {
    let mut bindings = resources.iter().filter(|resource| {
        let Gvk { group, kind, .. } = &resource.id().gvk;
        kind == "RoleBinding" && group == "rbac.authorization.k8s.io"
    });
    bindings.try_for_each(|binding| subject_namespaces(binding.id(), binding.value()).map(drop))
}

fn subject_namespaces(id: &ResId, binding: &Value) -> Result<Vec<Text>> {
    let subjects = binding.get("subjects").and_then(Value::as_sequence);
    let accounts = subjects.into_iter().flatten().filter(|subject| {
        subject
            .get("kind")
            .and_then(Value::text)
            .is_some_and(|kind| kind == "ServiceAccount")
    });
    let namespaces = accounts
        .filter_map(|account| account.get("namespace"))
        .map(|namespace| match namespace.as_scalar().map(Scalar::typed) {
            Some(Ok(Typed::Str(text))) if !namespace.is_null() && !is_time(namespace) => {
                Ok(text.as_ref().into())
            }
            _ => Err(anyhow!(
                "Invalid Input: namespace is blank for resource \"{id}\"\n"
            )),
        });
    namespaces.collect()
}

/// Whether a value is a time, which only comes out as a text.
fn is_time(value: &Value) -> bool {
    value.as_scalar().is_some_and(|scalar| match scalar.tag {
        Tag::Timestamp => true,
        Tag::Untyped => !scalar.style.is_quoted() && plain::resolve(&scalar.text) == Tag::Timestamp,
        _ => false,
    })
}

/// What stands in a field that refers to an object.
pub(super) struct Reference<'a> {
    /// The name.
    pub(super) name: &'a str,
    /// The kind that the field may refer to.
    pub(super) target: &'a Gvk,
    /// The field, as the table has it.
    pub(super) path: &'a str,
    /// Whether the field is a map, which can hold a namespace beside the name.
    pub(super) is_map: bool,
    /// That namespace, if it is there.
    pub(super) namespace: Option<&'a Text>,
}

/// The effective namespaces in which objects began and ended, as pairs.
pub(super) struct Referrals {
    namespaces: IndexSet<(Text, Text), RandomState>,
}

impl Referrals {
    pub(super) fn index(resources: &ResMap) -> Self {
        let namespaces = resources.iter().map(|resource| {
            (
                original_namespace(resource).into(),
                resource.id().effective_namespace().into(),
            )
        });
        Self {
            namespaces: namespaces.collect(),
        }
    }

    /// The object that a reference means; nothing where there is none, or no single one.
    pub(super) fn select(
        &self,
        resources: &ResMap,
        referrer: &Referrer,
        reference: &Reference<'_>,
    ) -> Result<Option<Slot>> {
        let mut found = match reference.target.kind.as_str() {
            "" => resources.slots().collect(),
            kind => resources.named(kind, reference.name),
        };
        found.retain(|slot| self.may_mean(referrer, reference, resources.get(*slot)));
        for is_strict in [false, true] {
            if found.len() > 1 {
                found.retain(|slot| has_affixes_of(referrer, resources.get(*slot), is_strict));
            }
        }
        let id = |slot: &Slot| resources.get(*slot).id();
        let is_alike = |a: &ResId, b: &ResId| {
            a.name == b.name && (!reference.is_map || a.namespace == b.namespace)
        };
        match found.split_first() {
            None => Ok(None),
            Some((first, others)) if others.iter().all(|other| is_alike(id(first), id(other))) => {
                Ok(Some(*first))
            }
            Some(_) => Err(ambiguous(resources, &found)),
        }
    }

    /// Whether a reference may mean an object, its affixes aside (spec 04 R20 and steps 1 to 4 of R30).
    fn may_mean(
        &self,
        referrer: &Referrer,
        reference: &Reference<'_>,
        candidate: &Resource,
    ) -> bool {
        let previous = candidate.previous();
        let role = referrer
            .role
            .as_ref()
            .filter(|_| reference.path.ends_with("roleRef/name"));
        referrer.reaches(candidate.id())
            && is_near(referrer, candidate.id())
            && previous.iter().any(|id| id.name == reference.name)
            && previous
                .iter()
                .any(|id| reference.target.selects(&gvk_then(candidate, id)))
            && role.is_none_or(|(group, kind)| {
                (group.is_empty() || candidate.id().gvk.group == *group)
                    && (kind.is_empty() || previous.iter().any(|id| id.kind == *kind))
            })
            && reference
                .namespace
                .is_none_or(|namespace| self.is_in_namespace(referrer, candidate, namespace))
    }

    /// Whether an object began in the namespace that a reference names, or, if none did, ended there (spec 04 R11).
    fn is_in_namespace(&self, referrer: &Referrer, candidate: &Resource, namespace: &str) -> bool {
        let anybody_began_there = self.namespaces.iter().any(|(original, current)| {
            original == namespace
                && (referrer.id.cluster_scoped
                    || current == referrer.id.effective_namespace()
                    || referrer.subject_namespaces.contains(current))
        });
        if anybody_began_there {
            original_namespace(candidate) == namespace
        } else {
            candidate.id().effective_namespace() == namespace
        }
    }
}

fn original_namespace(resource: &Resource) -> &str {
    resource.previous().first().map_or_else(
        || resource.id().effective_namespace(),
        |previous| previous.namespace.as_str(),
    )
}

fn gvk_then(resource: &Resource, previous: &PreviousId) -> Gvk {
    Gvk {
        kind: previous.kind.clone(),
        ..resource.id().gvk.clone()
    }
}

fn is_near(referrer: &Referrer, candidate: &ResId) -> bool {
    referrer.id.cluster_scoped
        || candidate.cluster_scoped
        || candidate.gvk.kind == "ServiceAccount"
        || candidate.effective_namespace() == referrer.id.effective_namespace()
}

/// Whether both were given the same prefixes and suffixes: one record ends with the other (spec 04 R30, steps 5 and 6).
fn has_affixes_of(referrer: &Referrer, candidate: &Resource, is_strict: bool) -> bool {
    let agree = |mine: &[Text], theirs: &[Text]| match (mine.is_empty(), theirs.is_empty()) {
        (true, true) => true,
        (true, false) | (false, true) => !is_strict,
        (false, false) => mine.ends_with(theirs) || theirs.ends_with(mine),
    };
    agree(&referrer.prefixes, &candidate.prefixes) && agree(&referrer.suffixes, &candidate.suffixes)
}

fn ambiguous(resources: &ResMap, found: &[Slot]) -> anyhow::Error {
    let ids: Vec<_> = found
        .iter()
        .map(|slot| resources.get(*slot).id().to_string())
        .collect();
    let fault = Fault::new(format!(
        "found multiple possible referrals: {}",
        ids.join(", ")
    ));
    let files = found
        .iter()
        .filter_map(|slot| resources.get(*slot).source.as_ref());
    let fault = files.fold(fault, |fault, source| {
        fault.hint(format!(
            "one of them is defined in {}, line {}",
            source.file.display(),
            source.line
        ))
    });
    fault.hint("give the objects different names, or set the same namePrefix on the referrer and the one it means").into()
}
