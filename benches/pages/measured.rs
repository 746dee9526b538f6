//! The report.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use portus_tests::World;
use portus_tests::wire::{self, Ask};

use crate::fill::Size;
use crate::places::places;
use crate::visitor::Visitor;

/// Measures every place for every visitor.
pub fn report(world: &World, size: Size, rounds: usize) -> String {
    let url = &world.portus.url;
    let visitors =
        [Visitor::stranger(url), Visitor::signed_in(url, "bob"), Visitor::signed_in(url, "alice")];
    let bare = middle(&visitors[0].times("/sign-in", rounds.max(20)));
    let mut report = format!(
        "{size}\n\nThe bare page takes {:.2} ms.\n\n\
         | page | who | p50, bare pages | p95, bare pages | p95, ms | KiB sent |\n\
         | --- | --- | ---: | ---: | ---: | ---: |\n",
        milliseconds(bare)
    );
    for visitor in &visitors {
        for path in places(visitor.name) {
            eprintln!("{}: {path}", visitor.name);
            let times = visitor.times(&path, rounds);
            let (half, slow) = (middle(&times), times[(times.len() * 95).div_ceil(100) - 1]);
            let _ = writeln!(
                report,
                "| `{path}` | {} | {:.1} | {:.1} | {:.1} | {:.1} |",
                visitor.name,
                half.as_secs_f64() / bare.as_secs_f64(),
                slow.as_secs_f64() / bare.as_secs_f64(),
                milliseconds(slow),
                sent(url, &visitor.get(&path).text()) as f64 / 1024.0
            );
        }
    }
    report
}

/// How many bytes a browser gets that has nothing of it yet: the page, its style, its script and
/// its pictures, compressed.
fn sent(url: &str, page: &str) -> usize {
    let assets: BTreeSet<&str> = page
        .match_indices("/assets/")
        .map(|(at, _)| page[at..].split(['"', '#']).next().expect("a path"))
        .collect();
    let text = |path: &str| wire::get(&format!("{url}{path}")).ask().expect(200).body;
    let assets: usize = assets.into_iter().map(|path| compressed(&text(path))).sum();
    compressed(page.as_bytes()) + assets
}

fn compressed(bytes: &[u8]) -> usize {
    let mut gzip = Command::new("gzip")
        .arg("-c")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("gzip");
    let mut input = gzip.stdin.take().expect("an input");
    let bytes = bytes.to_owned();
    let writer = std::thread::spawn(move || input.write_all(&bytes));
    let output = gzip.wait_with_output().expect("an output");
    writer.join().expect("a writer").expect("all is written");
    output.stdout.len()
}

fn middle(times: &[Duration]) -> Duration {
    times[times.len() / 2]
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
