//! The report, in Markdown: ratios first.

use std::fmt::Write;
use std::process::Command;

use portus_tests::Database;

use crate::asked::Kind;
use crate::cold::{PEOPLE, RAISED};
use crate::cores::Cores;
use crate::measure::Measured;
use crate::rounds::{CONNECTIONS, Memory, Round, Row, name};

/// All of it.
pub fn markdown(measured: &Measured<'_>) -> String {
    let mut text = String::new();
    machine(&mut text, measured);
    aims(&mut text, measured);
    shares(&mut text, measured);
    figures(&mut text, measured);
    limits(&mut text, measured);
    statements(&mut text, measured);
    text
}

fn machine(text: &mut String, measured: &Measured<'_>) {
    let cores = measured.cores;
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let cpu = cpu.trim_start_matches([' ', '\t', ':']);
    let versions = [
        ["uname", "-sr"].as_slice(),
        &["rustc", "--version"],
        &["openssl", "version"],
        &["wrk", "-v"],
    ];
    let versions: Vec<String> = versions.iter().map(|words| first_line(words)).collect();
    let portus = env!("CARGO_PKG_VERSION");
    line(
        text,
        &format!(
            "Machine: {cpu}, {} cores; {}; Portus {portus}, release profile. {} Each figure: wrk, one thread, {} s.\n",
            cores.count,
            versions.join("; "),
            places(cores),
            measured.arguments.seconds,
        ),
    );
}

fn places(cores: &Cores) -> String {
    match &cores.server {
        Some(core) => format!(
            "Pinned: what is measured to core {core}; wrk and PostgreSQL to core {}.",
            cores.others
        ),
        None => "Not pinned: server, wrk and PostgreSQL share one core.".into(),
    }
}

fn first_line(words: &[&str]) -> String {
    let output = Command::new(words[0]).args(&words[1..]).output();
    let printed = output.map(|output| output.stdout).unwrap_or_default();
    let printed = String::from_utf8_lossy(&printed).into_owned();
    let line = printed.lines().next().unwrap_or_default();
    line.split(" [").next().unwrap_or_default().split(" (Lib").next().unwrap_or_default().into()
}

fn aims(text: &mut String, measured: &Measured<'_>) {
    let row = |kind| {
        let mut rows = measured.rows.iter();
        let of = |row: &&Row| row.database == Database::Postgres && row.memory == Memory::Warm;
        let row = rows.find(|row| of(row) && row.kind == kind).expect("every row was measured");
        (row.round, row.awake.per_processor_second)
    };
    let (application, awake) = row(Kind::ApplicationToken);
    let (password, password_awake) = row(Kind::Password);
    let best = |round: &Round| round.iter().map(|seen| seen.per_second).fold(0.0, f64::max);
    let each = |memory| {
        let counted = measured.statements.iter().filter(|counted| counted.memory == memory);
        counted.map(|counted| counted.each).fold(0.0, f64::max)
    };
    let memory = &measured.memory;
    line(text, "| aim | seen |\n| --- | ---: |");
    let by_processor = |round: &Round| round[2].per_processor_second;
    for (aim, seen) in [
        (
            "application tokens, PostgreSQL, warm: ≥ 50 % of josekit signing".to_owned(),
            percent(best(&application), measured.limits.josekit),
        ),
        (
            "the same by the server's processor time, at 64 connections".into(),
            percent(by_processor(&application), measured.limits.josekit),
        ),
        ("the same, the client's core kept awake".into(), percent(awake, measured.limits.josekit)),
        ("the same at 64 connections: p99 < 5 ms".into(), milliseconds(application[2].p99)),
        ("the same at 256 connections: p99 < 25 ms".into(), milliseconds(application[3].p99)),
        (
            "passwords, PostgreSQL, warm: within 10 % of that (≥ 90 %)".into(),
            percent(best(&password), best(&application)),
        ),
        (
            "the same by the server's processor time, at 64 connections".into(),
            percent(by_processor(&password), by_processor(&application)),
        ),
        ("the same, the client's core kept awake".into(), percent(password_awake, awake)),
        ("queries a request, warm: 0".into(), format!("{:.2}", each(Memory::Warm))),
        ("queries a request, cold: 2".into(), format!("{:.2}", each(Memory::Cold))),
        ("resident memory, idle: < 40 MiB".into(), mebibytes(memory.idle)),
        (
            format!("after {} tokens: < 64 MiB (a million)", thousands(memory.tokens as f64)),
            mebibytes(memory.after_tokens),
        ),
        ("start to ready, SQLite, second start on: < 300 ms".into(), milliseconds(measured.ready)),
        ("portus-server, stripped: < 30 MiB".into(), mebibytes(measured.program)),
    ] {
        line(text, &format!("| {aim} | {seen} |"));
    }
    for (database, resident) in &memory.after_load {
        let resident = mebibytes(*resident);
        line(
            text,
            &format!("| resident memory after all rows, {} | {resident} |", name(*database)),
        );
    }
}

