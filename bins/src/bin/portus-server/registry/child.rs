//! The registry as a child of this process.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::sync::watch;

use super::Prepared;
use super::parent;
use super::stale::{self, Process};

/// A registry that runs until it is told to end, and is started again when it ends by itself.
pub struct RegistryChild {
    thread: JoinHandle<()>,
    stop: watch::Sender<bool>,
    address: SocketAddr,
}

impl RegistryChild {
    /// Starts the registry.
    pub fn start(prepared: &Prepared) -> anyhow::Result<Self> {
        let stop = watch::Sender::new(false);
        let mut keeper = Keeper {
            program: prepared.program.clone(),
            configuration: prepared.folder.join("config.yml"),
            record: prepared.folder.join(super::PID),
            stop: stop.subscribe(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        // Linux ends the child when the thread ends that started it, so that thread does nothing
        // else: one of the runtime's own might end earlier.
        let thread = std::thread::Builder::new()
            .name("registry".into())
            .spawn(move || runtime.block_on(keeper.run()))?;
        Ok(Self { thread, stop, address: prepared.local_address() })
    }

    /// Returns once the registry answers.
    pub async fn ready(&self) -> anyhow::Result<()> {
        let start = Instant::now();
        while TcpStream::connect(self.address).await.is_err() {
            if start.elapsed() > READY_WITHIN {
                bail!("the registry does not answer on {}: see its lines above", self.address);
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        Ok(())
    }

    /// Ends the registry and waits for that.
    pub async fn end(self) {
        self.stop.send_replace(true);
        // The thread ends a child that does not end by itself; a panic in it was reported.
        let _ = tokio::task::spawn_blocking(move || self.thread.join()).await;
    }
}

struct Keeper {
    program: PathBuf,
    configuration: PathBuf,
    record: PathBuf,
    stop: watch::Receiver<bool>,
}

impl Keeper {
    async fn run(&mut self) {
        let mut pause = FIRST_PAUSE;
        while !*self.stop.borrow() {
            let start = Instant::now();
            match self.run_once().await {
                Ok(Ended::AsTold) => break,
                Ok(Ended::ByItself(status)) => {
                    tracing::error!(%status, "the registry ended by itself; starting it again");
                }
                Err(error) => tracing::error!("the registry cannot be started: {error:#}"),
            }
            pause = if start.elapsed() > LONG_LIFE { FIRST_PAUSE } else { pause };
            // An error is that the sender is gone: then the loop ends too.
            let stopped = self.stop.wait_for(|stop| *stop);
            if tokio::time::timeout(pause, stopped).await.is_ok() {
                break;
            }
            pause = (pause * 2).min(LAST_PAUSE);
        }
    }

    async fn run_once(&mut self) -> anyhow::Result<Ended> {
        let mut child = command(&self.program, &self.configuration)
            .spawn()
            .with_context(|| format!("`{}` did not start", self.program.display()))?;
        let pid = child.id();
        if let Some(process) = pid.and_then(Process::of) {
            stale::record(&self.record, &process)?;
        }
        let lines = (report(child.stdout.take()), report(child.stderr.take()));
        let told = self.stop.wait_for(|stop| *stop);
        let watched = async {
            tokio::select! {
                status = child.wait() => status.map(Ended::ByItself),
                _ = told => {
                    end(&mut child, pid).await;
                    Ok(Ended::AsTold)
                }
            }
        };
        // What it said last may come after its end was seen, from a child of its own never.
        let mut lines = std::pin::pin!(async { tokio::join!(lines.0, lines.1) });
        let mut watched = std::pin::pin!(watched);
        let ended = tokio::select! {
            ended = &mut watched => {
                let _ = tokio::time::timeout(LAST_WORDS, lines).await;
                ended
            }
            _ = &mut lines => watched.await,
        };
        // A record that stays does no harm: the process is told from others by its start time.
        let _ = std::fs::remove_file(&self.record);
        Ok(ended?)
    }
}

enum Ended {
    AsTold,
    ByItself(ExitStatus),
}

fn command(program: &Path, configuration: &Path) -> Command {
    let mut command = Command::new("/proc/self/exe");
    command
        .arg(parent::ARGUMENT)
        .arg(std::process::id().to_string())
        .arg(program)
        .arg("serve")
        .arg(configuration)
        // Variables such as REGISTRY_AUTH would change what was written, ours may hold secrets.
        .env_clear()
        // Distribution 3 would send traces to this machine and complain that nobody takes them.
        .env("OTEL_TRACES_EXPORTER", "none")
        // Control-C in a terminal goes to a whole group: this one is ended by us, in order.
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Asks the child to end, and ends it where it does not.
async fn end(child: &mut Child, pid: Option<u32>) {
    if let Some(pid) = pid.and_then(|pid| Pid::from_raw(i32::try_from(pid).ok()?)) {
        // It was not waited for yet, so the number is still its own.
        let _ = kill_process(pid, Signal::TERM);
    }
    if tokio::time::timeout(END_WITHIN, child.wait()).await.is_err() {
        tracing::warn!("the registry did not end in time and is killed");
        let _ = child.kill().await;
    }
}

/// Repeats in the log what the registry says.
async fn report(output: Option<impl AsyncRead + Unpin>) {
    let Some(output) = output else { return };
    let mut lines = BufReader::new(output).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if is_alarming(&line) {
            tracing::warn!("registry: {line}");
        } else {
            tracing::debug!("registry: {line}");
        }
    }
}

/// Whether an operator should see a line. The registry calls it an error when somebody asks for
/// what is not there, as every push does.
fn is_alarming(line: &str) -> bool {
    let by_client =
        line.contains("response completed with error") && !line.contains("http.response.status=5");
    let bad = ["level=error", "level=fatal", "level=panic"];
    (bad.iter().any(|level| line.contains(level)) && !by_client) || line.starts_with("panic:")
}

const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LAST_PAUSE: Duration = Duration::from_secs(30);
const LONG_LIFE: Duration = Duration::from_secs(60);
const READY_WITHIN: Duration = Duration::from_secs(30);
const END_WITHIN: Duration = Duration::from_secs(15);
const LAST_WORDS: Duration = Duration::from_millis(200);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_an_operator_can_mend_is_a_warning() {
        let completed = "level=error msg=\"response completed with error\" http.response.status=";
        for (line, alarming) in [
            (format!("{completed}404"), false),
            (format!("{completed}401 err.code=unauthorized"), false),
            (format!("{completed}500"), true),
            ("level=fatal msg=\"listen tcp: address already in use\"".into(), true),
            ("level=info msg=\"listening on 127.0.0.1:5000\"".into(), false),
            ("panic: unable to configure authorization".into(), true),
        ] {
            assert_eq!(is_alarming(&line), alarming, "{line}");
        }
    }
}
