//! The four faults of the outage behind the example tree cannot come back, in any overlay.
//!
//! Each was visible in the rendered output: a missing `BACKEND_URL`, a sidecar without the service CA, an env entry with
//! both `value` and `valueFrom`, and a network policy that was on the cluster but not in the repository. The tests read
//! the recorded output in `snapshots/`, which `tests/examples.rs` holds equal to what the overlays render to.

mod manifests;

use manifests::{
    OVERLAYS, Pod, allows, container, containers, find, list, name, of_kind, pods, rendered, text,
};
use serde_yaml::Value;

const CA_FILE: &str = "/etc/pki/ca-trust/extracted/pem/service-ca.crt";

#[test]
fn the_api_server_knows_its_environment_and_its_backend() {
    let environments = ["development", "production", "staging"];
    for (overlay, environment) in OVERLAYS.into_iter().zip(environments) {
        let objects = rendered(overlay);
        let api_server = container(&objects, "ambient-api-server", "api-server");
        assert_eq!(env(api_server, "AMBIENT_ENV")["value"], environment);
        assert_eq!(
            env(api_server, "BACKEND_URL")["value"],
            "http://backend-service.ambient-code.svc:8080",
            "{overlay}"
        );
    }
}

#[test]
fn no_env_entry_has_both_value_and_value_from() {
    for_each_pod(|pod| {
        for container in containers(&pod.template["spec"]) {
            for entry in list(&container["env"]) {
                let both = !entry["value"].is_null() && !entry["valueFrom"].is_null();
                assert!(
                    !both,
                    "{pod}: {} of {}",
                    text(&entry["name"]),
                    text(&container["name"])
                );
            }
        }
    });
}

#[test]
fn the_sidecar_trusts_the_service_ca_wherever_the_runner_does() {
    let mut compared = Vec::new();
    for overlay in OVERLAYS {
        let objects = rendered(overlay);
        let runner = container(&objects, "ambient-code-runner", "runner");
        let template = &find(&objects, "PodTemplate", "ambient-code-runner")["template"];
        let sidecar = list(&template["spec"]["containers"])
            .iter()
            .find(|container| container["name"] == "ambient-mcp");
        if let Some(sidecar) = sidecar {
            assert_eq!(ca_mount(sidecar), ca_mount(runner), "{overlay}");
            assert_eq!(
                env(sidecar, "SSL_CERT_FILE"),
                env(runner, "SSL_CERT_FILE"),
                "{overlay}"
            );
            compared.push(overlay);
        }
    }
    assert_eq!(compared, ["production", "staging"]);
}

#[test]
fn who_calls_the_api_server_by_https_trusts_the_service_ca() {
    for_each_pod(|pod| {
        for container in containers(&pod.template["spec"]) {
            if text(&env(container, "AMBIENT_API_SERVER_URL")["value"]).starts_with("https:") {
                let mount = ca_mount(container);
                assert_eq!(mount["name"], "service-ca", "{pod}");
                assert_eq!(mount["subPath"], "service-ca.crt", "{pod}");
                assert_eq!(mount["readOnly"], true, "{pod}");
                assert_eq!(env(container, "SSL_CERT_FILE")["value"], CA_FILE, "{pod}");
            }
        }
    });
}

#[test]
fn runners_of_other_namespaces_reach_the_backend_in_production() {
    let objects = rendered("production");
    let policy = find(&objects, "NetworkPolicy", "allow-from-runner-namespaces");
    assert_eq!(
        policy["spec"]["podSelector"]["matchLabels"]["app"],
        "backend"
    );
    assert!(allows(
        &objects,
        "ambient-code-runner",
        false,
        "backend",
        "http"
    ));
    assert!(!allows(&objects, "anything-else", false, "backend", "http"));
}

#[test]
fn every_needed_path_is_open_and_nothing_else() {
    let needed = [
        ("frontend", "ambient-api-server", "api"),
        ("frontend", "backend", "http"),
        ("ambient-api-server", "backend", "http"),
        ("ambient-control-plane", "ambient-api-server", "api"),
        ("ambient-control-plane", "ambient-api-server", "grpc"),
        ("ambient-code-runner", "ambient-api-server", "api"),
        ("ambient-code-runner", "backend", "http"),
    ];
    for overlay in OVERLAYS {
        let objects = rendered(overlay);
        for (from, to, port) in needed {
            assert!(
                allows(&objects, from, true, to, port),
                "{overlay}: {from} to {to}:{port}"
            );
        }
        assert!(!allows(&objects, "anything-else", true, "backend", "http"));
        assert!(!allows(
            &objects,
            "backend",
            true,
            "ambient-control-plane",
            "health"
        ));
    }
}

