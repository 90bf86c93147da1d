//! Which programs a build may run, and what they are told: nothing runs that was not allowed on the command line.

use std::path::PathBuf;

/// What the command line says about plugins.
#[derive(Clone, Debug, Default)]
pub struct PluginOptions {
    /// Whether plugins may be used that are not built in. Charts may be inflated then, too.
    pub are_enabled: bool,
    /// How charts are inflated.
    pub helm: HelmOptions,
    /// How functions are run.
    pub functions: FunctionOptions,
    /// The folders that may hold plugins, in order, each with what kustomize says of it where none is there.
    pub homes: Vec<PluginHome>,
}

impl PluginOptions {
    /// Whether a build may run anything at all.
    pub(super) fn allow_programs(&self) -> bool {
        self.are_enabled || self.helm.is_enabled
    }
}

/// A folder that may hold plugins.
#[derive(Clone, Debug, Default)]
pub struct PluginHome {
    /// The folder, if there is a setting that says where.
    pub folder: Option<PathBuf>,
    /// Where that comes from.
    pub origin: &'static str,
}

/// What the command line says about charts.
#[derive(Clone, Debug)]
pub struct HelmOptions {
    /// Whether helm may be run.
    pub is_enabled: bool,
    /// The helm program.
    pub command: String,
    /// The Kubernetes version to render for where a chart does not say.
    pub kube_version: String,
    /// The API versions to render for where a chart does not say.
    pub api_versions: Vec<String>,
    /// Whether helm prints what it does.
    pub debug: bool,
}

impl Default for HelmOptions {
    fn default() -> Self {
        Self {
            is_enabled: false,
            command: "helm".into(),
            kube_version: String::new(),
            api_versions: Vec::new(),
            debug: false,
        }
    }
}

/// What the command line says about functions.
#[derive(Clone, Debug, Default)]
pub struct FunctionOptions {
    /// Whether programs that the tree names may be run.
    pub exec: bool,
    /// Whether containers that ask for it reach the network.
    pub network: bool,
    /// What is mounted into containers besides what their functions declare.
    pub mounts: Vec<String>,
    /// `NAME=value` or `NAME` of variables for functions.
    pub env: Vec<String>,
    /// The user and the group that containers run as, if not nobody.
    pub user: Option<(u32, u32)>,
}
