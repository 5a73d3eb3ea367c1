//! `relative_importance`: against figures published or computed with numpy, on simulated data, and in SQL.

mod figures;
mod noise;
mod sql;
mod statuses;

use super::analysis::{Analysis, Settings, analyse};
use super::responses::Responses;

/// Uniform and nearly normal numbers from SplitMix64.
struct Random(u64);

impl Random {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Irwin-Hall: the sum of twelve uniform numbers minus six.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

type Row = (f64, Vec<Option<f64>>);

fn gathered(rows: &[Row]) -> Responses {
    let mut responses = Responses { width: rows.first().map_or(1, |row| row.1.len() + 1), values: Vec::new() };
    rows.iter().for_each(|(target, drivers)| responses.add(*target, drivers.iter().copied()));
    responses
}

fn names(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("driver_{number}")).collect()
}

fn analysed(rows: &[Row], settings: Settings) -> Analysis {
    let responses = gathered(rows);
    analyse(&responses, &names(responses.width - 1), settings)
}

const fn without_bootstrap() -> Settings {
    Settings { seed: 1, replicates: 0 }
}

/// `count` rows: a target that weights drivers by `slopes`, and normal drivers that share `common` of their variance.
/// Each cell is `missing` with that probability.
fn simulated(random: &mut Random, count: usize, slopes: &[f64], common: f64, missing: f64) -> Vec<Row> {
    (0..count)
        .map(|_| {
            let shared = random.normal();
            let drivers: Vec<f64> =
                slopes.iter().map(|_| common.sqrt() * shared + (1.0 - common).sqrt() * random.normal()).collect();
            let target = drivers.iter().zip(slopes).map(|(a, b)| a * b).sum::<f64>() + random.normal();
            (target, drivers.into_iter().map(|value| (random.uniform() >= missing).then_some(value)).collect())
        })
        .collect()
}
