//! Random arguments for every subcommand.

use crate::random::Random;

/// The subcommands, each as the words before its arguments.
pub(crate) const SUBCOMMANDS: &[&str] = &[
    "add resource",
    "add component",
    "add base",
    "add transformer",
    "add generator",
    "add configmap",
    "add secret",
    "add patch",
    "add label",
    "add annotation",
    "add buildmetadata",
    "set image",
    "set replicas",
    "set nameprefix",
    "set namesuffix",
    "set namespace",
    "set label",
    "set annotation",
    "set buildmetadata",
    "set configmap",
    "set secret",
    "remove resource",
    "remove transformer",
    "remove configmap",
    "remove secret",
    "remove patch",
    "remove label",
    "remove annotation",
    "remove buildmetadata",
    "fix",
];

/// The field that a subcommand is about.
pub(crate) fn field(subcommand: &str) -> Option<&'static str> {
    let (verb, what) = subcommand.split_once(' ')?;
    Some(match what {
        "resource" | "base" => "resources",
        "component" => "components",
        "transformer" => "transformers",
        "generator" => "generators",
        "configmap" => "configMapGenerator",
        "secret" => "secretGenerator",
        "patch" => "patches",
        "label" if verb == "add" => "labels",
        "label" => "commonLabels",
        "annotation" => "commonAnnotations",
        "buildmetadata" => "buildMetadata",
        "image" => "images",
        "replicas" => "replicas",
        _ => return None,
    })
}

const FOUND: &[&str] = &[
    "a.yaml",
    "b.yaml",
    "c.yaml",
    "*.yaml",
    "[ab].yaml",
    "d",
    "./d",
    "./a.yaml",
    "d/*",
    "sub/*.yaml",
    "nope.yaml",
    "[a",
    "",
    "kustomization.yaml",
    "a.yaml,b.yaml",
    "?.yaml",
    "**/x.yaml",
    "e.env",
    "sub/../a.yaml",
];
const PAIRS: &[&str] = &[
    "app:x",
    "tier:web",
    "team:",
    "new:\"q\"",
    "a.b/c:d",
    "other:1",
    "x:true",
    "bad",
    ":v",
    "u:a:b",
    "one:1,two:2",
    "q:'s'",
    "half:\"q",
    "sp: a b ",
    "é:ü",
    "k=v",
    "",
];
const KEYS: &[&str] = &[
    "app", "tier", "team", "new", "app,tier", "on", "x,a.b/c", "", "app,app", "app,",
];
const OPTIONS: &[&str] = &[
    "originAnnotations",
    "managedByLabel",
    "transformerAnnotations",
    "originAnnotations,managedByLabel",
    "originAnnotations,originAnnotations",
    "transformerAnnotations,",
    "nope",
    "",
];
const SPECS: &[&str] = &[
    "nginx:v2",
    "web=registry/x:1@sha256:1",
    "db@sha256:2",
    "redis=redis2",
    "nginx=*:v3",
    "web=*:*@sha256:9",
    "localhost:5000/x:7",
    "new=a/b",
    "zz:1",
    "nginx",
    "aa:\"q\"",
    "nginx=x:*",
    "web=",
    "=x:1",
    "web=a=b",
    "db@",
    "db:",
    "redis=x@y@z",
    "redis=localhost:5000/x",
    "",
    "*:1",
];

const COUNTS: &[&str] = &[
    "web=3",
    "nginx=0",
    "db=+2",
    "new=1",
    "web=x",
    "aa=-1",
    "web",
    "web=",
    "=3",
    "db=1=2",
    "db=007",
    "db= 1",
    "db=1.0",
    "db=99999999999999999999",
    "",
];
const VALUES: &[&str] = &[
    "x-",
    "-y",
    "",
    "yes",
    "1",
    "long-name-of-it",
    "a: b",
    "é # ü",
    "0x1",
    "~",
    " a ",
    "{a}",
    "a\nb",
    "'q'",
    "\"q\"",
    "1e3",
    "2001-01-01",
];

