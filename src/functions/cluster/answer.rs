//! What a fit says about one row.

/// Which of the two functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// `kmeans_cluster`: the number of the cluster, from 1.
    Cluster,
    /// `kmeans_distance`: the distance to the cluster's centre.
    Distance,
}

impl Answer {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Cluster, Self::Distance];

    /// Name of the SQL function.
    pub(super) const fn function(self) -> &'static str {
        match self {
            Self::Cluster => "kmeans_cluster",
            Self::Distance => "kmeans_distance",
        }
    }
}
