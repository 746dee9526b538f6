//! wrk, which asks as fast as it is answered.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use portus_tests::process::{self, Program};

use crate::asked::Asked;
use crate::cores::{Cores, processor_seconds};

/// What one run of wrk saw.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    pub requests: u64,
    pub per_second: f64,
    /// The same by each second of processor time that the server used: what other work on the
    /// machine takes away is not counted.
    pub per_processor_second: f64,
    /// Milliseconds.
    pub p50: f64,
    /// Milliseconds.
    pub p99: f64,
    /// Answers that were no success, and requests that had no answer.
    pub failed: u64,
}

/// Whether it is installed.
pub fn is_there() -> bool {
    let started =
        Command::new("wrk").arg("-v").stdout(Stdio::null()).stderr(Stdio::null()).status();
    started.is_ok()
}

/// Requests to be sent in turn, again and again.
pub struct Load {
    script: PathBuf,
    url: String,
    busy: PathBuf,
}

impl Load {
    /// Writes a script that sends them to the server at `url`.
    pub fn new(folder: &Path, name: &str, url: &str, requests: &[Asked]) -> Self {
        let list = folder.join(format!("{name}.requests"));
        let lines: Vec<String> = requests.iter().map(Asked::line).collect();
        fs::write(&list, lines.join("\n") + "\n").expect("a folder to write to");
        let script = folder.join(format!("{name}.lua"));
        let text = SCRIPT.replace("LIST", &list.to_string_lossy());
        fs::write(&script, text).expect("a folder to write to");
        Self { script, url: url.into(), busy: folder.join("busy.log") }
    }

    /// Sends them over so many connections for so long, from one thread, to the process `server`.
    pub fn send(&self, connections: u32, seconds: u32, server: u32) -> Figures {
        self.run(process::command("wrk"), connections, seconds, server)
    }

    /// The same from a client whose core never sleeps: something else runs there, and wrk waits for
    /// its turn. To wake a sleeping core with each answer is work of the server's processor on
    /// loopback, and of nobody's where there is a network between the two.
    pub fn send_from_awake(&self, seconds: u32, server: u32, cores: &Cores) -> Figures {
        let busy = Program::start("busy", cores.beside("sh", &["-c", BUSY]), &self.busy);
        let seen = self.run(cores.beside("chrt", &["-b", "0", "wrk"]), AWAKE, seconds, server);
        busy.kill();
        seen
    }

    fn run(&self, mut wrk: Command, connections: u32, seconds: u32, server: u32) -> Figures {
        let before = processor_seconds(server);
        wrk.args([
            "-t1",
            &format!("-c{connections}"),
            &format!("-d{seconds}s"),
            "--timeout",
            "10s",
        ]);
        wrk.arg("-s").arg(&self.script).arg(&self.url);
        let printed = process::run(wrk).ok();
        let line = printed.lines().find_map(|line| line.strip_prefix("measured "));
        let numbers: Vec<f64> = line
            .unwrap_or_else(|| panic!("wrk printed no figures: {printed}"))
            .split(' ')
            .map(|number| number.parse().expect("a number"))
            .collect();
        let [requests, micros, p50, p99, failed] = numbers[..] else { panic!("{printed}") };
        let per_processor_second = requests / (processor_seconds(server) - before).max(0.01);
        Figures {
            requests: requests as u64,
            per_second: requests / (micros / 1e6),
            per_processor_second,
            p50: p50 / 1e3,
            p99: p99 / 1e3,
            failed: failed as u64,
        }
    }
}

/// As many connections as keep the server busy while wrk waits.
pub const AWAKE: u32 = 256;

const BUSY: &str = "while :; do :; done";

const SCRIPT: &str = r#"
local requests, at = {}, 0

function init()
  for line in io.lines("LIST") do
    local method, path, authorization, body = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)$")
    local headers = { Host = wrk.headers["Host"], ["User-Agent"] = "docker/28.0" }
    if authorization ~= "" then headers["Authorization"] = authorization end
    if body == "" then body = nil
    else headers["Content-Type"] = "application/x-www-form-urlencoded" end
    requests[#requests + 1] = wrk.format(method, path, headers, body)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("measured %d %d %.0f %.0f %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), failed))
end
"#;
