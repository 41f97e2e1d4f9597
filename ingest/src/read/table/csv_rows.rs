//! The records of a CSV file as rows.
//!
//! Splitting text into cells is the `csv` crate's. Added here: a limit on a row's length; the
//! line at which a row begins, which the crate miscounts if lines end in `\r\n` or are empty; and the first
//! row's names.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csv::{ByteRecord, ReaderBuilder, StringRecord, Terminator};
use hub_dataset::sample::SampleError;

use super::row::{Cells, MAX_ROW_BYTES, Row, not_utf8, too_long};
use crate::read::file_errors::unreadable;

/// Stands behind the file's last byte. Where it comes as a row of its own the file is whole; where it ends a
/// cell, a quote was not closed, which the `csv` crate passes over.
const END: &[u8] = b"\n\0hub:end\0";

/// Reads the records of a CSV file.
pub struct CsvReader {
    reader: csv::Reader<Limited>,
    left: Arc<AtomicU64>,
    /// The same file, and the byte at which the reader began in it, to look at a record as it is written.
    raw: File,
    begin: u64,
    has_quotes: bool,
    delimiter: u8,
    /// The names in the first row.
    pub names: Vec<String>,
    positions: Arc<HashMap<String, usize>>,
}

/// Reads a file, and fails when one row is longer than the limit.
struct Limited {
    file: BufReader<File>,
    left: Arc<AtomicU64>,
    end: &'static [u8],
}

impl Read for Limited {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = self.left.load(Ordering::Relaxed);
        if left == 0 {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "the row does not end"));
        }
        let mut read = self.file.read(out)?;
        if read == 0 && !out.is_empty() {
            read = self.end.read(out)?;
        }
        self.left.store(left.saturating_sub(read as u64), Ordering::Relaxed);
        Ok(read)
    }
}

impl CsvReader {
    /// Reads the first row. The delimiter is the first of comma, tab and semicolon that it has.
    ///
    /// # Errors
    /// There is no first row, or its names are invalid.
    pub fn new(mut file: BufReader<File>, place: &str) -> Result<Self, SampleError> {
        let start = file.fill_buf().map_err(|e| unreadable(place, e))?;
        let first_line = start.split(|b| *b == b'\n').next().unwrap_or_default();
        let delimiter = [b',', b'\t', b';'].into_iter().find(|d| first_line.contains(d)).unwrap_or(b',');
        let first_is_alone = first_line.len() < start.len() || start.is_empty();
        if !first_is_alone && first_line.trim_ascii_end().contains(&b'\r') {
            return Err(SampleError::fatal(place, "its lines end in carriage returns alone")
                .advise("convert them to line feeds: tr '\\r' '\\n' < FILE > NEW"));
        }
        // Quotes around cells are CSV's; in files between tabs they are as a rule characters like any other.
        let has_quotes =
            delimiter != b'\t' || !quotes_are_literal(&mut file).map_err(|e| unreadable(place, e))?;
        let raw = file.get_ref().try_clone().map_err(|e| unreadable(place, e))?;
        let begin = file.stream_position().map_err(|e| unreadable(place, e))?;
        let left = Arc::new(AtomicU64::new(MAX_ROW_BYTES));
        let limited = Limited { file, left: left.clone(), end: END };
        // With the usual terminator the reader loses count of lines that end in `\r\n`.
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .quoting(has_quotes)
            .terminator(Terminator::Any(b'\n'))
            .from_reader(limited);
        let mut first = ByteRecord::new();
        let place = format!("{place}:1");
        let refuse = |problem: String| {
            SampleError::fatal(&place, problem).advise("the first row must name the columns")
        };
        if !reader.read_byte_record(&mut first).map_err(|e| refuse(format!("can't be read: {e}")))? {
            return Err(refuse("no rows".to_owned()));
        }
        if is_end(&first) {
            return Err(refuse("no rows".to_owned()));
        }
        if first.as_slice().ends_with(END) {
            return Err(refuse("a quote is not closed".to_owned()));
        }
        let first = StringRecord::from_byte_record(first)
            .map_err(|_| refuse("the names of the columns are not UTF-8".to_owned()))?;
        let mut positions = HashMap::new();
        let mut names = Vec::new();
        for (name, at) in first.iter().zip(0..) {
            // An index column that pandas wrote has no name.
            let name =
                if name.trim().is_empty() { format!("column_{}", at + 1) } else { name.trim().to_owned() };
            if positions.insert(name.clone(), at).is_some() {
                return Err(refuse(format!("two columns named '{name}'")));
            }
            names.push(name);
        }
        Ok(Self { reader, left, raw, begin, has_quotes, delimiter, names, positions: Arc::new(positions) })
    }

    /// The next row that is not empty.
    pub fn next(&mut self, place: &str) -> Option<Result<Row, SampleError>> {
        loop {
            match self.read(place) {
                Ok(None) => return None,
                Ok(Some((_, record))) if is_end(&record) => return None,
                Ok(Some((_, record))) if record.len() == 1 && record.as_slice() == b"\r" => {}
                Ok(Some((line, record))) if record.as_slice().ends_with(END) => {
                    return Some(Err(SampleError::sample(
                        format!("{place}:{line}"),
                        "a quote is opened in this row and not closed before the end of the file",
                    )
                    .advise("close it, or write a literal quote as two")));
                }
                Ok(Some((line, record))) => return Some(self.row(line, record, format!("{place}:{line}"))),
                Err(e) => return Some(Err(e)),
            }
        }
    }

