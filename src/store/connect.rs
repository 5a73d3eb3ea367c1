//! Connections to remote stores: credentials from the environment, bounded retries, threads of their own.
//!
//! A reader blocks a worker of the engine. Requests therefore run on a small runtime of their own, which never blocks.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, LazyLock, mpsc};
use std::task::{Context, Poll};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::header::AUTHORIZATION;
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::http::HttpBuilder;
use object_store::{BackoffConfig, ClientOptions, HeaderValue, ObjectStore, RetryConfig};
use tokio::runtime::{Handle, Runtime};
use tokio::task::JoinHandle;

use super::{FaultKind, RemoteAddress, RemoteFault, StoreKind};

/// The longest time for which a request is retried; see [`retry`].
const RETRY_VARIABLE: &str = "LOJAL_STORE_RETRY";
const RETRY_AT_MOST: Duration = Duration::from_secs(90);
const RETRIES_AT_MOST: usize = 12;
/// Requests wait for the network, not for a core.
const THREADS: usize = 2;

static RUNTIME: LazyLock<io::Result<Runtime>> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread().worker_threads(THREADS).thread_name("store").enable_all().build()
});

fn handle() -> io::Result<&'static Handle> {
    match &*RUNTIME {
        Ok(runtime) => Ok(runtime.handle()),
        Err(error) => Err(io::Error::new(error.kind(), error.to_string())),
    }
}

/// Work on the stores' runtime, cancelled on drop.
pub(crate) struct Task<T>(JoinHandle<T>);

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl<T> Future for Task<T> {
    type Output = io::Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map_err(io::Error::other)
    }
}

/// Starts work on the stores' runtime.
pub(crate) fn start<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> io::Result<Task<T>> {
    Ok(Task(handle()?.spawn(work)))
}

/// Does work on the stores' runtime and blocks until it is done.
pub(crate) fn wait<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> io::Result<T> {
    let (sender, receiver) = mpsc::sync_channel(1);
    handle()?.spawn(async move {
        // The receiver may be gone.
        let _ = sender.send(work.await);
    });
    receiver.recv().map_err(|_| io::Error::other("the work on the store was interrupted"))
}

/// The store at an address. This sends no request yet.
///
/// # Errors
/// Wrong or missing settings in the environment.
pub(super) fn connect(address: &RemoteAddress) -> Result<Arc<dyn ObjectStore>, RemoteFault> {
    let fault = |error: object_store::Error| RemoteFault::new(address.kind, &error);
    let retry = retry(std::env::var(RETRY_VARIABLE).ok().as_deref())
        .map_err(|reason| RemoteFault::because(address.kind, FaultKind::Failed, &reason))?;
    // The key is handled by lojal itself: a name may contain letters that a URL may not.
    let url = format!("{}://{}", address.scheme, address.authority);
    Ok(match address.kind {
        StoreKind::S3 => Arc::new(AmazonS3Builder::from_env().with_url(url).with_retry(retry).build().map_err(fault)?),
        StoreKind::Gcs => {
            Arc::new(GoogleCloudStorageBuilder::from_env().with_url(url).with_retry(retry).build().map_err(fault)?)
        }
        StoreKind::Azure => {
            Arc::new(MicrosoftAzureBuilder::from_env().with_url(url).with_retry(retry).build().map_err(fault)?)
        }
        StoreKind::Http => {
            let query = address.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
            let (user, host) = match address.authority.rsplit_once('@') {
                Some((user, host)) => (Some(user), host),
                None => (None, address.authority.as_str()),
            };
            let mut options = ClientOptions::new().with_allow_http(true);
            if let Some(header) = user.and_then(basic) {
                options = options.with_default_headers([(AUTHORIZATION, header)].into_iter().collect());
            }
            let url = format!("{}://{host}/{query}", address.scheme);
            let builder = HttpBuilder::new().with_url(url).with_client_options(options);
            Arc::new(builder.with_retry(retry).build().map_err(fault)?)
        }
    })
}

