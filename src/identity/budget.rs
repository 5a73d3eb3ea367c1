//! Memory that only the resolution itself can measure, and that somebody else grants.

/// Grants a number of bytes, in total, or says why not.
pub type Budget = Box<dyn Fn(usize) -> Result<(), Box<dyn std::error::Error + Send + Sync>> + Send>;
