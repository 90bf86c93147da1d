//! Functions and older plugins: their configurations and where their programs lie.

use super::super::Generator;
use super::programs::{self, Input};
use crate::node::{Node, Scalar, Style};
use crate::tree::Content;

impl Generator {
    /// Configurations of programs for a list of a kustomization.
    pub(super) fn functions(&mut self, dir: &str, list: &str) -> Vec<Node> {
        let mut configurations = Vec::new();
        for _ in 0..self.random.weighted(&[0, 70, 30]) {
            configurations.push(if self.wants("legacy plugin") {
                self.legacy_plugin(dir, list)
            } else {
                self.function(dir, list)
            });
        }
        match self.plugin_entries(dir, configurations) {
            Node::List(list) => list.items,
            _ => Vec::new(),
        }
    }

    fn function(&mut self, dir: &str, list: &str) -> Node {
        let number = self.next_number();
        let mut settings = Node::map([]);
        let is_container = self.wants("container");
        if is_container {
            let program = self.program(list, Input::Items, number);
            self.text_file(&format!("images/fn{number}"), &program);
            self.text_file("bin/docker", programs::DOCKER);
            let container = self.container(number);
            settings.set("container", container);
        } else {
            let program = self.program(list, Input::Items, number);
            self.text_file(&format!("{dir}/fn{number}.sh"), &program);
            let path = match self.random.below(60) {
                0 => format!("fn{number}.sh"),
                1..8 if self.home.is_empty() => format!("[here]/{dir}/fn{number}.sh"),
                _ => format!("./fn{number}.sh"),
            };
            let mut exec = Node::map([("path", Node::string(path))]);
            if self.random.chance(35) {
                let arguments = ["one", "two three", "-x", ""].map(Node::string);
                let length = self.random.between(1, arguments.len());
                exec.set("args", Node::list(arguments[..length].to_vec()));
            }
            self.add_variables(&mut exec);
            settings.set("exec", exec);
        }
        if self.random.chance(5) {
            settings.set("deferFailure", Node::plain("true"));
        }
        self.configuration_of(number, &settings, is_container)
    }

    fn container(&mut self, number: usize) -> Node {
        let mut container = Node::map([(
            "image",
            Node::string(format!("example.com/images/fn{number}")),
        )]);
        if self.random.chance(5) {
            container.set("network", Node::plain("true"));
        }
        if self.random.chance(20) {
            let mut mount = Node::map([
                ("type", Node::string("bind")),
                ("src", Node::string(*self.random.pick(&[".", "./a", "a/b"]))),
                ("dst", Node::string("/in")),
            ]);
            if self.random.chance(30) {
                mount.set("rw", Node::plain("true"));
            }
            container.set("mounts", Node::list(vec![mount]));
        }
        self.add_variables(&mut container);
        container
    }

    fn add_variables(&mut self, settings: &mut Node) {
        if self.random.chance(25) {
            let variables = ["A=1", "B=x y", "HOME", "EMPTY="].map(Node::string);
            let length = self.random.between(1, variables.len());
            settings.set("envs", Node::list(variables[..length].to_vec()));
        }
    }

    fn configuration_of(&mut self, number: usize, settings: &Node, is_container: bool) -> Node {
        let text = writer_text(settings);
        let (key, text) = match (is_container, self.random.below(8)) {
            (true, 0) => (
                "config.kubernetes.io/container",
                format!("example.com/images/fn{number}"),
            ),
            (_, 1) => ("config.k8s.io/function", text),
            _ => ("config.kubernetes.io/function", text),
        };
        let mut annotations = Node::map([]);
        annotations.set(key, Node::Scalar(Scalar::new(text, Style::Literal)));
        if self.random.chance(10) {
            annotations.set("note", Node::string("kept"));
        }
        let mut metadata = Node::map([("name", Node::string(format!("fn{number}")))]);
        if self.random.chance(10) {
            metadata.set("namespace", Node::string("of-the-function"));
        }
        metadata.set("annotations", annotations);
        let mut configuration = Node::map([
            ("apiVersion", Node::string("example.com/v1")),
            ("kind", Node::string(format!("Fn{number}"))),
            ("metadata", metadata),
        ]);
        if self.random.chance(40) {
            let spec = self.map_of(3, |generator| generator.blob(2));
            configuration.set("spec", spec);
        }
        configuration
    }

    fn legacy_plugin(&mut self, dir: &str, list: &str) -> Node {
        let number = self.next_number();
        let kind = format!("Plug{number}");
        let program = self.program(list, Input::Stream, number);
        self.text_file(
            &format!("plugins/example.com/v1/plug{number}/{kind}"),
            &program,
        );
        let mut configuration = Node::map([
            ("apiVersion", Node::string("example.com/v1")),
            ("kind", Node::string(kind)),
            (
                "metadata",
                Node::map([("name", Node::string(format!("plug{number}")))]),
            ),
        ]);
        if self.random.chance(30) {
            let line =
                *self
                    .random
                    .pick(&["a b", "'a b' c", "x=\"1 2\"  y", "--flag value", "a # b"]);
            configuration.set("argsOneLiner", Node::string(line));
        }
        if self.random.chance(15) {
            let file = format!("arguments{number}.txt");
            self.tree.files.insert(
                format!("{dir}/{file}"),
                Content::Lines(vec!["one\n".into(), "  two three \n".into(), "\n".into()]),
            );
            configuration.set("argsFromFile", Node::string(file));
        }
        if self.random.chance(40) {
            let spec = self.map_of(3, |generator| generator.blob(2));
            configuration.set("spec", spec);
        }
        configuration
    }

    /// A program for a generator, a transformer or a validator.
    fn program(&mut self, list: &str, input: Input, number: usize) -> String {
        let operations = match list {
            "generators" => programs::GENERATE,
            "validators" => programs::VALIDATE,
            _ => programs::TRANSFORM,
        };
        let mut chosen = Vec::new();
        for _ in 0..self.random.between(1, 3) {
            let operations = if self.wants("unusual function") {
                programs::UNUSUAL
            } else {
                operations
            };
            let operation = *self.random.pick(operations);
            if !chosen.contains(&operation) {
                chosen.push(operation);
            }
        }
        programs::script(input, &chosen, number, self.random.between(1, 3))
    }
}

fn writer_text(settings: &Node) -> String {
    crate::writer::documents(std::slice::from_ref(settings))
}
