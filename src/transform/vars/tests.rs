//! What kustomize 5.8.1 makes of vars.

use super::*;
use crate::kustomization::decode::{Rules, decode};
use crate::transform::config::TransformerConfig;
use crate::yaml::{read_configuration, read_documents, write};

const SERVICE: &str = "{apiVersion: v1, kind: Service, metadata: {name: s, annotations: {a: \"$(A)\"}}, spec: {ports: [{port: 80}], l: [1], m: {x: 1}, nul: null, til: ~, e: \"\", f: 1.50, big: 1e6, b: True, o: 010, hex: 0x10, d: 2001-01-01, q: \"7\"}}";

fn resources(text: &str) -> ResMap {
    let mut resources = ResMap::default();
    for document in read_documents(text.as_bytes()).unwrap() {
        resources.push(Resource::new(document.value)).unwrap();
    }
    resources
}

fn vars(text: &str) -> Vec<Var> {
    let value = read_configuration(text.as_bytes()).unwrap().unwrap();
    let vars = value.as_sequence().unwrap().iter();
    vars.map(|var| decode(var, Rules::Kustomization).unwrap())
        .collect()
}

fn var_a(path: &str) -> Vec<Var> {
    vars(&format!(
        "[{{name: A, objref: {{kind: Service, name: s, apiVersion: v1}}, fieldref: {{fieldPath: {path:?}}}}}]"
    ))
}

/// The arguments of a pod, a line each, once vars are replaced.
fn arguments(arguments: &str, vars: &[Var]) -> Result<(String, Vec<Warning>)> {
    let pod = format!(
        "{{apiVersion: v1, kind: Pod, metadata: {{name: p}}, spec: {{containers: [{{name: c, args: {arguments}}}]}}}}"
    );
    let mut resources = resources(&format!("{SERVICE}\n---\n{pod}\n"));
    let mut set = VarSet::default();
    set.register(vars, &mut resources)?;
    let mut config = TransformerConfig::Empty;
    config.merge(TransformerConfig::BuiltIn)?;
    let warnings = set.resolve(&mut resources, &config)?;
    let path = Path::parse(&"spec.containers.0.args".into())?;
    let pod = resources.iter().nth(1).unwrap();
    let mut text = String::new();
    write(path.find(pod.value())?.unwrap(), &mut text).unwrap();
    Ok((text, warnings))
}

#[test]
fn values_keep_the_type_that_kustomize_gives_them() {
    for (path, alone, spliced) in [
        ("spec.ports[0].port", "80", "x80"),
        ("spec.ports.0.port", "80", "x80"),
        ("spec.l.[=1]", "1", "x1"),
        ("spec.m.x", "1", "x1"),
        ("spec.nul", "\"null\"", "xnull"),
        ("spec.til", "\"~\"", "x~"),
        ("spec.e", "\"\"", "x"),
        ("spec.f", "1.5", "x1.5"),
        ("spec.big", "1000000", "x1e+06"),
        ("spec.b", "true", "xtrue"),
        ("spec.o", "10", "x10"),
        ("spec.d", "\"2001-01-01\"", "x2001-01-01"),
        ("spec.q", "\"7\"", "x7"),
        ("", "s", "xs"),
        // Values are read before anything is replaced.
        ("metadata.annotations.a", "$(A)", "x$(A)"),
        // Collections stand for nothing.
        ("spec.m", "$(A)", "x$(A)"),
    ] {
        let (text, _) = arguments("[\"$(A)\", \"x$(A)\"]", &var_a(path)).unwrap();
        assert_eq!(text, format!("- {alone}\n- {spliced}\n"), "{path}");
    }
}

#[test]
fn texts_are_expanded_from_left_to_right() {
    for (text, expected) in [
        ("$(A)", "- 80\n"),
        ("$(A) ", "- '80 '\n"),
        ("$(A)$(A)", "- \"8080\"\n"),
        ("$$(A)", "- $(A)\n"),
        ("$$$(A)", "- $80\n"),
        ("$$$$(A)", "- $$(A)\n"),
        ("$(B)", "- $(B)\n"),
        ("$()", "- $()\n"),
        ("$(A", "- $(A\n"),
        ("$", "- $\n"),
        ("$A $(A))", "- $A 80)\n"),
        ("$($(A))", "- $($(A))\n"),
        ("$(A)$(B)$$(C)", "- 80$(B)$(C)\n"),
    ] {
        let vars = var_a("spec.ports[0].port");
        let (found, _) = arguments(&format!("[{text:?}]"), &vars).unwrap();
        assert_eq!(found, expected);
    }
}

