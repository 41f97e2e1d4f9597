//! Finds an append by the key that its caller gave it.
//!
//! Commits with a key form a binary trie over the hashes of their keys. A commit links to the newest earlier commit
//! that shares exactly the first n bits, for each n for which there is one. A search starts at the newest, and at each
//! commit follows the link of the first bit in which the commit's key differs from the wanted one, so that every step
//! fixes at least one bit more: among n appends about log2(n) commits are read, and none if no append had a key. What
//! was passed over on the way are the links of a new commit with the wanted key.
//!
//! Why not the log: a key that is missing would be known only after reading all of it. Why not a file for each key:
//! a key and its rows must appear together, and only a commit does that.

use blake3::Hash;
use hub_schema::{AppendKey, CommitParent, ContentHash, KeyLink};

use crate::commit::AppendKeys;
use crate::error::{Error, Result};
use crate::read::Snapshot;

/// An append that was found by its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyedAppend {
    /// The commit that the append made.
    pub at: CommitParent,
    /// Identifies its rows.
    pub content: ContentHash,
}

/// What becomes of an append with a key.
pub(super) enum NewKey {
    /// It is the first one; the keys of its commit.
    New(AppendKeys),
    /// It was made before.
    Taken(KeyedAppend),
}

/// The result of a search.
enum Search {
    Found(KeyedAppend),
    /// The links of a new commit with this key.
    Missing(Vec<KeyLink>),
}

impl Snapshot {
    /// The newest appends with a key up to this revision, which lead to all others.
    pub(crate) fn append_keys(&self) -> Vec<CommitParent> {
        let own = self.commit().append_key.is_some().then(|| self.at().clone());
        own.into_iter().chain(self.commit().append_keys.iter().cloned()).collect()
    }

    /// The append of a key among those that led to this revision. Appends before a replacement of all rows, or that
    /// were reverted, are not found.
    ///
    /// # Errors
    /// The store fails; a link doesn't lead to an append with a key.
    pub async fn keyed_append(&self, key: &str) -> Result<Option<KeyedAppend>> {
        for root in self.append_keys() {
            if let Search::Found(found) = search(self, &root, key).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The keys of a new commit that appends rows of that key, unless there is one.
    pub(super) async fn new_key(&self, key: &str, content: ContentHash) -> Result<NewKey> {
        let roots = self.append_keys();
        let mut links = Vec::new();
        for (i, root) in roots.iter().enumerate() {
            match search(self, root, key).await? {
                Search::Found(found) => return Ok(NewKey::Taken(found)),
                // The new commit is linked to what the first one leads to; the others stay beside it.
                Search::Missing(found) if i == 0 => links = found,
                Search::Missing(_) => {}
            }
        }
        let new = AppendKey { key: key.to_owned(), content, links };
        Ok(NewKey::New(AppendKeys { new: Some(new), before: roots.into_iter().skip(1).collect() }))
    }
}

async fn search(from: &Snapshot, root: &CommitParent, key: &str) -> Result<Search> {
    let wanted = blake3::hash(key.as_bytes());
    let mut links: Vec<KeyLink> = Vec::new();
    let mut next = root.clone();
    // The bits before this one are known to be equal.
    let mut known_bits: u32 = 0;
    loop {
        let commit = match next.id == from.at().id {
            true => from.clone(),
            false => from.dataset().at(&next).await?,
        };
        let Some(found) = &commit.commit().append_key else { return Err(not_keyed(from, &next)) };
        if found.key == key {
            return Ok(Search::Found(KeyedAppend { at: next, content: found.content }));
        }
        let Some(bit) = first_difference(&blake3::hash(found.key.as_bytes()), &wanted) else {
            return Err(not_keyed(from, &next));
        };
        if u32::from(bit) < known_bits {
            return Err(not_keyed(from, &next));
        }
        let passed = found.links.iter().filter(|l| u32::from(l.bit) >= known_bits && l.bit < bit);
        links.extend(passed.cloned());
        links.push(KeyLink { bit, at: next });
        match found.links.iter().find(|link| link.bit == bit) {
            None => return Ok(Search::Missing(links)),
            Some(link) => next = link.at.clone(),
        }
        known_bits = u32::from(bit) + 1;
    }
}

/// The first bit in which two hashes differ, counted from the highest of the first byte.
fn first_difference(a: &Hash, b: &Hash) -> Option<u8> {
    let bytes = a.as_bytes().iter().zip(b.as_bytes()).map(|(a, b)| a ^ b);
    let (byte, differs) = bytes.enumerate().find(|(_, differs)| *differs != 0)?;
    u8::try_from(byte * 8 + differs.leading_zeros() as usize).ok()
}

fn not_keyed(from: &Snapshot, at: &CommitParent) -> Error {
    let path = crate::layout::commit(&at.branch, at.version);
    let path = format!("{}/{path}", from.dataset().store().uri());
    Error::damaged(path, "a link of append keys leads here, but the commit has no key that belongs here")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_counted_from_the_highest() {
        let hash = |first: [u8; 2]| {
            let mut bytes = [0; 32];
            bytes[..2].copy_from_slice(&first);
            Hash::from_bytes(bytes)
        };
        assert_eq!(first_difference(&hash([0x80, 0]), &hash([0, 0])), Some(0));
        assert_eq!(first_difference(&hash([1, 0]), &hash([0, 0])), Some(7));
        assert_eq!(first_difference(&hash([1, 1]), &hash([1, 0x10])), Some(11));
        assert_eq!(first_difference(&hash([1, 1]), &hash([1, 1])), None);
    }
}
