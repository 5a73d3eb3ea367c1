//! Reads the secret of customer keys from the environment. It is never written out in a file, and never shown.

use crate::config::{IdentityFile, Texts};
use crate::diagnostics::Problem;
use crate::identity::KeySecret;

/// The secret, and its text with the reference that is shown in its place.
pub(super) fn read(
    typed: &IdentityFile,
    texts: &Texts,
    problems: &mut Vec<Problem>,
) -> Option<(KeySecret, (String, String))> {
    let written = typed.key_secret.as_ref()?;
    let Some(name) = reference(&written.value) else {
        // Without its line: that would show the secret.
        let message = format!(
            "`identity.key_secret` on {} is not a reference to an environment variable",
            texts.in_words(written)
        );
        let hint = "write `key_secret: ${LOJAL_KEY}` and set LOJAL_KEY where lojal runs; a secret that was in a file is \
                    known, so make another one";
        problems.push(Problem::new(message).hint(hint));
        return None;
    };
    let hint =
        format!("set it to at least {} random bytes, such as from `openssl rand -hex 32`", KeySecret::LEAST_BYTES);
    let Some(text) = std::env::var(name).ok().filter(|text| !text.is_empty()) else {
        let message = format!("the environment variable {name}, the secret of customer keys, is not set");
        problems.push(texts.at(written, message).hint(hint));
        return None;
    };
    let secret = KeySecret::new(&text);
    if secret.is_none() {
        let message = format!(
            "the secret in the environment variable {name} is shorter than {} bytes without blanks around it",
            KeySecret::LEAST_BYTES
        );
        problems.push(texts.at(written, message).hint(hint));
    }
    secret.map(|secret| (secret, (text, written.value.clone())))
}

/// The secret before the present one, if it is given while it is replaced: in the variable with `_BEFORE` at its end.
pub(super) fn before(typed: &IdentityFile) -> Option<(KeySecret, (String, String))> {
    let name = reference(&typed.key_secret.as_ref()?.value)?;
    let name = format!("{name}_BEFORE");
    let text = std::env::var(&name).ok()?;
    let secret = KeySecret::new(&text)?;
    Some((secret, (text, format!("${{{name}}}"))))
}

/// The variable that a text refers to, if it is nothing but a reference.
fn reference(text: &str) -> Option<&str> {
    let name = text.strip_prefix("${")?.strip_suffix('}')?;
    let is_name = !name.is_empty()
        && name.chars().all(|letter| letter == '_' || letter.is_ascii_alphanumeric())
        && !name.starts_with(|letter: char| letter.is_ascii_digit());
    is_name.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_reference_is_one() {
        assert_eq!(reference("${LOJAL_KEY}"), Some("LOJAL_KEY"));
        for written in ["0123456789abcdef", "${LOJAL_KEY}x", "$LOJAL_KEY", "${}", "${1A}", "${A:-0123456789abcdef}"] {
            assert_eq!(reference(written), None, "{written}");
        }
    }
}
