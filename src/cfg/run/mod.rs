//! Functions over the objects of a package, as `kustomize fn run` runs them.
//!
//! A function gets the objects below its own folder, and what it prints stands in their place. The file of an object is said by
//! its annotations; [`files::of`] makes files of objects again.

mod comments;
pub mod files;

use std::cmp::Reverse;

use anyhow::{Result, bail};

use super::object::{self, Object};
use super::print::{self, Wrapping};
use crate::build::StandaloneFunction;
use crate::load::Output;
use crate::model::{Fault, Scalar, Style, Tag, Value, plain};
use crate::yaml::lossless::{Collection, Content, Document, Item, Node};

/// The folder of functions that are meant for the folder that it is in.
const FUNCTIONS: &str = "functions";

/// A function with what it is run on.
#[derive(Debug)]
pub struct Step {
    /// What is run.
    pub function: StandaloneFunction,
    /// The object that configures it.
    config: Object,
    /// The folder that it is for; nothing is the whole package.
    folder: String,
    /// Whether it gets all objects and not only those of its folder.
    is_global: bool,
}

/// Finds the functions that objects declare, in the order in which they run: those of deeper folders first.
pub fn steps(
    declaring: &[Object],
    declare: impl Fn(&Value) -> Result<Option<StandaloneFunction>>,
) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    for object in declaring {
        if let Some(function) = declare(&object.root().value())? {
            steps.push(Step {
                function,
                config: object.clone(),
                folder: folder_of(object.path()),
                is_global: false,
            });
        }
    }
    steps.sort_by_key(|step| Reverse(step.folder.split('/').filter(|it| !it.is_empty()).count()));
    Ok(steps)
}

/// The folder that a function is for, by the path of the file that declares it.
fn folder_of(path: &str) -> String {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let folder = match folder.rsplit_once('/') {
        Some((above, FUNCTIONS)) => above,
        None if folder == FUNCTIONS => "",
        _ => folder,
    };
    folder.to_owned()
}

impl Step {
    /// Makes it get all objects.
    pub fn widen(&mut self) {
        self.is_global = true;
    }

    /// The objects with what the function makes of those that it gets.
    ///
    /// `run` starts it. What it reports is kept even where it fails.
    pub fn run(
        &self,
        objects: Vec<Object>,
        run: impl FnOnce(&[u8]) -> Result<Output, String>,
        keep: impl FnOnce(&str) -> Result<()>,
    ) -> Result<Vec<Object>> {
        let mut given = Vec::new();
        let mut others = Vec::new();
        for (index, mut object) in objects.into_iter().enumerate() {
            if self.is_for(&object) {
                object.number(index, given.len() + 1)?;
                given.push(object);
            } else {
                others.push(object);
            }
        }
        let printed = run(self.input(&given).as_bytes());
        let output = printed.map_err(|how| self.failure(&how))?;
        if let Some(results) = results(&output.stdout) {
            keep(&results)?;
        }
        if let Some(how) = output.failure {
            bail!(self.failure(&how));
        }
        let mut objects = self.take(&output.stdout, &given)?;
        objects.extend(others);
        Ok(objects)
    }

    fn is_for(&self, object: &Object) -> bool {
        let below = object.path().strip_prefix(self.folder.as_str());
        self.is_global
            || self.folder.is_empty()
            || below.is_some_and(|below| below.starts_with('/'))
    }

    /// What the function reads.
    fn input(&self, given: &[Object]) -> String {
        let place = |object: &Object| (object.path().to_owned(), object.index().ok());
        let is_config =
            |object: &&Object| !object.path().is_empty() && place(object) == place(&self.config);
        let config = given.iter().find(is_config).unwrap_or(&self.config);
        let list = Wrapping {
            kind: "ResourceList".into(),
            version: "config.kubernetes.io/v1".into(),
            function_config: Some(config.clone()),
        };
        print::wrapped(given.to_vec(), &list).print_whole(false)
    }

