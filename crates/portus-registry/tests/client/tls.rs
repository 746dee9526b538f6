use std::convert::Infallible;
use std::future::ready;
use std::path::Path;
use std::pin::Pin;

use axum::response::Response;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use openssl::pkey::PKey;
use openssl::ssl::{Ssl, SslAcceptor, SslMethod};
use openssl::x509::X509;
use portus_registry::probe::{Probe, Unreached};
use portus_registry::{ClientError, HttpRegistries};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_openssl::SslStream;

use crate::certificate::self_signed;
use crate::images::{OCI_MANIFEST, config, content, image};
use crate::served::{API, answer, json, serve};
use crate::world::{World, registry, unreachable};

/// A server with a certificate that it signed itself, for `localhost`.
struct Secured {
    port: u16,
    certificate: X509,
    _tasks: JoinSet<()>,
}

impl Secured {
    /// Answers by the path of the request.
    async fn start(answer: impl Fn(&str) -> Response + Clone + Send + Sync + 'static) -> Self {
        let (key, certificate) = self_signed();
        let key = PKey::from_ec_key(key).unwrap();
        let mut acceptor = SslAcceptor::mozilla_modern_v5(SslMethod::tls_server()).unwrap();
        acceptor.set_private_key(&key).unwrap();
        acceptor.set_certificate(&certificate).unwrap();
        let acceptor = acceptor.build();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { accept(listener, acceptor, answer).await });
        Self { port, certificate, _tasks: tasks }
    }

    fn url(&self, host: &str) -> String {
        format!("https://{host}:{}", self.port)
    }

    fn write_certificate(&self, path: &Path) {
        std::fs::write(path, self.certificate.to_pem().unwrap()).unwrap();
    }
}

async fn accept(
    listener: TcpListener,
    acceptor: SslAcceptor,
    answer: impl Fn(&str) -> Response + Clone + Send + Sync + 'static,
) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let ssl = Ssl::new(acceptor.context()).unwrap();
        let mut stream = SslStream::new(ssl, stream).unwrap();
        let answer = answer.clone();
        connections.spawn(async move {
            if Pin::new(&mut stream).accept().await.is_ok() {
                let service = service_fn(|request: Request<Incoming>| {
                    ready(Ok::<_, Infallible>(answer(request.uri().path())))
                });
                let builder = Builder::new(TokioExecutor::new());
                let _ = builder.serve_connection(TokioIo::new(stream), service).await;
            }
        });
    }
}

fn empty(_: &str) -> Response {
    json(r#"{"repositories":[]}"#)
}

#[tokio::test]
async fn a_certificate_of_nobody_we_trust_is_refused() {
    let secured = Secured::start(empty).await;
    let world = World::new();

    let refused = world.open(&secured.url("localhost")).catalog(None).await;
    assert!(unreachable(refused).contains("certificate verify failed"));
    let probe = world.registries().probe(&registry(&secured.url("localhost"))).await;
    let Probe::Unreached(Unreached::Tls(why)) = probe else { panic!("{probe:?}") };
    assert!(why.contains("self-signed"), "{why}");
}

#[tokio::test]
async fn an_authority_of_our_own_is_trusted_for_the_names_it_signed() {
    let secured = Secured::start(empty).await;
    let folder = tempfile::tempdir().unwrap();
    let mut world = World::new();
    world.settings.ca_file = Some(folder.path().join("ca.pem"));
    secured.write_certificate(&folder.path().join("ca.pem"));

    assert!(world.open(&secured.url("localhost")).catalog(None).await.is_ok());
    let other_name = world.open(&secured.url("127.0.0.1")).catalog(None).await;
    assert!(unreachable(other_name).contains("certificate verify failed"));
}

#[tokio::test]
async fn tls_where_there_is_none_is_told_as_such() {
    let plain = serve(|_| json("{}")).await;
    let url = plain.url().replace("http:", "https:");
    let probe = World::new().registries().probe(&registry(&url)).await;

    assert!(matches!(probe, Probe::Unreached(Unreached::Tls(_))), "{probe:?}");
}

#[tokio::test]
async fn a_redirect_away_from_tls_is_not_followed() {
    let config = config("amd64", None);
    let manifest = image(&config, &content("layer"));
    let (stored, served_image) = (config.bytes.clone(), manifest.bytes.clone());
    let storage = serve(move |_| answer(200, &[], stored.clone())).await;
    let target = format!("http://localhost:{}", storage.address.port());
    let secured = Secured::start(move |path| match path.contains("/blobs/") {
        true => answer(307, &[("location", &target)], ""),
        false => answer(200, &[API, ("content-type", OCI_MANIFEST)], served_image.clone()),
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let mut world = World::new();
    world.settings.ca_file = Some(folder.path().join("ca.pem"));
    secured.write_certificate(&folder.path().join("ca.pem"));

    let registry = world.open(&secured.url("localhost"));
    let found = registry.manifest(&"qa/app".parse().unwrap(), &manifest.digest).await;
    assert_eq!(found.unwrap().unwrap().platform, None);
    assert_eq!(storage.asked(), [""; 0]);
}

#[test]
fn a_file_that_holds_no_certificates_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut world = World::new();
    let mut start = |name: &str| {
        world.settings.ca_file = Some(folder.path().join(name));
        HttpRegistries::new(world.signer.clone(), world.clock.clone(), world.settings.clone()).err()
    };
    std::fs::write(folder.path().join("empty.pem"), "nothing").unwrap();

    assert!(matches!(start("absent.pem"), Some(ClientError::CaFile { .. })));
    assert!(matches!(start("empty.pem"), Some(ClientError::NoCertificates { .. })));
}
