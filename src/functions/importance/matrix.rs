//! Symmetric matrices of correlations: eigenvalues, and the repair of matrices that no data can have.
//!
//! All operations are + - * / and the square root, in a fixed order: the same input gives the same bits on every
//! machine.

/// A symmetric matrix.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Matrix {
    size: usize,
    cells: Vec<f64>,
}

impl Matrix {
    /// The identity.
    pub(super) fn identity(size: usize) -> Self {
        let mut matrix = Self { size, cells: vec![0.0; size * size] };
        (0..size).for_each(|i| matrix.cells[i * size + i] = 1.0);
        matrix
    }

    /// Number of rows and columns.
    pub(super) const fn size(&self) -> usize {
        self.size
    }

    pub(super) fn row(&self, i: usize) -> &[f64] {
        &self.cells[i * self.size..(i + 1) * self.size]
    }

    /// The value in row `i` and column `j`.
    pub(super) fn at(&self, i: usize, j: usize) -> f64 {
        self.cells[i * self.size + j]
    }

    /// Sets both cells of the pair.
    pub(super) fn set(&mut self, i: usize, j: usize, value: f64) {
        self.cells[i * self.size + j] = value;
        self.cells[j * self.size + i] = value;
    }

    /// Sets one cell, for an algorithm that does not read the other cell of the pair.
    pub(super) fn cell(&mut self, i: usize, j: usize, value: f64) {
        self.cells[i * self.size + j] = value;
    }

    /// The matrix with one more row and column: `border` against the existing ones, 1 on the diagonal.
    pub(super) fn bordered(&self, border: &[f64]) -> Self {
        let mut wider = Self::identity(self.size + 1);
        for (i, value) in border.iter().enumerate().take(self.size) {
            for j in 0..i {
                wider.set(i, j, self.at(i, j));
            }
            wider.set(i, self.size, *value);
        }
        wider
    }

    /// Whether all eigenvalues exceed `least`, that is, whether `self - least I` has a Cholesky factor.
    pub(super) fn is_above(&self, least: f64) -> bool {
        let size = self.size;
        let mut factor = vec![0.0; size * size];
        for i in 0..size {
            for j in 0..=i {
                let known: f64 = (0..j).map(|k| factor[i * size + k] * factor[j * size + k]).sum();
                let value = self.at(i, j) - known;
                if i == j {
                    if value.is_nan() || value <= least {
                        return false;
                    }
                    factor[i * size + i] = (value - least).sqrt();
                } else {
                    factor[i * size + j] = value / factor[j * size + j];
                }
            }
        }
        true
    }

    /// Eigenvalues, and the eigenvectors as rows, by Jacobi's cyclic rotations (Golub & Van Loan, Matrix Computations,
    /// 8.5). Exact to the last digits for matrices this small.
    pub(super) fn eigen(&self) -> (Vec<f64>, Self) {
        let size = self.size;
        let (mut a, mut vectors) = (self.clone(), Self::identity(size));
        for _ in 0..60 {
            let off: f64 = (0..size).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| a.at(i, j).powi(2)).sum();
            if off <= 1e-32 * size as f64 {
                break;
            }
            for p in 0..size {
                for q in p + 1..size {
                    a.rotate(&mut vectors, p, q);
                }
            }
        }
        ((0..size).map(|i| a.at(i, i)).collect(), vectors)
    }

    /// Rotates axes `p` and `q` so that their cell becomes zero.
    fn rotate(&mut self, vectors: &mut Self, p: usize, q: usize) {
        let cell = self.at(p, q);
        if cell.abs() < 1e-18 {
            return;
        }
        let theta = (self.at(q, q) - self.at(p, p)) / (2.0 * cell);
        let t = 1.0_f64.copysign(theta) / (theta.abs() + (theta * theta + 1.0).sqrt());
        let c = 1.0 / (t * t + 1.0).sqrt();
        let s = t * c;
        let (pp, qq) = (self.at(p, p) - t * cell, self.at(q, q) + t * cell);
        for k in 0..self.size {
            if k != p && k != q {
                let (kp, kq) = (self.at(p, k), self.at(q, k));
                self.set(p, k, c * kp - s * kq);
                self.set(q, k, s * kp + c * kq);
            }
            let (vp, vq) = (vectors.at(p, k), vectors.at(q, k));
            vectors.cells[p * self.size + k] = c * vp - s * vq;
            vectors.cells[q * self.size + k] = s * vp + c * vq;
        }
        self.set(p, p, pp);
        self.set(q, q, qq);
        self.set(p, q, 0.0);
    }

    /// The matrix without eigenvalues below `least`, and whether there were any: they are raised to `least`, and the
    /// result is rescaled to a diagonal of ones.
    pub(super) fn repaired(self, least: f64) -> (Self, bool) {
        if self.is_above(least) {
            return (self, false);
        }
        let (values, vectors) = self.eigen();
        let size = self.size;
        let mut raised = Self::identity(size);
        for i in 0..size {
            for j in 0..=i {
                let cell = values.iter().enumerate().map(|(k, v)| v.max(least) * vectors.at(k, i) * vectors.at(k, j));
                raised.set(i, j, cell.sum());
            }
        }
        let scale: Vec<f64> = (0..size).map(|i| raised.at(i, i).sqrt()).collect();
        for i in 0..size {
            for j in 0..i {
                raised.set(i, j, raised.at(i, j) / (scale[i] * scale[j]));
            }
            raised.set(i, i, 1.0);
        }
        (raised, true)
    }
}
