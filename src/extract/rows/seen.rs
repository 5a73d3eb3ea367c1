//! What a set of rows knows of the next ones.

/// Good rows that are compared with those seen so far, all of one file.
#[derive(Clone, Copy, Debug)]
pub struct RowsToSee<'a> {
    /// Their hashes; tags of their keys, if the source has one.
    pub hashes: &'a [u128],
    /// Those of them, by number, that have an empty cell in the key, in order.
    pub without_key: &'a [u32],
    /// The number of their delivery: later deliveries have greater ones.
    pub delivery: u32,
}

/// What is known of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// No equal row was seen.
    First,
    /// It repeats a row of its delivery and counts, because no other delivery has it so often.
    Again,
    /// It repeats a row and does not count.
    Duplicate,
}

/// A set of rows, shared by all threads.
pub trait SeenRows: Send + Sync {
    /// Adds the rows. Pushes, for each one, what was known of it.
    fn enter(&self, rows: RowsToSee<'_>, seen: &mut Vec<Seen>);

    /// As [`Self::enter`]. If rows are also compared by their declared columns alone, pushes into `alike` what is known of
    /// each in this way. `declared` are such hashes; if there are none, no row has anything undeclared.
    fn enter_both(&self, rows: RowsToSee<'_>, _declared: &[u128], seen: &mut Vec<Seen>, _alike: &mut Vec<Seen>) {
        self.enter(rows, seen);
    }

    /// Adds groups of keys with their deliveries, for sources whose groups replace one another.
    fn enter_groups(&self, _tags: &[u128]) {}
}
