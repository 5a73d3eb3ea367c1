//! Record types of files that several sources read.

/// The types that a source leaves to the other sources of the same files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OtherTypes {
    /// Types that the others read or ignore.
    pub claimed: Vec<String>,
    /// Whether this source rejects records of types that nobody reads. Of the sources of the same files, the first one
    /// does, so that such a record is rejected once.
    pub rejects_unclaimed: bool,
}
