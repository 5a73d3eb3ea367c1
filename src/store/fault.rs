//! Failures of a store, reported without the text of its answer: an answer may repeat keys and signatures.

use std::error::Error;
use std::io;

use object_store::client::{HttpError, HttpErrorKind};

use super::StoreKind;

/// A failed request to a store, after all retries.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{reason}")]
pub struct RemoteFault {
    /// What kind of failure it was.
    pub kind: FaultKind,
    store: StoreKind,
    reason: String,
}

/// Kinds of failures, distinguished where the fix differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The object or the bucket does not exist.
    NotFound,
    /// Credentials are missing, wrong or insufficient.
    Denied,
    /// No connection, or a timeout.
    Unreachable,
    /// The object exists already, or has changed since it was found.
    Changed,
    /// The store does not support the operation.
    Unsupported,
    /// Anything else.
    Failed,
}

impl RemoteFault {
    /// The failure behind a store's own error.
    pub fn new(store: StoreKind, error: &object_store::Error) -> Self {
        use object_store::Error as E;
        let text = error.to_string();
        let status = between(&text, "status code: ", ":").map(str::trim);
        let code = between(&text, "<Code>", "</Code>");
        let http = deepest::<HttpError>(error).map(HttpError::kind);
        let asked_around = ["169.254.169.254", "metadata.google.internal"].iter().any(|host| text.contains(host));
        let kind = match error {
            E::NotFound { .. } => FaultKind::NotFound,
            E::Precondition { .. } | E::AlreadyExists { .. } | E::NotModified { .. } => FaultKind::Changed,
            E::PermissionDenied { .. } | E::Unauthenticated { .. } => FaultKind::Denied,
            E::NotSupported { .. } | E::NotImplemented { .. } => FaultKind::Unsupported,
            _ if asked_around => FaultKind::Denied,
            _ if status.is_some_and(|status| status.starts_with("401") || status.starts_with("403")) => {
                FaultKind::Denied
            }
            _ if status.is_some_and(|status| status.starts_with("404")) => FaultKind::NotFound,
            _ if matches!(http, Some(HttpErrorKind::Connect | HttpErrorKind::Timeout)) => FaultKind::Unreachable,
            _ => FaultKind::Failed,
        };
        let mut reason = match (status, code) {
            _ if asked_around => "no credentials are set, and no service of this machine provides any".to_owned(),
            (Some(status), Some(code)) => format!("the store answered {status} ({code})"),
            (Some(status), None) => format!("the store answered {status}"),
            (None, Some(code)) => format!("the store answered {code}"),
            (None, None) if kind == FaultKind::NotFound => "the object does not exist".to_owned(),
            (None, None) if kind == FaultKind::Changed => "the object has changed in the meantime".to_owned(),
            (None, None) if kind == FaultKind::Unsupported => "the store does not support this".to_owned(),
            (None, None) => innermost(error),
        };
        if let Some(retries) = between(&text, "after ", " retries") {
            reason.push_str(&format!(", after {retries} retries"));
        }
        Self { kind, store, reason }
    }

    /// A failure with a reason of lojal's own, not of a request.
    pub(super) fn because(store: StoreKind, kind: FaultKind, reason: &str) -> Self {
        Self { kind, store, reason: reason.to_owned() }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        let credentials = self.store.credentials();
        match (self.kind, self.store) {
            (FaultKind::Denied, StoreKind::Http) => format!("check whether the server needs a password: {credentials}"),
            (FaultKind::Denied, StoreKind::S3) => format!(
                "check that {credentials} and AWS_REGION are set and right, and that they allow listing, reading, \
                 writing and deleting there"
            ),
            (FaultKind::Denied, _) => {
                format!(
                    "check that {credentials} are set and right, and that they allow listing, reading, writing \
                     and deleting"
                )
            }
            (FaultKind::NotFound, StoreKind::S3) => {
                "check that the bucket exists in AWS_REGION, and at AWS_ENDPOINT if that is set".to_owned()
            }
            (FaultKind::NotFound, StoreKind::Http) => "check the URL".to_owned(),
            (FaultKind::NotFound, _) => "check that the bucket or container exists".to_owned(),
            (FaultKind::Unreachable, StoreKind::S3) => {
                "check the network and AWS_ENDPOINT; an endpoint without TLS needs AWS_ALLOW_HTTP=true".to_owned()
            }
            (FaultKind::Unreachable, _) => "check the network, the proxy and the host".to_owned(),
            (FaultKind::Changed, _) => "the file is still being delivered: run again when it is complete".to_owned(),
            (FaultKind::Unsupported, _) => "use another kind of store".to_owned(),
            (FaultKind::Failed, StoreKind::S3) => {
                "check that the store works, and that AWS_REGION and AWS_ENDPOINT are right".to_owned()
            }
            (FaultKind::Failed, _) => "check that the store works, then run again".to_owned(),
        }
    }

    /// The store's failure inside an I/O error, if there is one.
    pub fn inside(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref::<Self>()
    }
}

impl From<RemoteFault> for io::Error {
    fn from(fault: RemoteFault) -> Self {
        let kind = match fault.kind {
            FaultKind::NotFound => io::ErrorKind::NotFound,
            FaultKind::Denied => io::ErrorKind::PermissionDenied,
            FaultKind::Unreachable => io::ErrorKind::HostUnreachable,
            FaultKind::Unsupported => io::ErrorKind::Unsupported,
            FaultKind::Changed | FaultKind::Failed => io::ErrorKind::Other,
        };
        Self::new(kind, fault)
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let rest = &text[text.find(before)? + before.len()..];
    let found = &rest[..rest.find(after)?];
    // A longer text is not a code or number but prose from the store.
    (found.len() <= 60 && !found.contains('\n')).then_some(found)
}

fn deepest<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    std::iter::successors(Some(error), |error| (**error).source()).filter_map(|error| error.downcast_ref::<T>()).last()
}

/// The innermost cause names the connection or setting; the layers around it repeat URLs.
fn innermost(error: &(dyn Error + 'static)) -> String {
    const SHOWN: usize = 200;
    let last = std::iter::successors(Some(error), |error| (**error).source()).last().unwrap_or(error);
    let text = last.to_string();
    let line = text.lines().next().unwrap_or_default();
    let line: String = line.split('?').next().unwrap_or_default().chars().take(SHOWN).collect();
    super::address::escaped(&line)
}
