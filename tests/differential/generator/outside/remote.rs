//! Folders in repositories, and files on a server or outside of the kustomization's folder.

use super::super::{Generator, relative};
use crate::node::Node;
use crate::tree::Content;

impl Generator {
    /// Fills a new folder: one in the tree, or one of a new repository.
    pub(in super::super) fn somewhere<T>(
        &mut self,
        dir: &str,
        fill: impl FnOnce(&mut Self, &str) -> T,
    ) -> (String, T) {
        if !self.goes_outside || !self.wants("remote folder") {
            let folder = self.folder(dir);
            let filled = fill(self, &folder);
            return (folder, filled);
        }
        self.in_new_repository(fill)
    }

    /// Fills a folder of a new repository.
    fn in_new_repository<T>(&mut self, fill: impl FnOnce(&mut Self, &str) -> T) -> (String, T) {
        let number = self.next_number();
        // A name with `.git` ends the repository's part of a URL.
        let name = format!(
            "r{number}{}",
            self.random.pick::<&str>(&["", ".git", ".git"])
        );
        let revision = *self.random.pick(&["main", "main", "v1", "dev"]);
        let below = *self.random.pick(&["", "/base", "/a/b"]);
        let folder = format!("git/{name}/{revision}{below}");
        let home = format!("git/{name}/{revision}/");
        let outer = std::mem::replace(&mut self.home, home.clone());
        let filled = fill(self, &folder);
        self.home = outer;
        self.add_submodule(&home, &folder);
        if self.wants("remote revisions") {
            self.add_revision(&name, revision, below);
        }
        (folder, filled)
    }

    /// Makes the tree's root: a folder in it, or one of a repository.
    pub(in super::super) fn root(&mut self, depth: usize) {
        if self.goes_outside && self.wants("remote root") {
            let (folder, _) =
                self.in_new_repository(|generator, folder| generator.layer(folder, depth));
            self.text_file("top/empty", "");
            self.tree.root = self.path_to("top", &folder);
        } else {
            self.tree.root = "top".into();
            self.layer("top", depth);
        }
    }

    /// Another revision of a repository, which may come out instead if a name of a revision is misread.
    fn add_revision(&mut self, name: &str, revision: &str, below: &str) {
        let other = if revision == "main" { "v2" } else { "main" };
        let folder = format!("git/{name}/{other}{below}");
        self.text_file(
            &format!("{folder}/kustomization.yaml"),
            "resources: [other.yaml]\n",
        );
        self.text_file(
            &format!("{folder}/other.yaml"),
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: of-another-revision}\n",
        );
    }

    /// A repository in another one, whose objects are there only with submodules.
    fn add_submodule(&mut self, home: &str, folder: &str) {
        if !self.wants("submodule") {
            return;
        }
        let number = self.next_number();
        let module = format!("git/r{number}/main/m");
        let object =
            format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: of-module-{number}}}\n");
        self.text_file(&format!("{module}/m.yaml"), &object);
        self.text_file(
            &format!("{module}/kustomization.yaml"),
            "resources: [m.yaml]\n",
        );
        self.text_file(
            &format!("{home}module{number}"),
            &format!("[submodule:r{number}]\n"),
        );
        let reference = relative(folder, &format!("{home}module{number}/m"));
        for name in ["kustomization.yaml", "kustomization.yml", "Kustomization"] {
            if let Some(Content::Yaml(documents)) =
                self.tree.files.get_mut(&format!("{folder}/{name}"))
                && let Some(Node::List(list)) = documents[0].get_mut("resources")
            {
                list.items.push(Node::string(&*reference));
            }
        }
    }

    /// How the kustomization of a folder names another folder.
    pub(in super::super) fn path_to(&mut self, from: &str, to: &str) -> String {
        let Some((name, revision, below)) = in_repository(to) else {
            return relative(from, to);
        };
        if in_repository(from).is_some_and(|(other, of, _)| (other, of) == (name, revision)) {
            return relative(from, to);
        }
        self.url(name, revision, below)
    }

    fn url(&mut self, name: &str, revision: &str, below: &str) -> String {
        let mut url = format!("file://[here]/git/{name}");
        if self.random.chance(3) {
            url.insert_str(0, "git::");
        }
        if !below.is_empty() {
            let ends_itself = url.contains(".git");
            let bar = if ends_itself && self.random.chance(50) {
                "/"
            } else {
                "//"
            };
            url.push_str(bar);
            url.push_str(below);
            url.push_str(self.random.pick::<&str>(&["", "", "", "/"]));
        }
        let mut query = Vec::new();
        if revision != "main" || self.random.chance(60) {
            let key = *self.random.pick(&["ref", "ref", "version"]);
            let is_commit = self.wants("remote commit");
            query.push(if is_commit {
                format!("{key}=[commit:{name}:{revision}]")
            } else {
                format!("{key}={revision}")
            });
        }
        for more in [
            "timeout=90",
            "timeout=2m",
            "submodules=true",
            "submodules=false",
            "x=y",
        ] {
            if self.random.chance(6) {
                let at = self.random.below(query.len() + 1);
                query.insert(at, more.to_string());
            }
        }
        if query.is_empty() {
            return url;
        }
        format!("{url}?{}", query.join("&"))
    }

    /// Moves a file of a folder's kustomization to a server or out of the folder; how the kustomization names it then.
    pub(in super::super) fn elsewhere(&mut self, dir: &str, file: String) -> String {
        if !self.goes_outside {
            return file;
        }
        let path = format!("{dir}/{file}");
        let (place, name) = if self.wants("served file") {
            (format!("http/{file}"), format!("[server]/http/{file}"))
        } else if self.home.is_empty() && self.wants("file from anywhere") {
            let place = format!("anywhere/{file}");
            let name = format!("{}/{file}", relative(dir, "anywhere"));
            (place, name)
        } else {
            return file;
        };
        if let Some(content) = self.tree.files.remove(&path) {
            self.tree.files.insert(place, content);
        }
        name
    }
}

/// The repository, the revision and the folder in it.
fn in_repository(folder: &str) -> Option<(&str, &str, &str)> {
    let rest = folder.strip_prefix("git/")?;
    let (name, rest) = rest.split_once('/')?;
    let (revision, below) = rest.split_once('/').unwrap_or((rest, ""));
    Some((name, revision, below))
}
