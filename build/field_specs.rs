//! The field specs of kustomize itself, as code.
//!
//! A line of a table is `path group version kind [create]`, with `-` for any and for no.

use std::io::{Error, Result};

/// The lists of a `FieldTables` that are there under one name, with their tables.
const LISTS: [&str; 5] = [
    "namespace",
    "common_annotations",
    "var_reference",
    "images",
    "replicas",
];

/// A `FieldTables`.
pub(crate) fn code() -> Result<String> {
    let mut code = "FieldTables {\n".to_owned();
    for name in LISTS {
        field(&mut code, name, &specs(&table(name)?)?);
    }
    let names = specs(&table("metadata_name")?)?;
    field(&mut code, "name_prefix", &names);
    field(&mut code, "name_suffix", &names);
    let labels = table("common_labels")?;
    let in_templates = |line: &&str| line.ends_with(" template");
    let template_labels: Result<String> = labels.lines().filter(in_templates).map(spec).collect();
    field(&mut code, "template_labels", &template_labels?);
    field(&mut code, "common_labels", &specs(&labels)?);
    field(&mut code, "labels", "");
    field(&mut code, "name_reference", &name_references()?);
    code.push('}');
    Ok(code)
}

fn table(name: &str) -> Result<String> {
    crate::table(&format!("src/transform/field_specs/{name}.txt"))
}

fn field(code: &mut String, name: &str, items: &str) {
    *code += &format!("{name}: Cow::Borrowed(const {{ &[{items}] }}),\n");
}

fn specs(lines: &str) -> Result<String> {
    lines.lines().map(spec).collect()
}

fn spec(line: &str) -> Result<String> {
    let mut words = line.split_ascii_whitespace();
    let [path, group, version, kind, create] = [(); 5].map(|()| words.next().unwrap_or_default());
    if kind.is_empty() || !matches!(create, "create" | "-" | "") {
        let message = format!("`{line}` is no field spec");
        return Err(Error::other(message));
    }
    let escaped = path.replace("\\/", "\0");
    let segments: String = escaped.split('/').map(segment).collect();
    Ok(format!(
        "FieldSpec {{ group: {}, version: {}, kind: {}, \
         path: SpecPath::built_in({path:?}, const {{ &[{segments}] }}), create: {} }},",
        word(group),
        word(version),
        word(kind),
        create == "create",
    ))
}

fn segment(escaped: &str) -> String {
    let text = escaped.replace('\0', "/");
    let key = text.strip_suffix("[]").unwrap_or(&text);
    format!("Segment::built_in({key:?}, {}),", key != text)
}

fn word(text: &str) -> String {
    format!("Cow::Borrowed({:?})", if text == "-" { "" } else { text })
}

/// The lines below a line `kind group version` are the fields that refer to this kind.
fn name_references() -> Result<String> {
    let table = table("name_references")?;
    let mut code = String::new();
    let mut lines = table.lines().peekable();
    while let Some(target) = lines.next() {
        let mut words = target.split_ascii_whitespace().map(word);
        let [kind, group, version] = [(); 3].map(|()| words.next().unwrap_or_default());
        code += &format!("NameReference {{ group: {group}, version: {version}, kind: {kind},\n");
        let mut fields = String::new();
        while let Some(line) = lines.next_if(|line| line.starts_with(' ')) {
            fields += &spec(line)?;
        }
        field(&mut code, "field_specs", &fields);
        code += "},";
    }
    Ok(code)
}
