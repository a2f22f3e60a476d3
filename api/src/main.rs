//! The `slotkeeper` binary: see [`api::cli`].

/// Most of a read is small allocations, and a server's memory is to stay what it was.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    api::cli::main()
}