/// The header that carries the user and password of a URL, which are percent-encoded there.
fn basic(user: &str) -> Option<HeaderValue> {
    let decoded: Vec<u8> = percent_encoding::percent_decode_str(user).collect();
    let mut header = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(decoded))).ok()?;
    header.set_sensitive(true);
    Some(header)
}

/// The first retry waits 100 ms, each next one twice as long, 10 s at most. `typed` limits their total time, such as
/// `30s`; `0s` turns retries off.
fn retry(typed: Option<&str>) -> Result<RetryConfig, String> {
    let retry_timeout = match typed {
        Some(typed) => humantime::parse_duration(typed).map_err(|error| format!("{RETRY_VARIABLE}: {error}"))?,
        None => RETRY_AT_MOST,
    };
    let backoff =
        BackoffConfig { init_backoff: Duration::from_millis(100), max_backoff: Duration::from_secs(10), base: 2.0 };
    let max_retries = if retry_timeout.is_zero() { 0 } else { RETRIES_AT_MOST };
    Ok(RetryConfig { backoff, max_retries, retry_timeout })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Address;

    fn shown(url: &str) -> Result<String, RemoteFault> {
        let Address::Remote(address) = Address::parse(url).unwrap() else { panic!("{url} is remote") };
        connect(&address).map(|store| store.to_string())
    }

    #[test]
    fn each_scheme_has_its_store() {
        assert_eq!(shown("s3://bucket/x").unwrap(), "AmazonS3(bucket)");
        assert_eq!(shown("s3a://bucket/x").unwrap(), "AmazonS3(bucket)");
        assert_eq!(shown("http://host/x").unwrap(), "HttpStore");
        assert_eq!(shown("gs://bucket/x").unwrap(), "GoogleCloudStorage(bucket)");
        let account = "abfss://container@account.dfs.core.windows.net/x";
        assert_eq!(shown(account).unwrap(), "MicrosoftAzure { account: account, container: container }");
    }

    #[test]
    fn the_environment_configures_every_store() {
        use object_store::aws::AmazonS3ConfigKey as S3;
        use object_store::azure::AzureConfigKey as Azure;
        use object_store::gcp::GoogleConfigKey as Google;
        let s3 = [
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "AWS_REGION",
            "AWS_ENDPOINT",
            "AWS_ENDPOINT_URL",
            "AWS_ALLOW_HTTP",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        ];
        for name in s3 {
            assert!(name.to_ascii_lowercase().parse::<S3>().is_ok(), "{name}");
        }
        for name in [
            "AZURE_STORAGE_ACCOUNT_NAME",
            "AZURE_STORAGE_ACCOUNT_KEY",
            "AZURE_STORAGE_SAS_KEY",
            "AZURE_STORAGE_CLIENT_ID",
            "AZURE_STORAGE_CLIENT_SECRET",
            "AZURE_STORAGE_TENANT_ID",
            "AZURE_STORAGE_TOKEN",
        ] {
            assert!(name.to_ascii_lowercase().parse::<Azure>().is_ok(), "{name}");
        }
        for name in ["GOOGLE_SERVICE_ACCOUNT", "GOOGLE_SERVICE_ACCOUNT_KEY", "GOOGLE_APPLICATION_CREDENTIALS"] {
            assert!(name.to_ascii_lowercase().parse::<Google>().is_ok(), "{name}");
        }
    }

    #[test]
    fn user_and_password_become_a_header_that_is_not_shown() {
        let header = basic("me:p%40ss").unwrap();
        assert_eq!(header.to_str().unwrap(), "Basic bWU6cEBzcw==");
        assert_eq!(format!("{header:?}"), "Sensitive");
    }

    #[test]
    fn retries_end_after_the_configured_time() {
        assert_eq!(retry(None).unwrap().retry_timeout, Duration::from_secs(90));
        assert_eq!(retry(Some("2s")).unwrap().retry_timeout, Duration::from_secs(2));
        assert_eq!(retry(Some("0s")).unwrap().max_retries, 0);
        assert!(retry(Some("soon")).unwrap_err().contains(RETRY_VARIABLE));
    }
}
