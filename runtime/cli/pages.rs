//! What is made from the table of arguments: completions for shells, manual pages, a settings file.

use std::io::Write;

use clap::CommandFactory;

use super::args::{Cli, Completions, Man, Settings};
use super::failure::Failure;
use super::{config, exit};

/// `rlm-lang completions`
pub(super) fn completions(args: &Completions) -> Result<u8, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "rlm-lang", &mut text);
    write(&text)
}

/// `rlm-lang man`
pub(super) fn man(args: &Man) -> Result<u8, Failure> {
    let cannot = |error: std::io::Error| {
        Failure::failed(format!("cannot write the pages: {}", crate::told::io_reason(&error)))
    };
    match &args.folder {
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut page).map_err(cannot)?;
            write(&page)
        }
        Some(folder) => {
            std::fs::create_dir_all(folder)
                .map_err(|error| Failure::file("create", folder, &error))?;
            clap_mangen::generate_to(Cli::command(), folder).map_err(cannot)?;
            Ok(exit::DONE)
        }
    }
}

/// `rlm-lang settings`
pub(super) fn settings(args: &Settings) -> Result<u8, Failure> {
    if args.init {
        let path = config::init()?;
        return write(
            format!("{} is written; every line is a comment yet\n", path.display()).as_bytes(),
        );
    }
    write(config::template().as_bytes())
}

fn write(text: &[u8]) -> Result<u8, Failure> {
    match std::io::stdout().lock().write_all(text) {
        // A reader that has seen enough is no error.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::failed(format!("cannot print: {}", crate::told::io_reason(&error))))
        }
        _ => Ok(exit::DONE),
    }
}
