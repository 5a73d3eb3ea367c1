//! Servers for the tests of stores: one with the S3 protocol in front of a folder, with faults on request, and a plain
//! web server that can be made to misbehave.

use std::convert::Infallible;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::Body;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use super::support::{Copy, Outcome, Warehouse, lojal, outcome};

pub const KEY: &str = "AKIALOJALTEST";
pub const SECRET: &str = "hunter2-is-the-secret";

type Answer = Response<Body>;

/// Which requests fail, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    None,
    /// Only this one is refused.
    Only(usize),
    /// This one and all after it are refused.
    From(usize),
    /// This one is executed, but its answer is lost.
    AnswerLost(usize),
}

#[derive(Debug)]
struct Plan {
    fault: Fault,
    /// How many writes of the pointer must arrive before the first is executed.
    pointer_writers: usize,
}

/// A server with the S3 protocol.
pub struct S3 {
    folder: TempDir,
    port: u16,
    plan: Arc<Mutex<Plan>>,
    count: Arc<AtomicUsize>,
    _runtime: Runtime,
}

impl S3 {
    /// A server with the bucket `lojal`.
    pub fn start() -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        std::fs::create_dir(folder.path().join("lojal")).unwrap();
        let mut builder = S3ServiceBuilder::new(FileSystem::new(folder.path()).unwrap());
        builder.set_auth(SimpleAuth::from_single(KEY, SECRET));
        let service = builder.build();
        let plan = Arc::new(Mutex::new(Plan { fault: Fault::None, pointer_writers: 1 }));
        let count = Arc::new(AtomicUsize::new(0));
        let (pointer, waiting) = (Arc::new(tokio::sync::Mutex::new(())), Arc::new(AtomicUsize::new(0)));
        let (shared_plan, shared_count) = (Arc::clone(&plan), Arc::clone(&count));
        let (runtime, port) = serve(move |request: Request<Incoming>| {
            let (service, plan, count) = (service.clone(), Arc::clone(&shared_plan), Arc::clone(&shared_count));
            let (pointer, waiting) = (Arc::clone(&pointer), Arc::clone(&waiting));
            async move { answer(request, &service, &plan, &count, &pointer, &waiting).await }
        });
        Self { folder, port, plan, count, _runtime: runtime }
    }

    /// From now on, requests are counted from 1 and fail accordingly.
    pub fn fail(&self, fault: Fault) {
        self.plan.lock().unwrap().fault = fault;
        self.count.store(0, Ordering::SeqCst);
    }

    /// The first write of the pointer waits until this many have arrived.
    pub fn wait_for_pointer_writers(&self, writers: usize) {
        self.plan.lock().unwrap().pointer_writers = writers;
    }

    /// The number of requests since the last [`Self::fail`].
    pub fn requests(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }

    pub fn bucket(&self) -> PathBuf {
        self.folder.path().join("lojal")
    }

    /// Puts a project's extracts into the bucket, below `in/`.
    pub fn deliver(&self, copy: &Copy) {
        let target = self.bucket().join("in");
        std::fs::create_dir_all(&target).unwrap();
        for file in super::support::entries(&copy.path().join("extracts")) {
            std::fs::copy(&file, target.join(file.file_name().unwrap())).unwrap();
        }
    }

    /// The binary with the environment of this server; its temporary files are below the project.
    pub fn command(&self, copy: &Copy, arguments: &[&str]) -> Command {
        let temporary = copy.path().join("tmp");
        std::fs::create_dir_all(&temporary).unwrap();
        let mut command = without_settings(lojal(copy.path()));
        command.args(arguments).env("TMPDIR", temporary);
        command.env("AWS_ENDPOINT", format!("http://127.0.0.1:{}", self.port)).env("AWS_ALLOW_HTTP", "true");
        command.env("AWS_REGION", "eu-north-1").env("AWS_ACCESS_KEY_ID", KEY).env("AWS_SECRET_ACCESS_KEY", SECRET);
        command.env("LOJAL_STORE_RETRY", "20s");
        command
    }

    /// Runs the main job with extracts and warehouse in the bucket.
    pub fn run(&self, copy: &Copy, more: &[&str]) -> Outcome {
        outcome(&mut self.run_command(copy, more))
    }

    pub fn run_command(&self, copy: &Copy, more: &[&str]) -> Command {
        let mut command = self.command(copy, &["run", "--vars", "extracts=s3://lojal/in"]);
        command.args(["--warehouse", "s3://lojal/wh"]).args(more);
        command
    }

    /// What a reader of the warehouse sees: `current` as set by the pointer.
    pub fn seen(&self) -> (TempDir, Warehouse) {
        let text = std::fs::read_to_string(self.bucket().join("wh/current.json")).expect("there is a pointer");
        let pointer: serde_json::Value = serde_json::from_str(&text).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let target = self.bucket().join("wh").join(pointer["snapshot"].as_str().unwrap());
        std::os::unix::fs::symlink(target, folder.path().join("current")).unwrap();
        let warehouse = Warehouse(folder.path().to_owned());
        (folder, warehouse)
    }

    /// Names of the snapshot folders.
    pub fn snapshots(&self) -> Vec<String> {
        let paths = super::support::entries(&self.bucket().join("wh/snapshots"));
        let holds_files = |path: &&PathBuf| has_files(path);
        paths.iter().filter(holds_files).map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
    }
}

