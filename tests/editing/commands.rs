//! Random arguments for every subcommand.

use crate::random::Random;
use crate::text::NAMES;

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
];
const KEYS: &[&str] = &["app", "tier", "team", "new", "app,tier", "on", "x,a.b/c"];
const OPTIONS: &[&str] = &[
    "originAnnotations",
    "managedByLabel",
    "transformerAnnotations",
    "originAnnotations,managedByLabel",
    "nope",
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

/// The arguments of a subcommand.
pub(crate) fn arguments(subcommand: &str, random: &mut Random) -> Vec<String> {
    let mut all: Vec<String> = subcommand.split(' ').map(str::to_owned).collect();
    all.extend(match subcommand.split_once(' ') {
        Some(("add", what)) => added(what, random),
        Some(("set", what)) => set(what, random),
        Some((_, what)) => removed(what, random),
        None if subcommand == "create" => create(random),
        None => flags(random, &["--vars"], 30),
    });
    all
}

fn added(what: &str, random: &mut Random) -> Vec<String> {
    match what {
        "resource" => [some(random, FOUND), flags(random, &["--no-verify"], 20)].concat(),
        "base" => one(random, &["d", "./d", "d,sub", "a.yaml", "nope", "sub"]),
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
        "replicas" => some(
            random,
            &["web=3", "nginx=0", "db=+2", "new=1", "web=x", "aa=-1"],
        ),
        "label" | "annotation" => some(random, PAIRS),
        "buildmetadata" => one(random, OPTIONS),
        "configmap" | "secret" => {
            let how = [
                "--from-literal A=9",
                "--from-literal B=new",
                "--new-namespace other",
            ];
            [
                one(random, &["cm", "cm", "cm", "cm", "web", "nope"]),
                flags(random, &how, 55),
                flags(random, &["--namespace ns"], 20),
            ]
            .concat()
        }
        _ => {
            let value = one(
                random,
                &["x-", "-y", "", "yes", "1", "long-name-of-it", "a: b"],
            );
            [vec!["--".to_owned()], value].concat()
        }
    }
}

fn removed(what: &str, random: &mut Random) -> Vec<String> {
    match what {
        "configmap" | "secret" => {
            let names = one(random, &["cm", "cm,web", "nope", "cm,nope"]);
            [names, flags(random, &["--namespace ns"], 20)].concat()
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
    }
    all.extend(flags(
        random,
        &["--namespace ns", "--disableNameSuffixHash"],
        25,
    ));
    match what {
        "secret" => all.extend(flags(random, &["--type kubernetes.io/tls"], 30)),
        _ => all.extend(flags(random, &["--behavior merge", "--behavior nope"], 10)),
    }
    all
}

fn patch(random: &mut Random) -> Vec<String> {
    let mut all = match random.below(10) {
        0 => vec![
            "--patch".to_owned(),
            "kind: Deployment\nmetadata:\n  name: web # text\n".to_owned(),
        ],
        1 => vec!["--patch".to_owned(), "[]".to_owned()],
        _ => vec![
            "--path".to_owned(),
            (*random.pick(&["a.yaml", "b.yaml", "c.yaml", "./d", "new.yaml"])).to_owned(),
        ],
    };
    all.extend(flags(random, &["--kind Deployment"], 50));
    all.extend(flags(random, &["--name web", "--label-selector a=b"], 15));
    all
}

fn create(random: &mut Random) -> Vec<String> {
    let names = NAMES.len();
    flags(
        random,
        &[
            "--resources a.yaml,d",
            "--resources *.yaml",
            "--namespace web",
            "--nameprefix x-",
            "--namesuffix yes",
            "--labels app:x,tier:\"1\"",
            "--annotations a:b",
            "--autodetect",
            "--recursive",
        ],
        10 * names.min(3),
    )
}
