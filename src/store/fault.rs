//! What a store refused or failed to do, told without what it answered: an answer may repeat keys and signatures.

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

/// Kinds of failures, as far as they differ in what to do about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// There is no such object, or no such bucket.
    NotFound,
    /// Credentials are missing, wrong or not enough.
    Denied,
    /// No connection, or none in time.
    Unreachable,
    /// It is there already, or it has changed since it was looked at.
    Changed,
    /// The store cannot do this.
    Unsupported,
    /// Anything else.
    Failed,
}

impl RemoteFault {
    /// What a store's own error comes down to.
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
            _ if asked_around => "no credentials are given, and no service of the machine hands any out".to_owned(),
            (Some(status), Some(code)) => format!("the store answered {status} ({code})"),
            (Some(status), None) => format!("the store answered {status}"),
            (None, Some(code)) => format!("the store answered {code}"),
            (None, None) if kind == FaultKind::NotFound => "there is no such object".to_owned(),
            (None, None) if kind == FaultKind::Changed => "it has changed meanwhile".to_owned(),
            (None, None) if kind == FaultKind::Unsupported => "the store cannot do this".to_owned(),
            (None, None) => innermost(error),
        };
        if let Some(retries) = between(&text, "after ", " retries") {
            reason.push_str(&format!(", after {retries} retries"));
        }
        Self { kind, store, reason }
    }

    /// A failure that no request had a part in.
    pub(super) fn told(store: StoreKind, kind: FaultKind, reason: &str) -> Self {
        Self { kind, store, reason: reason.to_owned() }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        let credentials = self.store.credentials();
        match (self.kind, self.store) {
            (FaultKind::Denied, StoreKind::Http) => format!("see whether the server wants a password: {credentials}"),
            (FaultKind::Denied, StoreKind::S3) => format!(
                "see that {credentials} and AWS_REGION are set and right, and that they allow to list, read, write and \
                 delete there"
            ),
            (FaultKind::Denied, _) => {
                format!("see that {credentials} are set and right, and that they allow to list, read, write and delete")
            }
            (FaultKind::NotFound, StoreKind::S3) => {
                "see that the bucket exists in AWS_REGION, and at AWS_ENDPOINT if that is set".to_owned()
            }
            (FaultKind::NotFound, StoreKind::Http) => "see that the URL is right".to_owned(),
            (FaultKind::NotFound, _) => "see that the bucket or container exists".to_owned(),
            (FaultKind::Unreachable, StoreKind::S3) => {
                "see that the network and AWS_ENDPOINT are right; an endpoint without TLS needs AWS_ALLOW_HTTP=true"
                    .to_owned()
            }
            (FaultKind::Unreachable, _) => "see that the network, proxy and host are right".to_owned(),
            (FaultKind::Changed, _) => "it is being delivered right now: run again when that is done".to_owned(),
            (FaultKind::Unsupported, _) => "use another kind of store for this".to_owned(),
            (FaultKind::Failed, StoreKind::S3) => {
                "see that the store works, and that AWS_REGION and AWS_ENDPOINT are right".to_owned()
            }
            (FaultKind::Failed, _) => "see that the store works, and run again".to_owned(),
        }
    }

    /// The failure inside an I/O error, if a store is behind it.
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
    // What is longer is no code or number, but prose of the store.
    (found.len() <= 60 && !found.contains('\n')).then_some(found)
}

fn deepest<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    std::iter::successors(Some(error), |error| (**error).source()).filter_map(|error| error.downcast_ref::<T>()).last()
}

/// The innermost cause is about a connection or a setting; the layers around it repeat URLs.
fn innermost(error: &(dyn Error + 'static)) -> String {
    const SHOWN: usize = 200;
    let last = std::iter::successors(Some(error), |error| (**error).source()).last().unwrap_or(error);
    let text = last.to_string();
    let line = text.lines().next().unwrap_or_default();
    let line: String = line.split('?').next().unwrap_or_default().chars().take(SHOWN).collect();
    super::address::escaped(&line)
}
