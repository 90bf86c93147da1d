//! What `build` is told about helm, functions and plugins; names and values are kustomize's (spec 14 R10).

use std::path::PathBuf;

use clap::Args;

use crate::build::{FunctionOptions, HelmOptions, PluginHome, PluginOptions};

/// Flags that allow a build to run programs. Without them it runs none.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Helm, functions and plugins")]
pub(super) struct PluginArgs {
    /// Inflate helm charts
    #[arg(long)]
    enable_helm: bool,

    /// The helm program [default: helm]
    #[arg(long, value_name = "PROGRAM")]
    helm_command: Option<String>,

    /// An API version that charts are rendered for, where they do not say (repeatable)
    #[arg(long, value_name = "VERSION")]
    helm_api_versions: Vec<String>,

    /// The Kubernetes version that charts are rendered for, where they do not say
    #[arg(
        long,
        value_name = "VERSION",
        default_value = "",
        hide_default_value = true
    )]
    helm_kube_version: String,

    /// Have helm tell more when it fails
    #[arg(long)]
    helm_debug: bool,

    /// Use plugins that are not built in, helm among them
    #[arg(long)]
    enable_alpha_plugins: bool,

    #[command(flatten)]
    functions: FunctionArgs,
}

/// Flags about functions, which `fn run` has too.
#[derive(Args, Debug, Default)]
pub(super) struct FunctionArgs {
    /// Run functions that are programs; not for trees that you do not trust
    #[arg(long)]
    enable_exec: bool,

    /// Let functions in containers reach the network, if they ask for it
    #[arg(long)]
    network: bool,

    /// Without effect, as in kustomize
    #[arg(long, value_name = "NAME", hide = true)]
    network_name: Option<String>,

    /// Mount this into containers: `type=bind,src=PATH,dst=PATH[,rw=true]` (repeatable)
    #[arg(long, value_name = "MOUNT")]
    mount: Vec<String>,

    /// Give functions this variable, with this value or the one it has (repeatable)
    #[arg(short, long, value_name = "NAME[=VALUE]")]
    env: Vec<String>,

    /// Run containers as the user that you are, and not as nobody
    #[arg(long)]
    as_current_user: bool,
}

impl PluginArgs {
    /// What they say.
    pub(super) fn options(&self) -> PluginOptions {
        PluginOptions {
            are_enabled: self.enable_alpha_plugins,
            helm: HelmOptions {
                is_enabled: self.enable_helm,
                command: self.helm_command.as_deref().unwrap_or("helm").to_owned(),
                kube_version: self.helm_kube_version.clone(),
                api_versions: self.helm_api_versions.clone(),
                debug: self.helm_debug,
            },
            functions: self.functions.options(),
            homes: homes(),
        }
    }
}

impl FunctionArgs {
    /// What they say.
    pub(super) fn options(&self) -> FunctionOptions {
        FunctionOptions {
            exec: self.enable_exec,
            network: self.network,
            mounts: self.mount.clone(),
            env: self.env.clone(),
            user: self.as_current_user.then(|| {
                let (user, group) = (rustix::process::getuid(), rustix::process::getgid());
                (user.as_raw(), group.as_raw())
            }),
        }
    }
}

/// Where kustomize looks for plugins (spec 15 R70).
fn homes() -> Vec<PluginHome> {
    let below = |variable: &str, path: &str| folder(variable).map(|folder| folder.join(path));
    [
        (
            folder("KUSTOMIZE_PLUGIN_HOME"),
            "homed in $KUSTOMIZE_PLUGIN_HOME",
        ),
        (
            below("XDG_CONFIG_HOME", "kustomize/plugin"),
            "homed in $XDG_CONFIG_HOME",
        ),
        (
            below("HOME", ".config/kustomize/plugin"),
            "homed in default value of $XDG_CONFIG_HOME",
        ),
        (below("HOME", "kustomize/plugin"), "homed in home directory"),
    ]
    .map(|(folder, origin)| PluginHome { folder, origin })
    .to_vec()
}

#[expect(clippy::disallowed_methods, reason = "the command line reads settings")]
fn folder(variable: &str) -> Option<PathBuf> {
    let value = std::env::var_os(variable)?;
    (!value.is_empty()).then(|| value.into())
}
