//! The document that says all this to programs: OpenAPI 3.1, made from the code.

use std::sync::LazyLock;

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    Components, ContentBuilder, Header, HeaderBuilder, Ref, RefOr, Required, ResponseBuilder,
};
use utoipa::{Modify, OpenApi};

use super::error::ProblemBody;
use super::{
    access, activity, bot, comment, deletion, deletions, doctor, happening, health, image, job,
    key, manifest, member, myself, namespace, outlook, overview, own_email, own_password, parked,
    password_link, refresh_token, registry, registry_change, repository, search, session, setting,
    shelf, star, tag, team, token, user, version,
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
        activity::csv,
        activity::json_lines,
        activity::list,
        bot::change,
        bot::create,
        bot::delete,
        bot::list,
        bot::show,
        deletion::cancel,
        deletion::create,
        deletion::items,
        deletions::list,
        deletion::manifest,
        deletion::namespace,
        deletion::repository,
        deletion::show,
        deletion::tag,
        bot::of_team,
        doctor::look_again,
        doctor::show,
        comment::create,
        comment::edit,
        comment::list,
        comment::one,
        comment::remove,
        happening::of_namespace,
        happening::of_repository,
        happening::of_team,
        health::show,
        image::compare,
        job::list,
        job::retry,
        job::status,
        key::activate,
        key::list,
        key::rotate,
        manifest::list,
        manifest::one,
        member::add,
        member::change,
        member::list,
        member::remove,
        member::show,
        myself::show,
        namespace::change,
        namespace::create,
        namespace::list,
        namespace::show,
        namespace::transfer,
        password_link::create,
        outlook::what_can,
        outlook::what_if,
        outlook::who_can,
        overview::show,
        own_email::change,
        own_password::change,
        parked::discard,
        parked::list,
        parked::retry,
        parked::retry_all,
        parked::show,
        refresh_token::list,
        refresh_token::revoke,
        registry::list,
        registry::show,
        registry::syncs,
        registry_change::add,
        registry_change::change,
        registry_change::preview,
        registry_change::remove,
        registry_change::renew_secret,
        registry_change::sync,
        registry_change::test,
        repository::change,
        repository::list,
        repository::show,
        search::search,
        session::end,
        session::end_of_user,
        session::end_others,
        session::of_user,
        session::list,
        setting::list,
        tag::history,
        shelf::images,
        star::add,
        star::list,
        star::remove,
        tag::list,
        tag::one,
        team::change,
        team::create,
        team::delete,
        team::hand_over,
        team::list,
        team::show,
        token::create,
        token::list,
        token::revoke,
        token::show,
        user::change,
        user::create,
        user::delete,
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
            let is_read = item.get.is_some();
            for (method, operation) in [
                ("delete", &mut item.delete),
                ("get", &mut item.get),
                ("patch", &mut item.patch),
                ("post", &mut item.post),
                ("put", &mut item.put),
            ] {
                if let Some(operation) = operation {
                    complete(method, path, operation);
                    // What nobody can look at is never as it was seen.
                    if is_read && ["delete", "patch", "put"].contains(&method) {
                        operation.parameters.get_or_insert_default().push(RefOr::T(unchanged()));
                    }
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
    let is_public = PUBLIC.iter().any(|public| path.starts_with(public));
    if method == "get" && is_public && !path.ends_with("/activities") {
        let schemes = ["bearer", "basic", "portus_auth", "session"];
        let known = schemes.map(|scheme| SecurityRequirement::new(scheme, [""; 0]));
        operation.security =
            Some([SecurityRequirement::default()].into_iter().chain(known).collect());
    }
    if method == "post" {
        operation.parameters.get_or_insert_default().push(RefOr::T(once()));
    }
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            response.description = said(status).to_owned();
        }
        // A link by which a password is set has no address but the one in the body.
        if let RefOr::T(response) = response
            && ["201", "202"].contains(&status.as_str())
            && !path.ends_with("/password_link")
        {
            response.headers.insert("Location".into(), location().into());
        }
    }
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let problem = ResponseBuilder::new()
        .description("What went wrong")
        .content("application/problem+json", problem)
        .build();
    operation.responses.responses.insert("default".into(), problem.into());
}

/// What lets a request come twice and be done once.
fn once() -> Parameter {
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("What has the same key is done once, and answered alike for a day"))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).max_length(Some(255))))
        .build()
}

/// Where what was made is.
fn location() -> Header {
    HeaderBuilder::new()
        .description(Some("The path of its address"))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}

/// What keeps someone from changing what is not as she saw it.
fn unchanged() -> Parameter {
    ParameterBuilder::new()
        .name("If-Match")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("The `ETag` of what was looked at: what changed since is left alone"))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}

/// Where strangers see what is public.
pub(super) const PUBLIC: [&str; 8] = [
    "/api/v1/compare",
    "/api/v1/comments",
    "/api/v1/images",
    "/api/v1/manifests",
    "/api/v1/namespaces",
    "/api/v1/repositories",
    "/api/v1/search",
    "/api/v1/tags",
];

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

/// The document as JSON.
pub(crate) fn document() -> &'static str {
    &DOCUMENT
}

pub(super) async fn show() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], document())
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
        // Tags have three paths on one route, comments and manifests two.
        assert_eq!(documented.len(), routed.len() + 4);
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
