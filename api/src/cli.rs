//! The command line of `slotkeeper`.

use std::{error::Error, io::Write, process::ExitCode};

use clap::{
    CommandFactory, FromArgMatches, Parser, Subcommand,
    error::{ContextKind, ContextValue, ErrorKind},
    parser::ValueSource,
};

use crate::{
    application::{Application, StartError},
    config::Config,
    telemetry,
};

/// The exit code of a command line or an environment that makes no sense.
const EXIT_USAGE: u8 = 2;
/// The exit code of everything else that goes wrong.
const EXIT_FAILURE: u8 = 1;

/// Holds and books quarter hours of things that only one party can have at a
/// time, and shows everyone who is looking, live.
#[derive(Debug, Parser)]
#[command(name = "slotkeeper", version, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the API until it is interrupted.
    ///
    /// Each setting can be a flag or an environment variable; the flag wins.
    Serve(Box<Config>),
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let cli = match parse() {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    let Command::Serve(config) = cli.command;
    telemetry::init_log(&config.log);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(serve(*config)),
        Err(error) => fail(&error, EXIT_FAILURE),
    }
}

/// Said where a folder with a log is named by hand, and the environment names another.
const TWO_DATABASES: &str = "the folder of --data holds a private PostgreSQL, and DATABASE_URL in the environment names another database: \
    unset DATABASE_URL to serve the first, or give --database-url to serve the other";

/// Reads the command line, and refuses one that leaves open which log is meant. A data
/// folder that holds the keys alone goes with any database.
fn parse() -> Result<Cli, clap::Error> {
    let mut command = Cli::command();
    let matches = command.try_get_matches_from_mut(std::env::args_os())?;
    let read = Cli::from_arg_matches(&matches);
    let cli = read.map_err(|error| error.format(&mut command))?;
    let Command::Serve(config) = &cli.command;
    let is_from = |id, source| {
        let serve = matches.subcommand_matches("serve");
        serve.is_some_and(|serve| serve.value_source(id) == Some(source))
    };
    if is_from("data", ValueSource::CommandLine)
        && is_from("database_url", ValueSource::EnvVariable)
        && config.data.join("postgres").exists()
    {
        return Err(command.error(ErrorKind::ArgumentConflict, TWO_DATABASES));
    }
    Ok(cli)
}

async fn serve(config: Config) -> ExitCode {
    let application = match Application::build(config).await {
        Ok(application) => application,
        Err(error) => return fail(&error, exit_code(&error)),
    };
    let shutdown = match shutdown() {
        Ok(shutdown) => shutdown,
        Err(error) => return fail(&error, EXIT_FAILURE),
    };
    announce(&application);
    match application.run(shutdown).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error, EXIT_FAILURE),
    }
}

const fn exit_code(error: &StartError) -> u8 {
    if error.is_usage() {
        EXIT_USAGE
    } else {
        EXIT_FAILURE
    }
}

/// Ends when the process is asked to: Ctrl-C, or `kill`.
fn shutdown() -> std::io::Result<impl Future<Output = ()> + Send> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Says where the server is, for people and for scripts that wait for it.
fn announce(application: &Application) {
    let address = application.address();
    let said = writeln!(std::io::stdout(), "Slotkeeper is ready at http://{address}");
    if let Err(error) = said {
        tracing::debug!(%error, "nobody reads the standard output");
    }
}

/// Says what is wrong with the command line; a wrong value of the environment is
/// named by its variable, which clap does not do.
fn refuse(error: &clap::Error) -> ExitCode {
    // The process ends anyway: a closed standard error changes nothing.
    drop(error.print());
    if let Some(variable) = variable(error) {
        say(&format!(
            "It was set by the environment variable {variable}."
        ));
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(EXIT_USAGE))
}

/// The environment variable that a refused value came from.
fn variable(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(named)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    let flag = named.split([' ', '=', '[']).next()?.strip_prefix("--")?;
    let flagged = std::env::args().any(|argument| {
        let argument = argument.strip_prefix("--").unwrap_or_default();
        argument.split('=').next() == Some(flag)
    });
    let mut command = Cli::command();
    let serve = command.find_subcommand_mut("serve")?;
    let setting = serve
        .get_arguments()
        .find(|setting| setting.get_long() == Some(flag))?;
    let variable = setting.get_env()?.to_str()?.to_owned();
    let set = std::env::var_os(&variable).is_some();
    (set && !flagged).then_some(variable)
}

/// Says an error and its causes.
fn fail(error: &(dyn Error + 'static), code: u8) -> ExitCode {
    let mut words = format!("slotkeeper: {error}");
    let mut next = error.source();
    while let Some(cause) = next {
        words.push_str(": ");
        words.push_str(&cause.to_string());
        next = cause.source();
    }
    say(&words);
    ExitCode::from(code)
}

fn say(words: &str) {
    // These are the last words: a closed standard error leaves nobody to tell.
    drop(writeln!(std::io::stderr(), "{words}"));
}
