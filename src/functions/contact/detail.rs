//! The kinds of keys: names of their functions, arguments and documentation.

use datafusion::logical_expr::{Documentation, DocumentationBuilder};

use crate::functions::topic;

/// What a record may be known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum ContactDetail {
    /// A phone number in E.164.
    PhoneNumber,
    /// An e-mail address in lower case.
    EmailAddress,
    /// A personal identity number with its country.
    PersonalNumber,
    /// An organisation's registration number with its country.
    OrganisationNumber,
    /// A name as names are compared.
    PersonName,
    /// A postal code with its country.
    PostalCode,
    /// A value that matches a pattern.
    KeyPattern,
}

impl ContactDetail {
    /// All kinds.
    pub(super) const ALL: [Self; 7] = [
        Self::PhoneNumber,
        Self::EmailAddress,
        Self::PersonalNumber,
        Self::OrganisationNumber,
        Self::PersonName,
        Self::PostalCode,
        Self::KeyPattern,
    ];

    /// The function that returns the value, and the one that returns why a text is refused.
    pub(super) fn names(self) -> [&'static str; 2] {
        match self {
            Self::PhoneNumber => ["phone_number", "phone_number_fault"],
            Self::EmailAddress => ["email_address", "email_address_fault"],
            Self::PersonalNumber => ["personal_number", "personal_number_fault"],
            Self::OrganisationNumber => ["organisation_number", "organisation_number_fault"],
            Self::PersonName => ["person_name", "person_name_fault"],
            Self::PostalCode => ["postal_code", "postal_code_fault"],
            Self::KeyPattern => ["key_pattern", "key_pattern_fault"],
        }
    }

