//! `[server]` and `[metrics]`: what listens where.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use portus_http::Network;

use super::reader::Reader;

/// `[server]`
#[derive(Clone, Debug)]
pub struct Server {
    /// Where people and registries find Portus.
    pub url: PublicUrl,
    /// Where the main listener listens.
    pub listen: SocketAddr,
    /// A certificate chain and its key (PEM); `None` speaks plain HTTP.
    pub tls: Option<TlsFiles>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Whether browsers' sessions go over plain HTTP: for a laboratory only.
    pub insecure_cookies: bool,
    /// How long a client may take to send its header.
    pub header_timeout: Duration,
    /// How long a request may take as a whole.
    pub request_timeout: Duration,
    /// How long a connection may rest.
    pub idle_timeout: Duration,
    /// How long requests in flight may take once Portus is told to end.
    pub shutdown_timeout: Duration,
    /// How many connections may be open.
    pub max_connections: usize,
}

/// A certificate chain and its key, PEM.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TlsFiles {
    /// The chain, the server's own first.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// `[metrics]`
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MetricsListener {
    /// Nowhere.
    Off,
    /// On a listener of its own.
    Own(SocketAddr),
    /// On the main listener.
    Same,
}

impl fmt::Display for MetricsListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => Ok(()),
            Self::Own(address) => address.fmt(f),
            Self::Same => f.write_str("same"),
        }
    }
}

/// A public address: `http` or `https`, a host, maybe a port and a path; no slash at the end.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where clients ask for tokens, as registries announce it.
    pub fn realm(&self) -> String {
        format!("{}/v2/token", self.0)
    }

    /// Where registries send their notifications.
    pub fn events(&self) -> String {
        format!("{}/v2/webhooks/events", self.0)
    }

    /// The host, without a port.
    pub fn host(&self) -> String {
        let url = url::Url::parse(&self.0).ok();
        url.as_ref().and_then(url::Url::host_str).unwrap_or_default().to_owned()
    }

    /// Scheme, host and port, as browsers name where a page is from.
    ///
    /// Source: RFC 6454, section 6.2.
    pub fn origin(&self) -> String {
        let url = url::Url::parse(&self.0).ok();
        url.map(|url| url.origin().ascii_serialization()).unwrap_or_default()
    }

    /// The host, where it is written as a number.
    pub fn numeric_host(&self) -> Option<IpAddr> {
        match url::Url::parse(&self.0).ok()?.host()? {
            url::Host::Domain(_) => None,
            url::Host::Ipv4(address) => Some(address.into()),
            url::Host::Ipv6(address) => Some(address.into()),
        }
    }

    /// Whether the host is the number of a private place. Some clients ask none for a token.
    ///
    /// Source: go-containerregistry, since 0.21.4.
    pub fn is_refused_by_some(&self) -> bool {
        match self.numeric_host() {
            Some(IpAddr::V4(ip)) => ip.is_private() || ip.is_loopback() || ip.is_link_local(),
            Some(IpAddr::V6(ip)) => {
                ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local()
            }
            None => false,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let url = url::Url::parse(text).ok()?;
        let plain = matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        plain.then(|| Self(text.trim_end_matches('/').to_owned()))
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Server {
    /// Notes where the listener really is: with port 0, the system chose one.
    pub fn set_listen(&mut self, listen: SocketAddr) {
        if self.url.0 == default_url(self.listen) {
            self.url.0 = default_url(listen);
        }
        self.listen = listen;
    }

    pub(super) fn read(reader: &mut Reader) -> Self {
        let default = SocketAddr::from(([127, 0, 0, 1], 8080));
        let listen = reader.value("server.listen", default, LISTEN, listen_address);
        let default = PublicUrl(default_url(listen));
        let url = reader.value("server.url", default, URL, PublicUrl::parse);
        let seconds = Duration::from_secs;
        let timeouts = seconds(1)..=seconds(3600);
        Self {
            url,
            listen,
            tls: tls(reader),
            insecure_cookies: reader.flag("server.insecure_cookies", false),
            trusted_proxies: networks(reader, "server.trusted_proxies"),
            header_timeout: reader.duration("server.header_timeout", seconds(10), timeouts.clone()),
            request_timeout: reader.duration(
                "server.request_timeout",
                seconds(30),
                timeouts.clone(),
            ),
            idle_timeout: reader.duration("server.idle_timeout", seconds(75), timeouts.clone()),
            shutdown_timeout: reader.duration("server.shutdown_timeout", seconds(30), timeouts),
            max_connections: reader.number("server.max_connections", 4096, 1..=1_000_000) as usize,
        }
    }
}

impl MetricsListener {
    pub(super) fn read(reader: &mut Reader, main: SocketAddr) -> Self {
        let default = Self::Own(SocketAddr::from(([127, 0, 0, 1], 9090)));
        let listener = reader.value("metrics.listen", default, METRICS, |text| match text {
            "" => Some(Self::Off),
            "same" => Some(Self::Same),
            _ => listen_address(text).map(Self::Own),
        });
        if listener == Self::Own(main) && main.port() != 0 {
            reader.object("metrics.listen", "this is where the main listener is: write `same`");
        }
        listener
    }
}

pub(super) fn networks(reader: &mut Reader, key: &'static str) -> Vec<Network> {
    let allowed = "must be a list of networks such as `10.0.0.0/8`, `fd00::/8` or one address";
    reader.list(key, allowed, |text| text.parse().ok())
}

fn default_url(listen: SocketAddr) -> String {
    format!("http://localhost:{}", listen.port())
}

fn tls(reader: &mut Reader) -> Option<TlsFiles> {
    let mut path = |key| {
        let text = reader.optional(key, "must be a path", |text| Some(text.to_owned()))?;
        (!text.is_empty()).then(|| PathBuf::from(text))
    };
    let files = [path("server.tls_certificate"), path("server.tls_key")];
    match files {
        [Some(certificate), Some(key)] => {
            for (name, path) in [("server.tls_certificate", &certificate), ("server.tls_key", &key)]
            {
                if let Err(error) = std::fs::File::open(path) {
                    let path = path.display();
                    reader.object(name, format!("the file `{path}` cannot be read: {error}"));
                }
            }
            Some(TlsFiles { certificate, key })
        }
        [Some(_), None] => {
            reader.object("server.tls_certificate", "`server.tls_key` is missing beside it");
            None
        }
        [None, Some(_)] => {
            reader.object("server.tls_key", "`server.tls_certificate` is missing beside it");
            None
        }
        [None, None] => None,
    }
}

fn listen_address(text: &str) -> Option<SocketAddr> {
    match text.strip_prefix("localhost:") {
        Some(port) => port.parse().ok().map(|port| SocketAddr::from(([127, 0, 0, 1], port))),
        None => text.parse().ok(),
    }
}

const LISTEN: &str = "must be an address and a port such as `127.0.0.1:8080` or `[::]:8080`";
const METRICS: &str =
    "must be an address and a port such as `127.0.0.1:9090`, `same`, or empty for none";
const URL: &str = "must be an address such as `https://portus.example.org`, with no credentials, \
                   query or fragment";
