//! The rows of a CSV or JSON lines file, one after the other.
//!
//! A row that is broken by itself (too many cells, not UTF-8, not JSON) is an error that costs one sample; the
//! rows behind it are read. A row has at most [`super::row::MAX_ROW_BYTES`]: a quote that is never closed would
//! otherwise take a file of any size into memory.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use hub_dataset::sample::SampleError;

use super::csv_rows::CsvReader;
use super::json_rows::next_object;
use super::row::{Form, Row};
use crate::read::file_errors::unreadable;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// The rows of one table, CSV or JSON lines.
pub struct Rows {
    place: String,
    reader: Reader,
    done: bool,
}

enum Reader {
    Csv(CsvReader),
    Jsonl { lines: BufReader<File>, line: u64 },
}

impl Rows {
    /// Opens a file; `place` names it in messages.
    ///
    /// # Errors
    /// It can't be read, or a CSV file has no valid first row.
    pub fn open(path: &Path, place: &str, form: Form) -> Result<Self, SampleError> {
        let failed = |e| unreadable(place, e);
        let mut file = BufReader::new(File::open(path).map_err(failed)?);
        if file.fill_buf().map_err(failed)?.starts_with(BOM) {
            file.consume(BOM.len());
        }
        let reader = match form {
            Form::Csv => Reader::Csv(CsvReader::new(file, place)?),
            Form::Jsonl => Reader::Jsonl { lines: file, line: 0 },
        };
        Ok(Self { place: place.to_owned(), reader, done: false })
    }

    /// The names in the first row of a CSV file.
    pub fn header(&self) -> &[String] {
        match &self.reader {
            Reader::Csv(csv) => &csv.names,
            Reader::Jsonl { .. } => &[],
        }
    }
}

impl Iterator for Rows {
    type Item = Result<Row, SampleError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let row = match &mut self.reader {
            Reader::Csv(csv) => csv.next(&self.place),
            Reader::Jsonl { lines, line } => next_object(lines, line, &self.place),
        };
        self.done = match &row {
            None => true,
            Some(row) => row.as_ref().is_err_and(|e| e.fatal),
        };
        row
    }
}

#[cfg(test)]
mod tests {
    use super::super::row::MAX_ROW_BYTES;
    use super::*;

