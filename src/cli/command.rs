//! What the command line needs to know of a verb.

use super::last_line::LastLine;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::run::Request;

/// A verb with the arguments that were typed.
pub(super) trait Command {
    /// Carries the verb out. `request` holds the common options; the verb adds its own.
    ///
    /// # Errors
    /// See [`Failure`].
    fn execute(&self, request: Request, printer: &Printer) -> Result<(), Failure>;

    /// Where the JSON object goes that the verb ends with, if it ends with one.
    fn last_line(&self) -> Option<&LastLine> {
        None
    }
}
