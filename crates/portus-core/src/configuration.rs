//! What an image's configuration says: how it starts, and how it was built.

/// The parts of a configuration that people look at. All of it is what whoever built the image
/// wrote; texts and lists have limits, and what is beyond them is left out.
///
/// Source: OCI image specification 1.1, "config".
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Configuration {
    /// When it was built, as the builder wrote it: RFC 3339.
    pub created: Option<String>,
    /// Who built it.
    pub author: Option<String>,
    /// What is run.
    pub entrypoint: Vec<String>,
    /// What that is given.
    pub command: Vec<String>,
    /// `NAME=value`
    pub environment: Vec<String>,
    /// Where it starts.
    pub working_folder: Option<String>,
    /// As whom.
    pub user: Option<String>,
    /// How it is stopped.
    pub stop_signal: Option<String>,
    /// `8443/tcp`
    pub ports: Vec<String>,
    /// Folders that live on outside of the container.
    pub volumes: Vec<String>,
    /// Names and values, by name.
    pub labels: Vec<(String, String)>,
    /// How it was built, first to last.
    pub history: Vec<Step>,
}

/// One step of a build.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Step {
    /// What the builder wrote of it.
    pub made_by: String,
    /// What else it wrote.
    pub comment: String,
    /// Whether it made no layer.
    pub is_empty: bool,
}

/// A step as a line of a Dockerfile.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Instruction {
    /// `RUN`; empty where the builder does not say.
    pub word: &'static str,
    /// What comes after it.
    pub rest: String,
}

/// The most characters of any text.
pub const MAX_TEXT: usize = 4096;

/// The most entries of any list.
pub const MAX_ENTRIES: usize = 256;

/// As much of a text as is kept, without what no terminal should be given.
pub fn kept_text(text: &str) -> String {
    let plain = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    text.chars().filter(plain).take(MAX_TEXT).collect()
}

impl Step {
    /// The line of a Dockerfile that made it, as far as the builder kept it: without the shell that
    /// docker wrote before it, and the mark that BuildKit wrote after.
    pub fn instruction(&self) -> Instruction {
        let text = self.made_by.trim();
        let text = text.strip_suffix("# buildkit").unwrap_or(text).trim();
        if text.is_empty() {
            return Instruction { word: "", rest: self.comment.trim().to_owned() };
        }
        if let Some(rest) = SHELLS.iter().find_map(|shell| text.strip_prefix(shell)) {
            return match rest.trim_start().strip_prefix("#(nop)") {
                Some(written) => worded(written.trim()),
                None => Instruction { word: "RUN", rest: rest.trim().to_owned() },
            };
        }
        if text.starts_with('|') {
            return Instruction { word: "RUN", rest: without_arguments(text).to_owned() };
        }
        worded(text)
    }
}

impl Configuration {
    /// Each step with the size of the layer that it made; none where builder and manifest do not
    /// agree on how many made one.
    pub fn steps(&self, layers: &[u64]) -> Vec<(Instruction, Option<u64>)> {
        let making = self.history.iter().filter(|step| !step.is_empty).count();
        let mut sizes = if making == layers.len() { layers.iter() } else { [].iter() };
        let steps = self.history.iter().map(|step| {
            let size = if step.is_empty { None } else { sizes.next().copied() };
            (step.instruction(), size)
        });
        steps.collect()
    }
}

/// A text that starts with the word of an instruction.
fn worded(text: &str) -> Instruction {
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let word = WORDS.iter().find(|word| first.eq_ignore_ascii_case(word));
    match word {
        Some(&"RUN") => Instruction { word: "RUN", rest: without_shell(rest.trim()).to_owned() },
        Some(word) => Instruction { word, rest: rest.trim().to_owned() },
        None => Instruction { word: "", rest: text.to_owned() },
    }
}

fn without_shell(text: &str) -> &str {
    let text = without_arguments(text);
    let bare = SHELLS.iter().find_map(|shell| text.strip_prefix(shell));
    bare.map_or(text, str::trim)
}

/// `|2 A=1 B=2 /bin/sh -c make` is `make`, run with two build arguments.
fn without_arguments(text: &str) -> &str {
    if !text.starts_with('|') {
        return text;
    }
    let found = SHELLS.iter().find_map(|shell| text.find(shell).map(|at| at + shell.len()));
    found.and_then(|at| text.get(at..)).map_or(text, str::trim)
}

const SHELLS: [&str; 4] =
    ["/bin/sh -c ", "/bin/bash -c ", "cmd /S /C ", "/bin/bash -o pipefail -c "];

const WORDS: [&str; 18] = [
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn line(made_by: &str) -> String {
        let step = Step { made_by: made_by.into(), ..Step::default() };
        let Instruction { word, rest } = step.instruction();
        format!("{word} {rest}")
    }

    #[test]
    fn a_step_reads_like_the_line_that_made_it() {
        for (made_by, expected) in [
            (r#"/bin/sh -c #(nop)  CMD ["bash"]"#, r#"CMD ["bash"]"#),
            ("/bin/sh -c #(nop) ADD file:1 in / ", "ADD file:1 in /"),
            ("/bin/sh -c apt-get update", "RUN apt-get update"),
            ("RUN /bin/sh -c apt-get update # buildkit", "RUN apt-get update"),
            ("COPY /out/api /usr/bin/api # buildkit", "COPY /out/api /usr/bin/api"),
            ("|1 V=1 /bin/sh -c make", "RUN make"),
            ("RUN |2 A=1 B=/bin /bin/sh -c make all # buildkit", "RUN make all"),
            ("WORKDIR /srv", "WORKDIR /srv"),
            ("ENV A=1", "ENV A=1"),
            ("cmd /S /C #(nop) USER app", "USER app"),
            ("RUN powershell x", "RUN powershell x"),
            ("bazel build ...", " bazel build ..."),
            ("|9", "RUN |9"),
            ("", " "),
        ] {
            assert_eq!(line(made_by), expected, "{made_by:?}");
        }
        let commented = Step { comment: "imported".into(), ..Step::default() };
        assert_eq!(commented.instruction().rest, "imported");
    }

    #[test]
    fn layers_go_to_the_steps_that_made_them() {
        let step = |is_empty| Step { made_by: "RUN x".into(), is_empty, ..Step::default() };
        let built =
            Configuration { history: vec![step(false), step(true), step(false)], ..<_>::default() };
        let sizes = |layers: &[u64]| {
            built.steps(layers).into_iter().map(|(_, size)| size).collect::<Vec<_>>()
        };
        assert_eq!(sizes(&[1, 2]), [Some(1), None, Some(2)]);
        assert_eq!(sizes(&[1]), [None; 3], "nobody knows which");
    }

    #[test]
    fn texts_have_an_end_and_no_control_characters() {
        assert_eq!(kept_text("a\0\u{1b}[31m\nb"), "a[31m\nb");
        assert_eq!(kept_text(&"ü".repeat(MAX_TEXT + 9)).chars().count(), MAX_TEXT);
    }
}
