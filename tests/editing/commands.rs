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
    let more = match subcommand {
        "add resource" => [some(random, FOUND), flags(random, &["--no-verify"], 20)].concat(),
        "add component" | "add transformer" | "add generator" => some(random, FOUND),
        "add base" => one(random, &["d", "./d", "d,sub", "a.yaml", "nope", "sub"]),
        "add configmap" | "add secret" => sources(subcommand, random),
        "add patch" | "remove patch" => patch(random),
        "add label" => [
            some(random, PAIRS),
            flags(
                random,
                &["--force", "--without-selector", "--include-templates"],
                40,
            ),
        ]
        .concat(),
        "add annotation" => [some(random, PAIRS), flags(random, &["-f"], 40)].concat(),
        "set label" | "set annotation" => some(random, PAIRS),
        "add buildmetadata" | "set buildmetadata" | "remove buildmetadata" => one(random, OPTIONS),
        "set image" => some(random, SPECS),
        "set replicas" => some(
            random,
            &["web=3", "nginx=0", "db=+2", "new=1", "web=x", "aa=-1"],
        ),
        "set nameprefix" | "set namesuffix" | "set namespace" => {
            let mut value = one(
                random,
                &["x-", "-y", "", "yes", "1", "long-name-of-it", "a: b"],
            );
            value.insert(0, "--".into());
            value
        }
        "set configmap" | "set secret" => [
            one(random, &["cm", "web", "db", "nope"]),
            flags(
                random,
                &[
                    "--from-literal A=9",
                    "--from-literal B=new",
                    "--namespace ns",
                    "--new-namespace other",
                ],
                45,
            ),
        ]
        .concat(),
        "remove resource" | "remove transformer" => some(
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
        "remove configmap" | "remove secret" => [
            one(random, &["cm", "web,db", "nope", "cm,nope"]),
            flags(random, &["--namespace ns"], 20),
        ]
        .concat(),
        "remove label" | "remove annotation" => {
            [one(random, KEYS), flags(random, &["-i"], 50)].concat()
        }
        "create" => create(random),
        _ => Vec::new(),
    };
    all.extend(more);
    all
}

fn sources(subcommand: &str, random: &mut Random) -> Vec<String> {
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
    match subcommand {
        "add secret" => all.extend(flags(random, &["--type kubernetes.io/tls"], 30)),
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
