//! The last digits of a maximum: Newton steps on the gradient.
//!
//! The Hessian comes from central differences of the analytic gradient. Its error slows convergence slightly but does
//! not move the limit.

/// Step of the differences: their error, about its square, leaves seven correct digits per Newton step.
const STEP: f64 = 1e-4;

/// A symmetric matrix.
pub(super) type Matrix<const N: usize> = [[f64; N]; N];

/// The negated Hessian at `point`, from `gradient`.
pub(super) fn curvature<const N: usize>(
    point: &[f64; N],
    mut gradient: impl FnMut(&[f64; N]) -> [f64; N],
) -> Matrix<N> {
    let mut rows = [[0.0; N]; N];
    for (index, row) in rows.iter_mut().enumerate() {
        let (mut below, mut above) = (*point, *point);
        below[index] -= STEP;
        above[index] += STEP;
        let (below, above) = (gradient(&below), gradient(&above));
        for (cell, (below, above)) in row.iter_mut().zip(below.iter().zip(&above)) {
            *cell = (below - above) / (2.0 * STEP);
        }
    }
    let mut symmetric = rows;
    for i in 0..N {
        for j in 0..N {
            symmetric[i][j] = 0.5 * (rows[i][j] + rows[j][i]);
        }
    }
    symmetric
}

/// Lower Cholesky factor of `matrix`, or `None` if a pivot is below `least`: not a maximum, or a flat one.
pub(super) fn cholesky<const N: usize>(matrix: &Matrix<N>, least: f64) -> Option<Matrix<N>> {
    let mut factor = [[0.0; N]; N];
    for i in 0..N {
        for j in 0..=i {
            let known: f64 = factor[i].iter().zip(&factor[j]).take(j).map(|(left, right)| left * right).sum();
            let value = matrix[i][j] - known;
            if i == j {
                if value.is_nan() || value <= least {
                    return None;
                }
                factor[i][i] = value.sqrt();
            } else {
                factor[i][j] = value / factor[j][j];
            }
        }
    }
    Some(factor)
}

/// Solves `factor factor' x = right`.
pub(super) fn solve<const N: usize>(factor: &Matrix<N>, right: &[f64; N]) -> [f64; N] {
    let mut x = *right;
    for i in 0..N {
        for k in 0..i {
            x[i] -= factor[i][k] * x[k];
        }
        x[i] /= factor[i][i];
    }
    for i in (0..N).rev() {
        for k in i + 1..N {
            x[i] -= factor[k][i] * x[k];
        }
        x[i] /= factor[i][i];
    }
    x
}