#[test]
fn vars_that_cannot_be_resolved_fail() {
    for (vars, expected) in [
        (
            "[{name: A, objref: {kind: Service, name: s}}]",
            "var '{A Service.[noVer].[noGrp] {metadata.name}}' cannot be mapped to a field in the set of known resources",
        ),
        (
            "[{name: A, objref: {kind: Service, name: s, version: v1, namespace: foo}}]",
            "var '{A Service.v1.[noGrp] {metadata.name}}' cannot be mapped to a field in the set of known resources",
        ),
        (
            "[{name: A, objref: {kind: Service, name: s, version: v1}, fieldref: {fieldPath: spec.x}}]",
            "field specified in var '{A Service.v1.[noGrp] {spec.x}}' not found in corresponding resource",
        ),
        (
            "[{name: A, objref: {kind: Service, name: s, version: v1}, fieldref: {fieldPath: spec.hex}}]",
            "field specified in var '{A Service.v1.[noGrp] {spec.hex}}' not found in corresponding resource",
        ),
        (
            "[{name: A, objref: {kind: Service, name: s, apiVersion: v1}}, {name: A, objref: {kind: Pod}}]",
            "merging vars [{A Service.[noVer].[noGrp] {}} {A Pod.[noVer].[noGrp] {}}]: var 'A' already encountered",
        ),
    ] {
        let error = arguments("[]", &self::vars(vars)).unwrap_err();
        assert_eq!(format!("{error:#}"), expected);
    }
    for list in ["[1]", "[<<]", "[!foo x]"] {
        let error = arguments(list, &var_a("")).unwrap_err();
        assert_eq!(
            format!("{error:#}"),
            "considering field 'spec/containers/args' of object Pod.v1.[noGrp]/p.[noNs]: visit traversal on path: [args]: invalid value type expect a string"
        );
    }
    for list in ["['<<']", "[!!str <<]"] {
        let (text, _) = arguments(list, &var_a("")).unwrap();
        assert_eq!(text, "- <<\n");
    }
}

#[test]
fn a_var_that_two_objects_fit_is_refused() {
    let service = |namespace: &str| {
        format!("{{apiVersion: v1, kind: Service, metadata: {{name: s, namespace: {namespace}}}}}")
    };
    let mut resources = resources(&format!("{}\n---\n{}\n", service("a"), service("b")));
    let error = VarSet::default()
        .register(&var_a(""), &mut resources)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "merging vars [{A Service.[noVer].[noGrp] {}}]: found 2 resId matches for var {A Service.v1.[noGrp] {}} (unable to disambiguate)"
    );
}

#[test]
fn a_var_follows_its_object_through_renames_and_into_other_sets() {
    let mut base = resources(SERVICE);
    let mut set = VarSet::default();
    set.register(&var_a(""), &mut base).unwrap();
    let slot = base.slots().next().unwrap();
    base.edit(slot, |resource| {
        let metadata = resource.value_mut().get_mut("metadata").unwrap();
        *metadata.get_mut("name").unwrap() = Value::string("renamed");
    });
    let mut parent =
        resources("{apiVersion: v1, kind: Service, metadata: {name: s, labels: {l: $(A)}}}");
    parent.absorb(base).unwrap();
    let mut all = VarSet::default();
    all.merge(set.clone()).unwrap();
    assert_eq!(
        all.merge(set).unwrap_err().to_string(),
        "var 'A' already encountered"
    );
    all.resolve(&mut parent, &TransformerConfig::BuiltIn)
        .unwrap();
    let label = parent
        .iter()
        .next()
        .unwrap()
        .value()
        .at(&["metadata", "labels", "l"]);
    assert_eq!(label.and_then(Value::text).unwrap(), "renamed");
}

#[test]
fn vars_that_are_used_nowhere_are_warned_about() {
    let both = vars(
        "[{name: A, objref: {kind: Service, name: s, apiVersion: v1}}, {name: B, objref: {kind: Service, name: s, apiVersion: v1}}]",
    );
    let (_, warnings) = arguments("[\"$(A)\"]", &both).unwrap();
    assert_eq!(
        warnings[0].message,
        "well-defined vars that were never replaced: B"
    );
    let (text, warnings) = arguments("[\"$$(A)\"]", &[]).unwrap();
    assert_eq!((text.as_str(), warnings.len()), ("- $$(A)\n", 0));
}
