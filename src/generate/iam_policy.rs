//! `IAMPolicyGenerator` → a service account of the cluster that stands for one of the cloud.

use anyhow::{Result, anyhow, bail};
use serde::Deserialize;

use crate::model::{Fault, Resource, Text};
use crate::yaml;

/// What the generator is told.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct IamPolicyArgs {
    /// The cloud; `gke` is the only one.
    pub cloud: Text,
    /// The account of the cluster.
    pub kubernetes_service: KubernetesService,
    /// The account of the cloud.
    pub service_account: ServiceAccount,
}

/// An account of the cluster.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct KubernetesService {
    /// Its namespace.
    pub namespace: Text,
    /// Its name.
    pub name: Text,
}

/// An account of the cloud.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ServiceAccount {
    /// Its name.
    pub name: Text,
    /// Its project.
    pub project_id: Text,
}

/// Makes the account. kustomize fills a template of YAML with the texts as they are, and so does this.
pub fn iam_policy(args: &IamPolicyArgs) -> Result<Resource> {
    let IamPolicyArgs {
        cloud,
        kubernetes_service,
        service_account,
    } = args;
    if cloud != "gke" {
        let fault = Fault::new(format!("cloud provider {cloud} not supported yet"));
        bail!(fault.hint("write `cloud: gke`"));
    }
    let namespace = match kubernetes_service.namespace.as_str() {
        "" => String::new(),
        namespace => format!("\n  namespace: {namespace}"),
    };
    let text = format!(
        "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  annotations:\n    iam.gke.io/gcp-service-account: {}@{}.iam.gserviceaccount.com\n  name: {}{namespace}\n",
        service_account.name, service_account.project_id, kubernetes_service.name
    );
    let documents = yaml::read_documents(text.as_bytes()).map_err(|error| anyhow!("{error}"))?;
    match documents.into_iter().next() {
        Some(document) => Ok(Resource::new(document.value)),
        None => bail!("the account has no text"),
    }
}
