//! What pages load besides themselves: compiled in, and named by their content, so that browsers
//! may keep them for ever.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use openssl::sha::sha256;

/// One file.
struct Asset {
    name: String,
    kind: &'static str,
    text: &'static str,
}

/// Where the layout finds them.
pub(super) struct Paths {
    pub(super) icons: String,
    pub(super) script: String,
    pub(super) style: String,
}

static ASSETS: LazyLock<[Asset; 3]> = LazyLock::new(|| {
    [
        asset("icons", "svg", "image/svg+xml", include_str!("../../assets/icons.svg")),
        asset("portus", "css", "text/css; charset=utf-8", include_str!("../../assets/portus.css")),
        asset(
            "portus",
            "js",
            "text/javascript; charset=utf-8",
            include_str!("../../assets/portus.js"),
        ),
    ]
});

pub(super) static PATHS: LazyLock<Paths> = LazyLock::new(|| {
    let [icons, style, script] = &*ASSETS;
    let path = |asset: &Asset| format!("/assets/{}", asset.name);
    Paths { icons: path(icons), script: path(script), style: path(style) }
});

fn asset(stem: &str, ending: &str, kind: &'static str, text: &'static str) -> Asset {
    let hash: String = sha256(text.as_bytes()).iter().take(6).map(|b| format!("{b:02x}")).collect();
    Asset { name: format!("{stem}-{hash}.{ending}"), kind, text }
}

pub(super) async fn get(Path(name): Path<String>) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, asset.kind),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, asset.text).into_response()
}
