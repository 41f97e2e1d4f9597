//! A data set as the REST interface shows it.

use hub_catalog::DatasetInfo;
use hub_schema::api::DatasetView;

/// A data set: the members that the interface shows.
pub fn view(info: DatasetInfo) -> DatasetView {
    DatasetView {
        uuid: info.uuid,
        name: info.name,
        visibility: info.visibility,
        summary: info.summary,
        default_branch: info.default_branch,
        rows: info.rows,
        size_bytes: info.bytes,
        created: info.created,
        updated: info.updated,
        deleted: info.deleted,
    }
}