#[test]
fn no_network_policy_has_an_empty_ingress_rule() {
    for overlay in OVERLAYS {
        for policy in of_kind(&rendered(overlay), "NetworkPolicy") {
            for rule in list(&policy["spec"]["ingress"]) {
                assert!(
                    rule.as_mapping().is_some_and(|rule| !rule.is_empty()),
                    "{overlay}: {} lets everything in",
                    name(policy)
                );
            }
        }
    }
}

#[test]
fn every_object_that_a_pod_names_is_there() {
    for_each_pod(|pod| {
        let spec = &pod.template["spec"];
        pod.needs("ServiceAccount", &spec["serviceAccountName"]);
        for volume in list(&spec["volumes"]) {
            pod.needs("ConfigMap", &volume["configMap"]["name"]);
            pod.needs("Secret", &volume["secret"]["secretName"]);
        }
        for container in containers(spec) {
            for source in list(&container["envFrom"]) {
                pod.needs("ConfigMap", &source["configMapRef"]["name"]);
                pod.needs("Secret", &source["secretRef"]["name"]);
            }
            for entry in list(&container["env"]) {
                let source = &entry["valueFrom"];
                pod.needs("ConfigMap", &source["configMapKeyRef"]["name"]);
                pod.needs("Secret", &source["secretKeyRef"]["name"]);
            }
            for mount in list(&container["volumeMounts"]) {
                let volumes = list(&spec["volumes"]);
                assert!(
                    volumes.iter().any(|volume| volume["name"] == mount["name"]),
                    "{pod}: no volume {}",
                    text(&mount["name"])
                );
            }
        }
    });
}

#[test]
fn every_service_has_pods_that_listen_on_its_ports() {
    for overlay in OVERLAYS {
        let objects = rendered(overlay);
        for service in of_kind(&objects, "Service") {
            let pods: Vec<_> = pods(overlay, &objects)
                .filter(|pod| pod.has_labels(&service["spec"]["selector"]))
                .collect();
            assert!(
                !pods.is_empty(),
                "{overlay}: {} selects none",
                name(service)
            );
            for port in list(&service["spec"]["ports"]) {
                for pod in &pods {
                    assert!(pod.listens_on(&port["targetPort"]), "{pod}: {port:?}");
                }
            }
        }
    }
}

#[test]
fn every_role_budget_and_autoscaler_has_its_object() {
    for overlay in OVERLAYS {
        let objects = rendered(overlay);
        for kind in ["RoleBinding", "ClusterRoleBinding"] {
            for binding in of_kind(&objects, kind) {
                let role = &binding["roleRef"];
                find(&objects, text(&role["kind"]), text(&role["name"]));
                for subject in list(&binding["subjects"]) {
                    let account = find(&objects, text(&subject["kind"]), text(&subject["name"]));
                    assert_eq!(subject["namespace"], account["metadata"]["namespace"]);
                }
            }
        }
        for autoscaler in of_kind(&objects, "HorizontalPodAutoscaler") {
            let target = &autoscaler["spec"]["scaleTargetRef"];
            let scaled = find(&objects, text(&target["kind"]), text(&target["name"]));
            assert!(
                scaled["spec"]["replicas"].is_null(),
                "{overlay}: two owners"
            );
        }
        for budget in of_kind(&objects, "PodDisruptionBudget") {
            let labels = &budget["spec"]["selector"]["matchLabels"];
            assert!(
                pods(overlay, &objects).any(|pod| pod.has_labels(labels)),
                "{overlay}: {} protects none",
                name(budget)
            );
        }
    }
}

fn for_each_pod(check: impl Fn(&Pod)) {
    for overlay in OVERLAYS {
        let objects = rendered(overlay);
        assert_eq!(pods(overlay, &objects).inspect(&check).count(), 5);
    }
}

fn env<'a>(container: &'a Value, wanted: &str) -> &'a Value {
    const NONE: &Value = &Value::Null;
    let entries = list(&container["env"]);
    entries
        .iter()
        .find(|entry| entry["name"] == wanted)
        .unwrap_or(NONE)
}

fn ca_mount(container: &Value) -> &Value {
    const NONE: &Value = &Value::Null;
    let mounts = list(&container["volumeMounts"]);
    mounts
        .iter()
        .find(|mount| mount["mountPath"] == CA_FILE)
        .unwrap_or(NONE)
}
