//! `$var` and `${ENVIRONMENT}` references inside a path of a pipeline file.

use crate::config::Scalar;

/// A text with its references filled in.
#[derive(Debug, Clone)]
pub struct ResolvedText {
    /// The text to use; may hold secrets from the environment.
    pub value: String,
    /// The text to show: environment references stay as written.
    pub shown: String,
    /// Values that must not be shown, each with its replacement.
    pub hidden: Vec<(String, String)>,
}

impl ResolvedText {
    /// A text in which every value from the environment is replaced by its reference.
    pub fn mask(&self, text: &str) -> String {
        mask(&self.hidden, text)
    }
}

/// Replaces values from the environment by their references.
pub fn mask(hidden: &[(String, String)], text: &str) -> String {
    hidden.iter().fold(text.to_owned(), |text, (value, reference)| text.replace(value, reference))
}

/// Fills in `$name` from `vars`, `${NAME}` and `${NAME:-default}` from `environment`; `$$` is a dollar sign.
///
/// # Errors
/// A sentence that names the unknown var or the missing environment variable.
pub fn resolve_text<'a>(
    text: &str,
    vars: &impl Fn(&str) -> Option<&'a Scalar>,
    environment: &impl Fn(&str) -> Option<String>,
) -> Result<ResolvedText, String> {
    let mut resolved = ResolvedText { value: String::new(), shown: String::new(), hidden: Vec::new() };
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        push_both(&mut resolved, &rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            push_both(&mut resolved, "$");
            rest = after;
        } else if let Some(inner) = rest.strip_prefix('{') {
            let end = inner.find('}').ok_or_else(|| format!("`${{` without `}}` in `{text}`"))?;
            let value = from_environment(&inner[..end], environment)?;
            let reference = format!("${{{}}}", &inner[..end]);
            resolved.value.push_str(&value);
            resolved.shown.push_str(&reference);
            resolved.hidden.extend((!value.is_empty()).then_some((value, reference)));
            rest = &inner[end + 1..];
        } else {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
            let name = &rest[..end];
            let value = vars(name).ok_or_else(|| format!("`${name}` is not among the pipeline's vars"))?;
            push_both(&mut resolved, &value.to_string());
            rest = &rest[end..];
        }
    }
    push_both(&mut resolved, rest);
    Ok(resolved)
}

fn push_both(resolved: &mut ResolvedText, part: &str) {
    resolved.value.push_str(part);
    resolved.shown.push_str(part);
}

fn from_environment(reference: &str, environment: &impl Fn(&str) -> Option<String>) -> Result<String, String> {
    let (name, default) = match reference.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (reference, None),
    };
    environment(name)
        .filter(|value| !value.is_empty())
        .or_else(|| default.map(str::to_owned))
        .ok_or_else(|| format!("the environment variable {name} is not set"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(text: &str) -> Result<ResolvedText, String> {
        let folder = Scalar::Text("data".to_owned());
        resolve_text(text, &|name| (name == "extracts").then_some(&folder), &|name| {
            (name == "TOKEN").then(|| "secret".to_owned())
        })
    }

    #[test]
    fn vars_and_environment_are_filled_in_and_secrets_not_shown() {
        let text = resolve("$extracts/${TOKEN}/a$$.csv").unwrap();
        assert_eq!(text.value, "data/secret/a$.csv");
        assert_eq!(text.shown, "data/${TOKEN}/a$.csv");
        assert_eq!(text.mask("no data/secret/a$.csv"), "no data/${TOKEN}/a$.csv");
        assert_eq!(resolve("${NONE:-x}/y").unwrap().value, "x/y");
    }

    #[test]
    fn what_is_unknown_is_named() {
        assert!(resolve("$extract/a").unwrap_err().contains("`$extract`"));
        assert!(resolve("${NONE}").unwrap_err().contains("NONE"));
        assert!(resolve("${NONE").is_err());
    }
}
