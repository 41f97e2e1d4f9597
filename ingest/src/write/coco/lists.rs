//! The lists of a split: images, and what is annotated of them.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use hub_dataset::sample::SampleError;
use serde_json::{Map, Value as Json, json};

use super::captions::Caption;
use super::layout::Layout;
use super::objects::Object;
use super::parts::Part;
use crate::write::staging::cant;

/// The folder of the JSON files.
pub const FOLDER: &str = "annotations";

/// The lists of a split.
pub struct Lists {
    pub tag: String,
    pub images: Part,
    pub objects: Option<Part>,
    pub keypoints: Option<Part>,
    pub captions: Option<Part>,
    pub image_ids: Ids,
    object_ids: Ids,
    caption_ids: Ids,
}

/// Ids given in a list; each must be its member's own.
#[derive(Default)]
pub struct Ids {
    given: HashSet<i64>,
    texts: HashSet<String>,
    last: i64,
}

impl Ids {
    /// This id, an integer or a text, or if there is none or it was given before, the one after the greatest.
    pub fn take(&mut self, id: Option<&Json>) -> Json {
        if let Some(Json::String(text)) = id
            && self.texts.insert(text.clone())
        {
            return json!(text);
        }
        let id = id.and_then(Json::as_i64).filter(|id| !self.given.contains(id));
        let id = id.unwrap_or_else(|| self.last.saturating_add(1));
        self.given.insert(id);
        self.last = self.last.max(id);
        json!(id)
    }
}

impl Lists {
    /// Creates the files of the split's lists, still empty.
    pub fn create(layout: &Layout, root: &Path, tag: &str, number: usize) -> Result<Self, SampleError> {
        let folder = root.join(FOLDER);
        fs::create_dir_all(&folder).map_err(|e| cant("make", &folder, e))?;
        let part = |wanted: bool, what: &str| {
            wanted.then(|| Part::create(folder.join(format!(".{number}.{what}.part")))).transpose()
        };
        let has_points = layout.objects.as_ref().is_some_and(|objects| objects.points.is_some());
        Ok(Self {
            tag: tag.to_owned(),
            images: Part::create(folder.join(format!(".{number}.images.part")))?,
            objects: part(layout.objects.is_some(), "objects")?,
            keypoints: part(has_points, "keypoints")?,
            captions: part(layout.captions.is_some(), "captions")?,
            image_ids: Ids::default(),
            object_ids: Ids::default(),
            caption_ids: Ids::default(),
        })
    }

    /// Adds an object of an image.
    pub fn add_object(&mut self, image: &Json, category: i64, object: Object) -> Result<(), SampleError> {
        let id = self.object_ids.take(object.id.as_ref());
        let ids = [("id", id), ("image_id", image.clone()), ("category_id", json!(category))];
        let mut members: Map<String, Json> = ids.into_iter().map(|(n, id)| (n.to_owned(), id)).collect();
        members.extend(object.body);
        if let Some(part) = &mut self.objects {
            part.push(&Json::Object(members.clone()))?;
        }
        if let (Some(part), Some(points)) = (&mut self.keypoints, object.keypoints) {
            members.extend(points);
            part.push(&Json::Object(members))?;
        }
        Ok(())
    }

    /// Adds a caption of an image.
    pub fn add_caption(&mut self, image: &Json, caption: Caption) -> Result<(), SampleError> {
        let id = self.caption_ids.take(caption.id.as_ref());
        let mut members = Map::from_iter([
            ("id".to_owned(), id),
            ("image_id".to_owned(), image.clone()),
            ("caption".to_owned(), json!(caption.text)),
        ]);
        members.extend(caption.extra);
        let caption = Json::Object(members);
        self.captions.as_mut().map_or(Ok(()), |part| part.push(&caption))
    }
}
