//! What two images share, and what they do not.

use std::collections::{BTreeMap, HashSet};

use crate::configuration::Configuration;
use crate::digest::Digest;
use crate::image::Descriptor;

/// The difference between two images.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Comparison {
    /// The layers, those of the first before those that only the second has.
    pub layers: Vec<ComparedLayer>,
    /// What the configurations say differently; what they say alike is left out.
    pub settings: Vec<Difference>,
    /// Labels that differ, by name.
    pub labels: Vec<Difference>,
    /// Environment variables that differ, by name.
    pub environment: Vec<Difference>,
}

/// A layer of one image or of both.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ComparedLayer {
    /// The layer.
    pub layer: Descriptor,
    /// Where it is.
    pub side: Side,
}

/// Which of two images has something.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Side {
    /// Only the second.
    Added,
    /// Both.
    Both,
    /// Only the first.
    Removed,
}

impl Side {
    /// As it is written in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Both => "shared",
            Self::Removed => "removed",
        }
    }
}

/// Something that two images say differently.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Difference {
    /// What.
    pub name: String,
    /// What the first says; `None` where it says nothing.
    pub from: Option<String>,
    /// What the second says.
    pub to: Option<String>,
}

/// An image to be compared: its layers, and what its configuration says.
pub type Compared<'a> = (&'a [Descriptor], Option<&'a Configuration>);

impl Comparison {
    /// Compares two images.
    pub fn of((one, from): Compared<'_>, (other, to): Compared<'_>) -> Self {
        let nothing = Configuration::default();
        let (from, to) = (from.unwrap_or(&nothing), to.unwrap_or(&nothing));
        Self {
            layers: layers(one, other),
            settings: differences(&settings(from), &settings(to)),
            labels: differences(&from.labels, &to.labels),
            environment: differences(&variables(from), &variables(to)),
        }
    }

    /// Bytes of the layers that are there.
    pub fn size(&self, side: Side) -> u64 {
        let there = self.layers.iter().filter(|one| one.side == side);
        there.fold(0, |sum, one| sum.saturating_add(one.layer.size))
    }
}

fn layers(one: &[Descriptor], other: &[Descriptor]) -> Vec<ComparedLayer> {
    let (first, second, mut told) = (digests(one), digests(other), HashSet::new());
    let each = one.iter().chain(other).filter(|layer| told.insert(&layer.digest));
    let compared = each.map(|layer| {
        let side = match (first.contains(&layer.digest), second.contains(&layer.digest)) {
            (true, true) => Side::Both,
            (true, false) => Side::Removed,
            _ => Side::Added,
        };
        ComparedLayer { layer: layer.clone(), side }
    });
    compared.collect()
}

fn digests(layers: &[Descriptor]) -> HashSet<&Digest> {
    layers.iter().map(|layer| &layer.digest).collect()
}

type Named = (String, String);

/// The names are those of a Dockerfile, so that they need no translation.
fn settings(of: &Configuration) -> Vec<Named> {
    let lists = [
        ("ENTRYPOINT", of.entrypoint.join(" ")),
        ("CMD", of.command.join(" ")),
        ("EXPOSE", of.ports.join(" ")),
        ("VOLUME", of.volumes.join(" ")),
        ("USER", of.user.clone().unwrap_or_default()),
        ("WORKDIR", of.working_folder.clone().unwrap_or_default()),
        ("STOPSIGNAL", of.stop_signal.clone().unwrap_or_default()),
    ];
    let said = lists.into_iter().filter(|(_, value)| !value.is_empty());
    said.map(|(name, value)| (name.to_owned(), value)).collect()
}

fn variables(of: &Configuration) -> Vec<Named> {
    let pair = |text: &String| {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        (name.to_owned(), value.to_owned())
    };
    of.environment.iter().map(pair).collect()
}

/// Of what is said twice, the last counts.
fn differences(one: &[Named], other: &[Named]) -> Vec<Difference> {
    let said = |of: &'_ [Named]| -> BTreeMap<String, String> { of.iter().cloned().collect() };
    let (from, mut to) = (said(one), said(other));
    let mut all: BTreeMap<String, Difference> = BTreeMap::new();
    for (name, from) in from {
        let to = to.remove(&name);
        all.insert(name.clone(), Difference { name, from: Some(from), to });
    }
    for (name, to) in to {
        all.insert(name.clone(), Difference { name, from: None, to: Some(to) });
    }
    all.into_values().filter(|found| found.from != found.to).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::MediaType;

    fn layer(digit: char, size: u64) -> Descriptor {
        let digest = format!("sha256:{}", String::from(digit).repeat(64)).parse().unwrap();
        Descriptor { media_type: MediaType::new("a/b"), digest, size }
    }

    #[test]
    fn layers_are_shared_added_or_removed() {
        let (one, other) =
            ([layer('a', 1), layer('b', 2), layer('a', 1)], [layer('a', 1), layer('c', 4)]);
        let found = Comparison::of((&one, None), (&other, None));
        let sides: Vec<_> = found.layers.iter().map(|one| one.side).collect();
        assert_eq!(sides, [Side::Both, Side::Removed, Side::Added]);
        let sizes = [Side::Both, Side::Removed, Side::Added].map(|side| found.size(side));
        assert_eq!(sizes, [1, 2, 4]);
    }

    /// As many as a manifest of a few megabytes can name: each is looked at a few times, not once
    /// for each other one.
    #[test]
    fn ten_thousand_layers_are_compared_in_one_go() {
        let layers = |from: u32| -> Vec<Descriptor> {
            let one = |n: u32| Descriptor {
                media_type: MediaType::new("a/b"),
                digest: format!("sha256:{n:064x}").parse().unwrap(),
                size: 1,
            };
            (from..from + 10_000).map(one).collect()
        };
        let labelled = |word: &str| Configuration {
            labels: (0..10_000).map(|n| (format!("l{n}"), word.to_owned())).collect(),
            ..Configuration::default()
        };
        let (one, other) = (layers(0), layers(5_000));
        let (from, to) = (labelled("a"), labelled("b"));
        let found = Comparison::of((&one, Some(&from)), (&other, Some(&to)));
        let sizes = [Side::Both, Side::Removed, Side::Added].map(|side| found.size(side));
        assert_eq!((sizes, found.labels.len()), ([5_000; 3], 10_000));
    }

    #[test]
    fn only_what_differs_is_told() {
        let text = |text: &str| text.to_owned();
        let one = Configuration {
            environment: vec![text("A=1"), text("B=2"), text("C")],
            labels: vec![(text("x"), text("1"))],
            user: Some(text("root")),
            command: vec![text("serve")],
            ..Configuration::default()
        };
        let other = Configuration {
            environment: vec![text("A=1"), text("B=3")],
            labels: vec![(text("x"), text("1")), (text("y"), text(""))],
            command: vec![text("serve")],
            ..Configuration::default()
        };
        let found = Comparison::of((&[], Some(&one)), (&[], Some(&other)));
        let told = |found: &[Difference]| {
            let told = found.iter().map(|one| {
                let said = |side: &Option<String>| side.clone().unwrap_or_else(|| text("-"));
                format!("{} {} {}", one.name, said(&one.from), said(&one.to))
            });
            told.collect::<Vec<_>>()
        };
        assert_eq!(told(&found.environment), ["B 2 3", "C  -"]);
        assert_eq!(told(&found.labels), ["y - "]);
        assert_eq!(told(&found.settings), ["USER root -"]);
        assert_eq!(Comparison::of((&[], Some(&one)), (&[], Some(&one))), Comparison::default());
    }
}
