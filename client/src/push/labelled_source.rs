//! A source whose classes get the synsets of a label map.

use hub_dataset::sample::{Column, Sample, SampleError, SampleSource, SizeHint};
use hub_schema::{LabelSynsets, SchemaError};

/// A source with the synsets of a label map on its class labels.
pub struct LabelledSource {
    source: Box<dyn SampleSource>,
    columns: Vec<Column>,
}

impl LabelledSource {
    /// Gives the classes of a source's label columns their synsets. A class may occur in several of them.
    ///
    /// # Errors
    /// [`SchemaError::NoClass`] for a class that no label column has.
    pub fn new(source: Box<dyn SampleSource>, synsets: &LabelSynsets) -> Result<Self, SchemaError> {
        let mut schema = Column::schema(source.columns())?;
        let labels = hub_dataset::LabelColumn::all(&schema);
        for label in &labels {
            let known = |(class, _): &(&String, &Option<String>)| label.names.contains(class);
            let part = synsets.iter().filter(known).map(|(c, s)| (c.clone(), s.clone())).collect();
            schema.map_labels(&label.name(), &part)?;
        }
        let found = |class: &String| labels.iter().any(|label| label.names.contains(class));
        if let Some(class) = synsets.keys().find(|class| !found(class)) {
            let name = labels.iter().map(hub_dataset::LabelColumn::name).collect::<Vec<_>>().join("', '");
            let known = labels.iter().flat_map(|label| label.names.clone()).collect();
            return Err(SchemaError::NoClass { name, class: class.clone(), known });
        }
        let columns = schema.given().map(|f| Column {
            name: f.name.clone(),
            feature: f.feature.clone(),
            metadata: f.metadata.clone(),
        });
        let columns = columns.collect();
        Ok(Self { source, columns })
    }
}

impl SampleSource for LabelledSource {
    fn format(&self) -> &'static str {
        self.source.format()
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn size_hint(&self) -> SizeHint {
        self.source.size_hint()
    }

    fn next_sample(&mut self) -> Option<Result<Sample, SampleError>> {
        self.source.next_sample()
    }
}
