use super::*;

#[test]
fn generated_objects_have_kustomizes_hashes() {
    for (kind, sources, hash) in [
        ("ConfigMap", "", "6ct58987ht"),
        ("ConfigMap", "literals: [a=b]", "4h2mbtbbt6"),
        ("ConfigMap", "literals: [a=1, c=3, b=over]", "54d8kc9t4d"),
        ("ConfigMap", "literals: [b=2, a=1]", "7gdc49gk6d"),
        ("Secret", "", "46f8b28mk5"),
        ("Secret", "literals: [a=b]", "k695gkmbtk"),
    ] {
        for name in ["x", "y"] {
            let entry = format!("name: {name}\n{sources}");
            let resource = make(kind, &entry, &Files::default()).unwrap();
            assert_eq!(content_hash(&resource).unwrap(), hash, "{kind} {sources}");
        }
    }
}

/// Hashes of objects that a patch had changed.
#[test]
fn any_content_has_kustomizes_hash() {
    for (kind, fields, hash) in [
        (
            "ConfigMap",
            "data: {a: b, n: 5, f: 1.5, b: true, nul: null}",
            "g58k5tm7ht",
        ),
        (
            "ConfigMap",
            r#"data: {a: "<&>\u2028é😀", b: "true", c: "12", d: "null", e: "~", f: "1.0", g: "2020-01-01"}"#,
            "5gmg9h9c98",
        ),
        (
            "ConfigMap",
            "data: {a: 1, b: 0.1, c: 1e30, d: 1e21, e: 1.2345678901234567e19, f: true, g: 1e-7}",
            "c85862b76m",
        ),
        ("ConfigMap", "data: null", "g886t7dd28"),
        ("ConfigMap", "data: 5\nbinaryData: x", "k96ckh9tdm"),
        ("ConfigMap", "data: [1]", "dk855m5d49"),
        ("ConfigMap", "data: {a: b}\nbinaryData: [1]", "7tfgmmmf4f"),
        (
            "Secret",
            "data: {a: Yg==}\ntype: 5\nstringData: x",
            "6tbmg9f4mg",
        ),
        (
            "Secret",
            "data: {a: Yg==}\ntype: Opaque\nstringData: {a: {b: null}}",
            "g69252mcbf",
        ),
    ] {
        let resource = read(&format!("kind: {kind}\n{fields}"));
        assert_eq!(content_hash(&resource).unwrap(), hash, "{kind} {fields}");
    }
}

#[test]
fn binary_content_has_kustomizes_hash() {
    let files = files(&[
        ("bom.txt", "\u{feff}abc\n".as_bytes()),
        ("bin.dat", &[0xff, 0xfe]),
        ("long.dat", &[0xff; 120]),
    ]);
    let resource = make(
        "ConfigMap",
        "{name: x, files: [bom.txt, bin.dat, long.dat]}",
        &files,
    )
    .unwrap();
    assert_eq!(content_hash(&resource).unwrap(), "tg84ft5cf6");
}

#[test]
fn only_config_maps_and_secrets_have_a_hash() {
    let refused = content_hash(&read("{kind: Foo, metadata: {name: x}}")).unwrap_err();
    let message = "the name of a Foo cannot get a hash: only ConfigMaps and Secrets can";
    assert_eq!(refused.to_string(), message);
}