/// The server keeps folders whose last object was removed.
fn has_files(folder: &Path) -> bool {
    super::support::entries(folder).iter().any(|path| path.is_file() || has_files(path))
}

/// Removes the caller's own settings from the environment.
pub fn without_settings(mut command: Command) -> Command {
    for (name, _) in std::env::vars() {
        let is_store = ["AWS_", "AZURE_", "GOOGLE_"].iter().any(|prefix| name.starts_with(prefix));
        if is_store || name.to_ascii_lowercase().ends_with("_proxy") {
            command.env_remove(name);
        }
    }
    command
}

async fn answer(
    request: Request<Incoming>,
    service: &S3Service,
    plan: &Mutex<Plan>,
    count: &AtomicUsize,
    pointer: &tokio::sync::Mutex<()>,
    waiting: &AtomicUsize,
) -> Result<Answer, Infallible> {
    let number = count.fetch_add(1, Ordering::SeqCst) + 1;
    let (fault, writers) = {
        let plan = plan.lock().unwrap();
        (plan.fault, plan.pointer_writers)
    };
    let refused = match fault {
        Fault::Only(at) => number == at,
        Fault::From(at) => number >= at,
        Fault::None | Fault::AnswerLost(_) => false,
    };
    if refused {
        return Ok(status(StatusCode::INTERNAL_SERVER_ERROR));
    }
    // The server checks first and writes then; a real store does both at once.
    let is_pointer = request.method() == Method::PUT && request.uri().path().ends_with("/current.json");
    let _one_at_a_time = if is_pointer {
        waiting.fetch_add(1, Ordering::SeqCst);
        for _ in 0..300 {
            if waiting.load(Ordering::SeqCst) >= writers {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Some(pointer.lock().await)
    } else {
        None
    };
    let answer = Service::call(service, request).await;
    if fault == Fault::AnswerLost(number) {
        return Ok(status(StatusCode::INTERNAL_SERVER_ERROR));
    }
    Ok(answer.unwrap_or_else(|_| status(StatusCode::INTERNAL_SERVER_ERROR)))
}

fn status(status: StatusCode) -> Answer {
    text(status, Vec::new())
}

fn text(status: StatusCode, bytes: Vec<u8>) -> Answer {
    let mut answer = Response::new(Body::from(hyper::body::Bytes::from(bytes)));
    *answer.status_mut() = status;
    answer
}

/// How a web server misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Good,
    /// The whole file is sent for any range.
    NoRanges,
    /// Every other request is answered with an error.
    Flaky,
    /// User and password are required.
    Closed,
    /// Every request is answered with an error.
    Broken,
}

/// A web server with the files of a folder.
pub struct Web {
    pub port: u16,
    _runtime: Runtime,
}

impl Web {
    pub fn start(folder: &Path, manner: Manner) -> Self {
        let (folder, count) = (folder.to_owned(), Arc::new(AtomicUsize::new(0)));
        let (runtime, port) = serve(move |request: Request<Incoming>| {
            let number = count.fetch_add(1, Ordering::SeqCst);
            let answer = web_answer(&request, &folder, manner, number);
            async move { Ok::<_, Infallible>(answer) }
        });
        Self { port, _runtime: runtime }
    }
}

fn web_answer(request: &Request<Incoming>, folder: &Path, manner: Manner, number: usize) -> Answer {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    if manner == Manner::Broken || (manner == Manner::Flaky && number.is_multiple_of(2)) {
        return status(StatusCode::INTERNAL_SERVER_ERROR);
    }
    // me:hunter2
    if manner == Manner::Closed && header("authorization") != Some("Basic bWU6aHVudGVyMg==") {
        return status(StatusCode::UNAUTHORIZED);
    }
    let Ok(bytes) = std::fs::read(folder.join(request.uri().path().trim_start_matches('/'))) else {
        return status(StatusCode::NOT_FOUND);
    };
    let whole = bytes.len();
    let range = header("range").and_then(|range| range.strip_prefix("bytes=")?.split_once('-'));
    let range = range.and_then(|(from, to)| Some((from.parse().ok()?, to.parse::<usize>().ok()?)));
    let mut answer = match range {
        Some((from, to)) if manner != Manner::NoRanges && from < whole => {
            let to = to.min(whole - 1);
            let mut answer = text(StatusCode::PARTIAL_CONTENT, bytes[from..=to].to_vec());
            let shown = format!("bytes {from}-{to}/{whole}");
            answer.headers_mut().insert("content-range", shown.parse().unwrap());
            answer
        }
        _ if request.method() == Method::HEAD => {
            let mut answer = status(StatusCode::OK);
            answer.headers_mut().insert("content-length", whole.into());
            answer
        }
        _ => text(StatusCode::OK, bytes),
    };
    answer.headers_mut().insert("etag", format!("\"{whole}\"").parse().unwrap());
    answer
}

fn serve<A, F>(handle: A) -> (Runtime, u16)
where
    A: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<Answer, Infallible>> + Send + 'static,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let port = listener.local_addr().unwrap().port();
    let workers = runtime.handle().clone();
    runtime.spawn(async move {
        loop {
            let Ok((socket, _)) = listener.accept().await else { continue };
            let handle = handle.clone();
            workers.spawn(async move {
                let server = Builder::new(TokioExecutor::new());
                // A client that disconnects is not a test failure.
                let _ = server.serve_connection(TokioIo::new(socket), service_fn(handle)).await;
            });
        }
    });
    (runtime, port)
}
