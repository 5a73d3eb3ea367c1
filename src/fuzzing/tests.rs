//! The corpus, and random inputs, pass the checks of the fuzzers.

use std::fs;
use std::path::Path;

use super::choices::Choices;
use crate::extract::random::Random;

/// The inputs of a target, by their names.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 10, "{target}");
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

/// The same input in other cuts.
fn in_cuts(input: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let (choices, file) = Choices::split(input);
    let rest = choices.get(3..).unwrap_or_default();
    ["000", "171", "5\u{7F}2", "z;9"].map(|cut| [cut.as_bytes(), rest, b"\n", file].concat()).into_iter()
}

#[test]
fn the_corpus_of_csv_passes() {
    corpus("csv").iter().flat_map(|input| in_cuts(input)).for_each(|input| super::csv(&input));
}

#[test]
fn the_corpus_of_json_passes() {
    corpus("json").iter().flat_map(|input| in_cuts(input)).for_each(|input| super::json(&input));
}

#[test]
fn the_corpus_of_cells_passes() {
    corpus("workbook_cell").iter().for_each(|input| super::workbook_cell(input));
}

#[test]
fn random_files_pass() {
    let mut random = Random(0x0F0F_1234_5678_9ABD);
    let csv = [
        "a",
        "1",
        ",",
        ",",
        ";",
        "§",
        "\n",
        "\n",
        "\r\n",
        "\"",
        "'",
        "\\",
        "#",
        "\"x\"",
        "å",
        "\0",
        "a,b\n",
        "\u{1A}",
        "\u{FEFF}",
        "\n\u{FEFF}\"",
        "\n\u{FEFF}a,",
        "2025-03-01",
        "-1,5",
        "NULL",
        "\\N",
    ];
    let json = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"a\"",
        "\"b\"",
        "1",
        "-1.5e3",
        "\n",
        " ",
        "null",
        "true",
        "\"å\\n\"",
        "{\"a\":1}",
        "[{\"a\":\"x\",\"b\":2}]",
        "\\u00e5",
        "\"g\":[1,2]",
        "\u{FEFF}",
    ];
    for _ in 0..2000 {
        let choices: Vec<u8> =
            (0..60).map(|_| b'0' + if random.below(4) == 0 { random.below(12) as u8 } else { 0 }).collect();
        for (target, pieces) in [(super::csv as fn(&[u8]), &csv[..]), (super::json, &json[..])] {
            let size = 1 + random.below(150);
            let file = random.text(size, pieces);
            target(&[choices.as_slice(), b"\n", &file].concat());
        }
    }
}
