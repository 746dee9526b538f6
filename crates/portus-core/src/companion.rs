//! What belongs to an image without being one: signatures, SBOMs, attestations.

use std::time::SystemTime;

use crate::digest::Digest;
use crate::image::MediaType;
use crate::tag::TagName;

/// A manifest that is about another one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Referrer {
    /// Which one it is about.
    pub of: Digest,
    /// What it is called by.
    pub digest: Digest,
    /// What it is.
    pub kind: ReferrerKind,
    /// What kind of artifact it says it is.
    pub artifact_type: Option<MediaType>,
    /// The tag that makes it one, where it is a tag that does.
    pub tag: Option<TagName>,
    /// Bytes; `None` while pending.
    pub size: Option<u64>,
    /// When it was first seen.
    pub pushed_at: SystemTime,
}

/// What a referrer is to what it is about.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ReferrerKind {
    /// How it was built, or what else somebody attests of it.
    Attestation,
    /// Anything else.
    Other,
    /// What is in it.
    Sbom,
    /// Who vouches for it.
    Signature,
}

impl ReferrerKind {
    /// As it is written in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Attestation => "attestation",
            Self::Other => "other",
            Self::Sbom => "sbom",
            Self::Signature => "signature",
        }
    }

    /// By what an artifact says it is.
    pub fn of_artifact(artifact_type: Option<&MediaType>) -> Self {
        let text = artifact_type.map_or("", MediaType::as_str).to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        match () {
            () if has(&["spdx", "cyclonedx", "syft", "sbom"]) => Self::Sbom,
            () if has(&[
                "cosign.artifact.sig",
                "notary.signature",
                "signature",
                "simplesigning",
            ]) =>
            {
                Self::Signature
            }
            () if has(&["in-toto", "dsse", "attestation", "sigstore.bundle"]) => Self::Attestation,
            () => Self::Other,
        }
    }

    /// By the end of a tag: cosign's `.sig`, `.att` and `.sbom`.
    pub fn of_suffix(suffix: &str) -> Self {
        match suffix {
            "att" => Self::Attestation,
            "sbom" => Self::Sbom,
            "sig" => Self::Signature,
            _ => Self::Other,
        }
    }
}

impl TagName {
    /// What this tag is about, and the end that says how: `sha256-<digits>` of the registry's
    /// referrers, and `sha256-<digits>.sig` of cosign.
    ///
    /// Source: OCI distribution specification 1.1, "Referrers tag schema"; cosign, "SPEC.md".
    pub fn companion(&self) -> Option<(Digest, &str)> {
        let digits = self.as_str().strip_prefix("sha256-")?;
        let (digits, suffix) = digits.split_once('.').unwrap_or((digits, ""));
        let digest = format!("sha256:{digits}").parse().ok()?;
        Some((digest, suffix))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_of_digits_is_about_the_manifest_of_those_digits() {
        let digits = "0a".repeat(32);
        let of = |text: String| {
            let tag: TagName = text.parse().unwrap();
            tag.companion().map(|(digest, suffix)| (digest.to_string(), suffix.to_owned()))
        };
        for suffix in ["sig", "att", "sbom"] {
            let expected = Some((format!("sha256:{digits}"), suffix.to_owned()));
            assert_eq!(of(format!("sha256-{digits}.{suffix}")), expected);
        }
        assert_eq!(of(format!("sha256-{digits}")).unwrap().1, "");
        for plain in ["latest".to_owned(), format!("sha256-{}", &digits[1..]), digits] {
            assert_eq!(of(plain.clone()), None, "{plain}");
        }
    }

    #[test]
    fn an_artifact_is_known_by_its_type() {
        for (text, kind) in [
            ("application/spdx+json", ReferrerKind::Sbom),
            ("application/vnd.cyclonedx+json", ReferrerKind::Sbom),
            ("application/vnd.dev.cosign.artifact.sig.v1+json", ReferrerKind::Signature),
            ("application/vnd.cncf.notary.signature", ReferrerKind::Signature),
            ("application/vnd.in-toto+json", ReferrerKind::Attestation),
            ("application/vnd.dev.sigstore.bundle.v0.3+json", ReferrerKind::Attestation),
            ("application/vnd.example", ReferrerKind::Other),
        ] {
            assert_eq!(ReferrerKind::of_artifact(Some(&MediaType::new(text))), kind, "{text}");
        }
        assert_eq!(ReferrerKind::of_artifact(None), ReferrerKind::Other);
    }
}
