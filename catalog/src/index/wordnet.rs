//! WordNet's tables in the database, for administrators who query it with their own SQL. The index needs none of
//! them: it has WordNet in memory. Filled once, on demand: SQLite's file grows by some 40 MiB.

use hub_wordnet::{Follow, WordNet};

use super::synset_index::SynsetIndex;
use crate::db::{Sql, Tx};
use crate::error::{Error, Result};

/// Rows that are sent in one statement.
const ROWS: usize = 20_000;

impl SynsetIndex {
    /// Fills the tables `wordnet_synsets` and `wordnet_closure`, if they are empty. Says whether it did.
    pub async fn fill_wordnet(&self) -> Result<bool> {
        if self.db.read("SELECT 1 AS there FROM wordnet_synsets LIMIT 1").row().await?.is_some() {
            return Ok(false);
        }
        let mut tx = self.db.begin().await?;
        let wn = WordNet::get();
        let synsets: Vec<_> = wn.synsets().collect();
        for (at, some) in synsets.chunks(ROWS).enumerate() {
            let row = |(i, s): (usize, &hub_wordnet::Synset<'_>)| {
                serde_json::json!([at * ROWS + i, s.id().to_string(), s.name(), s.gloss()])
            };
            send(&mut tx, SYNSETS, &some.iter().enumerate().map(row).collect::<Vec<_>>()).await?;
        }
        let pairs: Vec<_> = wn.closure_numbers(Follow::Instances).collect();
        for some in pairs.chunks(ROWS) {
            let row = |(below, above, steps): &(u32, u32, u32)| serde_json::json!([above, below, steps]);
            send(&mut tx, CLOSURE, &some.iter().map(row).collect::<Vec<_>>()).await?;
        }
        tx.commit().await?;
        Ok(true)
    }
}

/// One row a JSON array; what another filled meanwhile stays.
const SYNSETS: [&str; 2] = [
    "INSERT INTO wordnet_synsets (number, id, name, gloss)
     SELECT (r->>0)::bigint, r->>1, r->>2, r->>3 FROM json_array_elements($1::json) r
     ON CONFLICT DO NOTHING",
    "INSERT OR IGNORE INTO wordnet_synsets (number, id, name, gloss)
     SELECT value->>0, value->>1, value->>2, value->>3 FROM json_each($1)",
];

const CLOSURE: [&str; 2] = [
    "INSERT INTO wordnet_closure (ancestor, descendant, distance)
     SELECT (r->>0)::bigint, (r->>1)::bigint, (r->>2)::bigint FROM json_array_elements($1::json) r
     ON CONFLICT DO NOTHING",
    "INSERT OR IGNORE INTO wordnet_closure (ancestor, descendant, distance)
     SELECT value->>0, value->>1, value->>2 FROM json_each($1)",
];

async fn send(tx: &mut Tx, [postgres, sqlite]: [&'static str; 2], rows: &[serde_json::Value]) -> Result<()> {
    let json = serde_json::to_string(rows).map_err(|e| Error::invalid("rows of WordNet", e.to_string()))?;
    tx.sql(Sql::Each { postgres, sqlite }).bind(json).run().await?;
    Ok(())
}
