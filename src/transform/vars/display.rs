//! Vars in kustomize's words, as its messages have them: `{A Service.v1.[noGrp] {spec.x}}`.

use std::fmt;

use super::{field_path, gvk};
use crate::kustomization::Var;
use crate::model::Gvk;

/// A var without what `apiVersion` says.
pub(super) struct AsWritten<'a>(pub(super) &'a Var);

/// A var with what `apiVersion` says.
pub(super) struct WithGvk<'a>(pub(super) &'a Var);

/// A var with what `apiVersion` says and the default of the field.
pub(super) struct Complete<'a>(pub(super) &'a Var);

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
