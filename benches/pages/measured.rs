//! The report.

use std::fmt::Write;
use std::time::{Duration, Instant};

use portus_tests::{Visitor, World};

use crate::fill::Size;
use crate::places::places;

/// Measures every place for every visitor.
pub fn report(world: &World, size: Size, rounds: usize) -> String {
    let url = &world.portus.url;
    let visitors =
        [Visitor::stranger(url), Visitor::signed_in(url, "bob"), Visitor::signed_in(url, "alice")];
    let bare = middle(&times(&visitors[0], "/sign-in", rounds.max(20)));
    let mut report = format!(
        "{size}\n\nThe bare page takes {:.2} ms.\n\n\
         | page | who | p50, bare pages | p95, bare pages | p95, ms | KiB sent |\n\
         | --- | --- | ---: | ---: | ---: | ---: |\n",
        milliseconds(bare)
    );
    for visitor in &visitors {
        let who = if visitor.name.is_empty() { "stranger" } else { visitor.name };
        for path in places(who) {
            eprintln!("{who}: {path}");
            let times = times(visitor, &path, rounds);
            let (half, slow) = (middle(&times), times[(times.len() * 95).div_ceil(100) - 1]);
            let _ = writeln!(
                report,
                "| `{path}` | {} | {:.1} | {:.1} | {:.1} | {:.1} |",
                who,
                half.as_secs_f64() / bare.as_secs_f64(),
                slow.as_secs_f64() / bare.as_secs_f64(),
                milliseconds(slow),
                visitor.weigh(&visitor.get(&path).text()) as f64 / 1024.0
            );
        }
    }
    report
}

/// How long the page takes, again and again, in order.
fn times(visitor: &Visitor, path: &str, rounds: usize) -> Vec<Duration> {
    let mut times: Vec<Duration> = (0..rounds)
        .map(|_| {
            let started = Instant::now();
            visitor.get(path).expect(200);
            started.elapsed()
        })
        .collect();
    times.sort();
    times
}

fn middle(times: &[Duration]) -> Duration {
    times[times.len() / 2]
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
