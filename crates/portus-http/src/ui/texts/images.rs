//! Repositories, tags and manifests.

use super::texts;

texts! {
    /// Repositories, tags and manifests.
    Images {
        artifact = "Artifact",
            "Artefakt";
        config = "Configuration",
            "Konfiguration";
        details_failed = "The registry could not be asked what this is.",
            "Die Registry konnte nicht gefragt werden, was das ist.";
        details_pending = "The registry is being asked what this is.",
            "Die Registry wird gerade gefragt, was das ist.";
        digest = "Digest",
            "Digest";
        last_pull = "Last pull",
            "Letzter Pull";
        layers = "Layers",
            "Schichten";
        media_type = "Media type",
            "Medientyp";
        platforms = "Platforms",
            "Plattformen";
        pull_with = "Pull with",
            "Holen mit";
        pushed = "Pushed",
            "Gepusht";
        tags_none = "No tags: only digests are left.",
            "Keine Tags: nur Digests sind noch da.";
    }
}
