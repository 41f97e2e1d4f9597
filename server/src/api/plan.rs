//! Scan plans: requested once per job, they list all files that the job will read, with signed links.

use std::collections::{BTreeMap, HashSet};

use axum::Json;
use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::Utc;
use hub_dataset::layout;
use hub_dataset::read::{Estimate, FragmentEstimate};
use hub_schema::api::{Plan, PlanRequest, PlannedFile, PlannedFragment, PlannedPart};
use hub_schema::{FieldId, Fragment};
use roaring::RoaringBitmap;

use crate::api::{Body, DatasetPath};
use crate::auth::Readable;
use crate::config::Links;
use crate::problem::{Kind, Problem, Result, internal};
use crate::state::AppState;
use crate::store::UrlSigner;
use crate::work::filter;

/// For more fragments, footers are not opened to estimate the bytes that a plan reads.
const WEIGHED_FRAGMENTS: usize = 1000;

/// Plan a scan
///
/// Lists the manifests, column groups and blobs that hold the requested columns, each with a signed link. Request the
/// plan again before the links expire; the same revision gives the same files.
#[utoipa::path(
    post,
    path = "/api/v1/datasets/{ns}/{name}/plan",
    tag = "objects",
    params(DatasetPath),
    request_body = PlanRequest,
    responses((status = 200, description = "The plan", body = Plan))
)]
pub async fn plan(
    State(state): State<AppState>,
    Readable(set): Readable,
    Body(request): Body<PlanRequest>,
) -> Result<Json<Plan>> {
    let snapshot = set.snapshot(request.rev.as_deref()).await?;
    let fields = snapshot.fields(request.columns.as_deref())?;
    let ids: HashSet<FieldId> = fields.iter().map(|f| f.id).collect();
    let has_media = fields.iter().any(|f| f.feature.is_media());
    let matching = match &request.filter {
        Some(filter) => Some(filter::matching(&state, &snapshot, filter, set.requester()).await?),
        None => None,
    };
    filter::check_split(&snapshot, request.split.as_deref())?;
    let index = snapshot.index().await?;
    let mut files: BTreeMap<String, u64> =
        snapshot.commit().manifests.iter().map(|m| (layout::manifest(m.hash), m.bytes)).collect();
    let (mut rows, mut fragments, mut selected) = (0, 0, RoaringBitmap::new());
    for (i, fragment) in index.fragments().iter().enumerate() {
        if request.split.is_some() && fragment.split != request.split {
            continue;
        }
        let (start, live) = (index.start(i), u64::from(fragment.live_rows()));
        let wanted = match &matching {
            None => {
                selected.insert_range(filter::range(start, start + live));
                live
            }
            Some(matching) => {
                let before = selected.len();
                selected |= filter::between(matching, start, start + live);
                selected.len() - before
            }
        };
        if wanted == 0 {
            continue;
        }
        rows += wanted;
        fragments += 1;
        for file in fragment.files.iter().filter(|f| f.fields.iter().any(|id| ids.contains(id))) {
            files.insert(layout::data(file.hash), file.bytes);
            if has_media {
                files.extend(file.blobs.iter().map(|(hash, bytes)| (layout::blob(*hash), *bytes)));
            }
        }
    }
    let expires = Utc::now() + state.config.signed_url;
    let base_url = state.config.base_url();
    let signer = UrlSigner {
        root: &state.root,
        signer: &state.signer,
        base_url: &base_url,
        dataset: set.info.uuid,
        location: &set.info.location,
        links: if request.head { Links::Server } else { state.config.links },
        good_for: state.config.signed_url,
        expires,
    };
    let mut planned = Vec::with_capacity(files.len());
    for (path, size_bytes) in files {
        let url = signer.url(&path).await?;
        planned.push(PlannedFile { path, size_bytes, url });
    }
    let reads = match matching.is_some() || request.ranges {
        true if fragments <= WEIGHED_FRAGMENTS => Some(snapshot.estimate(&fields, Some(&selected)).await?),
        true if request.ranges => {
            let detail = format!(
                "the rows are in {fragments} fragments, but ranges are limited to {WEIGHED_FRAGMENTS}; select fewer \
                 rows with `where` or `split`, or read the manifests"
            );
            return Err(Problem::new(Kind::Invalid, detail));
        }
        _ => None,
    };
    let positions = matching.map(|_| encoded(&selected)).transpose()?;
    let add = |all: Estimate, part: &FragmentEstimate| all + part.reads;
    let sum = reads.as_ref().map(|parts| parts.iter().fold(Estimate::default(), add));
    let detailed = reads.filter(|_| request.ranges).map(Vec::into_iter);
    let detailed =
        detailed.map(|all| all.map(|one| planned_fragment(one, index.fragments())).collect::<Result<_>>());
    let at = snapshot.at();
    Ok(Json(Plan {
        dataset: set.info.uuid,
        commit: at.id,
        branch: at.branch.clone(),
        version: at.version,
        rows,
        positions,
        row_groups: sum.map(|sum| sum.row_groups),
        bytes: sum.map(|sum| sum.bytes),
        expires,
        files: planned,
        fragments: detailed.transpose()?,
    }))
}

fn planned_fragment(estimate: FragmentEstimate, fragments: &[Fragment]) -> Result<PlannedFragment> {
    let fragment = &fragments[estimate.fragment];
    let parts = estimate.files.into_iter().map(|(file, ranges)| PlannedPart {
        path: layout::data(file),
        ranges: ranges.into_iter().map(|r| [r.start, r.end]).collect(),
    });
    Ok(PlannedFragment {
        id: fragment.id.to_string(),
        split: fragment.split.clone(),
        row_groups: fragment.row_groups.clone(),
        rows: encoded(&estimate.offsets.into_iter().collect())?,
        parts: parts.collect(),
    })
}

/// A bitmap in the portable format, in base64.
fn encoded(bitmap: &RoaringBitmap) -> Result<String> {
    let mut bytes = Vec::with_capacity(bitmap.serialized_size());
    bitmap.serialize_into(&mut bytes).map_err(|e| internal(&e))?;
    Ok(STANDARD.encode(bytes))
}