    /// The objects that the function prints, each with its place and its comments.
    fn take(&self, printed: &[u8], given: &[Object]) -> Result<Vec<Object>> {
        let mut objects = object::read(printed, None).map_err(|error| self.explain(&error))?;
        for object in &mut objects {
            let original = given.iter().find(|given| object.is_made_of(given));
            object.settle_place(original)?;
            object.forget_number();
            if let Some(original) = original {
                comments::copy(&original.document, &mut object.document);
            }
            if object.path().is_empty() {
                object.set_path(&files::path_of_new(object, &self.folder))?;
            }
        }
        Ok(objects)
    }

    fn failure(&self, how: &str) -> Fault {
        let title = format!("function `{}` fails: {how}", self.function.program);
        Fault::new(how).titled(title)
    }

    /// What it prints is at fault, not a file.
    fn explain(&self, error: &anyhow::Error) -> Fault {
        let program = &self.function.program;
        let title = format!("function `{program}` prints what are no objects: {error}");
        Fault::new(error.to_string()).titled(title)
    }
}

/// What a function reports beside the objects.
fn results(printed: &[u8]) -> Option<String> {
    let documents = Document::parse_all(printed).ok()?;
    let results = documents.first()?.root.value.get("results")?;
    let item = Item {
        value: results.clone(),
        ..Item::default()
    };
    (!results.is_null()).then(|| Document::text_of(item))
}

/// A function that the command line names.
#[derive(Clone, Copy, Debug)]
pub enum Given<'a> {
    /// A container.
    Image {
        /// Its image.
        image: &'a str,
        /// Whether it reaches the network.
        network: bool,
    },
    /// A program on this machine.
    Program {
        /// Its path.
        path: &'a str,
    },
}

impl Given<'_> {
    /// The object that configures it; the words are `[KIND] KEY=VALUE…`.
    pub fn configuration(self, words: &[String]) -> Result<Object> {
        let (field, fields) = match self {
            Self::Program { path } => ("exec", vec![Item::entry("path", text(path, Style::Plain))]),
            Self::Image { image, network } => {
                let mut fields = vec![Item::entry("image", text(image, Style::Plain))];
                let yes = Scalar::new("true", Tag::Bool, Style::Plain);
                let yes = Node::new(Content::Scalar(yes));
                fields.extend(network.then(|| Item::entry("network", yes)));
                ("container", fields)
            }
        };
        let fields = Collection {
            items: fields,
            is_flow: true,
        };
        let value = map(vec![Item::entry(
            field,
            Node::new(Content::Mapping(fields)),
        )]);
        let annotation = Document::text_of(Item {
            value,
            ..Item::default()
        });
        configuration(&annotation, words)
    }
}

fn text(text: &str, style: Style) -> Node {
    Node::new(Content::Scalar(Scalar::new(text, Tag::Str, style)))
}

fn map(entries: Vec<Item>) -> Node {
    Node::new(Content::Mapping(Collection::block(entries)))
}

fn configuration(annotation: &str, words: &[String]) -> Result<Object> {
    let (kind, words) = match words {
        [kind, rest @ ..] if !kind.contains('=') => (kind.as_str(), rest),
        words => ("ConfigMap", words),
    };
    let mut data = Collection::block(Vec::new());
    data.is_flow = true;
    for word in words {
        let Some((key, value)) = word.split_once('=') else {
            bail!("args must have keys and values separated by =");
        };
        let value = Scalar::new(value, plain::resolve(value), Style::Plain);
        let value = Node::new(Content::Scalar(value));
        data.items.push(Item::entry(key, value));
    }
    let function = text(annotation, Style::Literal);
    let annotations = map(vec![Item::entry("config.kubernetes.io/function", function)]);
    let metadata = map(vec![
        Item::entry("name", text("function-input", Style::Plain)),
        Item::entry("annotations", annotations),
    ]);
    let root = map(vec![
        Item::entry("metadata", metadata),
        Item::entry("data", Node::new(Content::Mapping(data))),
        Item::entry("kind", text(kind, Style::Plain)),
        Item::entry("apiVersion", text("v1", Style::Plain)),
    ]);
    Ok(Object {
        document: Document::with_root(Item {
            value: root,
            ..Item::default()
        }),
    })
}
