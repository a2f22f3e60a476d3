use clap::ValueEnum;

/// What the server says of itself, on standard error.
#[derive(Debug, Clone, clap::Args)]
pub struct LogSettings {
    /// Which events are logged, as a filter of tracing: info, or
    /// info,api=debug.
    #[arg(
        long = "log",
        env = "SLOTKEEPER_LOG",
        value_name = "FILTER",
        default_value = "info",
        value_parser = filter
    )]
    pub filter: String,

    /// One line a person can read, or one JSON object a line.
    #[arg(
        long = "log-format",
        env = "SLOTKEEPER_LOG_FORMAT",
        value_name = "FORMAT",
        default_value = "text",
        value_enum
    )]
    pub format: LogFormat,
}

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

fn filter(text: &str) -> Result<String, String> {
    match tracing_subscriber::EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(format!("{error}; a filter is like info or info,api=debug")),
    }
}
