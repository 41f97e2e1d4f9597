//! All functions, to be registered in a session.

use std::sync::Arc;

use datafusion::logical_expr::ScalarUDF;

use super::{boxes, cosine, member, placeholder, synsets};

/// Every function of this crate, for one session.
pub fn all() -> Vec<Arc<ScalarUDF>> {
    let mut all: Vec<Arc<ScalarUDF>> = placeholder::all();
    all.push(Arc::new(ScalarUDF::from(member::Member::new())));
    all.push(Arc::new(ScalarUDF::from(synsets::Synsets::lca())));
    all.push(Arc::new(ScalarUDF::from(synsets::Synsets::wup())));
    all.push(Arc::new(ScalarUDF::from(boxes::Area::new())));
    all.push(Arc::new(ScalarUDF::from(boxes::Iou::new())));
    all.push(Arc::new(ScalarUDF::from(cosine::Cosine::new(None, None))));
    all
}