    fn rows(bytes: &[u8], form: Form) -> Vec<String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let rows = Rows::open(file.path(), "t", form).unwrap();
        let show = |row: Row| format!("{}: {:?} {:?}", row.line, row.get("a").text(), row.get("b").text());
        rows.map(|row| row.map_or_else(|e| e.to_string(), show)).collect()
    }

    #[test]
    fn csv_rows_have_the_line_they_begin_at() {
        let text = b"\xef\xbb\xbfa;b\r\n1;\"two\r\nlines\"\r\n\r\n3;\r\n4\r\n\xff;5\r\n";
        let found = rows(text, Form::Csv);
        assert_eq!(found[0], "2: Some(\"1\") Some(\"two\\r\\nlines\")");
        assert_eq!(found[1], "5: Some(\"3\") None");
        assert!(found[2].starts_with("t:6: 1 cells, expected 2"), "{}", found[2]);
        assert!(found[3].starts_with("t:7: the text in column 'a' is not UTF-8"), "{}", found[3]);
    }

    #[test]
    fn broken_lines_of_json_cost_one_row_each() {
        let found = rows(b"{\"a\": \"x\"}\n\n{\"a\": }\n[1]\n\xff\n{\"a\": null, \"b\": \"y\"}", Form::Jsonl);
        assert_eq!(found[0], "1: Some(\"x\") None");
        assert!(found[1].starts_with("t:3: not JSON: expected value at column 7;"), "{}", found[1]);
        assert!(found[2].starts_with("t:4: expected a JSON object"));
        assert!(found[3].starts_with("t:5: the text is not UTF-8"));
        assert_eq!(found[4], "6: None Some(\"y\")");
    }

    #[test]
    fn a_row_without_end_is_refused() {
        let mut text = b"a,b\n1,\"".to_vec();
        text.resize(MAX_ROW_BYTES as usize * 2, b'x');
        let found = rows(&text, Form::Csv);
        assert!(found[0].starts_with("t:2: a row of more than"), "{}", found[0]);
        assert_eq!(found.len(), 1);
        let found = rows(&vec![b' '; MAX_ROW_BYTES as usize * 2], Form::Jsonl);
        assert!(found[0].starts_with("t:1: a row of more than"), "{}", found[0]);
    }

    #[test]
    fn quotes_between_tabs_are_characters() {
        let found = rows(b"a\tb\n1\tone\n2\t\"two\r\n3\tthree\n4\t\"four\n\n5\tsaid \"x\"\n", Form::Csv);
        let expected = [
            ("2", "1", "one"),
            ("3", "2", "\\\"two"),
            ("4", "3", "three"),
            ("5", "4", "\\\"four"),
            ("7", "5", "said \\\"x\\\""),
        ];
        assert_eq!(found, expected.map(|(line, a, b)| format!("{line}: Some(\"{a}\") Some(\"{b}\")")));
        // As pandas writes it: quoted as a whole.
        let found = rows(b"a\tb\n1\t\"say \"\"x\"\" \"\n2\t\"two\nlines\"\n", Form::Csv);
        assert_eq!(found[0], "2: Some(\"1\") Some(\"say \\\"x\\\" \")");
        assert_eq!(found[1], "3: Some(\"2\") Some(\"two\\nlines\")");
        // A row is cut short, so that neither way can be told to be right.
        let found = rows(b"a\tb\n1\t\"one\n2\ttwo\n\"3\n4\tx\n", Form::Csv);
        assert!(
            found[0].starts_with("t:2: a quote opens a cell, and the next one, lines later"),
            "{found:?}"
        );
        let found = rows(b"a\tb\tc\n1\t\"one\n2\ttwo\"\tx\n", Form::Csv);
        assert!(found[0].starts_with("t:2: the cell of column 'b' goes over several lines"), "{found:?}");
    }

    #[test]
    fn quotes_that_swallow_rows_are_an_error() {
        let found = rows(b"\xef\xbb\xbfa,b\n1,one\n2,\"two\n3,three\n4,\"four\n5,five\n", Form::Csv);
        assert_eq!(found[0], "2: Some(\"1\") Some(\"one\")");
        assert!(
            found[1].starts_with("t:3: a quote opens a cell, and the next one, lines later"),
            "{found:?}"
        );
        assert_eq!(found[2..], ["6: Some(\"5\") Some(\"five\")"]);
        let found = rows(b"a,b\n1,\"two \"\"lines\"\"\r\nhere\"\r\n2,\"\"\n", Form::Csv);
        assert_eq!(found, ["2: Some(\"1\") Some(\"two \\\"lines\\\"\\r\\nhere\")", "4: Some(\"2\") None"]);
    }

    #[test]
    fn numbers_of_json_lines_keep_their_digits() {
        let found = rows(b"{\"a\": 123456789012345678901234567890, \"b\": 1}\n{\"b\": NaN}\n", Form::Jsonl);
        assert_eq!(found[0], "1: Some(\"123456789012345678901234567890\") None");
        assert!(
            found[1].starts_with("t:2: not JSON: NaN at column 7 is not a JSON number; write null"),
            "{found:?}"
        );
    }

    #[test]
    fn the_first_row_names_the_columns() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let open = |text: &str| {
            std::fs::write(file.path(), text).unwrap();
            Rows::open(file.path(), "t", Form::Csv).map(|rows| rows.header().to_vec())
        };
        assert_eq!(open(",a, b \n0,1,2\n").unwrap(), ["column_1", "a", "b"]);
        assert!(open("a,a\n").unwrap_err().to_string().contains("two columns named 'a'"));
        assert!(open("").unwrap_err().to_string().contains("no rows"));
        assert!(open("a,b\r1,2\r").unwrap_err().to_string().contains("carriage returns alone"));
    }
}
