//! Every compression: in one piece, in several, truncated, damaged, and expanding without end.

use std::io::Write;

use super::*;

const KINDS: [Compression; 4] = [Compression::Gzip, Compression::Zstd, Compression::Bzip2, Compression::Xz];

fn compress(text: &[u8], compression: Compression) -> Vec<u8> {
    match compression {
        Compression::None | Compression::Zip => text.to_vec(),
        Compression::Gzip => {
            let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            writer.write_all(text).unwrap();
            writer.finish().unwrap()
        }
        Compression::Zstd => {
            let mut writer = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
            // As the command-line tool does; without it damage can go undetected.
            writer.include_checksum(true).unwrap();
            writer.write_all(text).unwrap();
            writer.finish().unwrap()
        }
        Compression::Bzip2 => {
            let mut writer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
            writer.write_all(text).unwrap();
            writer.finish().unwrap()
        }
        Compression::Xz => {
            let mut writer = liblzma::write::XzEncoder::new(Vec::new(), 6);
            writer.write_all(text).unwrap();
            writer.finish().unwrap()
        }
    }
}

fn read(bytes: Vec<u8>, compression: Compression) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    decompressed(Box::new(io::Cursor::new(bytes)), compression)?.read_to_end(&mut out)?;
    Ok(out)
}

fn text() -> Vec<u8> {
    (0..20_000)
        .flat_map(|number: u32| format!("{number},{}\n", number.wrapping_mul(2_654_435_761)).into_bytes())
        .collect()
}

#[test]
fn concatenated_pieces_are_one_text() {
    let text = text();
    let (first, second) = text.split_at(text.len() / 3);
    for kind in KINDS.into_iter().chain([Compression::None]) {
        assert!(read(compress(&text, kind), kind).unwrap() == text, "{kind:?}");
        let pieces = [compress(first, kind), compress(second, kind)].concat();
        assert!(read(pieces, kind).unwrap() == text, "{kind:?}");
        assert_eq!(read(Vec::new(), kind).unwrap(), b"", "{kind:?}");
        assert_eq!(read(compress(b"", kind), kind).unwrap(), b"", "{kind:?}");
    }
}

#[test]
fn truncated_or_damaged_data_are_a_fault_of_the_data() {
    for kind in KINDS {
        let whole = compress(&text(), kind);
        for cut in [1, 5, whole.len() / 2, whole.len() - 1] {
            let error = read(whole[..cut].to_vec(), kind).map(|text| text.len()).unwrap_err();
            assert!(matches!(BytesError::of(&error), Some(BytesError::Truncated { .. })), "{kind:?} {cut}: {error}");
        }
        let mut damaged = whole.clone();
        let middle = damaged.len() / 2;
        damaged[middle..middle + 20].fill(0xA5);
        let error = read(damaged, kind).map(|text| text.len()).unwrap_err();
        assert!(BytesError::of(&error).is_some(), "{kind:?}: {error}");
        let error = read(text(), kind).map(|text| text.len()).unwrap_err();
        assert!(matches!(BytesError::of(&error), Some(BytesError::Corrupt { .. })), "{kind:?}: {error}");
    }
}

#[test]
fn a_failing_store_is_not_a_fault_of_the_data() {
    struct Failing(io::Cursor<Vec<u8>>);
    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(io::Error::other("the line is down")),
                read => Ok(read),
            }
        }
    }
    for kind in KINDS {
        let whole = compress(&text(), kind);
        let file = Failing(io::Cursor::new(whole[..whole.len() / 2].to_vec()));
        let mut out = Vec::new();
        let error = decompressed(Box::new(file), kind).unwrap().read_to_end(&mut out).unwrap_err();
        assert!(
            BytesError::of(&error).is_none() && error.to_string().contains("the line is down"),
            "{kind:?}: {error}"
        );
    }
}

#[test]
fn a_bomb_is_stopped() {
    let zeros = vec![0; (64 << 20) + 1];
    for kind in KINDS {
        let bomb = compress(&zeros, kind);
        let mut reader = decompressed(Box::new(io::Cursor::new(bomb)), kind).unwrap();
        let error = io::copy(&mut reader, &mut io::sink()).unwrap_err();
        assert!(matches!(BytesError::of(&error), Some(BytesError::Bomb { .. })), "{kind:?}: {error}");
    }
}

#[test]
fn the_extension_decides_the_compression() {
    assert_eq!(compression(None, "a.csv.gz"), Compression::Gzip);
    assert_eq!(compression(None, "a.csv.ZST"), Compression::Zstd);
    assert_eq!(compression(None, "a.bz2"), Compression::Bzip2);
    assert_eq!(compression(None, "a.xz"), Compression::Xz);
    assert_eq!(compression(None, "a.ZIP"), Compression::Zip);
    assert_eq!(compression(None, "a.csv"), Compression::None);
    assert_eq!(compression(Some(Compression::None), "a.csv.gz"), Compression::None);
    assert_eq!(compression(Some(Compression::Gzip), "a.csv"), Compression::Gzip);
}
