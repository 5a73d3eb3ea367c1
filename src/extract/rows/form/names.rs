//! Names of months and weekdays in the languages that a column declares.

use crate::config::MonthLanguage;

/// Names in lower case, with their numbers from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Names {
    months: Vec<(&'static str, u32)>,
    weekdays: Vec<(&'static str, u32)>,
}

/// The names of each month and weekday: full ones and abbreviations, without points. No name means two things, in any of
/// the languages.
type Words = ([&'static [&'static str]; 12], [&'static [&'static str]; 7]);

const SV: Words = (
    [
        &["januari", "jan"],
        &["februari", "feb", "febr"],
        &["mars", "mar"],
        &["april", "apr"],
        &["maj"],
        &["juni", "jun"],
        &["juli", "jul"],
        &["augusti", "aug"],
        &["september", "sep", "sept"],
        &["oktober", "okt"],
        &["november", "nov"],
        &["december", "dec"],
    ],
    [
        &["måndag", "måndagen", "mån", "må"],
        &["tisdag", "tisdagen", "tis", "ti"],
        &["onsdag", "onsdagen", "ons", "on"],
        &["torsdag", "torsdagen", "tors", "tor", "to"],
        &["fredag", "fredagen", "fre", "fr"],
        &["lördag", "lördagen", "lör", "lö"],
        &["söndag", "söndagen", "sön", "sö"],
    ],
);
const NB: Words = (
    [
        &["januar", "jan"],
        &["februar", "feb"],
        &["mars", "mar"],
        &["april", "apr"],
        &["mai"],
        &["juni", "jun"],
        &["juli", "jul"],
        &["august", "aug"],
        &["september", "sep", "sept"],
        &["oktober", "okt"],
        &["november", "nov"],
        &["desember", "des"],
    ],
    [
        &["mandag", "man"],
        &["tirsdag", "tirs", "tir"],
        &["onsdag", "ons"],
        &["torsdag", "tors", "tor"],
        &["fredag", "fre"],
        &["lørdag", "lør"],
        &["søndag", "søn"],
    ],
);
const DA: Words = (
    [
        &["januar", "jan"],
        &["februar", "feb"],
        &["marts", "mar"],
        &["april", "apr"],
        &["maj"],
        &["juni", "jun"],
        &["juli", "jul"],
        &["august", "aug"],
        &["september", "sep", "sept"],
        &["oktober", "okt"],
        &["november", "nov"],
        &["december", "dec"],
    ],
    [
        &["mandag", "man"],
        &["tirsdag", "tirs", "tir"],
        &["onsdag", "ons"],
        &["torsdag", "tors", "tor"],
        &["fredag", "fre"],
        &["lørdag", "lør"],
        &["søndag", "søn"],
    ],
);
const FI: Words = (
    [
        &["tammikuu", "tammikuuta", "tammi"],
        &["helmikuu", "helmikuuta", "helmi"],
        &["maaliskuu", "maaliskuuta", "maalis"],
        &["huhtikuu", "huhtikuuta", "huhti"],
        &["toukokuu", "toukokuuta", "touko"],
        &["kesäkuu", "kesäkuuta", "kesä"],
        &["heinäkuu", "heinäkuuta", "heinä"],
        &["elokuu", "elokuuta", "elo"],
        &["syyskuu", "syyskuuta", "syys"],
        &["lokakuu", "lokakuuta", "loka"],
        &["marraskuu", "marraskuuta", "marras"],
        &["joulukuu", "joulukuuta", "joulu"],
    ],
    [
        &["maanantai", "maanantaina", "ma"],
        &["tiistai", "tiistaina", "ti"],
        &["keskiviikko", "keskiviikkona", "ke"],
        &["torstai", "torstaina", "to"],
        &["perjantai", "perjantaina", "pe"],
        &["lauantai", "lauantaina", "la"],
        &["sunnuntai", "sunnuntaina", "su"],
    ],
);
const DE: Words = (
    [
        &["januar", "jänner", "jan", "jän"],
        &["februar", "feber", "feb"],
        &["märz", "maerz", "mrz", "mär"],
        &["april", "apr"],
        &["mai"],
        &["juni", "jun"],
        &["juli", "jul"],
        &["august", "aug"],
        &["september", "sep", "sept"],
        &["oktober", "okt"],
        &["november", "nov"],
        &["dezember", "dez"],
    ],
    [
        &["montag", "mo"],
        &["dienstag", "di"],
        &["mittwoch", "mi"],
        &["donnerstag", "do"],
        &["freitag", "fr"],
        &["samstag", "sonnabend", "sa"],
        &["sonntag", "so"],
    ],
);
const EN: Words = (
    [
        &["january", "jan"],
        &["february", "feb"],
        &["march", "mar"],
        &["april", "apr"],
        &["may"],
        &["june", "jun"],
        &["july", "jul"],
        &["august", "aug"],
        &["september", "sep", "sept"],
        &["october", "oct"],
        &["november", "nov"],
        &["december", "dec"],
    ],
    [
        &["monday", "mon"],
        &["tuesday", "tue", "tues"],
        &["wednesday", "wed"],
        &["thursday", "thu", "thur", "thurs"],
        &["friday", "fri"],
        &["saturday", "sat"],
        &["sunday", "sun"],
    ],
);