fn some(random: &mut Random, choices: &[&str]) -> Vec<String> {
    let count = *random.pick(&[1, 1, 1, 2, 3, 0]);
    (0..count)
        .map(|_| (*random.pick(choices)).to_owned())
        .collect()
}

fn one(random: &mut Random, choices: &[&str]) -> Vec<String> {
    vec![(*random.pick(choices)).to_owned()]
}

fn flags(random: &mut Random, choices: &[&str], percent: usize) -> Vec<String> {
    let chosen = choices.iter().filter(|_| random.chance(percent));
    chosen
        .flat_map(|flag| flag.split(' ').map(str::to_owned))
        .collect()
}

/// A flag and its value.
fn flag(random: &mut Random, name: &str, values: &[&str], percent: usize) -> Vec<String> {
    if !random.chance(percent) {
        return Vec::new();
    }
    let value = *random.pick(values);
    if random.chance(50) {
        vec![format!("{name}={value}")]
    } else {
        vec![name.to_owned(), value.to_owned()]
    }
}

/// The arguments of a subcommand; now and then some are said again, or are too many.
pub(crate) fn arguments(subcommand: &str, random: &mut Random) -> Vec<String> {
    let mut all: Vec<String> = subcommand.split(' ').map(str::to_owned).collect();
    let words = all.len();
    all.extend(match subcommand.split_once(' ') {
        Some(("add", what)) => added(what, random),
        Some(("set", what)) => set(what, random),
        Some((_, what)) => removed(what, random),
        None if subcommand == "create" => create(random),
        None => flags(random, &["--vars"], 50),
    });
    match random.below(40) {
        0 => all.push("more".to_owned()),
        1 => all.extend(all[words..].to_vec()),
        2 => all.truncate(words),
        3 => all.push("--stack-trace".to_owned()),
        _ => {}
    }
    all
}

fn added(what: &str, random: &mut Random) -> Vec<String> {
    match what {
        "resource" => [some(random, FOUND), flags(random, &["--no-verify"], 20)].concat(),
        "base" => one(
            random,
            &["d", "./d", "d,sub", "a.yaml", "nope", "sub", "", "d,d"],
        ),
        "configmap" | "secret" => sources(what, random),
        "patch" => patch(random),
        "label" => {
            let how = ["--force", "--without-selector", "--include-templates"];
            [some(random, PAIRS), flags(random, &how, 40)].concat()
        }
        "annotation" => [some(random, PAIRS), flags(random, &["-f"], 40)].concat(),
        "buildmetadata" => one(random, OPTIONS),
        _ => some(random, FOUND),
    }
}

fn set(what: &str, random: &mut Random) -> Vec<String> {
    match what {
        "image" => some(random, SPECS),
        "replicas" => some(random, COUNTS),
        "label" | "annotation" => some(random, PAIRS),
        "buildmetadata" => one(random, OPTIONS),
        "configmap" | "secret" => {
            let how = [
                "--from-literal A=9",
                "--from-literal B=new",
                "--new-namespace other",
            ];
            let odd = [
                "A", "A=", "=x", "A=x=y", "A=\"q\"", "A='q'", "A=a,b", "A=a b", "C=é", "A=x\ny\n",
            ];
            [
                one(random, &["cm", "cm", "cm", "cm", "web", "nope"]),
                flags(random, &how, 55),
                flag(random, "--from-literal", &odd, 15),
                flag(random, "--namespace", &["ns", "", "default"], 20),
                flag(random, "--new-namespace", &["", "default"], 5),
            ]
            .concat()
        }
        _ => {
            let value = one(random, VALUES);
            [vec!["--".to_owned()], value].concat()
        }
    }
}

fn removed(what: &str, random: &mut Random) -> Vec<String> {
    match what {
        "configmap" | "secret" => {
            let names = one(
                random,
                &["cm", "cm,web", "nope", "cm,nope", "", "cm,cm", "db,"],
            );
            let namespace = flag(random, "--namespace", &["ns", "", "default"], 20);
            [names, namespace].concat()
        }
        "patch" => patch(random),
        "label" | "annotation" => [one(random, KEYS), flags(random, &["-i"], 50)].concat(),
        "buildmetadata" => one(random, OPTIONS),
        _ => some(
            random,
            &[
                "a.yaml",
                "*.yaml",
                "d",
                "[bc].yaml",
                "nope",
                "b.yaml",
                "./d",
                "[a",
                "*",
                "",
                "sub/*",
                "?.yaml",
                "\\a.yaml",
            ],
        ),
    }
}

