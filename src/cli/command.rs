//! What the command line needs to know of a verb.

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
}
