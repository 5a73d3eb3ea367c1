//! The only place that writes messages: plain lines, JSON lines, or a progress bar on a terminal. Always to stderr.

use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use crate::config::mask;
use crate::diagnostics::{Problem, Severity};
use crate::words::{counted, seconds_shown};

/// How messages are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

/// The message options of the command line.
#[derive(Debug, Clone, Copy, Default)]
pub struct PrinterOptions {
    /// Format of messages.
    pub format: LogFormat,
    /// Only warnings and errors.
    pub quiet: bool,
    /// No bars, even on a terminal.
    pub no_progress: bool,
}

/// A warning that was printed. It counts in the last line of a run and stands in its run_results.json.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The source that it is about, if it is about one.
    pub source: Option<String>,
    /// What was printed, without examples of rows.
    pub message: String,
}

/// Writes messages to stderr.
pub struct Printer {
    options: PrinterOptions,
    bar: Option<ProgressBar>,
    is_silent: bool,
    hidden: Mutex<Vec<(String, String)>>,
    warnings: Mutex<Vec<Warning>>,
    last_line: Mutex<Option<Value>>,
}

impl Printer {
    /// Creates a printer. It shows a bar if stderr is a terminal and no option disables it.
    pub fn new(options: PrinterOptions) -> Self {
        let wanted = !options.quiet && !options.no_progress && options.format == LogFormat::Text;
        let bar = (wanted && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::new(0);
            // The template is a constant that indicatif's own tests would reject if it were wrong; a bare bar is good
            // enough.
            let style = ProgressStyle::with_template("{spinner} {bar:30} {pos}/{len} {wide_msg} {elapsed}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self {
            options,
            bar,
            is_silent: false,
            hidden: Mutex::default(),
            warnings: Mutex::default(),
            last_line: Mutex::default(),
        }
    }

    /// A printer that writes nothing, for reading again what a run has reported.
    pub fn silent() -> Self {
        Self { is_silent: true, ..Self::new(PrinterOptions { quiet: true, ..PrinterOptions::default() }) }
    }

    /// From now on, shows these values as the references that they came from.
    pub fn hide(&self, values: &[(String, String)]) {
        locked(&self.hidden).extend_from_slice(values);
    }

    /// The text with hidden values replaced.
    pub fn masked(&self, text: &str) -> String {
        mask(&locked(&self.hidden), text)
    }

    /// The warnings that were printed so far, in their order.
    pub fn warnings(&self) -> Vec<Warning> {
        locked(&self.warnings).clone()
    }

    /// Sets the JSON object that a verb ends with: the last line on stdout, after all messages on stderr.
    pub fn set_last_line(&self, line: Value) {
        *locked(&self.last_line) = Some(line);
    }

    /// The JSON object to end with, if a verb has set one.
    pub fn last_line(&self) -> Option<Value> {
        locked(&self.last_line).clone()
    }

    /// Reports the start of a stage.
    pub fn stage(&self, name: &str, detail: &str) {
        let text = if detail.is_empty() { name.to_owned() } else { format!("{name}: {detail}") };
        self.say("info", "stage", &text, json!({ "stage": name }));
    }

    /// Reports the start of a step: `number` of `total`.
    pub fn step_started(&self, number: usize, total: usize, name: &str, kind: &str) {
        match &self.bar {
            Some(bar) => {
                bar.set_length(total as u64);
                bar.set_position(number.saturating_sub(1) as u64);
                bar.set_message(format!("{kind} {name}"));
            }
            None if self.options.format == LogFormat::Json => {
                self.say(
                    "info",
                    "step_started",
                    name,
                    json!({ "step": name, "kind": kind, "number": number, "of": total }),
                );
            }
            None => {}
        }
    }

    /// Reports the end of a step.
    pub fn step_done(&self, name: &str, rows: u64, seconds: f64) {
        let text = format!("  {name}: {}, {}", counted(rows, "row"), seconds_shown(seconds));
        if let Some(bar) = &self.bar {
            bar.inc(1);
            return;
        }
        self.say("info", "step_done", &text, json!({ "step": name, "rows": rows, "seconds": seconds }));
    }

    /// Reports information.
    pub fn info(&self, text: &str) {
        self.say("info", "message", text, json!({}));
    }

    /// Warns of a problem that does not stop the run.
    pub fn warning(&self, text: &str) {
        self.warning_about(None, text);
    }

    /// Warns of a problem of a source that does not stop the run.
    pub fn warning_about(&self, source: Option<&str>, text: &str) {
        let line = if self.options.format == LogFormat::Json { text.to_owned() } else { format!("warning: {text}") };
        self.keep(source, text.lines().next().unwrap_or_default());
        self.say("warning", "message", &line, json!({}));
    }

    fn keep(&self, source: Option<&str>, message: &str) {
        if !self.is_silent {
            let warning = Warning { source: source.map(str::to_owned), message: self.masked(message) };
            locked(&self.warnings).push(warning);
        }
    }

    /// Reports the error that ended the command, with a hint.
    pub fn error(&self, text: &str, hint: Option<&str>) {
        let line = match (self.options.format, hint) {
            (LogFormat::Json, _) => text.to_owned(),
            (LogFormat::Text, None) => format!("error: {text}"),
            (LogFormat::Text, Some(hint)) => format!("error: {text}\n  help: {hint}"),
        };
        self.say("error", "message", &line, json!({ "hint": hint }));
    }

    /// Reports mistakes in a pipeline, each with its position and line.
    pub fn problems(&self, problems: &[Problem]) {
        for problem in problems {
            let level = if problem.severity == Severity::Error { "error" } else { "warning" };
            let file = problem.source.as_ref().map(|file| file.path.display().to_string());
            let fields = json!({
                "file": file, "line": problem.line, "column": problem.column, "hint": problem.hint,
            });
            if problem.severity == Severity::Warning {
                self.keep(None, &problem.headline());
            }
            match self.options.format {
                LogFormat::Json => self.say(level, "problem", &problem.message, fields),
                LogFormat::Text => self.say(level, "problem", &format!("{problem}\n"), fields),
            }
        }
    }

    /// Removes the bar.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn say(&self, level: &str, event: &str, text: &str, fields: Value) {
        if self.is_silent || self.options.quiet && level == "info" {
            return;
        }
        let line = match self.options.format {
            LogFormat::Text => text.to_owned(),
            LogFormat::Json => {
                let now = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
                let mut object = json!({ "time": now, "level": level, "event": event, "message": text.trim() });
                if let (Value::Object(object), Value::Object(fields)) = (&mut object, fields) {
                    object.extend(fields);
                }
                object.to_string()
            }
        };
        let line = self.masked(&line);
        match &self.bar {
            Some(bar) => bar.suspend(|| write_line(&line)),
            None => write_line(&line),
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes a line. Text from an extract cannot control the terminal. A closed stderr does not stop a run.
fn write_line(line: &str) {
    let steers = |character: char| character.is_control() && !matches!(character, '\n' | '\t');
    if line.contains(steers) {
        let escape = |c: char| if steers(c) { c.escape_default().to_string() } else { c.to_string() };
        return write_line(&line.chars().map(escape).collect::<String>());
    }
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
