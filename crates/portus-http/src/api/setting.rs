//! What is set.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::call::SignedIn;
use super::error::Problem;
use crate::admin::SettingSource;

/// A setting as it is.
#[derive(Serialize, ToSchema)]
pub(super) struct Setting {
    #[schema(example = "server.listen")]
    key: String,
    /// `***` for a secret
    value: String,
    source: Source,
    /// Which file, variable or option, where it comes from one
    place: Option<String>,
}

/// What a setting comes from.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SettingSource)]
enum Source {
    Default,
    Environment,
    File,
    Flag,
}

/// Every setting by name; for admins.
#[utoipa::path(get, path = "/api/v1/settings", tag = "administration", responses(
    (status = 200, body = [Setting]),
))]
pub(super) async fn list(SignedIn(call): SignedIn) -> Result<Json<Vec<Setting>>, Problem> {
    call.admin().oversee.allow(&call.actor())?;
    let settings = call.admin().settings.iter().map(|setting| Setting {
        key: setting.key.clone(),
        value: setting.value.clone(),
        source: match setting.source {
            SettingSource::Default => Source::Default,
            SettingSource::Environment => Source::Environment,
            SettingSource::File => Source::File,
            SettingSource::Flag => Source::Flag,
        },
        place: setting.place.clone(),
    });
    Ok(Json(settings.collect()))
}
