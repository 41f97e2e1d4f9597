//! Estimates what a scan will read, for `EXPLAIN`.

use std::collections::HashSet;

use hub_dataset::FragmentReader;
use hub_dataset::read::Estimate;
use hub_schema::Field;

use super::columns::Origin;
use super::scan::Scan;
use crate::error::QueryError;

/// An upper bound of what a scan reads: the columns of its conditions and of its output, for all rows that pruning
/// and the label index left.
pub(crate) async fn estimate(scan: &Scan) -> Result<Estimate, QueryError> {
    let mut reads = Estimate::default();
    for (m, f) in scan.fragments().await? {
        let member = &scan.members[m];
        let mut columns: Vec<usize> = scan.projection.clone();
        columns.extend(member.conditions.iter().flat_map(|c| &scan.conditions[*c].columns));
        let stored: HashSet<&Field> = columns
            .iter()
            .filter_map(|c| match &scan.columns.columns[*c].origins[member.member] {
                Origin::Column(field) => Some(field.as_ref()),
                _ => None,
            })
            .collect();
        let fields: Vec<&Field> = stored.into_iter().collect();
        let index = member.named.snapshot.index().await.map_err(|e| scan.wrong(m, e))?;
        let fragment = &index.fragments()[f];
        let reader = FragmentReader::open(member.named.snapshot.dataset(), fragment, &fields).await;
        let reader = reader.map_err(|e| scan.wrong(m, e))?;
        let units = scan.units(m, f).await.map_err(|e| scan.wrong(m, e))?;
        let offsets: Vec<u32> = units.into_iter().flat_map(|u| u.offsets).collect();
        if !offsets.is_empty() {
            reads += reader.estimate(f, offsets).map_err(|e| scan.wrong(m, e))?.reads;
        }
        if scan.limit.is_some_and(|limit| member.conditions.is_empty() && reads.rows >= limit as u64) {
            break;
        }
    }
    Ok(reads)
}
