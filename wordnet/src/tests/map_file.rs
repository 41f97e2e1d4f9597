//! Label maps are read as they were written, and mistakes are found where they are.

use crate::*;

fn error(text: &str) -> String {
    read_label_map(text).unwrap_err().to_string()
}

#[test]
fn what_is_written_is_read() {
    let labels = ["mouse", "keyboard", "laptop", "?", "#1", "tab\tand\nbreak\\", " spaced "];
    let proposals = propose(&labels);
    let text = write_label_map(&proposals);
    let rows = read_label_map(&text).unwrap();
    assert_eq!(rows.iter().map(|row| row.label.as_str()).collect::<Vec<_>>(), labels);
    for (row, proposal) in rows.iter().zip(&proposals) {
        assert_eq!(row.synset, proposal.candidates.first().map(|one| one.synset));
    }
    assert_eq!(read_label_map(&write_mapped_labels(&rows)).unwrap(), rows);
    assert!(text.lines().any(|line| line.starts_with("# mouse\tn")), "{text}");
}

#[test]
fn a_file_from_a_spreadsheet() {
    let text = "\u{feff}How\tSynset\tLabel\tmine\r\nby hand\tdog.n.01\tpuppy\r\n\r\n# a note\r\n\tgoldfish\tfish 1\tx\r\n\t\tnothing";
    let rows = read_label_map(text).unwrap();
    let row = |label: &str, synset: Option<&str>, how: &str| MappedLabel {
        label: label.to_owned(),
        synset: synset.map(|id| id.parse().unwrap()),
        how: how.to_owned(),
    };
    let expected = [
        row("puppy", Some("n02084071"), "by hand"),
        row("fish 1", Some("n01443537"), ""),
        row("nothing", None, ""),
    ];
    assert_eq!(rows, expected);
}

#[test]
fn mistakes_are_named_by_line_and_column() {
    let header = "label\tsynset\tname\n";
    for (rows, message) in [
        ("dog\tn02084071\ndog\t-\n", "line 3, column 1: `dog` is already in line 2; keep one of them"),
        (
            "cat\tgoldfsh\n",
            "line 2, column 2: WordNet 3.0 has no synset or word `goldfsh`; did you mean goldfish",
        ),
        ("cat\tcat\n", "line 2, column 2: `cat` has 10 senses; name one of them:\n  n02121620  cat.n.01"),
        (
            "cat\tn02084071\tcat.n.01",
            "line 2, column 3: `cat.n.01` is not the name of n02084071, which is dog.n.01;",
        ),
        ("cat\n", "line 2, column 2: the line ends here; expected 2 cells separated by tabs, found 1"),
        ("\tn02084071", "line 2, column 1: the label is empty"),
        ("a\\b\t-", "line 2, column 1: unknown escape `\\b`; a backslash in a label is written `\\\\`"),
        ("a\\\t-", "line 2, column 1: unknown escape `\\`"),
    ] {
        let found = error(&format!("{header}{rows}"));
        assert!(found.starts_with(message), "{found}\n{message}");
    }
    for text in ["", "\n\n", "dog\tn02084071\n", "label synset\n", "\0"] {
        assert!(error(text).contains("the first line must name the columns"), "{text:?}");
    }
    assert!(error("label\tsynset\tlabel").starts_with("line 1, column 3: duplicate column `label`"));
    assert_eq!(read_label_map("label\tsynset\n").unwrap(), []);
    assert!(error(&"x".repeat(1 << 20)).len() < 400);
}