fn shares(text: &mut String, measured: &Measured<'_>) {
    line(
        text,
        "\nRequests a second as a share of josekit signing on the same core, by connections; \
                at 64 also as a share by processor time (of the server, and of josekit), and of the \
                bare hyper server; at 256 by processor time with the client's core kept awake.\n",
    );
    line(
        text,
        &format!(
            "{} 64, by processor | 64, of hyper | awake, by processor |\n{}: |",
            heading(""),
            rule(CONNECTIONS.len() + 3)
        ),
    );
    let limits = &measured.limits;
    for row in &measured.rows {
        let cells = row.round.map(|seen| percent(seen.per_second, limits.josekit));
        let hyper = percent(row.round[2].per_second, limits.hyper[2].per_second);
        let processor = percent(row.round[2].per_processor_second, limits.josekit);
        let awake = percent(row.awake.per_processor_second, limits.josekit);
        line(text, &format!("| {row} | {} | {processor} | {hyper} | {awake} |", cells.join(" | ")));
    }
}

fn figures(text: &mut String, measured: &Measured<'_>) {
    line(text, "\nRequests a second, and p50 / p99 in milliseconds, by connections.\n");
    line(text, &format!("{} failed |\n{}: |", heading(""), rule(CONNECTIONS.len() + 1)));
    let absolute = |text: &mut String, row: &str, round: &Round| {
        let cells = round.map(|seen| {
            format!("{} · {:.2} / {:.2}", thousands(seen.per_second), seen.p50, seen.p99)
        });
        let failed: u64 = round.iter().map(|seen| seen.failed).sum();
        line(text, &format!("| {row} | {} | {failed} |", cells.join(" | ")));
    };
    for row in &measured.rows {
        absolute(text, &Row::to_string(row), &row.round);
    }
    absolute(text, "bare hyper server", &measured.limits.hyper);
    line(
        text,
        &format!(
            "\nCold: {} people take turns, each with a credential and a namespace of her own, and the \
         policy epoch is raised every {} ms, before anybody's turn comes again: nothing is \
         remembered but the verified password.",
            thousands(PEOPLE as f64),
            RAISED.as_millis(),
        ),
    );
}

fn limits(text: &mut String, measured: &Measured<'_>) {
    let limits = &measured.limits;
    line(text, "\n| limit of one core | a second | of josekit |\n| --- | ---: | ---: |");
    for (limit, seen) in [
        (
            "josekit, ES256, signing a token's bytes, key parsed once (by processor time)",
            limits.josekit,
        ),
        ("`openssl speed ecdsap256`, signing (by processor time)", limits.openssl),
        ("bare hyper server, a token's answer, 64 connections", limits.hyper[2].per_second),
        ("the same by its processor time", limits.hyper[2].per_processor_second),
    ] {
        let share = percent(seen, limits.josekit);
        line(text, &format!("| {limit} | {} | {share} |", thousands(seen)));
    }
}

fn statements(text: &mut String, measured: &Measured<'_>) {
    line(text, "\n| queries a request | warm | cold |\n| --- | ---: | ---: |");
    for database in [Database::Sqlite, Database::Postgres] {
        for kind in Kind::ALL {
            let each = |memory| {
                let mut counted = measured.statements.iter();
                let is = counted.find(|one| {
                    one.database == database && one.kind == kind && one.memory == memory
                });
                is.map_or("–".into(), |counted| format!("{:.2}", counted.each))
            };
            let (warm, cold) = (each(Memory::Warm), each(Memory::Cold));
            let row = format!("{} · {}", name(database), kind.words());
            line(text, &format!("| {row} | {warm} | {cold} |"));
        }
    }
}

fn heading(first: &str) -> String {
    let columns = CONNECTIONS.map(|connections| connections.to_string());
    format!("| {first} | {} |", columns.join(" | "))
}

fn rule(columns: usize) -> String {
    format!("| --- {}", "| ---: ".repeat(columns).trim_end_matches([':', ' ']))
}

fn percent(seen: f64, limit: f64) -> String {
    format!("{:.0} %", 100.0 * seen / limit)
}

fn milliseconds(seen: f64) -> String {
    format!("{seen:.1} ms")
}

fn mebibytes(seen: f64) -> String {
    format!("{seen:.1} MiB")
}

/// `12,345`
fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn line(text: &mut String, more: &str) {
    let _ = writeln!(text, "{more}");
}
