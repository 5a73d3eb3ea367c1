//! Parses a path or URL as typed: it names a local file, or an object in one of the supported stores.
//!
//! Object names are used exactly as typed. Only the path of an HTTP URL is percent-encoded.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// A location that files are read from or written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A path, absolute or relative to the project folder.
    Local(PathBuf),
    /// A location in a store that is reached over a network.
    Remote(RemoteAddress),
}

/// A location in a store that is reached over a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteAddress {
    pub kind: StoreKind,
    /// The URL's scheme.
    pub scheme: String,
    /// Bucket, container or host, with any user and password in front of it.
    pub authority: String,
    /// Name of an object, a glob, or a folder.
    pub key: String,
    /// The query string of an HTTP URL, without its question mark. It may hold a signature.
    pub query: Option<String>,
}

/// The kinds of stores, by protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreKind {
    /// Amazon S3 and stores with the same protocol.
    S3,
    /// Google Cloud Storage.
    Gcs,
    /// Azure Blob Storage and Data Lake Storage.
    Azure,
    /// Any web server: it can be read but not listed.
    Http,
}

/// The supported URL schemes, for messages.
const KNOWN: &str = "file://, s3://, gs://, az://, abfss://, http://, https://";

/// A URL that does not name a location.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// A scheme that belongs to no supported store.
    #[error("`{url}` has an unknown scheme: use one of {KNOWN}, or a path without a scheme")]
    Scheme {
        /// The URL without secrets.
        url: String,
    },
    /// No bucket, container or host.
    #[error("`{url}` names no bucket, container or host")]
    NoHost {
        /// The URL without secrets.
        url: String,
    },
    /// User and password, or a signature, in the URL of an object store.
    #[error(
        "`{url}` contains credentials. They would end up in logs, so they are not read: set them in the environment \
             ({})", .kind.credentials()
    )]
    Credentials {
        /// The URL without secrets.
        url: String,
        kind: StoreKind,
    },
}

impl StoreKind {
    /// The environment variables that hold its credentials.
    pub fn credentials(self) -> &'static str {
        match self {
            Self::S3 => "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN",
            Self::Gcs => "GOOGLE_SERVICE_ACCOUNT or GOOGLE_APPLICATION_CREDENTIALS",
            Self::Azure => "AZURE_STORAGE_ACCOUNT_NAME with AZURE_STORAGE_ACCOUNT_KEY or AZURE_STORAGE_SAS_KEY",
            Self::Http => "user and password are part of the URL, best as ${NAME}",
        }
    }

    fn of(scheme: &str) -> Option<Self> {
        match scheme {
            "s3" | "s3a" => Some(Self::S3),
            "gs" => Some(Self::Gcs),
            "az" | "adl" | "azure" | "abfs" | "abfss" => Some(Self::Azure),
            "http" | "https" => Some(Self::Http),
            _ => None,
        }
    }
}

impl Address {
    /// Parses a path or URL as typed.
    ///
    /// # Errors
    /// Unknown schemes, URLs without a host, and credentials that belong in the environment.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let Some((scheme, rest)) = text.split_once("://").filter(|(scheme, _)| is_scheme(scheme)) else {
            return Ok(Self::Local(PathBuf::from(text)));
        };
        let scheme = scheme.to_ascii_lowercase();
        if scheme == "file" {
            return Ok(Self::Local(PathBuf::from(rest)));
        }
        let url = || without_secrets(text);
        let kind = StoreKind::of(&scheme).ok_or_else(|| AddressError::Scheme { url: url() })?;
        let (authority, key) = rest.split_once('/').unwrap_or((rest, ""));
        let (key, query) = match key.split_once('?') {
            Some((key, query)) if kind == StoreKind::Http => (key, Some(query.to_owned())),
            _ => (key, None),
        };
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        if host.is_empty() || host.contains('?') {
            return Err(AddressError::NoHost { url: url() });
        }
        let user = authority.rsplit_once('@').map(|(user, _)| user);
        let has_user = user.is_some_and(|user| kind != StoreKind::Azure || user.contains(':'));
        if kind != StoreKind::Http && (has_user || is_signed(key)) {
            return Err(AddressError::Credentials { url: url(), kind });
        }
        let (authority, key) = (authority.to_owned(), key.to_owned());
        Ok(Self::Remote(RemoteAddress { kind, scheme, authority, key, query }))
    }
}

impl RemoteAddress {
    /// Scheme and host, safe to show.
    pub fn shown_home(&self) -> String {
        without_secrets(&format!("{}://{}", self.scheme, self.authority))
    }

    /// The whole address, safe to show.
    pub fn shown(&self) -> String {
        format!("{}/{}", self.shown_home(), escaped(&self.key))
    }
}

/// Drive letters and other text before `://` are not schemes.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

/// In an object name a question mark is a wildcard, unless `name=value` follows it: then a query starts there.
fn is_signed(key: &str) -> bool {
    key.split_once('?').is_some_and(|(_, query)| query.contains('='))
}

/// A URL that is safe to show: scheme, host and path, without user, password and query. Local paths are unchanged.
pub fn without_secrets(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://").filter(|(scheme, _)| is_scheme(scheme)) else {
        return text.to_owned();
    };
    let kind = StoreKind::of(&scheme.to_ascii_lowercase());
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let authority = authority.split('?').next().unwrap_or(authority);
    let host = match authority.rsplit_once('@') {
        // In an Azure URL the container is in the place of the user.
        Some((user, _)) if kind == Some(StoreKind::Azure) && !user.contains(':') => authority,
        Some((_, host)) => host,
        None => authority,
    };
    let is_glob = matches!(kind, Some(StoreKind::S3 | StoreKind::Gcs | StoreKind::Azure)) && !is_signed(path);
    let path = if is_glob { path } else { path.split('?').next().unwrap_or(path) };
    format!("{scheme}://{host}{}", escaped(path))
}