    pub(super) fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::PhoneNumber => &["phone", "country"],
            Self::EmailAddress => &["email", "options"],
            Self::PersonName => &["first_name", "last_name"],
            Self::PersonalNumber | Self::OrganisationNumber | Self::PostalCode => &["value", "country"],
            Self::KeyPattern => &["value", "pattern"],
        }
    }

    /// Whether the last argument may be missing.
    pub(super) fn has_option(self) -> bool {
        matches!(self, Self::EmailAddress | Self::PersonName)
    }

    /// The argument list to show in messages.
    pub(super) fn syntax(self) -> &'static str {
        match self {
            Self::PhoneNumber => "(phone, country)",
            Self::EmailAddress => "(email)",
            Self::PersonName => "(first_name, last_name)",
            Self::PersonalNumber | Self::OrganisationNumber | Self::PostalCode => "(value, country)",
            Self::KeyPattern => "(value, pattern)",
        }
    }

    fn value(self) -> &'static str {
        match self {
            Self::PhoneNumber => {
                "Returns a phone number in E.164 (`+46701740606`), however it is written; null if the text is empty or not \
                 a number that a person can have. Numbering plans are those of libphonenumber (ITU-T E.164); a number in no \
                 known range counts if its length is one that the country has. A number without its country code is read \
                 in the plan of `country`; one that has lost only its plus (`4915112345678`) is international. A label \
                 before it (`Tel.`, `mob:`) and a note in brackets after it (`(hem)`) are left out."
            }
            Self::EmailAddress => {
                "Returns an e-mail address in lower case and Unicode's composed form (NFC), its domain in ASCII (IDNA); \
                 null if the text is empty or not an address that mail can be sent to over the internet (RFC 5321: a \
                 local part of at most 64 characters, a domain with a dot). Option `gmail_dots`: addresses at gmail.com and \
                 googlemail.com lose their dots and become gmail.com's. Option `plus_tags`: `liv+news@butiken.se` becomes \
                 `liv@butiken.se`, at any domain. What mail programs and lists put around an address is left out: \
                 `Liv Berg <liv@butiken.se>`, quotes, blanks at the `@`, and one stop, comma or semicolon at the end. Persons may have addresses at example.com, example.net and example.org, as \
                 those in sample data do."
            }
            Self::PersonalNumber => {
                "Returns a personal identity number as the country's letters, a hyphen and the number \
                 (`SE-198112289874`), so that numbers of two countries are never equal; null if the text is empty or not a \
                 person's number. The country is that of the number's own prefix, else `country`.\n\
                 - SE: personnummer and samordningsnummer (Skatteverket, SKV 704 and SKV 707) with 10 or 12 digits, as 12 \
                 digits. With 10 digits, the birth year is one of 1927 to 2026, and after `+` one of 1850 to 1949: fixed \
                 years, so that the day of a run changes no key.\n\
                 - NO: fødselsnummer and D-number (Skatteetaten, Folkeregisteret), both check digits.\n\
                 - DK: CPR number (CPR-kontoret). Since 2007 numbers have no check digit, so a typing error in the last four \
                 digits is not noticed.\n\
                 - FI: henkilötunnus (DVV) with the signs of a century in use since 2023. The sign is part of the number."
            }
            Self::OrganisationNumber => {
                "Returns the registration number of an organisation as the country's letters, a hyphen and the number \
                 (`SE-5560160680`); null if the text is empty or not such a number. VAT numbers are the number they \
                 contain: `SE556016068001`, `NO923609016MVA`, `DK24256790`, `FI01120389`. The country is that of the \
                 number's own prefix, else `country`: SE (organisationsnummer; Luhn), NO, DK (CVR) or FI (Y-tunnus), all \
                 three modulo 11. A sole trader's number is a personal number, and not an organisation's."
            }
            Self::PersonName => {
                "Returns a name as names are compared: first and last name in lower case, without accents and apostrophes, \
                 with one space for hyphens, stops and other signs (`anna karin oneil åberg`); null if a part is empty or \
                 not a name. å, ä, ö, ø, æ, ð and þ stay: they are letters and not accents, and `Hård` and `Hard` are two \
                 families. Not for publishing."
            }
            Self::PostalCode => {
                "Returns a postal code as the country's letters, a hyphen and the code (`SE-11455`, `GB-SW1A 1AA`), so that \
                 codes of two countries are never equal; null if the text is empty or not a code. The country is that of \
                 the code's own prefix (`SE-114 55`, `S-114 55`), else `country`: SE, NO, DK, FI, DE or GB. Whether a code \
                 is in use is not looked up."
            }
            Self::KeyPattern => {
                "Returns a value that matches a regular expression from its first character to its last, such as a loyalty \
                 number, without blanks at its ends; null if the text is empty or does not match. If the pattern has \
                 groups, what they captured is returned, joined: with `(?i)(?:LM-?)?(\\d{8})`, `LM-20481633` and `20481633` \
                 are one number."
            }
        }
    }

    fn faults(self) -> &'static str {
        match self {
            Self::PhoneNumber => {
                "`not a number`, `rounded by a spreadsheet`, `no country`, `no such country code`, `too short`, `too long`, \
                 `wrong length`, `has an extension`, `several numbers`, `a zero too many`, `a placeholder` (six equal digits at the end; nothing \
                 but six or more digits in order, up or down, after the area's or operator's code; zeros before a 1; \
                 numbers that Ofcom and the North American plan set aside for drama) or `not a person's` (toll-free, premium, shared-cost and company-wide numbers belong to a \
                 company)"
            }
            Self::EmailAddress => {
                "`no @`, `several @`, `not a local part`, `not a domain`, `too long` or `a placeholder` (`test@`, \
                 `noreply@`, `mailer-daemon@`, `saknas@`, `unbekannt@` and the like at any domain, also with a tag after `+`; \
                 `na@na.com`, `kund@kund.se`, `no@email.com`: two words that mean nothing; `info@`, `name@` and the like at \
                 `example.*`; the domains .test, .example, .invalid, .localhost and .local of RFC 6761 and RFC 6762; `a@a.se`)"
            }
            Self::PersonalNumber => {
                "`not a number`, `rounded by a spreadsheet`, `no country`, `no rules for the country`, `wrong length`, `not \
                 a date`, `wrong check digit`, `born in the future` (after 2049), `a placeholder` (zeros after the date, one \
                 digit repeated, 121212-1212), or a number that means another person elsewhere: `an interim number` (SE, a \
                 letter after the date), `an H-number`, `an FH-number` and `a test number` (NO), `a replacement number` \
                 (DK), `a temporary number` (FI)"
            }
            Self::OrganisationNumber => {
                "`not a number`, `rounded by a spreadsheet`, `no country`, `no rules for the country`, `wrong length`, \
                 `wrong check digit`, `a personal number` or `a placeholder` (one digit repeated, or digits in order from 1)"
            }
            Self::PersonName => {
                "`a placeholder` (`Test`, `Okänd`, `n/a`, `Kund`, `walk-in`, `Förnamn` and the like in it, or nothing but \
                 words such as `NN` and `Guest`), `not a name` (a part without letters), `has digits` or `a single letter` \
                 (as first or last word)"
            }
            Self::PostalCode => {
                "`not a postal code`, `no country`, `no rules for the country`, `wrong length` or `a placeholder` (00000, \
                 11111, 12345, 99999, 0000, 9999)"
            }
            Self::KeyPattern => {
                "`does not match` or `a placeholder` (`n/a`, `saknas`, `okänt`, `null` and the like; four or more equal \
                 digits and no others; 12345, 123456 and so on)"
            }
        }
    }

    pub(super) fn documentation(self, is_fault: bool) -> Documentation {
        let [value, fault] = self.names();
        let name = if is_fault { fault } else { value };
        let call = format!("{name}{}", self.syntax());
        let returns = match is_fault {
            false => self.value().to_owned(),
            true => format!(
                "Returns why `{value}` is null for a text: {}; null if the text is empty or valid.",
                self.faults()
            ),
        };
        let [first, _] = self.arguments() else {
            return Documentation::builder(topic::CONTACTS, returns, call).build();
        };
        let column = match self {
            Self::PhoneNumber | Self::EmailAddress | Self::PersonName => self.syntax().to_owned(),
            Self::KeyPattern => "(loyalty_number, '\\d{8}')".to_owned(),
            _ => format!("({value}, country)"),
        };
        let label = if is_fault { "fault" } else { first };
        let label = if label == "value" || label == "first_name" { "key" } else { label };
        let builder = Documentation::builder(topic::CONTACTS, returns, call)
            .with_argument(*first, self.first_argument())
            .with_sql_example(format!("select {name}{column} as {label} from crm_customers"));
        self.with_second(builder, name).with_related_udf(if is_fault { value } else { fault }).build()
    }

    fn first_argument(self) -> &'static str {
        match self {
            Self::PersonName => "Text: the first name; without a second argument, first and last name.",
            _ => "Text: the value as an extract writes it.",
        }
    }

    fn with_second(self, builder: DocumentationBuilder, name: &str) -> DocumentationBuilder {
        match self {
            Self::PhoneNumber | Self::PersonalNumber | Self::OrganisationNumber | Self::PostalCode => {
                builder.with_argument("country", "Text: two letters of ISO 3166-1; null if unknown.")
            }
            Self::EmailAddress => builder.with_alternative_syntax(format!("{name}(email, options)")).with_argument(
                "options",
                "String literal: `'gmail_dots'`, `'plus_tags'` or both with a comma [default: none].",
            ),
            Self::PersonName => builder
                .with_alternative_syntax(format!("{name}(first_name)"))
                .with_argument("last_name", "Text: the last name."),
            Self::KeyPattern => builder
                .with_argument("pattern", "String literal: a regular expression of Rust's regex crate, `\\d{8}`."),
        }
    }
}
