//! Which members of structs the cells of a column have: a member that none has is probably misspelt.

/// Which members of structs have been met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members {
    /// For each member, the number of structs that could have it, and of those that do.
    pub(super) met: Vec<(u64, u64)>,
}

impl Members {
    /// Adds what was found in other rows.
    pub fn add(&mut self, other: &Self) {
        self.met.resize(self.met.len().max(other.met.len()), (0, 0));
        for (known, found) in self.met.iter_mut().zip(&other.met) {
            *known = (known.0 + found.0, known.1 + found.1);
        }
    }

    /// The members that no struct has, although there are structs.
    pub fn lacking(&self) -> impl Iterator<Item = usize> + '_ {
        self.met.iter().enumerate().filter(|(_, (all, having))| *all > 0 && *having == 0).map(|(member, _)| member)
    }
}
