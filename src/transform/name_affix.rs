//! `namePrefix` and `nameSuffix`.

use anyhow::{Result, ensure};
use ecow::EcoVec;

use super::replacements::wrong_kind;
use crate::model::{
    Create, FieldSpec, Gvk, MAX_NAME, ResMap, Resource, Scalar, Style, Tag, Text, Value, Walk,
    considering,
};

/// What is put around names.
#[derive(Clone, Debug)]
pub enum Affix {
    /// Put before the name.
    Prefix(Text),
    /// Put behind the name.
    Suffix(Text),
}

/// Puts an affix around the fields that the specs name, and records it where that is an object's name (spec 03 R20–R23).
pub fn apply(resources: &mut ResMap, affix: &Affix, specs: &[FieldSpec]) -> Result<()> {
    resources.edit_all(|resource| {
        let original = resource.original_gvk();
        if is_exempt(&original) {
            return Ok(());
        }
        specs
            .iter()
            .filter(|spec| spec.selects(&original))
            .try_for_each(|spec| affix.put(resource, spec))
    })
}

/// kustomize never prefixes these: a CRD's name must stay `<plural>.<group>`, an `APIService`'s `<version>.<group>`.
fn is_exempt(original: &Gvk) -> bool {
    match original.kind.as_str() {
        "CustomResourceDefinition" | "Namespace" => true,
        "APIService" => original.group == "apiregistration.k8s.io",
        _ => false,
    }
}

/// Appends to a list that mostly stays at one: growing would make room for four.
fn push(affixes: &mut EcoVec<Text>, affix: &Text) {
    if affixes.is_empty() {
        *affixes = EcoVec::with_capacity(1);
    }
    affixes.push(affix.clone());
}

impl Affix {
    fn put(&self, resource: &mut Resource, spec: &FieldSpec) -> Result<()> {
        let (Self::Prefix(text) | Self::Suffix(text)) = self;
        if spec.path.text == "metadata/name" && !text.is_empty() {
            resource.remember_id();
            match self {
                Self::Prefix(prefix) => push(&mut resource.prefixes, prefix),
                Self::Suffix(suffix) => push(&mut resource.suffixes, suffix),
            }
        }
        let create = if spec.create {
            Create::Scalar
        } else {
            Create::Never
        };
        let walk = Walk {
            segments: spec.path.segments(),
            create,
        };
        let walked = walk.visit(resource.value_mut(), &mut |field| {
            match field {
                // A null is the text `null` here, and what comes out is what it looks like: `namePrefix: "1"` makes `13` of `3`.
                Value::Scalar(scalar) => {
                    ensure!(
                        text.len() + scalar.text.len() <= MAX_NAME,
                        "the name gets longer than {MAX_NAME} bytes"
                    );
                    scalar.assign(&match self.around(&scalar.text) {
                        text if text.is_empty() => Scalar::new(text, Tag::Null, Style::Plain),
                        text => Scalar::untyped(text),
                    });
                    Ok(())
                }
                field => Err(wrong_kind("ScalarNode", field)),
            }
        });
        walked.map_err(|error| considering(&spec.path.text, resource.id(), &error))
    }

    fn around(&self, name: &str) -> Text {
        match self {
            Self::Prefix(prefix) => (*prefix).clone() + name,
            Self::Suffix(suffix) => Text::from(name) + suffix.as_str(),
        }
    }
}
