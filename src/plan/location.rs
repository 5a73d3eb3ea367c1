//! Where files lie: a path or URL of a pipeline file with its references filled in, and without its secrets when shown.

use crate::config::{ResolvedText, Scalar, resolve_text};
use crate::store::{secrets, without_secrets};

/// A path or URL with `$name` from `vars` and `${NAME}` from `environment`.
///
/// # Errors
/// A sentence that names the unknown var or the missing environment variable.
pub(crate) fn resolve_location<'a>(
    text: &str,
    vars: &impl Fn(&str) -> Option<&'a Scalar>,
    environment: &impl Fn(&str) -> Option<String>,
) -> Result<ResolvedText, String> {
    let mut resolved = resolve_text(text, vars, environment)?;
    // A password or signature in a URL is secret even if it is written out.
    resolved.hidden.splice(..0, secrets(&resolved.value));
    resolved.shown = without_secrets(&resolved.shown);
    Ok(resolved)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_of_a_url_are_not_shown() {
        let token = |name: &str| (name == "TOKEN").then(|| "secret".to_owned());
        let url = resolve_location("https://me:${TOKEN}@host/a.csv?sig=word", &|_| None, &token).unwrap();
        assert_eq!(url.value, "https://me:secret@host/a.csv?sig=word");
        assert_eq!(url.shown, "https://host/a.csv");
        assert_eq!(url.mask("https://me:secret@host/a.csv?sig=word"), "https://host/a.csv");
    }
}
