//! Random kustomization files with comments, blank lines and all the ways to write a list.

use crate::random::Random;

/// Comments say where they stand: what may go with an entry that is removed, and what may not.
pub(crate) const ABOVE: &str = "# above ";
pub(crate) const INNER: &str = "# inner ";
pub(crate) const BEHIND: &str = "# behind ";

/// Writes a file.
pub(crate) struct Writer<'r> {
    random: &'r mut Random,
    lines: Vec<String>,
    comments: usize,
    list_indent: usize,
    has_comments: bool,
}

/// A kustomization file, which often has a certain field.
pub(crate) fn kustomization(random: &mut Random, wanted: Option<&'static str>) -> String {
    let mut writer = Writer {
        list_indent: *random.pick(&[0, 0, 0, 2, 2, 4]),
        has_comments: random.chance(85),
        random,
        lines: Vec::new(),
        comments: 0,
    };
    writer.write(wanted);
    let Writer { random, lines, .. } = writer;
    let mut text: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
    if random.chance(10) {
        text.pop();
    }
    if random.chance(6) {
        text = text.replace('\n', "\r\n");
    }
    if random.chance(3) {
        text.insert(0, '\u{feff}');
    }
    text
}

impl Writer<'_> {
    fn write(&mut self, wanted: Option<&'static str>) {
        if self.random.chance(10) {
            self.above(0);
            self.lines.push("---".into());
        }
        if self.random.chance(30) {
            self.above(0);
            self.lines.push(String::new());
        }
        let mut fields = FIELDS.to_vec();
        let count = self.random.between(0, 14);
        while fields.len() > count {
            fields.swap_remove(self.random.below(fields.len()));
        }
        if let Some(wanted) = wanted.filter(|field| !fields.contains(field))
            && self.random.chance(60)
        {
            fields.insert(self.random.below(fields.len() + 1), wanted);
        }
        for head in ["kind", "apiVersion"] {
            if self.random.chance(60) {
                let at = if self.random.chance(80) {
                    0
                } else {
                    self.random.below(fields.len() + 1)
                };
                fields.insert(at, head);
            }
        }
        let spaced = self.random.chance(40);
        for (index, field) in fields.iter().enumerate() {
            if index > 0 && (spaced || self.random.chance(10)) {
                self.lines.push(String::new());
            }
            if self.has_comments && self.random.chance(35) {
                self.above(0);
            }
            self.field(field);
        }
        if self.random.chance(12) {
            self.oddities();
        }
        if self.has_comments && self.random.chance(30) {
            if self.random.chance(50) {
                self.lines.push(String::new());
            }
            self.above(0);
        }
    }

    fn comment(&mut self, kind: &str) -> String {
        self.comments += 1;
        format!("{kind}{}", self.comments)
    }

    fn above(&mut self, indent: usize) {
        let comment = self.comment(ABOVE);
        self.lines.push(format!("{:indent$}{comment}", ""));
    }

    fn behind(&mut self) -> String {
        if self.has_comments && self.random.chance(20) {
            format!(" {}", self.comment(BEHIND))
        } else {
            String::new()
        }
    }

    fn key(&mut self, field: &str) -> String {
        match self.random.below(60) {
            0 => field.to_uppercase(),
            1 => field[..1].to_uppercase() + &field[1..],
            2 => format!("\"{field}\""),
            _ => field.to_owned(),
        }
    }

    fn field(&mut self, field: &str) {
        let key = self.key(field);
        if self.random.chance(4) {
            let behind = self.behind();
            let nothing = *self.random.pick(&["", " null", " ~"]);
            self.lines.push(format!("{key}:{nothing}{behind}"));
            return;
        }
        if let Some((_, parts)) = LISTS.iter().find(|(name, _)| *name == field) {
            return self.list_of(&key, parts);
        }
        match field {
            "kind" => {
                let kind = if self.random.chance(12) {
                    "Component"
                } else {
                    "Kustomization"
                };
                self.line(&key, kind);
            }
            "apiVersion" => self.line(&key, "kustomize.config.k8s.io/v1beta1"),
            "namePrefix" | "nameSuffix" | "namespace" => {
                let value = *self.random.pick(&[
                    "x-",
                    "\"q-\"",
                    "'s-'",
                    "\"yes\"",
                    "long-name-of-it",
                    "\"1\"",
                    "\"\"",
                ]);
                self.line(&key, value);
            }
            "buildMetadata" => self.texts(
                &key,
                &[
                    "originAnnotations",
                    "managedByLabel",
                    "transformerAnnotations",
                ],
            ),
            "commonLabels" | "commonAnnotations" => self.map(&key, 0),
            "patchesStrategicMerge" => self.strategic_patches(&key),
            "labels" => self.labels(&key),
            "configMapGenerator" | "secretGenerator" => self.generators(&key),
            "generatorOptions" => self.line(&key, "{disableNameSuffixHash: true, labels: {a: b}}"),
            "openapi" => self.line(&key, "{path: s.json}"),
            "sortOptions" => self.line(&key, "{order: fifo}"),
            "metadata" => self.line(&key, "{name: it}"),
            _ => self.texts(&key, PATHS),
        }
    }

    /// A list that another field repeats by its anchor, or two keys that mean the same field.
    fn oddities(&mut self) {
        let behind = self.behind();
        match self.random.below(6) {
            0 => self.lines.extend([
                format!("resources: &list{behind}"),
                "- a.yaml".into(),
                "- d".into(),
                "components: *list".into(),
            ]),
            1 => self.lines.extend([
                format!("commonLabels: &pairs{behind}"),
                "  app: web".into(),
                "commonAnnotations:".into(),
                "  <<: *pairs".into(),
                "  team: x".into(),
            ]),
            2 => self.lines.extend([
                "resources: [a.yaml]".into(),
                format!("Resources: [b.yaml]{behind}"),
            ]),
            3 => self
                .lines
                .extend(["namePrefix: a".into(), format!("namePrefix: b{behind}")]),
            4 => self.lines.extend([
                "images:".into(),
                format!("- {{name: web, newTag: &tag \"1\"}}{behind}"),
                "- name: db".into(),
                "  newTag: *tag".into(),
            ]),
            _ => self.lines.extend([
                "patches:".into(),
                "- patch: |-".into(),
                "    # text, no comment".into(),
                "    kind: Deployment".into(),
                String::new(),
                "    metadata: {name: web}".into(),
                "  target: {kind: Deployment}".into(),
                format!("- path: >-{behind}"),
                "    a.yaml".into(),
            ]),
        }
    }

    fn line(&mut self, key: &str, value: &str) {
        let behind = self.behind();
        self.lines.push(format!("{key}: {value}{behind}"));
    }

    /// A list of texts, as a block, between brackets, over several lines, or empty.
    fn texts(&mut self, key: &str, choices: &[&str]) {
        let count = self.random.between(1, 4);
        let items: Vec<_> = (0..count)
            .map(|_| (*self.random.pick(choices)).to_owned())
            .collect();
        match self.random.weighted(&[1, 1, 1, 9]) {
            0 => self.line(key, "[]"),
            1 => self.line(key, &format!("[{}]", items.join(", "))),
            2 => {
                let behind = self.behind();
                self.lines.push(format!("{key}: [{behind}"));
                for item in &items {
                    let behind = self.behind();
                    self.lines.push(format!("  {item},{behind}"));
                }
                self.lines.push("]".into());
            }
            _ => {
                let behind = self.behind();
                self.lines.push(format!("{key}:{behind}"));
                for item in items {
                    let item = self.quoted(&item);
                    self.item(&[item]);
                }
            }
        }
    }

    fn quoted(&mut self, text: &str) -> String {
        match self.random.below(10) {
            0 => format!("\"{text}\""),
            1 => format!("'{text}'"),
            _ => text.to_owned(),
        }
    }

    /// An item of a block list; its first line behind the dash.
    fn item(&mut self, lines: &[String]) {
        let indent = self.list_indent;
        if self.random.chance(8) {
            self.lines.push(String::new());
        }
        if self.has_comments && self.random.chance(20) {
            self.above(indent);
        }
        for (index, line) in lines.iter().enumerate() {
            let is_text = line.starts_with(' ') || line.ends_with('|');
            let behind = if is_text {
                String::new()
            } else {
                self.behind()
            };
            let lead = if index == 0 { "- " } else { "  " };
            if index > 0 && !is_text && self.has_comments && self.random.chance(8) {
                let comment = self.comment(INNER);
                self.lines.push(format!("{:indent$}  {comment}", ""));
            }
            self.lines
                .push(format!("{:indent$}{lead}{line}{behind}", ""));
        }
    }

    fn list_of(&mut self, key: &str, fields: &[(&str, &[&str])]) {
        let items: Vec<Vec<String>> = (0..self.random.between(1, 3))
            .map(|_| {
                let mut lines = Vec::new();
                for (index, (name, choices)) in fields.iter().enumerate() {
                    if self.random.chance(3) {
                        let nothing = *self.random.pick(&["null", "\"\""]);
                        lines.push(format!("{name}: {nothing}"));
                    } else if index == 0 || self.random.chance(55) {
                        let name = if self.random.chance(2) {
                            name.to_uppercase()
                        } else {
                            (*name).to_owned()
                        };
                        lines.push(format!("{name}: {}", self.random.pick(choices)));
                    }
                }
                if self.random.chance(25) && !lines.is_empty() {
                    let at = self.random.below(lines.len());
                    lines.rotate_left(at);
                }
                lines
            })
            .collect();
        if self.random.chance(15) {
            let items: Vec<_> = items
                .iter()
                .map(|lines| format!("{{{}}}", lines.join(", ")))
                .collect();
            return self.line(key, &format!("[{}]", items.join(", ")));
        }
        let behind = self.behind();
        self.lines.push(format!("{key}:{behind}"));
        for item in items {
            self.item(&item);
        }
    }

    fn map(&mut self, key: &str, indent: usize) {
        let count = self.random.between(1, 3);
        let mut names = vec!["app", "tier", "team", "\"on\"", "a.b/c"];
        let mut pairs = Vec::new();
        for _ in 0..count {
            let name = names.swap_remove(self.random.below(names.len()));
            let value = *self.random.pick(&["web", "\"1\"", "'true'", "x", "\"\""]);
            pairs.push(format!("{name}: {value}"));
        }
        if self.random.chance(15) {
            return self.line(key, &format!("{{{}}}", pairs.join(", ")));
        }
        let behind = self.behind();
        self.lines.push(format!("{:indent$}{key}:{behind}", ""));
        let below = indent + 2;
        for pair in pairs {
            if self.has_comments && self.random.chance(15) {
                self.above(below);
            }
            let behind = self.behind();
            self.lines.push(format!("{:below$}{pair}{behind}", ""));
        }
    }

    fn labels(&mut self, key: &str) {
        let behind = self.behind();
        self.lines.push(format!("{key}:{behind}"));
        for _ in 0..self.random.between(1, 3) {
            let mut lines = vec![
                (*self.random.pick(&[
                    "pairs: {x: z}",
                    "pairs: {tier: web, x: \"1\"}",
                    "includeSelectors: false",
                ]))
                .to_owned(),
            ];
            for option in [
                "includeSelectors: true",
                "includeTemplates: true",
                "fields: [{path: a/b, create: true}]",
            ] {
                if self.random.chance(25) && !lines[0].starts_with("includeS") {
                    lines.push(option.to_owned());
                }
            }
            self.item(&lines);
        }
    }

    fn generators(&mut self, key: &str) {
        let behind = self.behind();
        self.lines.push(format!("{key}:{behind}"));
        for index in 0..self.random.between(1, 3) {
            let mut lines = vec![format!("name: {}", ["cm", "web", "db"][index])];
            if self.random.chance(25) {
                lines.push(format!(
                    "namespace: {}",
                    self.random.pick(&["ns", "default"])
                ));
            }
            if key.eq_ignore_ascii_case("secretGenerator") && self.random.chance(30) {
                lines.push("type: Opaque".into());
            }
            match self.random.below(8) {
                0 => lines.push("env: e.env".into()),
                1 => lines.extend(["envs:".into(), "- e.env".into()]),
                2 => lines.push("files: [a.yaml, k=b.yaml]".into()),
                3 => lines.extend([
                    "literals:".into(),
                    "- A=1".into(),
                    "- 'B=x y'".into(),
                    "- \"C=\"".into(),
                ]),
                4 => lines.extend([
                    "literals:".into(),
                    "- B=1".into(),
                    "- A='2'".into(),
                    "files:".into(),
                    "- a.yaml".into(),
                ]),
                5 => lines.push("literals: [A=x=y, 'B=2', \"A=3\"]".into()),
                _ => lines.push("literals: [A=1, B=2]".into()),
            }
            if self.random.chance(20) {
                lines.push("options: {disableNameSuffixHash: true}".into());
            } else if self.random.chance(15) {
                lines.extend(["options:".into(), "  labels: {x: z}".into()]);
            }
            if self.random.chance(15) {
                lines.push("behavior: merge".into());
            }
            self.item(&lines);
        }
    }

    fn strategic_patches(&mut self, key: &str) {
        let behind = self.behind();
        self.lines.push(format!("{key}:{behind}"));
        for _ in 0..self.random.between(1, 3) {
            if self.random.chance(30) {
                self.item(&[
                    "|".to_owned(),
                    " kind: Deployment # text".to_owned(),
                    " metadata:".to_owned(),
                    "   name: web".to_owned(),
                ]);
            } else {
                let path = *self.random.pick(PATHS);
                let path = self.quoted(path);
                self.item(&[path]);
            }
        }
    }
}

