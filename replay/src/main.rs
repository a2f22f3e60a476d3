//! The binary `slotkeeper-replay`.

fn main() -> std::process::ExitCode {
    replay::cli::main()
}
