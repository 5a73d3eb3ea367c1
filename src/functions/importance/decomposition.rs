//! Divides the explained variance among drivers: general dominance (LMG) and Johnson's relative weights.
//!
//! Both work on a correlation matrix with the target in row 0 and the drivers in the other rows. Both sum to R² and are
//! never negative. Linear dependence between drivers is harmless: a direction without variance ([`LEAST_PIVOT`])
//! explains nothing, so LMG's gains and Johnson's (then generalised) inverse stay defined, and two copies of one driver
//! share equally in either order.

use super::matrix::Matrix;

/// A driver is a linear combination of others if they leave less than this share of its variance unexplained.
pub(super) const LEAST_PIVOT: f64 = 1e-10;

/// R² of the target on all drivers.
pub(super) fn r_squared(joint: &Matrix) -> f64 {
    let size = joint.size();
    let mut rest = joint.clone();
    let mut explained = 0.0;
    for k in 1..size {
        let pivot = rest.at(k, k);
        if pivot > LEAST_PIVOT {
            explained += rest.at(k, 0) * rest.at(k, 0) / pivot;
            let row = rest.row(k).to_vec();
            for i in (0..size).filter(|i| *i == 0 || *i > k) {
                for j in (0..=i).filter(|j| *j == 0 || *j > k) {
                    rest.set(i, j, rest.at(i, j) - row[i] * row[j] / pivot);
                }
            }
        }
    }
    explained
}

/// R² of the target on every set of drivers, indexed by the set's bits.
///
/// Sets are visited as the leaves of a tree that decides on one driver after another. Including a driver sweeps it out
/// of the undecided ones (the Schur complement). A set costs a few operations instead of a separate regression.
pub(super) fn subsets(joint: &Matrix) -> Vec<f64> {
    let drivers = joint.size() - 1;
    let mut found = vec![0.0; 1 << drivers];
    let mut levels = vec![joint.clone(); drivers + 1];
    visit(&mut levels, 1, 0, 0.0, &mut found);
    found
}

fn visit(levels: &mut [Matrix], driver: usize, set: usize, explained: f64, found: &mut [f64]) {
    let Some((rest, deeper)) = levels.split_first_mut() else { return };
    let size = rest.size();
    if driver == size {
        found[set] = explained;
        return;
    }
    let with = set | 1 << (driver - 1);
    let pivot = rest.at(driver, driver);
    if pivot > LEAST_PIVOT {
        if let Some(swept) = deeper.first_mut() {
            let row = rest.row(driver);
            for i in driver + 1..size {
                let factor = row[i] / pivot;
                swept.cell(i, 0, rest.at(i, 0) - factor * row[0]);
                for (j, value) in row.iter().enumerate().take(i + 1).skip(driver + 1) {
                    // The next sweep reads rows, so both halves are kept up to date.
                    swept.set(i, j, rest.at(i, j) - factor * value);
                }
            }
        }
        let gain = rest.at(driver, 0) * rest.at(driver, 0) / pivot;
        visit(deeper, driver + 1, with, explained + gain, found);
    } else {
        visit(levels, driver + 1, with, explained, found);
    }
    visit(levels, driver + 1, set, explained, found);
}

/// General dominance: a driver's gain in R², averaged over the sets of the other drivers, first within each set size,
/// then over the sizes. Equal to R² averaged over orders (Lindeman, Merenda & Gold 1980: LMG) and to the Shapley value
/// (Azen & Budescu, Psychological Methods 8(2), 2003).
pub(super) fn lmg(joint: &Matrix) -> Vec<f64> {
    let drivers = joint.size() - 1;
    let explained = subsets(joint);
    // 1 / (drivers x (drivers - 1 over size)), indexed by the size of the set that a driver joins.
    let mut weights = vec![1.0 / drivers as f64; drivers];
    for size in 1..drivers {
        weights[size] = weights[size - 1] * size as f64 / (drivers - size) as f64;
    }
    (0..drivers)
        .map(|driver| {
            let bit = 1 << driver;
            // By size first: numbers of similar magnitude are added, and each size is multiplied once.
            let mut gains = vec![0.0; drivers];
            for set in (0..explained.len()).filter(|set| set & bit == 0) {
                gains[set.count_ones() as usize] += explained[set | bit] - explained[set];
            }
            gains.iter().zip(&weights).map(|(gain, weight)| gain * weight).sum::<f64>().max(0.0)
        })
        .collect()
}

/// Johnson's relative weights (Multivariate Behavioral Research 35(1), 2000): the drivers are replaced by the nearest
/// uncorrelated variables, the target is regressed on these, and the variance explained by each is divided by its
/// squared correlations with the drivers.
pub(super) fn johnson(joint: &Matrix) -> Vec<f64> {
    let drivers = joint.size() - 1;
    let mut among = Matrix::identity(drivers);
    for i in 0..drivers {
        for j in 0..i {
            among.set(i, j, joint.at(i + 1, j + 1));
        }
    }
    let (values, vectors) = among.eigen();
    // Along each eigenvector: the target's part, and that part in units of the root.
    let parts: Vec<f64> = (0..drivers)
        .map(|k| {
            let along: f64 = (0..drivers).map(|i| vectors.at(k, i) * joint.at(0, i + 1)).sum();
            if values[k] > LEAST_PIVOT { along / values[k].sqrt() } else { 0.0 }
        })
        .collect();
    let roots: Vec<f64> = values.iter().map(|value| value.max(0.0).sqrt()).collect();
    let squared: Vec<f64> = (0..drivers)
        .map(|i| (0..drivers).map(|k| vectors.at(k, i) * parts[k]).sum::<f64>())
        .map(|slope| slope * slope)
        .collect();
    (0..drivers)
        .map(|i| {
            let weight = |j: usize| -> f64 {
                let loading: f64 = (0..drivers).map(|k| vectors.at(k, i) * roots[k] * vectors.at(k, j)).sum();
                loading * loading
            };
            (0..drivers).map(|j| weight(j) * squared[j]).sum()
        })
        .collect()
}

/// For each driver, the earlier drivers of which it is a linear combination; empty for most.
pub(super) fn collinear(joint: &Matrix) -> Vec<Vec<usize>> {
    let drivers = joint.size() - 1;
    let mut found = vec![Vec::new(); drivers];
    // Inverse of the correlations among the independent drivers so far, updated by bordering.
    let mut independent: Vec<usize> = Vec::new();
    let mut inverse: Vec<Vec<f64>> = Vec::new();
    for (driver, combination) in found.iter_mut().enumerate() {
        let with: Vec<f64> = independent.iter().map(|other| joint.at(driver + 1, other + 1)).collect();
        let slopes: Vec<f64> = inverse.iter().map(|row| row.iter().zip(&with).map(|(a, b)| a * b).sum()).collect();
        let left = 1.0 - slopes.iter().zip(&with).map(|(a, b)| a * b).sum::<f64>();
        if left.abs() <= LEAST_PIVOT {
            *combination = independent
                .iter()
                .zip(&slopes)
                .filter(|(_, slope)| slope.abs() > 1e-4)
                .map(|(other, _)| *other)
                .collect();
            continue;
        }
        for (row, one) in inverse.iter_mut().zip(&slopes) {
            row.iter_mut().zip(&slopes).for_each(|(cell, other)| *cell += one * other / left);
            row.push(-one / left);
        }
        inverse.push(slopes.iter().map(|slope| -slope / left).chain([1.0 / left]).collect());
        independent.push(driver);
    }
    found
}
