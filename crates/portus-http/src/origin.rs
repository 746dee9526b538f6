//! Where a request came from, and what it is called in the log.

use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderMap;
use axum::http::header::FORWARDED;
use portus_core::usecase::Origin;

use crate::network::Network;

/// The name of the header that carries a request's id.
pub(crate) const REQUEST_ID: &str = "x-request-id";

/// Where a request came from. What its headers say of that counts only when they come from a
/// trusted proxy.
pub(crate) fn origin(request: &Request, trusted: &[Network]) -> Origin {
    let peer = match request.extensions().get::<ConnectInfo<SocketAddr>>() {
        Some(ConnectInfo(peer)) => peer.ip().to_canonical(),
        None => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
    };
    let by_proxy = is_trusted(peer, trusted);
    let address = if by_proxy { forwarded(request.headers(), peer, trusted) } else { peer };
    let sent = if by_proxy { sent_id(request.headers()) } else { None };
    Origin { address, request: Some(sent.map_or_else(new_id, Box::from)) }
}

/// The client as the proxies saw it: from the right, the first address that is no trusted proxy's.
///
/// `X-Forwarded-For` is read where it is there, and `Forwarded` else: nearly every proxy adds to
/// the former, and one that does lets whatever the client wrote into the latter pass.
///
/// Source: RFC 7239, section 5.2 and 7.4.
fn forwarded(headers: &HeaderMap, peer: IpAddr, trusted: &[Network]) -> IpAddr {
    let lines = |name: &str| -> Vec<String> {
        let all = headers.get_all(name).iter();
        all.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
    };
    let (simple, full) = (lines("x-forwarded-for"), lines(FORWARDED.as_str()));
    let simple_hops = simple.iter().flat_map(|line| line.split(',')).map(hop);
    let full_hops = full.iter().flat_map(|line| line.split(',')).map(forwarded_for);
    let hops: Vec<Option<IpAddr>> =
        if simple.is_empty() { full_hops.collect() } else { simple_hops.collect() };
    let mut nearest = peer;
    for hop in hops.into_iter().rev() {
        // Past something that cannot be read nothing is known.
        let Some(address) = hop else { return nearest };
        nearest = address;
        if !is_trusted(address, trusted) {
            return nearest;
        }
    }
    nearest
}

/// The `for` of one element of `Forwarded`.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let (_, node) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    hop(node.trim().trim_matches('"'))
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`.
fn hop(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.split(']').next());
    let address = text
        .parse::<IpAddr>()
        .or_else(|_| text.parse::<SocketAddr>().map(|socket| socket.ip()))
        .or_else(|_| bracketed.unwrap_or_default().parse::<IpAddr>());
    address.ok().map(|address| address.to_canonical())
}

fn is_trusted(address: IpAddr, trusted: &[Network]) -> bool {
    trusted.iter().any(|network| network.contains(address))
}

/// The id a proxy gave the request, if it is one to write into a log.
fn sent_id(headers: &HeaderMap) -> Option<&str> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    ((1..=64).contains(&id.len()) && id.bytes().all(plain)).then_some(id)
}

/// Sixteen hexadecimal digits that no other request of this process has lately, nor likely one of
/// another. Not a secret.
fn new_id() -> Box<str> {
    static KEYS: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("{:016x}", KEYS.hash_one(COUNT.fetch_add(1, Ordering::Relaxed))).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, headers: &[(&str, &str)]) -> Origin {
        let mut request = axum::http::Request::builder();
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(axum::body::Body::empty()).unwrap();
        let peer: IpAddr = peer.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from((peer, 4711))));
        origin(&request, &["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()])
    }

    #[test]
    fn only_trusted_proxies_say_where_a_request_came_from() {
        let xff = "x-forwarded-for";
        for (peer, headers, address) in [
            ("192.0.2.1", vec![(xff, "198.51.100.7")], "192.0.2.1"),
            ("10.0.0.1", vec![(xff, "198.51.100.7")], "198.51.100.7"),
            ("::ffff:10.0.0.1", vec![(xff, "198.51.100.7")], "198.51.100.7"),
            ("10.0.0.1", vec![(xff, "6.6.6.6, 198.51.100.7, 10.2.2.2")], "198.51.100.7"),
            ("10.0.0.1", vec![(xff, "6.6.6.6"), (xff, "198.51.100.7")], "198.51.100.7"),
            ("10.0.0.1", vec![(xff, "10.3.3.3, 10.2.2.2")], "10.3.3.3"),
            ("10.0.0.1", vec![(xff, "198.51.100.7:8080")], "198.51.100.7"),
            ("10.0.0.1", vec![(xff, "[2001:db8::1]:80")], "2001:db8::1"),
            ("10.0.0.1", vec![(xff, "6.6.6.6, unknown, 10.2.2.2")], "10.2.2.2"),
            ("10.0.0.1", vec![(xff, "")], "10.0.0.1"),
            ("10.0.0.1", vec![], "10.0.0.1"),
            ("10.0.0.1", vec![("forwarded", "for=192.0.2.60;proto=http")], "192.0.2.60"),
            ("fd00::1", vec![("forwarded", r#"For="[2001:db8::1]:4711""#)], "2001:db8::1"),
            ("10.0.0.1", vec![("forwarded", "for=6.6.6.6, for=_hidden")], "10.0.0.1"),
            ("10.0.0.1", vec![("forwarded", "for=6.6.6.6"), (xff, "198.51.100.7")], "198.51.100.7"),
        ] {
            let expected: IpAddr = address.parse().unwrap();
            assert_eq!(seen(peer, &headers).address, expected, "{peer} {headers:?}");
        }
    }

    #[test]
    fn a_request_keeps_the_id_of_a_trusted_proxy_alone() {
        let id = |peer, sent| seen(peer, &[(REQUEST_ID, sent)]).request.unwrap();
        assert_eq!(&*id("10.0.0.1", "abc-1.2_3"), "abc-1.2_3");
        let long = "a".repeat(65);
        for (peer, sent) in [("192.0.2.1", "abc"), ("10.0.0.1", "a b"), ("10.0.0.1", &long)] {
            let made = id(peer, sent);
            assert_eq!(made.len(), 16, "{made}");
            assert!(made.bytes().all(|byte| byte.is_ascii_hexdigit()), "{made}");
        }
        assert_ne!(id("192.0.2.1", "a"), id("192.0.2.1", "a"));
    }
}
