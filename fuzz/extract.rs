//! The parts of the crate that read CSV, under their paths in the crate.

#[path = "check.rs"]
pub mod check;
#[path = "../src/extract/frame/mod.rs"]
pub mod frame;
#[path = "../src/extract/rows/mod.rs"]
pub mod rows;

/// Files are not part of the fuzzing: the fuzzer hands over bytes.
pub mod extract_file {
    /// A file that is never opened.
    #[derive(Debug)]
    pub struct ExtractFile;

    impl ExtractFile {
        /// Never called.
        pub fn open(&self) -> std::io::Result<Box<dyn std::io::Read + Send>> {
            Err(std::io::ErrorKind::Unsupported.into())
        }
    }
}

#[path = "formats.rs"]
pub mod formats;
