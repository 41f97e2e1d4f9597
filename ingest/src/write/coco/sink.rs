//! Writes each sample: the image file to its folder, the image's entry and annotations to the lists of its
//! split.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use hub_dataset::sample::{Media, MediaBytes, Sample, SampleError, Value};
use serde_json::{Map, Value as Json, json};

use super::captions::{Caption, captions_of};
use super::categories::Categories;
use super::extra;
use super::layout::Layout;
use super::lists::{FOLDER, Lists};
use super::objects::Object;
use super::parts::put_together;
use crate::read::split::split_of;
use crate::write::copy::{copy_to, read_whole, unreadable};
use crate::write::names::{Unique, safe_path};
use crate::write::splits::Splits;
use crate::write::staging::Writer;

/// The size in pixels of a larger image file is not read.
const MAX_PROBED_BYTES: u64 = 512 << 20;

pub struct Coco {
    layout: Layout,
    root: PathBuf,
    splits: Splits,
    unique: Unique,
    row: u64,
    categories: Categories,
    licenses: BTreeMap<i64, Json>,
    /// Split → its lists.
    open: BTreeMap<String, Lists>,
}

/// What a sample says, checked, before anything of it is written.
struct Checked {
    medium: Media,
    size: Option<(u32, u32)>,
    objects: Vec<(i64, Object)>,
    captions: Vec<Caption>,
}

impl Coco {
    pub fn new(layout: Layout, root: PathBuf, splits: &[String]) -> Self {
        let categories = match &layout.objects {
            Some(objects) => Categories::new(objects.names.clone(), &objects.metadata),
            None => Categories::new(Vec::new(), &BTreeMap::new()),
        };
        let licenses = layout.licenses.clone();
        Self {
            layout,
            root,
            splits: Splits::new(splits),
            unique: Unique::default(),
            row: 0,
            categories,
            licenses,
            open: BTreeMap::new(),
        }
    }

    fn check(&mut self, sample: &Sample) -> Result<Checked, SampleError> {
        let wrong = |problem: String| SampleError::sample(&sample.place, problem);
        let mut medium = self.layout.medium.file(sample, self.row)?.ok_or_else(|| {
            wrong(format!("column '{}' is empty, but COCO needs an image", self.layout.medium.name))
        })?;
        let mut size = None;
        if medium.bytes.size_bytes() <= MAX_PROBED_BYTES {
            let bytes = read_whole(&medium.bytes).map_err(|e| unreadable(sample, e))?;
            // A damaged image file is copied like any other; only its size is not written.
            let facts = hub_media::probe_image(&bytes, &hub_media::Limits::default()).ok();
            let is_upright = self.layout.is_upright;
            size = facts.map(|f| if is_upright { f.upright_size() } else { (f.width, f.height) });
            medium.bytes = MediaBytes::Memory(bytes);
        }
        let mut objects = Vec::new();
        if let Some(layout) = &self.layout.objects {
            for (i, value) in layout.of_sample(sample)?.iter().enumerate() {
                let place = |problem| wrong(format!("column '{}', object {i}: {problem}", layout.column));
                let mut object = layout.object(value).map_err(place)?;
                let (supercategory, has_points) = (object.supercategory.take(), object.keypoints.is_some());
                let id = self.categories.id(&object.class, object.category_id, supercategory, has_points);
                objects.push((id.map_err(place)?, object));
            }
        }
        let captions = captions_of(self.layout.captions.as_ref(), sample)?;
        Ok(Checked { medium, size, objects, captions })
    }

    /// Where the image file goes, below the root.
    fn path(&mut self, name: &str, split: Option<&str>) -> String {
        let mut path = safe_path(name);
        if !path.contains('/') || path.to_lowercase().starts_with("annotations/") {
            path = format!("{}/{path}", split.unwrap_or("images"));
        }
        self.unique.path(path)
    }

