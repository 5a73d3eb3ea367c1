//! k-means: the algorithm on rows, its agreement with scikit-learn, and the functions in SQL.

mod algorithm;
mod scikit_learn;
mod sql;
mod wrong_calls;

use super::fit::Settings;
use super::sample::Sample;

/// A generator of uniform numbers in [0, 1): xorshift.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Three planted types in three features, mixed: 60, 40 and 20 customers, each with its type.
fn planted() -> Vec<(usize, Vec<f64>)> {
    let mut noise = Noise(0x9E37_79B9_7F4A_7C15);
    let centres = [[0.9, 100.0, 1.0], [0.1, 900.0, 1.0], [0.5, 500.0, 9.0]];
    (0..120)
        .map(|number| {
            let kind = [0, 1, 0, 1, 0, 2][number % 6];
            let spread = [0.1, 80.0, 1.5];
            (
                kind,
                centres[kind]
                    .iter()
                    .zip(spread)
                    .map(|(centre, spread)| centre + spread * (noise.next() - 0.5))
                    .collect(),
            )
        })
        .collect()
}

fn sample<'a>(rows: impl IntoIterator<Item = &'a Vec<f64>>) -> Sample {
    let mut sample = Sample::default();
    for row in rows {
        sample.add("test", row).expect("row");
    }
    sample
}

const fn settings(k_min: usize, k_max: usize) -> Settings {
    Settings { k_min, k_max, seed: 7 }
}
