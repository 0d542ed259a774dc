//! `rlm-lang fmt`: programs in canonical form.

use std::io::Write;
use std::path::Path;

use rlm_lang_syntax::printer;

use super::args::Fmt;
use super::failure::Failure;
use super::{check as check_command, exit, settings};

pub(super) fn fmt(args: &Fmt) -> Result<u8, Failure> {
    let mut code = exit::DONE;
    for name in &args.programs {
        let path = Path::new(name);
        let source = settings::read_text(path)?;
        let formatted = match printer::format(&source) {
            Ok(formatted) => formatted,
            Err(errors) => {
                check_command::show(name, &source, &errors);
                code = exit::USAGE;
                continue;
            }
        };
        if name == "-" {
            std::io::stdout().write_all(formatted.as_bytes()).map_err(|error| {
                Failure::failed(format!("cannot write: {}", crate::told::io_reason(&error)))
            })?;
        } else if formatted != source {
            if args.check {
                eprintln!("{name} is not in canonical form");
                code = code.max(exit::FAILED);
            } else {
                std::fs::write(path, formatted)
                    .map_err(|error| Failure::file("write", path, &error))?;
            }
        }
    }
    Ok(code)
}
