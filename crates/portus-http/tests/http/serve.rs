//! The server on a real socket.

use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use openssl::asn1::Asn1Time;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::PKey;
use openssl::ssl::{SslConnector, SslMethod, SslVerifyMode};
use openssl::symm::Cipher;
use openssl::x509::{X509Builder, X509NameBuilder};
use portus_http::{ConnectionLimits, Tls, serve};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use tokio_openssl::SslStream;

const LIMITS: ConnectionLimits = ConnectionLimits {
    header_timeout: Duration::from_secs(20),
    idle_timeout: Duration::from_secs(20),
    shutdown_timeout: Duration::from_secs(20),
    max_connections: 100,
};

const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n";
const LAST_GET: &[u8] = b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn requests_know_where_they_come_from() {
    let server = Server::start(hello(), None, LIMITS).await;
    let mut client = server.connect().await;
    let own = client.local_addr().unwrap();
    client.write_all(LAST_GET).await.unwrap();
    let answer = to_end(&mut client).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.ends_with(&own.to_string()), "{answer}");
}

/// PROTOCOL: containerd tells a plain port from a TLS one by this.
#[tokio::test]
async fn a_plain_port_answers_tls_in_http() {
    let server = Server::start(hello(), None, LIMITS).await;
    let mut client = server.connect().await;
    let hello = b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\x00\x01\x02\x03\x04\x05\x06\x07\x08";
    client.write_all(hello).await.unwrap();
    let answer = to_end(&mut client).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer:?}");
}

#[tokio::test]
async fn http_2_is_spoken_to_who_begins_with_it() {
    let server = Server::start(hello(), None, LIMITS).await;
    let mut client = server.connect().await;
    assert_eq!(ask_in_http_2(&mut client).await, 200);
}

#[tokio::test]
async fn a_header_that_is_too_large_is_refused() {
    let server = Server::start(hello(), None, LIMITS).await;
    let mut client = server.connect().await;
    let large = format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "a".repeat(100_000));
    // The server may close before all of it was sent.
    let _ = client.write_all(large.as_bytes()).await;
    let answer = to_end(&mut client).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer:?}");
    let mut other = server.connect().await;
    let fits =
        format!("GET /?{} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", "a".repeat(32_000));
    other.write_all(fits.as_bytes()).await.unwrap();
    assert!(to_end(&mut other).await.starts_with("HTTP/1.1 200"));
}

/// A query with 10,000 scopes does not come through.
#[tokio::test]
async fn a_query_that_is_too_large_is_refused() {
    let server = Server::start(hello(), None, LIMITS).await;
    let mut client = server.connect().await;
    let scopes = "&scope=repository:qa/app:pull".repeat(10_000);
    let _ =
        client.write_all(format!("GET /?{scopes} HTTP/1.1\r\nhost: a\r\n\r\n").as_bytes()).await;
    let answer = to_end(&mut client).await;
    assert!(answer.starts_with("HTTP/1.1 414") || answer.starts_with("HTTP/1.1 431"), "{answer:?}");
}

#[tokio::test]
async fn who_does_not_come_to_the_point_is_dropped() {
    let limits = ConnectionLimits { header_timeout: Duration::from_millis(50), ..LIMITS };
    let server = Server::start(hello(), None, limits).await;
    for begun in ["", "G", "GET / HTTP/1.1\r\nhost: a\r\n"] {
        let mut client = server.connect().await;
        client.write_all(begun.as_bytes()).await.unwrap();
        assert_eq!(to_end(&mut client).await, "", "{begun:?}");
    }
    let tls = Files::new();
    let server = Server::start(hello(), Some(tls.load()), limits).await;
    assert_eq!(to_end(&mut server.connect().await).await, "");
}

#[tokio::test]
async fn a_connection_on_which_nothing_is_asked_ends() {
    let limits = ConnectionLimits { idle_timeout: Duration::from_millis(200), ..LIMITS };
    let server = Server::start(hello(), None, limits).await;
    let mut client = server.connect().await;
    client.write_all(GET).await.unwrap();
    let answers = to_end(&mut client).await;
    assert_eq!(answers.matches("200 OK").count(), 1, "{answers}");
    // A client that does not answer when it is told to go is left after `header_timeout`.
    let limits = ConnectionLimits { header_timeout: Duration::from_millis(500), ..limits };
    let server = Server::start(hello(), None, limits).await;
    let mut client = server.connect().await;
    assert_eq!(ask_in_http_2(&mut client).await, 200);
    to_end(&mut client).await;
}

#[tokio::test]
async fn a_connection_serves_several_requests() {
    let server = Server::start(hello(), None, LIMITS).await;
    let mut client = server.connect().await;
    client.write_all(&[GET, GET, LAST_GET].concat()).await.unwrap();
    assert_eq!(to_end(&mut client).await.matches("200 OK").count(), 3);
}

