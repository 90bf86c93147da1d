//! The programs of functions and older plugins: shell scripts that note how they were called, and change objects with awk.

/// What a program reads.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Input {
    /// A `ResourceList`: a function.
    Items,
    /// Documents: a plugin of the older kind.
    Stream,
}

/// Notes the arguments and runs the program of the image's name in place of the container.
pub(super) const DOCKER: &str = "#!/bin/sh
printf '[%s]' \"$0\" \"$@\" >> '[log]'
for image in \"$@\"; do :; done
exec '[here]'/images/\"${image##*/}\"
";

/// Notes folder, arguments and environment; what a `-` begins is noted of plugins only.
const NOTE: &str = "#!/bin/sh
{
echo \"== $0 in $(pwd)\"
-cat \"$1\"
-shift
printf '[%s]' \"$@\"
env | sort | grep -v '^_=\\|^SHLVL=\\|^OLDPWD='
} >> '[log]'
tee -a '[log]' | awk '
function put(text) { b[++n] = text }
";

const READ_ITEMS: &str = "/^[a-zA-Z]/ { inside = /^items:/; if (inside) next }
inside && /^- / { n++ }
inside { b[n] = b[n] substr($0, 3) \"\\n\" }
";

const READ_STREAM: &str = "NR == 1 { n = 1 }
$0 == \"---\" { n++; next }
{ b[n] = b[n] $0 \"\\n\" }
";

const PRINT: &str = "for (i = 1; i <= n; i++) if (b[i] != \"\") {
if (stream) { printf \"%s%s\", mark, b[i]; mark = \"---\\n\"; continue }
if (!count++) print \"apiVersion: config.kubernetes.io/v1\\nkind: ResourceList\\nitems:\"
text = \"- \" b[i]
gsub(/\\n/, \"\\n  \", text)
printf \"%s\", substr(text, 1, length(text) - 2)
}
if (!stream && !count) print \"kind: ResourceList\\nitems: []\"
printf \"%s\", tail
exit code
}'
";

/// Operations on the texts `b[1]` to `b[n]`; `k` is the number of one of them, and `N` stands for the program's.
pub(super) const TRANSFORM: &[&str] = &[
    "b[k] = \"\"",
    "for (i = 1; i <= n / 2; i++) { t = b[i]; b[i] = b[n + 1 - i]; b[n + 1 - i] = t }",
    "put(b[1]); b[1] = \"\"",
    "put(\"apiVersion: v1\\nkind: ConfigMap\\nmetadata:\\n  name: more-N\\ndata: {a: \\\"1\\\"}\\nb: |\\n  x\\n\\n  y\\n\")",
    "put(\"apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: added-N}\\ndata:\\n  yes: \\\"no\\\"\\n\")",
    "put(\"apiVersion: example.com/v1\\nkind: Foo\\nmetadata:\\n  name: foo-N\\n  namespace: prod\\nspec: {list: [b, a], number: 0x10, none: }\\n\")",
    "sub(/\\n  annotations:\\n/, \"\\n  annotations:\\n    added: yes\\n\", b[k])",
    "sub(/\\n  annotations:\\n/, \"\\n  annotations:\\n    added-N: \\\"yes\\\"\\n\", b[k])",
    "for (i = 1; i <= n; i++) sub(/\\n  annotations:\\n/, \"\\n  annotations:\\n    all-N: x\\n\", b[i])",
    "sub(/\\n  labels:\\n/, \"\\n  labels:\\n    zz-N: x\\n\", b[k])",
    "if (b[k] !~ /\\n  namespace:/) sub(/\\nmetadata:\\n/, \"\\nmetadata:\\n  namespace: moved\\n\", b[k])",
    "b[k] = b[k] \"extraN: {a: [1, 2], b: 0x10, c: \\\"yes\\\", d: yes, e: 1.50}\\n\"",
    "b[k] = b[k] \"extraN:\\n    - x   # note\\n    -   y: 1\\n        z: >-\\n            folded\\n            text\\n\"",
    "sub(/\\ndata:\\n/, \"\\ndata:\\n  fnN: of the function\\n\", b[k])",
    "gsub(/image: nginx/, \"image: changed:1\", b[k])",
    "gsub(/: true\\n/, \": \\\"true\\\"\\n\", b[k])",
    "sub(/\\nmetadata:/, \"\\n# a comment\\nmetadata:\", b[k])",
    "gsub(/\\n    (internal\\.)?config\\.(kubernetes|k8s)\\.io\\/[a-z-]+: [^\\n]*/, \"\", b[k])",
];

pub(super) const VALIDATE: &[&str] = &["", "", "", "", "", "", "b[k] = b[k] \"extraN: x\\n\""];

pub(super) const GENERATE: &[&str] = &[
    "b[1] = \"\"",
    "put(\"apiVersion: v1\\nkind: ConfigMap\\nmetadata:\\n  name: made-N\\ndata:\\n  a: \\\"1\\\"\\n\")",
    "put(\"apiVersion: v1\\nkind: Secret\\nmetadata:\\n  name: hashed-N\\n  annotations: {kustomize.config.k8s.io/needs-hash: \\\"true\\\", x: y}\\ndata: {a: eA==}\\n\")",
    "put(\"apiVersion: v1\\nkind: ConfigMap\\nmetadata:\\n  name: create-N\\n  annotations:\\n    kustomize.config.k8s.io/behavior: create\\n    kustomize.config.k8s.io/needs-hash: \\\"true\\\"\\ndata: {a: x}\\n\")",
    "put(\"apiVersion: apps/v1\\nkind: Deployment\\nmetadata: {name: made-N}\\nspec:\\n  template:\\n    spec:\\n      volumes:\\n      - configMap: {name: made-N}\\n        name: v\\n\")",
    "put(\"apiVersion: v1\\nkind: Service\\nmetadata:\\n  name: local-N\\n  annotations:\\n    config.kubernetes.io/local-config: \\\"true\\\"\\n\")",
];

pub(super) const UNUSUAL: &[&str] = &[
    "code = 3",
    "print \"said\" > \"/dev/stderr\"; code = 1",
    "print \"said\" > \"/dev/stderr\"",
    "n = 0",
    "exit 0",
    "put(b[1])",
    "put(\"a: [\\n\")",
    "put(\"apiVersion: v1\\nkind: ConfigMap\\n\")",
    "put(\"kind: ConfigMap\\nmetadata: {name: x}\\n\")",
    "put(\"apiVersion: v1\\nkind: List\\nitems:\\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: listed-N}}\\n\")",
    "put(\"apiVersion: v1\\nkind: ConfigMap\\nmetadata: &m {name: anchored-N}\\ndata: {a: &x \\\"1\\\", b: *x}\\n\")",
    "sub(/\\n  name: [^\\n]*/, \"\\n  name: renamed-N\", b[k])",
    "sub(/\\nkind: [A-Za-z]*/, \"\\nkind: Other\", b[k])",
    "sub(/\\n  name: [^\\n]*/, \"\", b[k])",
    "sub(/\\n    kustomize.config.k8s.io\\/id: \\|\\n(      [^\\n]*\\n)+/, \"\\n\", b[k])",
    "gsub(/kustomize.config.k8s.io\\/id/, \"other\", b[k])",
    "sub(/\\n  annotations:\\n/, \"\\n  annotations:\\n    config.kubernetes.io/local-config: x\\n\", b[k])",
    "sub(/\\n  annotations:\\n/, \"\\n  annotations:\\n    kustomize.config.k8s.io/needs-hash: \\\"true\\\"\\n\", b[k])",
    "sub(/\\n  annotations:\\n/, \"\\n  annotations:\\n    kustomize.config.k8s.io/needs-hash: \\\"x\\\"\\n\", b[k])",
    "sub(/\\n  annotations:\\n/, \"\\n  annotations:\\n    kustomize.config.k8s.io/behavior: merge\\n\", b[k])",
    "sub(/\\n  annotations:\\n/, \"\\n  annotations:\\n    config.kubernetes.io/path: a/b.yaml\\n\", b[k])",
    "gsub(/index: .[0-9]+./, \"index: 7\", b[k])",
    "put(\"apiVersion: v1\\nkind: ConfigMap\\nmetadata:\\n  name: merged-N\\n  annotations:\\n    kustomize.config.k8s.io/behavior: merge\\n\")",
    "b[k] = b[k] \"extraN: x\\nextraN: y\\n\"",
    "stream = 1 - stream",
    "tail = tail \"results:\\n- {message: bad, severity: error}\\n\"",
    "tail = tail \"results:\\n- {message: bad, severity: error, resourceRef: {kind: Foo, name: x}}\\n\"; code = 1",
    "tail = tail \"functionConfig: {kind: Foo}\\n\"",
];

/// A program that does some operations.
pub(super) fn script(input: Input, operations: &[&str], number: usize, chosen: usize) -> String {
    let (is_plugin, read) = match input {
        Input::Items => (false, READ_ITEMS),
        Input::Stream => (true, READ_STREAM),
    };
    let note: String = NOTE
        .split_inclusive('\n')
        .filter_map(|line| match line.strip_prefix('-') {
            Some(line) => is_plugin.then_some(line),
            None => Some(line),
        })
        .collect();
    let operations: String = operations
        .iter()
        .map(|line| line.replace('N', &number.to_string()) + "\n")
        .collect();
    let stream = u8::from(is_plugin);
    format!("{note}{read}END {{\nk = {chosen}\nstream = {stream}\n{operations}{PRINT}")
}
