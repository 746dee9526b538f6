//! How to get something, by what it is and with which program.

use portus_core::image::MediaType;

/// A program, and what to tell it.
pub(super) type Command = (&'static str, String);

/// How to sign in at registries, by the hosts that clients call them.
pub(super) fn logins(hosts: &[String], name: &str) -> Vec<Command> {
    if hosts.is_empty() {
        return Vec::new();
    }
    let name = quoted(name);
    let programs = [
        ("docker", "docker login"),
        ("podman", "podman login"),
        ("skopeo", "skopeo login"),
        ("crane", "crane auth login"),
        ("helm", "helm registry login"),
    ];
    let command = |(tool, command): (&'static str, &str)| {
        let lines = hosts.iter().map(|host| format!("{command} --username {name} {host}"));
        (tool, lines.collect::<Vec<_>>().join("\n"))
    };
    programs.into_iter().map(command).collect()
}

/// A word that a shell takes as it is, whatever is in it.
fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "._-@+".contains(letter);
    match !word.starts_with('-') && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

/// What is to be got.
pub(super) struct Wanted<'a> {
    /// Host and path.
    pub(super) repository: &'a str,
    /// `:1.2`, `@sha256:…` or nothing.
    pub(super) which: &'a str,
    /// What kind of artifact it is, where it is no image.
    pub(super) artifact: Option<&'a MediaType>,
    /// Whether a cluster has to show who it is.
    pub(super) closed: bool,
}

impl Wanted<'_> {
    /// The commands, the best first.
    pub(super) fn commands(&self) -> Vec<Command> {
        match self.artifact.map(MediaType::as_str) {
            None => self.of_an_image(),
            Some(HELM) if !self.which.starts_with('@') => self.of_a_chart(),
            Some(_) => self.of_an_artifact(),
        }
    }

    fn of_an_image(&self) -> Vec<Command> {
        let (image, name) = (self.reference(), self.name());
        vec![
            ("docker", format!("docker pull {image}")),
            ("podman", format!("podman pull {image}")),
            ("skopeo", format!("skopeo copy docker://{image} dir:{name}")),
            ("crane", format!("crane pull {image} {name}.tar")),
            ("Kubernetes", self.of_a_cluster(&image)),
        ]
    }

    /// What goes into a pod. Without an account of its own the cluster gets what is public only.
    fn of_a_cluster(&self, image: &str) -> String {
        let pod = format!("containers:\n- name: {}\n  image: {image}", self.name());
        if !self.closed {
            return pod;
        }
        let host = self.repository.split('/').next().unwrap_or_default();
        let secret = host.replace(['.', ':', '[', ']', '_'], "-").to_lowercase();
        let secret = secret.trim_matches('-');
        format!(
            "# kubectl create secret docker-registry {secret} --docker-server={host} \
             --docker-username=NAME --docker-password=TOKEN\n\
             {pod}\nimagePullSecrets:\n- name: {secret}"
        )
    }

    fn of_a_chart(&self) -> Vec<Command> {
        let (chart, name) = (self.repository, self.name());
        // Tags hold no `+`, so helm writes `_` for it.
        let version = match self.which.strip_prefix(':') {
            Some(tag) => format!(" --version {}", tag.replace('_', "+")),
            None => String::new(),
        };
        vec![
            ("helm pull", format!("helm pull oci://{chart}{version}")),
            ("helm install", format!("helm install {name} oci://{chart}{version}")),
            ("oras", format!("oras pull {}", self.reference())),
        ]
    }

    fn of_an_artifact(&self) -> Vec<Command> {
        let (artifact, name) = (self.reference(), self.name());
        vec![
            ("oras", format!("oras pull {artifact}")),
            ("skopeo", format!("skopeo copy docker://{artifact} dir:{name}")),
            ("crane", format!("crane manifest {artifact}")),
        ]
    }

    fn reference(&self) -> String {
        format!("{}{}", self.repository, self.which)
    }

    fn name(&self) -> &str {
        self.repository.rsplit('/').next().unwrap_or_default()
    }
}

/// What a chart's configuration is.
const HELM: &str = "application/vnd.cncf.helm.config.v1+json";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_called_oddly_signs_in_and_runs_nothing() {
        for (name, shown) in [
            ("bob", "bob"),
            ("bob@example.org", "bob@example.org"),
            ("$(reboot)", "'$(reboot)'"),
            ("a;b|c", "'a;b|c'"),
            ("it's", "'it'\\''s'"),
            ("-rf", "'-rf'"),
        ] {
            let commands = logins(&["h:5000".into()], name);
            assert_eq!(commands[0], ("docker", format!("docker login --username {shown} h:5000")));
        }
        assert_eq!(logins(&[], "bob"), []);
        let two = logins(&["a".into(), "b".into()], "bob");
        assert_eq!(two[1].1, "podman login --username bob a\npodman login --username bob b");
    }

    #[test]
    fn a_cluster_says_who_it_is_where_an_image_is_not_public() {
        let wanted =
            |closed| Wanted { repository: "h:5000/a/app", which: ":1", artifact: None, closed };
        let of = |closed| wanted(closed).commands().pop().unwrap().1;
        let pod = "containers:\n- name: app\n  image: h:5000/a/app:1";
        assert_eq!(of(false), pod);
        assert_eq!(
            of(true),
            format!(
                "# kubectl create secret docker-registry h-5000 --docker-server=h:5000 \
                 --docker-username=NAME --docker-password=TOKEN\n\
                 {pod}\nimagePullSecrets:\n- name: h-5000"
            )
        );
    }

    #[test]
    fn each_kind_has_commands_of_its_own() {
        let helm = MediaType::new(HELM);
        let sbom = MediaType::new("application/spdx+json");
        for (which, artifact, first) in [
            (":1", None, "docker pull h/a/app:1"),
            ("", None, "docker pull h/a/app"),
            (":1_2", Some(&helm), "helm pull oci://h/a/app --version 1+2"),
            ("", Some(&helm), "helm pull oci://h/a/app"),
            ("@sha256:1", Some(&helm), "oras pull h/a/app@sha256:1"),
            (":1", Some(&sbom), "oras pull h/a/app:1"),
        ] {
            let wanted = Wanted { repository: "h/a/app", which, artifact, closed: false };
            assert_eq!(wanted.commands()[0].1, first);
        }
    }
}