/// The secret parts of a URL, each with its replacement: user and password, and the query.
pub fn secrets(text: &str) -> Vec<(String, String)> {
    let Some((scheme, rest)) = text.split_once("://").filter(|(scheme, _)| is_scheme(scheme)) else {
        return Vec::new();
    };
    let mut secrets = Vec::new();
    let kind = StoreKind::of(&scheme.to_ascii_lowercase());
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    if let Some((user, _)) = authority.rsplit_once('@')
        && (kind != Some(StoreKind::Azure) || user.contains(':'))
    {
        secrets.push((format!("{user}@"), String::new()));
    }
    if let Some((_, query)) = path.split_once('?')
        && !query.is_empty()
        && (kind == Some(StoreKind::Http) || is_signed(path))
    {
        secrets.push((format!("?{query}"), String::new()));
    }
    secrets
}

/// A name with its control characters escaped, so that it cannot rewrite the terminal that shows it.
pub fn escaped(name: &str) -> String {
    if !name.contains(char::is_control) {
        return name.to_owned();
    }
    name.chars().fold(String::new(), |mut text, letter| {
        if letter.is_control() {
            text.extend(letter.escape_default())
        } else {
            text.push(letter)
        }
        text
    })
}

/// A local path as messages show it: relative to the project folder if it is inside it, with control characters and
/// bytes that are not UTF-8 escaped, so that two names are never shown alike.
pub(super) fn shown_path(project: &Path, path: &Path) -> String {
    let path = path.strip_prefix(project).unwrap_or(path);
    path.as_os_str().as_bytes().utf8_chunks().fold(String::new(), |mut text, chunk| {
        text.push_str(&escaped(chunk.valid()));
        chunk.invalid().iter().for_each(|byte| text.push_str(&format!("\\x{{{byte:02X}}}")));
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote(text: &str) -> RemoteAddress {
        match Address::parse(text).unwrap() {
            Address::Remote(remote) => remote,
            Address::Local(path) => panic!("{} is remote", path.display()),
        }
    }

    #[test]
    fn paths_and_file_urls_are_local() {
        for (text, path) in [("a/b*.csv", "a/b*.csv"), ("/x", "/x"), ("file:///x/y", "/x/y"), ("file://x", "x")] {
            assert_eq!(Address::parse(text), Ok(Address::Local(PathBuf::from(path))));
        }
    }

    #[test]
    fn urls_are_split_into_their_parts() {
        let cases = [
            ("s3://bucket/a/b?.csv", StoreKind::S3, "bucket", "a/b?.csv", None),
            ("s3a://bucket", StoreKind::S3, "bucket", "", None),
            ("gs://bucket/ä ö.csv", StoreKind::Gcs, "bucket", "ä ö.csv", None),
            ("az://container/x", StoreKind::Azure, "container", "x", None),
            ("abfss://c@a.dfs.core.windows.net/x", StoreKind::Azure, "c@a.dfs.core.windows.net", "x", None),
            ("https://host:8443/a.csv?sig=1", StoreKind::Http, "host:8443", "a.csv", Some("sig=1")),
            ("HTTP://user:word@host/a.csv", StoreKind::Http, "user:word@host", "a.csv", None),
        ];
        for (text, kind, authority, key, query) in cases {
            let found = remote(text);
            assert_eq!((found.kind, &*found.authority, &*found.key), (kind, authority, key), "{text}");
            assert_eq!(found.query.as_deref(), query);
        }
    }

    #[test]
    fn urls_without_a_location_are_refused_without_showing_secrets() {
        for text in [
            "ftp://me:hunter2@host/x?token=hunter2",
            "s3://key:hunter2@bucket/x",
            "s3://bucket/x?X-Amz-Signature=hunter2",
            "az://account:hunter2@container/x",
            "gs://",
            "https:///x?hunter2",
        ] {
            let error = Address::parse(text).unwrap_err().to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
        assert!(Address::parse("ftp://host/x").unwrap_err().to_string().contains("s3://"));
    }

    #[test]
    fn secrets_are_hidden_but_kept() {
        let text = "https://me:hunter2@host/a/b.csv?sig=hunter2";
        assert_eq!(without_secrets(text), "https://host/a/b.csv");
        assert_eq!(remote(text).shown(), "https://host/a/b.csv");
        let masked = secrets(text).iter().fold(text.to_owned(), |text, (secret, shown)| text.replace(secret, shown));
        assert_eq!(masked, "https://host/a/b.csv");
        assert_eq!(without_secrets("abfss://c@a.dfs.core.windows.net/x"), "abfss://c@a.dfs.core.windows.net/x");
        assert_eq!(without_secrets("s3://bucket/day?.csv"), "s3://bucket/day?.csv");
        assert!(secrets("s3://bucket/day?.csv").is_empty() && secrets("a/b?c=d").is_empty());
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(escaped("a\u{1b}[2Jb\nc"), "a\\u{1b}[2Jb\\nc");
        assert_eq!(escaped("Åsa.csv"), "Åsa.csv");
    }
}