const PATHS: &[&str] = &[
    "a.yaml",
    "b.yaml",
    "c.yaml",
    "./d",
    "d",
    "nope.yaml",
    "sub/x.yaml",
    "\"on\"",
];
const NAMES: &[&str] = &["nginx", "web", "db", "localhost:5000/x", "redis"];
const TAGS: &[&str] = &["\"1.0\"", "v1", "'2'", "latest"];

/// The keys of an item and what they may hold.
type Parts = &'static [(&'static str, &'static [&'static str])];

const IMAGE: Parts = &[
    ("name", NAMES),
    ("newName", NAMES),
    ("newTag", TAGS),
    ("digest", &["sha256:24a0"]),
];

const PATCH: Parts = &[
    ("path", PATHS),
    (
        "target",
        &["{kind: Deployment}", "{kind: Deployment, name: web}", "{}"],
    ),
    ("options", &["{allowNameChange: true}"]),
];

/// Lists of maps.
const LISTS: &[(&str, Parts)] = &[
    ("images", IMAGE),
    ("imageTags", IMAGE),
    (
        "replicas",
        &[("name", NAMES), ("count", &["1", "2", "10", "0"])],
    ),
    ("patches", PATCH),
    ("patchesJson6902", PATCH),
    (
        "vars",
        &[
            ("name", &["V", "W"]),
            ("objref", &["{kind: Service, name: web, apiVersion: v1}"]),
            ("fieldref", &["{fieldPath: metadata.name}"]),
        ],
    ),
    (
        "helmChartInflationGenerator",
        &[
            ("chartName", NAMES),
            ("chartHome", &["charts"]),
            ("values", &["v.yaml"]),
        ],
    ),
    (
        "helmCharts",
        &[
            ("name", NAMES),
            ("version", &["1.2.3"]),
            ("valuesInline", &["{a: 1.50, b: [x, null], c: {}}"]),
            ("includeCRDs", &["true", "false"]),
        ],
    ),
    (
        "replacements",
        &[
            ("path", &["r.yaml"]),
            ("source", &["{kind: Pod}"]),
            (
                "targets",
                &["[{select: {kind: Pod}, fieldPaths: [a]}]", "[{}]"],
            ),
        ],
    ),
];

const FIELDS: &[&str] = &[
    "resources",
    "resources",
    "bases",
    "components",
    "transformers",
    "generators",
    "validators",
    "configurations",
    "crds",
    "namePrefix",
    "nameSuffix",
    "namespace",
    "commonLabels",
    "commonAnnotations",
    "labels",
    "patches",
    "patchesStrategicMerge",
    "patchesJson6902",
    "images",
    "imageTags",
    "replicas",
    "configMapGenerator",
    "secretGenerator",
    "vars",
    "replacements",
    "helmCharts",
    "helmChartInflationGenerator",
    "generatorOptions",
    "openapi",
    "sortOptions",
    "metadata",
    "buildMetadata",
];
