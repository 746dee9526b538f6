//! Pushes and pulls by day, as numbers and as a picture of them.

use portus_core::words::Traffic;
use time::{Date, Duration};

use super::texts::Texts;

/// The last days, oldest first.
pub(super) struct Plot {
    pub(super) days: Vec<Day>,
    pub(super) pulls: u64,
    pub(super) pushes: u64,
    pub(super) most_pulls: u64,
    pub(super) most_pushes: u64,
}

/// One day, with its bars.
pub(super) struct Day {
    /// `20 Nov`
    pub(super) name: String,
    /// As `datetime` has it.
    pub(super) date: String,
    pub(super) pulls: u64,
    pub(super) pushes: u64,
    pub(super) x: usize,
    /// Top and height, in tenths of the picture's units.
    pub(super) pull_bar: (String, String),
    pub(super) push_bar: (String, String),
}

impl Plot {
    pub(super) fn of(traffic: &[Traffic], t: &Texts) -> Self {
        let most_pulls = traffic.iter().map(|day| day.pulls).max().unwrap_or_default();
        let most_pushes = traffic.iter().map(|day| day.pushes).max().unwrap_or_default();
        let days = traffic.iter().enumerate().map(|(number, day)| {
            let (name, date) = named(day.day, t);
            Day {
                name,
                date,
                pulls: day.pulls,
                pushes: day.pushes,
                x: number * 10 + 1,
                pull_bar: bar(day.pulls, most_pulls, 80.0),
                push_bar: bar(day.pushes, most_pushes, 32.0),
            }
        });
        Self {
            days: days.collect(),
            pulls: traffic.iter().map(|day| day.pulls).sum(),
            pushes: traffic.iter().map(|day| day.pushes).sum(),
            most_pulls,
            most_pushes,
        }
    }

    pub(super) fn width(&self) -> usize {
        self.days.len() * 10
    }

    pub(super) fn first(&self) -> &str {
        self.days.first().map_or("", |day| &day.name)
    }

    pub(super) fn last(&self) -> &str {
        self.days.last().map_or("", |day| &day.name)
    }

    pub(super) fn newest_first(&self) -> impl Iterator<Item = &Day> {
        self.days.iter().rev()
    }
}

/// Top and height of a bar in a picture of this height.
fn bar(value: u64, most: u64, height: f64) -> (String, String) {
    let part = height * value as f64 / most.max(1) as f64;
    (format!("{:.1}", height - part), format!("{part:.1}"))
}

fn named(day: u64, t: &Texts) -> (String, String) {
    let epoch = Date::from_ordinal_date(1970, 1).unwrap_or(Date::MIN);
    let days = i64::try_from(day).unwrap_or_default();
    let date = epoch.checked_add(Duration::days(days)).unwrap_or(Date::MAX);
    let month = t.months.get(usize::from(u8::from(date.month())) - 1).unwrap_or(&"");
    let machine = format!("{}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day());
    (format!("{} {month}", date.day()), machine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_high_as_the_most() {
        let day = |day, pulls, pushes| Traffic { day, pulls, pushes };
        let plot = Plot::of(&[day(20_777, 5, 0), day(20_778, 10, 1)], &Texts::ENGLISH);
        assert_eq!((plot.pulls, plot.pushes, plot.most_pulls, plot.most_pushes), (15, 1, 10, 1));
        assert_eq!((plot.first(), plot.last(), plot.width()), ("20 Nov", "21 Nov", 20));
        let days: Vec<_> = plot.newest_first().collect();
        assert_eq!(days[0].date, "2026-11-21");
        assert_eq!(days[0].pull_bar, ("0.0".into(), "80.0".into()));
        assert_eq!(days[1].pull_bar, ("40.0".into(), "40.0".into()));
        assert_eq!(days[1].push_bar, ("32.0".into(), "0.0".into()));
        let none = Plot::of(&[day(u64::MAX, 0, 0)], &Texts::ENGLISH);
        assert_eq!(none.days[0].pull_bar, ("80.0".into(), "0.0".into()));
    }
}
