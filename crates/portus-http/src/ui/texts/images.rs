//! Repositories, tags and manifests.

use super::{About, texts};

texts! {
    /// Repositories, tags and manifests.
    Images {
        added = "Added",
            "Hinzugekommen";
        all_tags = "All tags",
            "Alle Tags";
        annotations = "Annotations",
            "Annotationen";
        artifact = "Artifact",
            "Artefakt";
        attached = "Signatures and attachments",
            "Signaturen und Anhänge";
        attachment = "Attachment",
            "Anhang";
        attestation = "Attestation",
            "Attestierung";
        author = "Author",
            "Urheber";
        belonging = "Signatures and attachments",
            "Signaturen und Anhänge";
        belongs_to = "Belongs to",
            "Gehört zu";
        built = "How it was built",
            "Wie es gebaut wurde";
        built_hint = "Read back from the image’s history; comments and build stages are lost",
            "Aus der Geschichte des Images zurückgelesen; Kommentare und Baustufen fehlen";
        by_name = "name",
            "Name";
        by_push = "last push",
            "letzter Push";
        by_version = "version",
            "Version";
        command = "Command",
            "Befehl";
        compare = "Compare",
            "Vergleichen";
        compare_hint = "Name two tags or digests of this repository.",
            "Zwei Tags oder Digests dieses Repositorys angeben.";
        compare_none = "One of the two is not in this repository. A tag may have been removed; a digest has to be whole.",
            "Eines von beiden ist nicht in diesem Repository. Vielleicht wurde ein Tag entfernt; ein Digest muss vollständig sein.";
        compare_with = "With",
            "Mit";
        config = "Configuration",
            "Konfiguration";
        created = "Created",
            "Erstellt";
        details_failed = "The registry could not be asked what this is.",
            "Die Registry konnte nicht gefragt werden, was das ist.";
        details_pending = "The registry is being asked what this is.",
            "Die Registry wird gerade gefragt, was das ist.";
        digest = "Digest",
            "Digest";
        entrypoint = "Entrypoint",
            "Einstiegspunkt";
        environment = "Environment",
            "Umgebung";
        first_seen = "First seen",
            "Zuerst gesehen";
        gone = "gone",
            "nicht mehr da";
        is_about = "About",
            "Über";
        labels = "Labels",
            "Labels";
        last_pull = "Last pull",
            "Letzter Pull";
        layers = "Layers",
            "Schichten";
        layers_of: About = |platform| format!("Layers of {platform}"),
            |platform| format!("Schichten von {platform}");
        made_by = "Made by",
            "Entstanden durch";
        media_type = "Media type",
            "Medientyp";
        more_tags = "and more",
            "und weitere";
        none_found = "There is nothing here that fits.",
            "Hier ist nichts, was passt.";
        not_stored = "not stored here",
            "hier nicht gespeichert";
        now = "now",
            "jetzt";
        part_of = "Part of",
            "Teil von";
        past = "What this tag pointed at",
            "Worauf dieses Tag zeigte";
        past_none = "Nothing more is known.",
            "Mehr ist nicht bekannt.";
        platform = "Platform",
            "Plattform";
        platforms = "Platforms",
            "Plattformen";
        ports = "Ports",
            "Ports";
        pull_with = "Pull with",
            "Holen mit";
        pushed = "Pushed",
            "Gepusht";
        pushed_by = "Pushed by",
            "Gepusht von";
        removed = "Removed",
            "Weggefallen";
        same = "Nothing differs that is looked at here: the same layers and the same configuration.",
            "Nichts, was hier verglichen wird, ist anders: dieselben Schichten, dieselbe Konfiguration.";
        sbom = "SBOM",
            "SBOM";
        share = "Share",
            "Anteil";
        shared = "Shared",
            "Gemeinsam";
        show = "Show",
            "Zeigen";
        show_all = "Show all tags",
            "Alle Tags zeigen";
        show_untagged = "Show them",
            "Diese zeigen";
        signature = "Signature",
            "Signatur";
        size_once = "Layers that several images have count once",
            "Schichten, die mehrere Images haben, zählen einmal";
        sort = "Sort by",
            "Sortieren nach";
        stop_signal = "Stop signal",
            "Stoppsignal";
        tag_or_digest = "Tag or digest",
            "Tag oder Digest";
        tags_none = "No tags: only digests are left.",
            "Keine Tags: nur Digests sind noch da.";
        tags_of_digests = "Tags, one row for each digest",
            "Tags, eine Zeile für jeden Digest";
        tags_of_one = "Tags of one digest",
            "Tags eines Digests";
        unchecked = "Shown as found. Portus does not check signatures; cosign verify does.",
            "Gezeigt, wie gefunden. Portus prüft keine Signaturen; das tut cosign verify.";
        unread = "not read",
            "nicht gelesen";
        untagged = "Manifests without a tag",
            "Manifeste ohne Tag";
        user = "User",
            "Benutzer";
        volumes = "Volumes",
            "Volumes";
        where_it_is = "Where it is",
            "Wo sie ist";
        working_folder = "Working folder",
            "Arbeitsordner";
    }
}
