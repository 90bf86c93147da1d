//! Files that are served by http (spec 15 R20–R23).

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ureq::http::{StatusCode, Uri};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body, Error, http};

use super::repo_url::strip_ignoring_case;
use super::{Failure, Fetched, Proxies, RepoUrl, hidden};

/// No file may be larger, unpacked.
const LARGEST_FILE: u64 = 256 << 20;

/// No more may come in one run.
const MOST_BYTES: u64 = 1 << 30;

/// As often may one server send us to another, as in Go.
const MOST_REDIRECTS: usize = 10;

/// As long may a server be silent. kustomize waits for ever.
const PATIENCE: Duration = Duration::from_mins(1);

/// As long may it take to reach a server, as in Go.
const CONNECT_PATIENCE: Duration = Duration::from_secs(30);

/// Whether an entry is fetched as a file, before anything else is tried.
pub(in crate::load) fn is_http(entry: &str) -> bool {
    is_address(entry) && entry.parse::<Uri>().is_ok()
}

fn is_address(entry: &str) -> bool {
    ["http://", "https://"]
        .iter()
        .any(|scheme| strip_ignoring_case(entry, scheme).is_some())
}

/// How many bytes came in this run.
#[derive(Default)]
pub(super) struct Received(AtomicU64);

impl Received {
    /// Counts a file; fails where it is too much.
    pub(super) fn add(&self, url: &str, length: usize) -> Result<(), Failure> {
        let length = length as u64;
        let all = self.0.fetch_add(length, Ordering::Relaxed) + length;
        if all <= MOST_BYTES {
            return Ok(());
        }
        let most = MOST_BYTES >> 30;
        let cause = format!("all files of this run have more than {most} GiB together");
        Err(failed(url, &cause).hint("fetch large files beforehand, and name the local copies"))
    }
}

/// The content of a file.
pub(super) fn get(url: &str, proxies: &Proxies) -> Fetched<[u8]> {
    let response = follow(url, proxies)?;
    let status = response.status();
    if !status.is_success() {
        return Err(refusal(url, status));
    }
    let body = response.into_body();
    let content = body.into_with_config().limit(LARGEST_FILE).read_to_vec();
    let content = content.map_err(|error| failure(url, &error))?;
    Ok(Arc::from(content))
}

/// What the last server answers that others lead to.
fn follow(url: &str, proxies: &Proxies) -> Result<http::Response<Body>, Failure> {
    let mut address = without_fragment(url);
    let mut told = address.clone();
    for _ in 0..MOST_REDIRECTS {
        let response = ask(&address, proxies)?;
        let location = response.headers().get("location");
        let target = location.and_then(|location| location.to_str().ok());
        match target.filter(|_| is_redirect(response.status())) {
            None => return Ok(response),
            Some(target) => {
                address = without_fragment(&resolve(&address, target));
                target.clone_into(&mut told);
            }
        }
        if !is_address(&address) {
            let scheme = address.split(':').next().unwrap_or_default();
            return Err(Failure::new(format!(
                "Get \"{address}\": unsupported protocol scheme \"{scheme}\""
            )));
        }
    }
    Err(Failure::new(format!(
        "Get \"{}\": stopped after {MOST_REDIRECTS} redirects",
        hidden(&told)
    )))
}

fn ask(address: &str, proxies: &Proxies) -> Result<http::Response<Body>, Failure> {
    let proxy = proxies
        .proxy_for(address)
        .map(ureq::Proxy::new)
        .transpose()
        .map_err(|error| failure(address, &error))?;
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(proxy)
        .timeout_connect(Some(CONNECT_PATIENCE))
        .timeout_per_read(Some(PATIENCE))
        .user_agent(concat!("render/", env!("CARGO_PKG_VERSION")))
        .tls_config(tls)
        .build()
        .into();
    agent
        .get(address)
        .call()
        .map_err(|error| failure(address, &error))
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

fn without_fragment(url: &str) -> String {
    url.split('#').next().unwrap_or_default().to_owned()
}

/// The address that a server at `from` means by `target`.
fn resolve(from: &str, target: &str) -> String {
    let has_scheme = target
        .split_once(':')
        .is_some_and(|(scheme, _)| !scheme.is_empty() && !scheme.contains(['/', '?', '#']));
    if has_scheme {
        return target.to_owned();
    }
    let (scheme, rest) = from.split_once("://").unwrap_or(("http", from));
    let host_end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(host_end);
    let path = path.split('?').next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or(host);
    match target.strip_prefix("//") {
        Some(elsewhere) => format!("{scheme}://{elsewhere}"),
        None if target.starts_with('/') => format!("{scheme}://{host}{target}"),
        None => {
            let folder = path.rfind('/').map_or("/", |at| &path[..=at]);
            format!("{scheme}://{host}{folder}{target}")
        }
    }
}

/// The failure of an answer that is none. The address may be that of a repository then.
fn refusal(url: &str, status: StatusCode) -> Failure {
    if RepoUrl::parse(url).is_some() {
        return Failure::new("URL is a git repository");
    }
    let reason = status.canonical_reason().unwrap_or_default();
    let code = status.as_u16();
    Failure::new(format!("HTTP Error: status code {code} ({reason})"))
        .titled(format!("`{}` is not served: {code} {reason}", hidden(url)))
        .refused()
}

fn failure(url: &str, error: &Error) -> Failure {
    let host = host_of(url);
    let cause = match error {
        Error::HostNotFound => format!("dial tcp: lookup {host}: no such host"),
        Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            format!("dial tcp {host}: connect: connection refused")
        }
        Error::BodyExceedsLimit(_) => {
            format!("the file has more than {} MiB", LARGEST_FILE >> 20)
        }
        Error::Io(error) if error.to_string().contains("failed to lookup address") => {
            format!("dial tcp: lookup {host}: no such host")
        }
        error => error.to_string(),
    };
    failed(url, &cause).hint(
        "look at the address and at the network; proxies are taken from HTTPS_PROXY and HTTP_PROXY",
    )
}

fn failed(url: &str, cause: &str) -> Failure {
    let url = hidden(url);
    Failure::new(format!("Get \"{url}\": {cause}"))
        .titled(format!("`{url}` cannot be fetched: {cause}"))
}

fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_a_run_are_counted_together() {
        let received = Received::default();
        assert!(received.add("http://host/a", 1 << 30).is_ok());
        assert!(received.add("http://host/b", 1).is_err());
    }

    #[test]
    fn redirects_lead_where_browsers_go() {
        for (target, expected) in [
            ("https://other/x", "https://other/x"),
            ("//other/x", "http://other/x"),
            ("/x?y=http://z", "http://host:1/x?y=http://z"),
            ("x", "http://host:1/a/x"),
            ("file:///etc/passwd", "file:///etc/passwd"),
        ] {
            assert_eq!(resolve("http://u:p@host:1/a/b?c=/d", target), expected);
        }
        assert_eq!(resolve("http://host", "x"), "http://host/x");
    }
}
