//! What the program was asked to do.

use std::path::PathBuf;

/// What to measure, and how long.
#[derive(Clone, Debug)]
pub struct Arguments {
    pub task: Task,
    /// How long each figure is measured.
    pub seconds: u32,
    /// After how many tokens the memory is looked at.
    pub tokens: u64,
}

/// The program calls itself for what has to run on the server's core.
#[derive(Clone, Debug)]
pub enum Task {
    /// Answer every request with the bytes of a file.
    Answer { address: String, reply: PathBuf },
    /// Measure.
    Measure,
    /// Sign the bytes of a file again and again.
    Sign { input: PathBuf },
}

impl Arguments {
    /// Reads them; cargo adds `--bench`.
    pub fn read(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut read = Self { task: Task::Measure, seconds: 3, tokens: 100_000 };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("`{word}` needs a value"));
            match word.as_str() {
                "--bench" => {}
                "--full" => read.tokens = 1_000_000,
                "--seconds" => {
                    let seconds = value()?.parse().ok().filter(|seconds| *seconds > 0);
                    read.seconds = seconds.ok_or("`--seconds` is a number from 1 on")?;
                }
                "answer" => {
                    read.task = Task::Answer { address: value()?, reply: value()?.into() };
                }
                "sign" => read.task = Task::Sign { input: value()?.into() },
                other => return Err(format!("`{other}` is neither `--seconds N` nor `--full`")),
            }
        }
        Ok(read)
    }
}
