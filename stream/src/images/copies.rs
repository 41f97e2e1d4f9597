//! Which of the data set's copies of an image is decoded in its place.

use arrow::array::{Array, AsArray, BinaryViewArray, RecordBatch};
use hub_decode::{DecodeError, Draw, ImageDecoder, ImageSpec, Plan};

use super::columns::Image;
use super::settings::Copies;

/// The copies of some images, the smallest first.
pub struct Stored<'a>(Vec<&'a BinaryViewArray>);

impl<'a> Stored<'a> {
    /// Those that may be used for a column.
    pub fn of(batch: &'a RecordBatch, image: &Image, copies: Copies) -> Self {
        let may = match copies {
            Copies::Off => false,
            Copies::Enough => !image.spec.exact && image.moving.is_empty(),
            Copies::Always => image.moving.is_empty(),
        };
        let places = image.copies.iter().filter(|_| may);
        let bytes = |place: &usize| {
            batch.column(*place).as_struct_opt()?.column_by_name("bytes")?.as_binary_view_opt()
        };
        Self(places.filter_map(bytes).collect())
    }

    /// The copy to decode in place of the image of a row. One that can't be decoded is none.
    pub fn choose(
        &self,
        decoder: &mut super::decoders::Borrowed,
        (row, draw): (usize, Draw),
        spec: &ImageSpec,
        copies: Copies,
    ) -> Option<&'a [u8]> {
        let mut there = self.0.iter().filter(|copies| copies.is_valid(row)).map(|copies| copies.value(row));
        match copies {
            Copies::Off => None,
            Copies::Always => there.next_back(),
            Copies::Enough => there.find(|copy| {
                let plan = decoder.with(|decoder: &mut ImageDecoder| -> Result<Plan, DecodeError> {
                    decoder.plan(copy, spec, draw)
                });
                plan.is_ok_and(|plan| is_enough(&plan))
            }),
        }
    }
}

/// Whether no pixel of the part that is shown is enlarged.
fn is_enough(plan: &Plan) -> bool {
    plan.resized.0 <= plan.crop.width && plan.resized.1 <= plan.crop.height
}
