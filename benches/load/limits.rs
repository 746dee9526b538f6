//! What the same core does at most.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use josekit::jws::ES256;
use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::PKey;
use portus_tests::process::{self, Program};
use portus_tests::{port, wait, wire};

use crate::arguments::Arguments;
use crate::asked::Asked;
use crate::cores::{Cores, processor_seconds};
use crate::rounds::{CONNECTIONS, Round};
use crate::wrk::Load;

/// What nothing can be faster than.
pub struct Limits {
    /// Signatures a second of josekit over a token's own bytes, its key parsed once.
    pub josekit: f64,
    /// Signatures a second of `openssl speed`.
    pub openssl: f64,
    /// What a bare hyper server answers with a token's own bytes.
    pub hyper: Round,
}

/// Measures them; `reply` is the body of an answer with a token.
pub fn measure(arguments: &Arguments, cores: &Cores, folder: &Path, reply: &wire::Reply) -> Limits {
    let token = reply.json()["token"].as_str().expect("a token").to_owned();
    let (signed, _) = token.rsplit_once('.').expect("three parts");
    let (input, body) = (folder.join("signed"), folder.join("reply"));
    fs::write(&input, signed).expect("a folder to write to");
    fs::write(&body, &reply.body).expect("a folder to write to");
    Limits {
        josekit: josekit(arguments, cores, &input),
        openssl: openssl(arguments, cores),
        hyper: hyper(arguments, cores, folder, &body),
    }
}

/// Signs a file's bytes for so long, and prints how often a second of processor time.
pub fn sign(input: &Path, seconds: u32) {
    let input = fs::read(input).expect("what is to be signed");
    let curve = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).expect("a known curve");
    let key = PKey::from_ec_key(EcKey::generate(&curve).expect("a key")).expect("a key");
    let der = key.private_key_to_pkcs8().expect("a whole key");
    let signer = ES256.signer_from_der(der).expect("a whole key");
    let (started, limit) = (Instant::now(), Duration::from_secs(seconds.into()));
    let mut count = 0_u32;
    while started.elapsed() < limit {
        for _ in 0..100 {
            use josekit::jws::JwsSigner;
            std::hint::black_box(signer.sign(&input).expect("a signature"));
        }
        count += 100;
    }
    // By processor time, as `openssl speed` counts.
    println!("{}", f64::from(count) / processor_seconds(std::process::id()));
}

fn josekit(arguments: &Arguments, cores: &Cores, input: &Path) -> f64 {
    let own = std::env::current_exe().expect("a program");
    let mut sign = cores.pinned(&own);
    sign.arg("sign").arg(input).args(["--seconds", &arguments.seconds.to_string()]);
    process::run(sign).ok().trim().parse().expect("a number")
}

fn openssl(arguments: &Arguments, cores: &Cores) -> f64 {
    let mut speed = cores.pinned(Path::new("openssl"));
    speed.args(["speed", "-seconds", &arguments.seconds.to_string(), "ecdsap256"]);
    let printed = process::run(speed).ok();
    let line = printed.lines().rev().find(|line| line.contains("nistp256"));
    let words: Vec<&str> = line.expect("a line about the curve").split_whitespace().collect();
    // …, seconds a signature, seconds a verification, signatures a second, verifications a second.
    words[words.len() - 2].parse().expect("a number")
}

fn hyper(arguments: &Arguments, cores: &Cores, folder: &Path, body: &Path) -> Round {
    let address = format!("127.0.0.1:{}", port::free());
    let url = format!("http://{address}");
    let own = std::env::current_exe().expect("a program");
    let mut answer = cores.pinned(&own);
    answer.arg("answer").arg(&address).arg(body);
    let running = Program::start("answer", answer, &folder.join("answer.log"));
    wait::until("the bare server answers", || {
        use wire::Ask;
        wire::get(&url).try_ask().is_ok()
    });
    let request = Asked::basic("ci", &"x".repeat(58), "repository:crew/app:pull,push");
    let load = Load::new(folder, "bare", &url, &[request]);
    let round =
        CONNECTIONS.map(|connections| load.send(connections, arguments.seconds, running.id()));
    running.kill();
    round
}