fn sources(what: &str, random: &mut Random) -> Vec<String> {
    let mut all = one(random, &["cm", "web", "new"]);
    if random.chance(20) {
        all.extend(["--from-env-file".to_owned(), "e.env".to_owned()]);
    } else {
        all.extend(flags(
            random,
            &[
                "--from-literal N=1",
                "--from-literal A=1",
                "--from-literal S=x,y",
                "--from-file a.yaml,q=b.yaml",
                "--from-file *.yaml",
                "--from-file nope",
            ],
            30,
        ));
        let odd = [
            "A", "A=", "=x", "A=x=y", "A=\"q\"", "A='q'", "Z=a b", "Z=é", "Z=x\ny\n", "a b=c",
        ];
        all.extend(flag(random, "--from-literal", &odd, 15));
        let odd = ["d", "sub", "k=", "=a.yaml", "a=b=c", "k=?.yaml", ""];
        all.extend(flag(random, "--from-file", &odd, 10));
    }
    let odd = ["nope", "", "d", "a.yaml"];
    all.extend(flag(random, "--from-env-file", &odd, 4));
    all.extend(flag(
        random,
        "--namespace",
        &["ns", "ns", "", "default"],
        25,
    ));
    all.extend(flags(random, &["--disableNameSuffixHash"], 25));
    if what == "secret" {
        let types = ["kubernetes.io/tls", "Opaque", "", "other"];
        all.extend(flag(random, "--type", &types, 30));
    } else {
        let behaviors = ["merge", "create", "replace", "", "nope", "Merge"];
        all.extend(flag(random, "--behavior", &behaviors, 25));
    }
    all
}

fn patch(random: &mut Random) -> Vec<String> {
    let mut all = match random.below(14) {
        0 => vec![
            "--patch".to_owned(),
            "kind: Deployment\nmetadata:\n  name: web # text\n".to_owned(),
        ],
        1 => vec!["--patch".to_owned(), "[]".to_owned()],
        2 => flag(
            random,
            "--patch",
            &[
                "",
                "a: b",
                "x\n\ny\n\n",
                " lead\n  more",
                "tab\there\n",
                "\n",
                "é\r\nü",
            ],
            100,
        ),
        3 => flag(random, "--path", &["", "nope", "[a", "a.yaml,b.yaml"], 70),
        4 => ["--path", "a.yaml", "--patch", "a: b"]
            .map(str::to_owned)
            .to_vec(),
        _ => vec![
            "--path".to_owned(),
            (*random.pick(&["a.yaml", "b.yaml", "c.yaml", "./d", "new.yaml"])).to_owned(),
        ],
    };
    all.extend(flags(random, &["--kind Deployment"], 50));
    all.extend(flags(random, &["--name web", "--label-selector a=b"], 15));
    for name in [
        "--group",
        "--version",
        "--namespace",
        "--annotation-selector",
    ] {
        all.extend(flag(random, name, &["x", "1", "", "a in (b, c)"], 5));
    }
    all
}

fn create(random: &mut Random) -> Vec<String> {
    let lists = ["a.yaml,d", "*.yaml", "nope", "", "a.yaml,a.yaml", "[a"];
    let texts = ["x-", "yes", "", "a: b"];
    let pairs = ["app:x,tier:\"1\"", "a:b", "a", ":b", "a:b:c", "a:b,a:c", ""];
    [
        flag(random, "--resources", &lists, 30),
        flag(random, "--namespace", &texts, 30),
        flag(random, "--nameprefix", &texts, 30),
        flag(random, "--namesuffix", &texts, 30),
        flag(random, "--labels", &pairs, 30),
        flag(random, "--annotations", &pairs, 30),
        flags(random, &["--autodetect", "--recursive"], 40),
    ]
    .concat()
}