    /// A record and the line it begins at.
    fn read(&mut self, place: &str) -> Result<Option<(u64, ByteRecord)>, SampleError> {
        self.left.store(MAX_ROW_BYTES, Ordering::Relaxed);
        let mut record = ByteRecord::new();
        let before = self.reader.position().line();
        let start = self.reader.position().byte();
        let more = self.reader.read_byte_record(&mut record).map_err(|e| {
            let place = format!("{place}:{before}");
            if self.left.load(Ordering::Relaxed) == 0 {
                return too_long(place);
            }
            SampleError::fatal(place, "can't be read").advise("check the disk, then try again").because(e)
        })?;
        // Empty lines before the record are passed over unseen, so its line is counted back from its end.
        let inside = record.as_slice().iter().filter(|b| **b == b'\n').count() as u64;
        let behind = u64::from(!record.as_slice().ends_with(END));
        let line = self.reader.position().line().saturating_sub(inside + behind);
        if inside > 0 && self.has_quotes && !self.is_well_quoted(start, self.reader.position().byte()) {
            // Not fatal: the rows behind it are whole.
            let problem = "a quote opens a cell, and the next one, lines later, is not at the end of a cell: the rows \
                           between them would be lost";
            return Err(SampleError::sample(format!("{place}:{line}"), problem)
                .advise("close it in its cell, or quote the cell and write the quote in it as two"));
        }
        Ok(more.then_some((line, record)))
    }

    /// Does every quote in these bytes that closes a cell stand at the cell's end? The `csv` crate takes what follows
    /// for a part of the cell.
    fn is_well_quoted(&self, start: u64, end: u64) -> bool {
        let mut bytes = vec![0; usize::try_from(end.saturating_sub(start)).unwrap_or(0)];
        let mut read = 0;
        while read < bytes.len() {
            match self.raw.read_at(&mut bytes[read..], self.begin + start + read as u64) {
                Ok(0) | Err(_) => break,
                Ok(more) => read += more,
            }
        }
        let (mut at, mut is_start) = (0, true);
        let bytes = &bytes[..read];
        let is_end =
            |byte: Option<&u8>| byte.is_none_or(|b| *b == self.delimiter || matches!(b, b'\r' | b'\n'));
        while let Some(byte) = bytes.get(at) {
            if *byte == b'"' && is_start {
                at += 1;
                loop {
                    match (bytes.get(at), bytes.get(at + 1)) {
                        (Some(b'"'), Some(b'"')) => at += 2,
                        (Some(b'"'), next) if is_end(next) => break,
                        (Some(b'"'), _) => return false,
                        (Some(_), _) => at += 1,
                        // The end of the file: reported as a quote that is not closed.
                        (None, _) => return true,
                    }
                }
            }
            is_start = bytes.get(at).is_some_and(|b| *b == self.delimiter || *b == b'\n');
            at += 1;
        }
        true
    }

    fn row(&self, line: u64, record: ByteRecord, place: String) -> Result<Row, SampleError> {
        if record.len() != self.names.len() {
            let problem =
                format!("{} cells, expected {} as in the first row", record.len(), self.names.len());
            let advice = match self.names.len() {
                1 => "the first row must name the columns: remove what stands before it",
                _ => "quote cells that contain a comma",
            };
            return Err(SampleError::sample(place, problem).advise(advice));
        }
        if self.delimiter == b'\t'
            && let Some(column) =
                record.iter().position(|cell| cell.contains(&b'\t') && cell.contains(&b'\n'))
        {
            let name = self.names.get(column).map_or("", String::as_str);
            let problem = format!("the cell of column '{name}' goes over several lines and holds tabs");
            return Err(SampleError::sample(place, problem).advise(
                "rows may be lost between two quotes at the beginning of cells: write the file without them, or as \
                 CSV",
            ));
        }
        let mut record = StringRecord::from_byte_record(record).map_err(|e| {
            let name = self.names.get(e.utf8_error().field()).map_or("", String::as_str);
            not_utf8(place, &format!(" in column '{name}'"))
        })?;
        if let Some(last) = record.iter().next_back().and_then(|cell| cell.strip_suffix('\r')) {
            let kept = record.iter().take(record.len() - 1).chain([last]).collect();
            record = kept;
        }
        Ok(Row { line, cells: Cells::Csv { positions: self.positions.clone(), record } })
    }
}

/// Are quotes characters like any other in a file between tabs: do some cells begin with one that is not closed in the
/// cell, and have all lines as many cells as the first, if they are taken so?
fn quotes_are_literal(file: &mut BufReader<File>) -> io::Result<bool> {
    let begin = file.stream_position()?;
    let (mut cells, mut is_open, mut is_even) = (None, false, true);
    let mut line = Vec::new();
    loop {
        line.clear();
        if (&mut *file).take(MAX_ROW_BYTES).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let line = line.strip_suffix(b"\n").unwrap_or(&line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            continue;
        }
        let count = line.split(|b| *b == b'\t').count();
        is_even &= *cells.get_or_insert(count) == count;
        is_open |= line.split(|b| *b == b'\t').any(|cell| cell.starts_with(b"\"") && !is_closed(cell));
    }
    file.seek(io::SeekFrom::Start(begin))?;
    Ok(is_open && is_even)
}

/// Is a cell that begins with a quote quoted as a whole, with quotes inside written twice?
fn is_closed(cell: &[u8]) -> bool {
    let Some(inside) = cell.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) else {
        return false;
    };
    let mut quotes = inside.split(|b| *b != b'"').map(<[u8]>::len);
    quotes.all(|run| run % 2 == 0)
}

/// Is it what stands behind the last row?
fn is_end(record: &ByteRecord) -> bool {
    record.len() == 1 && END.strip_prefix(b"\n") == Some(record.as_slice())
}
