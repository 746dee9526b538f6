//! The document that says all this to programs: OpenAPI 3.1, made from the code.

use std::sync::LazyLock;

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Components, ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa::{Modify, OpenApi};

use super::error::ProblemBody;
use super::{
    access, activity, bot, deletion, health, member, myself, namespace, parked, registry,
    repository, session, tag, team, token, user, version,
};

/// Everything under `/api/v1`.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Portus",
        description = "Who may do what with which image of your registries. Errors are problems \
            of RFC 9457; lists go on where their `Link` header says.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    paths(
        access::explain,
        activity::list,
        bot::create,
        bot::list,
        deletion::items,
        deletion::list,
        deletion::manifest,
        deletion::namespace,
        deletion::repository,
        deletion::show,
        deletion::tag,
        health::show,
        member::add,
        member::change,
        member::list,
        member::remove,
        myself::show,
        namespace::change,
        namespace::create,
        namespace::list,
        namespace::show,
        namespace::transfer,
        parked::list,
        parked::retry,
        parked::retry_all,
        registry::list,
        repository::list,
        repository::show,
        session::end,
        session::list,
        tag::list,
        tag::manifest,
        tag::one,
        team::create,
        team::list,
        team::show,
        token::create,
        token::list,
        token::revoke,
        user::change,
        user::create,
        user::list,
        user::show,
        version::show,
    ),
    components(schemas(ProblemBody)),
    security(("bearer" = []), ("basic" = []), ("portus_auth" = []), ("session" = [])),
    modifiers(&Common),
)]
struct Document;

/// What all operations have.
struct Common;

impl Modify for Common {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        add_schemes(document.components.get_or_insert_default());
        for (path, item) in &mut document.paths.paths {
            for (method, operation) in [
                ("delete", &mut item.delete),
                ("get", &mut item.get),
                ("patch", &mut item.patch),
                ("post", &mut item.post),
            ] {
                if let Some(operation) = operation {
                    complete(method, path, operation);
                }
            }
        }
    }
}

fn add_schemes(components: &mut Components) {
    let key = |name, said| ApiKeyValue::with_description(name, said);
    let schemes = [
        ("basic", SecurityScheme::Http(Http::new(HttpAuthScheme::Basic))),
        ("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer))),
        (
            "portus_auth",
            SecurityScheme::ApiKey(ApiKey::Header(key("Portus-Auth", "username:token"))),
        ),
        (
            "session",
            SecurityScheme::ApiKey(ApiKey::Cookie(key(
                "__Host-portus_session",
                "A browser's session; changes need its guard in the header X-Portus-Guard too",
            ))),
        ),
    ];
    for (name, scheme) in schemes {
        components.add_security_scheme(name, scheme);
    }
}

/// Gives an operation an id of its own, and the answer to what goes wrong.
fn complete(method: &str, path: &str, operation: &mut Operation) {
    let words = path.trim_start_matches("/api/v1/").split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    operation.operation_id = Some(format!("{method}_{}", words.join("_")));
    if method == "get" && PUBLIC.iter().any(|public| path.starts_with(public)) {
        let schemes = ["bearer", "basic", "portus_auth", "session"];
        let known = schemes.map(|scheme| SecurityRequirement::new(scheme, [""; 0]));
        operation.security =
            Some([SecurityRequirement::default()].into_iter().chain(known).collect());
    }
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            response.description = said(status).to_owned();
        }
    }
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let problem = ResponseBuilder::new()
        .description("What went wrong")
        .content("application/problem+json", problem)
        .build();
    operation.responses.responses.insert("default".into(), problem.into());
}

/// Where strangers see what is public.
const PUBLIC: [&str; 4] =
    ["/api/v1/manifests", "/api/v1/namespaces", "/api/v1/repositories", "/api/v1/tags"];

fn said(status: &str) -> &'static str {
    match status {
        "201" => "It was made",
        "202" => "It will be done",
        "204" => "It was done",
        _ => "The answer",
    }
}

/// The document, made once.
static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    // Made of texts, numbers and lists: nothing in it cannot be written.
    Document::openapi().to_pretty_json().unwrap_or_default()
});

pub(super) async fn show() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], DOCUMENT.as_str())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Where the document has a path that ends with what the router takes for the rest of one.
    fn covers(routed: &str, documented: &str) -> bool {
        match routed.split_once("{*") {
            Some((fixed, _)) => documented.starts_with(fixed),
            None => routed == documented,
        }
    }

    #[test]
    fn every_route_is_in_the_document_and_the_other_way_round() {
        let table = super::super::table();
        let routed: Vec<_> =
            table.known().iter().filter(|(_, path)| path.contains("/v1/")).collect();
        let document: serde_json::Value = serde_json::from_str(&DOCUMENT).unwrap();
        let mut documented = BTreeSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            documented
                .extend(item.as_object().unwrap().keys().map(|method| (method.clone(), path)));
        }
        for (method, path) in &routed {
            let found =
                documented.iter().any(|(other, said)| other == method && covers(path, said));
            assert!(found, "{method} {path} is not in the document");
        }
        for (method, path) in &documented {
            let found =
                routed.iter().any(|(other, routed)| other == method && covers(routed, path));
            assert!(found, "the document has {method} {path}, which nothing answers");
        }
        assert_eq!(documented.len(), routed.len() + 1, "only tags have two paths on one route");
    }

    #[test]
    fn no_operation_has_the_name_of_another() {
        let document: serde_json::Value = serde_json::from_str(&DOCUMENT).unwrap();
        let items = document["paths"].as_object().unwrap().values();
        let operations = items.flat_map(|item| item.as_object().unwrap().values());
        let names: Vec<_> = operations.map(|one| one["operationId"].as_str().unwrap()).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
    }
}