    fn lists(&mut self, split: Option<&str>, path: &str) -> Result<&mut Lists, SampleError> {
        let key = split.unwrap_or_default().to_owned();
        if !self.open.contains_key(&key) {
            let folder = path.split('/').next().unwrap_or_default();
            let is_free = |tag: &str| self.open.values().all(|lists| lists.tag != tag);
            let means_split = split.is_some() && split_of(folder) == split && is_free(folder);
            let tag = if means_split { folder } else { split.unwrap_or("default") };
            let lists = Lists::create(&self.layout, &self.root, tag, self.open.len())?;
            self.open.insert(key.clone(), lists);
        }
        let place = self.root.display().to_string();
        self.open.get_mut(&key).ok_or_else(|| SampleError::fatal(place, "the output file is already closed"))
    }

    /// The image's members that come from columns of their own.
    fn about(&mut self, sample: &Sample) -> Map<String, Json> {
        let mut about = Map::new();
        if let Some(Value::Struct(license)) = self.layout.license.and_then(|at| sample.values.get(at))
            && let Some(Value::Int(id)) = license.first()
        {
            about.insert("license".into(), json!(id));
            let texts = ["name", "url"].iter().zip(&license[1..]).filter_map(|(name, value)| match value {
                Value::Text(text) => Some(((*name).to_owned(), json!(text))),
                _ => None,
            });
            let texts: Map<_, _> = std::iter::once(("id".to_owned(), json!(id))).chain(texts).collect();
            self.licenses.entry(*id).or_insert(Json::Object(texts));
        }
        for (at, name) in &self.layout.texts {
            if let Some(Value::Text(text)) = sample.values.get(*at) {
                about.insert((*name).into(), json!(text));
            }
        }
        about
    }
}

impl Writer for Coco {
    fn write(&mut self, sample: &Sample) -> Result<(), SampleError> {
        let checked = self.check(sample)?;
        let mut about = self.about(sample);
        let wrong = |problem: String| SampleError::sample(&sample.place, problem);
        extra::add(&self.layout.extra, &sample.values, &mut about).map_err(wrong)?;
        let id = match self.layout.image_id.and_then(|at| sample.values.get(at)) {
            Some(Value::Int(id)) => Some(json!(id)),
            Some(Value::Text(id)) => Some(json!(id)),
            _ => None,
        };
        self.row += 1;
        let split = self.splits.name(sample.split.as_deref());
        let path = self.path(&checked.medium.name, split.as_deref());
        copy_to(&checked.medium.bytes, &self.root.join(&path), sample)?;

        let lists = self.lists(split.as_deref(), &path)?;
        let id = lists.image_ids.take(id.as_ref());
        let own_folder = path.strip_prefix(&lists.tag).and_then(|rest| rest.strip_prefix('/'));
        let file_name = own_folder.filter(|rest| !rest.contains('/')).unwrap_or(&path);
        let mut image = Map::from_iter([("id".into(), json!(id)), ("file_name".into(), json!(file_name))]);
        if let Some((width, height)) = checked.size {
            image.extend([("width".into(), json!(width)), ("height".into(), json!(height))]);
        }
        image.extend(about);
        lists.images.push(&Json::Object(image))?;
        for (category, object) in checked.objects {
            lists.add_object(&id, category, object)?;
        }
        for caption in checked.captions {
            lists.add_caption(&id, caption)?;
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), SampleError> {
        self.categories.complete();
        let licenses: Json = self.licenses.values().cloned().collect();
        let all = self.categories.all();
        let points = self.layout.objects.as_ref().and_then(|objects| objects.points.as_ref());
        let with_points = points.map(|points| self.categories.with_points(points));
        for mut lists in std::mem::take(&mut self.open).into_values() {
            lists.images.close()?;
            let kinds: HashMap<&str, _> = HashMap::from([
                ("instances", (lists.objects.take(), Some(&all))),
                ("person_keypoints", (lists.keypoints.take(), with_points.as_ref())),
                ("captions", (lists.captions.take(), None)),
            ]);
            for (kind, (part, categories)) in kinds {
                let Some(mut part) = part else { continue };
                part.close()?;
                let path = self.root.join(FOLDER).join(format!("{kind}_{}.json", lists.tag));
                put_together(&path, &lists.images, &part, &self.layout.members, &licenses, categories)?;
                part.remove()?;
            }
            lists.images.remove()?;
        }
        Ok(())
    }
}