impl Names {
    /// Those of the languages; English if there are none.
    pub(super) fn of(languages: &[MonthLanguage]) -> Self {
        let words = |language: &MonthLanguage| match language {
            MonthLanguage::Sv => &SV,
            MonthLanguage::Nb => &NB,
            MonthLanguage::Da => &DA,
            MonthLanguage::Fi => &FI,
            MonthLanguage::De => &DE,
            MonthLanguage::En => &EN,
        };
        let languages = if languages.is_empty() { &[MonthLanguage::En] } else { languages };
        let numbered = |names: &[&[&'static str]]| {
            let names = names.iter().zip(0..).flat_map(|(names, number)| names.iter().map(move |name| (*name, number)));
            names.collect::<Vec<(&'static str, u32)>>()
        };
        let mut found = Self { months: Vec::new(), weekdays: Vec::new() };
        for (months, weekdays) in languages.iter().map(words) {
            found.months.extend(numbered(months));
            found.weekdays.extend(numbered(weekdays));
        }
        found
    }

    /// The number of the month, from 1, at the start of a text, and the rest of the text.
    pub(super) fn month<'a>(&self, text: &'a [u8]) -> Option<(u32, &'a [u8])> {
        let (number, rest) = named(&self.months, text)?;
        Some((number + 1, rest))
    }

    /// The number of the weekday, from 0 for Monday, at the start of a text, and the rest of the text.
    pub(super) fn weekday<'a>(&self, text: &'a [u8]) -> Option<(u32, &'a [u8])> {
        named(&self.weekdays, text)
    }
}

/// The longest word at the start of a text must be one of the names: `marsch` is not mars.
fn named<'a>(names: &[(&'static str, u32)], text: &'a [u8]) -> Option<(u32, &'a [u8])> {
    /// Two dots above, as a character of its own behind its letter.
    const DOTS: char = '\u{308}';
    // What follows the word need not be text.
    let valid = match std::str::from_utf8(text) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&text[..error.valid_up_to()]).ok()?,
    };
    let end = valid.find(|letter: char| !letter.is_alphabetic() && letter != DOTS).unwrap_or(valid.len());
    let word = valid[..end].to_lowercase().replace("a\u{308}", "ä").replace("o\u{308}", "ö");
    let (_, number) = names.iter().find(|(name, _)| *name == word)?;
    Some((*number, &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [MonthLanguage; 6] = [
        MonthLanguage::Sv,
        MonthLanguage::Nb,
        MonthLanguage::Da,
        MonthLanguage::Fi,
        MonthLanguage::De,
        MonthLanguage::En,
    ];

    #[test]
    fn each_name_means_one_thing() {
        let names = Names::of(&ALL);
        for list in [&names.months, &names.weekdays] {
            for (name, number) in list {
                assert!(list.iter().all(|(other, at)| other != name || at == number), "{name}");
                assert_eq!(name.to_lowercase(), *name);
            }
        }
    }

    #[test]
    fn names_are_read_in_their_language() {
        let month = |language, text: &str| {
            Names::of(&[language]).month(text.as_bytes()).map(|(month, rest)| (month, rest.len()))
        };
        assert_eq!(month(MonthLanguage::Sv, "MAJ 2025"), Some((5, 5)));
        assert_eq!(month(MonthLanguage::Sv, "okt-25"), Some((10, 3)));
        assert_eq!(month(MonthLanguage::De, "März"), Some((3, 0)));
        assert_eq!(month(MonthLanguage::De, "MÄRZ"), Some((3, 0)));
        assert_eq!(month(MonthLanguage::De, "Ma\u{308}rz"), Some((3, 0)));
        assert_eq!(month(MonthLanguage::De, "Mrz."), Some((3, 1)));
        assert_eq!(month(MonthLanguage::Fi, "maaliskuuta2025"), Some((3, 4)));
        assert_eq!(month(MonthLanguage::Nb, "des."), Some((12, 1)));
        assert_eq!(month(MonthLanguage::Da, "marts"), Some((3, 0)));
        for (language, text) in [
            (MonthLanguage::Sv, "oct"),
            (MonthLanguage::Sv, "mai"),
            (MonthLanguage::En, "maj"),
            (MonthLanguage::Sv, "marsch"),
            (MonthLanguage::Sv, ""),
            (MonthLanguage::Sv, "5"),
            (MonthLanguage::Da, "mars"),
        ] {
            assert_eq!(month(language, text), None, "{text}");
        }
        assert_eq!(Names::of(&[MonthLanguage::Sv]).weekday("tisdagen den".as_bytes()), Some((1, &b" den"[..])));
        assert_eq!(Names::of(&ALL).weekday("lördag den".as_bytes()), Some((5, &b" den"[..])));
    }
}