#[tokio::test]
async fn requests_that_were_begun_are_answered_at_shutdown() {
    let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let router = waiting(begun.clone(), go.clone());
    let mut server = Server::start(router, None, LIMITS).await;
    let (mut client, mut idle) = (server.connect().await, server.connect().await);
    client.write_all(GET).await.unwrap();
    begun.notified().await;
    server.stop();
    to_end(&mut idle).await;
    go.notify_one();
    let answer = to_end(&mut client).await;
    assert!(answer.contains("200 OK") && answer.ends_with("done"), "{answer}");
    server.ended().await;
    assert!(TcpStream::connect(server.address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn shutdown_does_not_wait_for_ever() {
    let begun = Arc::new(Notify::new());
    let router = waiting(begun.clone(), Arc::new(Notify::new()));
    let limits = ConnectionLimits { shutdown_timeout: Duration::from_millis(50), ..LIMITS };
    let mut server = Server::start(router, None, limits).await;
    let mut client = server.connect().await;
    client.write_all(GET).await.unwrap();
    begun.notified().await;
    server.stop();
    server.ended().await;
}

#[tokio::test]
async fn one_connection_too_many_waits_for_another_to_end() {
    let limits = ConnectionLimits { max_connections: 1, ..LIMITS };
    let server = Server::start(hello(), None, limits).await;
    let mut first = server.connect().await;
    first.write_all(GET).await.unwrap();
    let mut byte = [0];
    first.read_exact(&mut byte).await.unwrap();
    let mut second = server.connect().await;
    second.write_all(LAST_GET).await.unwrap();
    assert!(timeout(Duration::from_millis(100), second.read_exact(&mut byte)).await.is_err());
    drop(first);
    assert!(to_end(&mut second).await.contains("200 OK"));
}

#[tokio::test]
async fn tls_speaks_what_the_client_prefers_of_what_there_is() {
    let files = Files::new();
    let server = Server::start(hello(), Some(files.load()), LIMITS).await;
    let mut new = server.connect_tls(b"\x02h2\x08http/1.1").await;
    assert_eq!(new.ssl().selected_alpn_protocol(), Some(&b"h2"[..]));
    assert_eq!(ask_in_http_2(&mut new).await, 200);
    let mut old = server.connect_tls(b"\x08http/1.1").await;
    assert_eq!(old.ssl().selected_alpn_protocol(), Some(&b"http/1.1"[..]));
    old.write_all(LAST_GET).await.unwrap();
    assert!(to_end(&mut old).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_new_certificate_is_used_from_the_next_connection_on() {
    let files = Files::new();
    let tls = files.load();
    let server = Server::start(hello(), Some(tls.clone()), LIMITS).await;
    let before = server.connect_tls(b"\x08http/1.1").await;
    assert!(!tls.reload_if_changed().unwrap());
    files.write("new.test");
    tls.reload().unwrap();
    let after = server.connect_tls(b"\x08http/1.1").await;
    assert_eq!((name(&before), name(&after)), ("old.test".into(), "new.test".into()));
}

#[tokio::test]
async fn a_pair_that_does_not_fit_leaves_the_old_one_in_use() {
    let files = Files::new();
    let tls = files.load();
    let server = Server::start(hello(), Some(tls.clone()), LIMITS).await;
    let other = Files::new();
    std::fs::copy(other.key(), files.key()).unwrap();
    assert!(tls.reload().is_err());
    std::fs::write(files.certificate(), "no certificate").unwrap();
    let error = tls.reload().unwrap_err().to_string();
    assert!(error.starts_with("the certificate in `"), "{error}");
    assert_eq!(name(&server.connect_tls(b"\x08http/1.1").await), "old.test");
    assert!(!format!("{tls:?}").contains("BEGIN"));
}

#[tokio::test]
async fn a_certificate_that_cannot_be_used_is_told_at_once() {
    let (one, other) = (Files::new(), Files::new());
    assert!(Tls::load(one.certificate(), other.key()).is_err());
    assert!(Tls::load(one.key(), one.key()).is_err());
    assert!(Tls::load("/nowhere/certificate.pem", one.key()).is_err());
    let own = PKey::private_key_from_pem(&std::fs::read(one.key()).unwrap()).unwrap();
    let sealed = own.private_key_to_pem_pkcs8_passphrase(Cipher::aes_128_cbc(), b"secret").unwrap();
    std::fs::write(one.key(), sealed).unwrap();
    let error = Tls::load(one.certificate(), one.key()).unwrap_err().to_string();
    assert!(error.starts_with("the key in `"), "{error}");
}

struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    running: JoinHandle<()>,
}

impl Server {
    async fn start(router: Router, tls: Option<Arc<Tls>>, limits: ConnectionLimits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let shutdown = async move {
            let _ = stopped.await;
        };
        #[expect(clippy::disallowed_methods, reason = "the test owns the task")]
        let running = tokio::spawn(serve(listener, router, tls, limits, shutdown));
        Self { address, stop: Some(stop), running }
    }

    fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    async fn ended(&mut self) {
        timeout(PATIENCE, &mut self.running).await.unwrap().unwrap();
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn connect_tls(&self, protocols: &[u8]) -> SslStream<TcpStream> {
        let mut connector = SslConnector::builder(SslMethod::tls_client()).unwrap();
        connector.set_verify(SslVerifyMode::NONE);
        connector.set_alpn_protos(protocols).unwrap();
        let session = connector.build().configure().unwrap().into_ssl("localhost").unwrap();
        let mut stream = SslStream::new(session, self.connect().await).unwrap();
        timeout(PATIENCE, Pin::new(&mut stream).connect()).await.unwrap().unwrap();
        stream
    }
}

const PATIENCE: Duration = Duration::from_secs(30);

fn hello() -> Router {
    let hello = async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.to_string();
    Router::new().route("/", get(hello))
}

fn waiting(begun: Arc<Notify>, go: Arc<Notify>) -> Router {
    let wait = async move || {
        begun.notify_one();
        go.notified().await;
        "done"
    };
    Router::new().route("/", get(wait))
}

/// All that comes until the other side ends the connection.
async fn to_end(client: &mut (impl AsyncReadExt + Unpin)) -> String {
    let (mut all, began) = (Vec::new(), Instant::now());
    let read = timeout(PATIENCE, client.read_to_end(&mut all)).await;
    // A reset is an end, too.
    let _ = read.unwrap_or_else(|_| panic!("still open after {:?}", began.elapsed()));
    String::from_utf8_lossy(&all).into_owned()
}

/// Sends one request by hand; the status of the answer.
///
/// Source: RFC 9113, section 4.1; RFC 7541, appendix A.
async fn ask_in_http_2(client: &mut (impl AsyncReadExt + AsyncWriteExt + Unpin)) -> u16 {
    let mut sent = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    sent.extend_from_slice(b"\0\0\0\x04\0\0\0\0\0");
    // Method GET, scheme http, path `/`, authority `a`, as the first stream and whole.
    sent.extend_from_slice(b"\0\0\x06\x01\x05\0\0\0\x01\x82\x86\x84\x41\x01a");
    client.write_all(&sent).await.unwrap();
    loop {
        let mut head = [0; 9];
        timeout(PATIENCE, client.read_exact(&mut head)).await.unwrap().unwrap();
        let mut frame = vec![0; usize::from(head[1]) * 256 + usize::from(head[2])];
        client.read_exact(&mut frame).await.unwrap();
        if head[3] == 1 {
            return match frame[0] {
                0x88 => 200,
                other => panic!("status field {other:#x}"),
            };
        }
    }
}

/// A certificate of `old.test`, and its key.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        let files = Self(TempDir::new().unwrap());
        files.write("old.test");
        files
    }

    fn certificate(&self) -> std::path::PathBuf {
        self.0.path().join("certificate.pem")
    }

    fn key(&self) -> std::path::PathBuf {
        self.0.path().join("key.pem")
    }

    fn load(&self) -> Arc<Tls> {
        Arc::new(Tls::load(self.certificate(), self.key()).unwrap())
    }

    fn write(&self, name: &str) {
        write_pair(name, &self.certificate(), &self.key());
    }
}

fn write_pair(name: &str, certificate: &Path, key: &Path) {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let own = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
    let mut subject = X509NameBuilder::new().unwrap();
    subject.append_entry_by_text("CN", name).unwrap();
    let subject = subject.build();
    let mut builder = X509Builder::new().unwrap();
    builder.set_version(2).unwrap();
    builder.set_subject_name(&subject).unwrap();
    builder.set_issuer_name(&subject).unwrap();
    builder.set_pubkey(&own).unwrap();
    builder.set_not_before(&Asn1Time::days_from_now(0).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::days_from_now(1).unwrap()).unwrap();
    builder.sign(&own, MessageDigest::sha256()).unwrap();
    std::fs::write(certificate, builder.build().to_pem().unwrap()).unwrap();
    std::fs::write(key, own.private_key_to_pem_pkcs8().unwrap()).unwrap();
}

fn name(stream: &SslStream<TcpStream>) -> String {
    let certificate = stream.ssl().peer_certificate().unwrap();
    let entry = certificate.subject_name().entries().next().unwrap();
    entry.data().to_string().unwrap()
}
