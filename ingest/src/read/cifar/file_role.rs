//! The role of a CIFAR file, by its name.

/// Which of the two data sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Cifar10,
    Cifar100,
}

/// What a file's name says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Images of a split, in binary records.
    Binary(Kind, &'static str),
    /// Images of a split, pickled.
    Python(&'static str),
    /// Class names, one per line.
    Names(Kind, Labels),
    /// Class names, pickled.
    PythonNames,
}

/// Which of CIFAR-100's two sets of labels a list names (CIFAR-10 has only `Fine`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Labels {
    Fine,
    Coarse,
}

/// The role of a file by its name; `None` for what is not CIFAR's (a readme).
pub fn role(name: &str) -> Option<Role> {
    Some(match name {
        "train.bin" => Role::Binary(Kind::Cifar100, "train"),
        "test.bin" => Role::Binary(Kind::Cifar100, "test"),
        "test_batch.bin" => Role::Binary(Kind::Cifar10, "test"),
        "train" => Role::Python("train"),
        "test" | "test_batch" => Role::Python("test"),
        "batches.meta.txt" => Role::Names(Kind::Cifar10, Labels::Fine),
        "fine_label_names.txt" => Role::Names(Kind::Cifar100, Labels::Fine),
        "coarse_label_names.txt" => Role::Names(Kind::Cifar100, Labels::Coarse),
        "batches.meta" | "meta" => Role::PythonNames,
        other => {
            let number = other.strip_prefix("data_batch_")?;
            let bare = number.strip_suffix(".bin");
            bare.unwrap_or(number).parse::<u32>().ok()?;
            if bare.is_some() { Role::Binary(Kind::Cifar10, "train") } else { Role::Python("train") }
        }
    })
}
