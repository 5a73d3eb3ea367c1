//! Locates a character of a YAML text value in the file, so that an error in embedded SQL points at its own place.
//!
//! YAML folds lines, cuts indentation and escapes quotes, but it neither adds nor reorders other characters: the value
//! is found again by walking through the file and skipping white space on both sides.

use super::Located;

impl Located<String> {
    /// Line and column (1-based, in characters) of the value's character number `wanted` in `text`; the value's own
    /// place if the character cannot be found (an alias, an escape written as a number).
    pub fn place_of(&self, text: &str, wanted: usize) -> (usize, usize) {
        place_of(text, self.line, self.column, &self.value, wanted).unwrap_or((self.line, self.column))
    }
}

fn place_of(text: &str, line: usize, column: usize, value: &str, wanted: usize) -> Option<(usize, usize)> {
    let mut written = Walker::at(text, line, column)?;
    let quote = match written.peek()? {
        '|' | '>' => {
            while written.next()? != '\n' {}
            None
        }
        quote @ ('\'' | '"') => {
            written.next();
            Some(quote)
        }
        _ => None,
    };
    for (number, letter) in value.chars().enumerate() {
        if letter.is_whitespace() && number != wanted {
            continue;
        }
        while written.peek().is_some_and(char::is_whitespace) {
            written.next();
        }
        // An escaped quote: '' between single ones, \" between double ones.
        if quote == Some('"') && written.peek() == Some('\\') {
            written.next();
        }
        let found = written.place();
        if number == wanted {
            return Some(found);
        }
        if written.next()? != letter {
            return None;
        }
        if quote == Some('\'') && letter == '\'' {
            written.next();
        }
    }
    // Just after the last character: where the text breaks off.
    Some(written.place())
}

struct Walker<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    line: usize,
    column: usize,
}

impl<'a> Walker<'a> {
    fn at(text: &'a str, line: usize, column: usize) -> Option<Self> {
        let mut walker = Self { rest: text.chars().peekable(), line: 1, column: 1 };
        while walker.place() != (line, column) {
            walker.next()?;
        }
        Some(walker)
    }

    fn place(&self) -> (usize, usize) {
        (self.line, self.column)
    }

    fn peek(&mut self) -> Option<char> {
        self.rest.peek().copied()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.rest.next()?;
        (self.line, self.column) = if letter == '\n' { (self.line + 1, 1) } else { (self.line, self.column + 1) };
        Some(letter)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct File {
        when: Located<String>,
    }

    /// The character of the file where the value's first `z` was located, with its place.
    fn found(text: &str) -> (char, usize, usize) {
        let (texts, id) = crate::config::Texts::of(crate::diagnostics::SourceText::new("p.yml", text));
        let tree = crate::config::tree_of(&texts, id).unwrap();
        let file: File = crate::config::read_whole(&tree, &texts).unwrap();
        let wanted = file.when.value.chars().position(|letter| letter == 'z').unwrap();
        let (line, column) = file.when.place_of(text, wanted);
        (text.lines().nth(line - 1).unwrap().chars().nth(column - 1).unwrap(), line, column)
    }

    #[test]
    fn a_character_is_found_in_every_style_of_writing() {
        assert_eq!(found("when: a = 1 and z = 2\n"), ('z', 1, 17));
        assert_eq!(found("when: a = 1\n  and z = 2\n"), ('z', 2, 7));
        assert_eq!(found("when: >\n  åäö = 'x'\n  and z = 2\n"), ('z', 3, 7));
        assert_eq!(found("when: |-\n    åäö\n\n      or z\n"), ('z', 4, 10));
        assert_eq!(found("when: 'a = ''x'' and z'\n"), ('z', 1, 22));
        assert_eq!(found("when: \"a = \\\"x\\\" and z\"\n"), ('z', 1, 22));
    }

    #[test]
    fn what_cannot_be_found_has_the_place_of_the_value() {
        assert_eq!(found("when: \"\\u0061 and z\"\n"), ('"', 1, 7));
    }
}
