//! A service that is not Portus and decides as Portus does: `portus-core` alone, no store and no
//! runtime of ours.
//!
//! `GET /?who=member&role=viewer&visibility=private&action=push` answers 200 or 403 with the
//! reason. The address to listen on is the first argument.

use std::convert::Infallible;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use portus_core::credential::{AccountStanding, Caller, Identity};
use portus_core::id::{AccountId, NamespaceId};
use portus_core::policy::{Facts, NamespaceFacts, Policy, Switches};
use portus_core::scope::Action;

type Failure = Box<dyn std::error::Error>;

/// Reads who asks and what for from wherever the service keeps it, here the query, and decides.
fn decide(policy: &Policy, query: &str) -> Result<(u16, String), Failure> {
    let of = |key: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(name, _)| name == key).map(|(_, value)| value.into_owned())
    };
    let standing = match of("who").as_deref() {
        None | Some("anonymous") => None,
        Some("admin") => Some(AccountStanding::Admin),
        Some(_) => Some(AccountStanding::Person),
    };
    let caller = match standing {
        None => Caller::ANONYMOUS,
        Some(standing) => {
            let name = of("who").unwrap_or_default().parse()?;
            Caller::unlimited(Identity { id: AccountId(1), name, standing })
        }
    };
    let visibility = of("visibility").ok_or("visibility is missing")?.parse()?;
    let role = of("role").map(|role| role.parse()).transpose()?;
    let namespace = NamespaceFacts::Team { visibility, role };
    let facts = Facts { namespace, id: Some(NamespaceId(1)), registry_read: true };
    let action: Action = of("action").ok_or("action is missing")?.parse()?;
    let decision = policy.decide(&caller, action, &facts);
    Ok((if decision.is_allowed() { 200 } else { 403 }, decision.to_string()))
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let policy = Policy::new(Switches::default());
    let query = request.uri().query().unwrap_or_default();
    let decided = decide(&policy, query).unwrap_or_else(|error| (400, error.to_string()));
    let mut response = Response::new(Full::from(format!("{}\n", decided.1)));
    *response.status_mut() = hyper::StatusCode::from_u16(decided.0).unwrap_or_default();
    Ok(response)
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".into());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await?;
        while connections.try_join_next().is_some() {}
        connections.spawn(async move {
            let server = auto::Builder::new(TokioExecutor::new());
            // A client that hangs up is not our failure.
            let _ = server.serve_connection(TokioIo::new(stream), service_fn(answer)).await;
        });
    }
}
