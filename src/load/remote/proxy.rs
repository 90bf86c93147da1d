//! Through which machine an address is reached, by the rules of Go's programs.

use std::net::IpAddr;

/// The proxies of the environment.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    /// `HTTP_PROXY`, for http.
    pub http: Option<String>,
    /// `HTTPS_PROXY`, for https.
    pub https: Option<String>,
    /// `NO_PROXY`, a list of hosts that are reached directly.
    pub none: Option<String>,
}

impl Proxies {
    /// The proxy for an address; nothing where it is reached directly.
    pub(super) fn proxy_for(&self, url: &str) -> Option<&str> {
        let (scheme, rest) = url.split_once("://")?;
        let is_secure = scheme.eq_ignore_ascii_case("https");
        let proxy = if is_secure { &self.https } else { &self.http };
        let proxy = proxy.as_deref().filter(|proxy| !proxy.is_empty())?;
        let authority = rest.split(['/', '?']).next()?;
        let authority = authority.rsplit('@').next()?;
        let default_port = if is_secure { "443" } else { "80" };
        let (host, port) = split_port(authority);
        let port = port.unwrap_or(default_port);
        (!self.is_direct(&host.to_ascii_lowercase(), port)).then_some(proxy)
    }

    fn is_direct(&self, host: &str, port: &str) -> bool {
        let address = host.parse::<IpAddr>().ok();
        if host == "localhost" || address.is_some_and(|address| address.is_loopback()) {
            return true;
        }
        let list = self.none.as_deref().unwrap_or_default();
        let mut exceptions = list
            .split(',')
            .map(|entry| entry.trim().to_ascii_lowercase());
        exceptions.any(|exception| covers(&exception, host, address, port))
    }
}

/// Whether an entry of `NO_PROXY` speaks of a host.
fn covers(entry: &str, host: &str, address: Option<IpAddr>, port: &str) -> bool {
    if entry == "*" {
        return true;
    }
    if let Some((network, bits)) = entry.split_once('/') {
        return covers_address(network, bits, address).unwrap_or(false);
    }
    let (name, only_port) = split_port(entry);
    if name.is_empty() || only_port.is_some_and(|only| only != port) {
        return false;
    }
    if let Ok(only) = name.parse::<IpAddr>() {
        return address == Some(only);
    }
    let name = name
        .strip_prefix('*')
        .filter(|rest| rest.starts_with('.'))
        .unwrap_or(name);
    match name.strip_prefix('.') {
        Some(_) => host.ends_with(name),
        None => host == name || host.ends_with(&format!(".{name}")),
    }
}

fn covers_address(network: &str, bits: &str, address: Option<IpAddr>) -> Option<bool> {
    let bits: u32 = bits.parse().ok()?;
    let (network, address, width) = match (network.parse().ok()?, address?) {
        (IpAddr::V4(network), IpAddr::V4(address)) => (
            u128::from(network.to_bits()),
            u128::from(address.to_bits()),
            32,
        ),
        (IpAddr::V6(network), IpAddr::V6(address)) => (network.to_bits(), address.to_bits(), 128),
        _ => return None,
    };
    let rest = u32::checked_sub(width, bits)?;
    Some(rest == 128 || network >> rest == address >> rest)
}

/// Parts a host from its port. An address of version 6 stands in brackets where it has a port.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, port) = rest.split_once(']').unwrap_or((rest, ""));
        return (host, port.strip_prefix(':'));
    }
    match authority.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') => (host, Some(port)),
        _ => (authority, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_says_what_goes_through_a_proxy() {
        let proxies = Proxies {
            http: Some("http://plain:1".into()),
            https: Some("http://secure:2".into()),
            none: Some(
                "example.com, .inner.net,10.0.0.0/8,[fd00::1]:443,192.168.1.1,p.org:8080".into(),
            ),
        };
        for (url, expected) in [
            ("http://host/x", Some("http://plain:1")),
            ("HTTPS://host/x", Some("http://secure:2")),
            ("https://example.com/x", None),
            ("https://u:p@Sub.Example.com:8443/x", None),
            ("https://notexample.com/x", Some("http://secure:2")),
            ("https://inner.net/x", Some("http://secure:2")),
            ("https://a.inner.net/x", None),
            ("https://10.1.2.3/x", None),
            ("https://11.1.2.3/x", Some("http://secure:2")),
            ("https://[fd00::1]/x", None),
            ("https://[fd00::1]:8443/x", Some("http://secure:2")),
            ("http://192.168.1.1:99/x", None),
            ("http://p.org:8080/x", None),
            ("http://p.org/x", Some("http://plain:1")),
            ("http://localhost/x", None),
            ("http://127.0.0.1:8080/x", None),
            ("http://[::1]/x", None),
        ] {
            assert_eq!(proxies.proxy_for(url), expected, "{url}");
        }
        assert_eq!(Proxies::default().proxy_for("http://host"), None);
    }
}
