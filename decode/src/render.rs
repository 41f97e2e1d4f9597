//! Decoded pixels to the result of a plan: what must be decoded for it, and the resizing and conversion itself.

use crate::jpeg::DctScale;
use crate::pixels::Pixels;
use crate::rect::Rect;
use crate::resize::{Axis, Kernel, Mapping, NearestResizer, Resizer, Resizing, Source};
use crate::transform::{Emitter, Filter, ImageSpec, Plan};

/// By which factor an image must still be shrunk by the filter after its DCT was scaled. Mean distance from the exact
/// tensors on photographs, of 255: up to 0.7 with 2, 0.25 with 4, 0.19 with 5, 0.14 with 6, 0.12 with 8
/// (`examples/fast_distance.rs`). What is left with 8 is clipping: a full decode cuts each pixel to 0 to 255 before they
/// are averaged.
const LEFT_FOR_FILTER: u32 = 8;

/// Resizes and converts; keeps its buffers.
#[derive(Default)]
pub(crate) struct Renderer {
    columns: Axis,
    rows: Axis,
    resizer: Resizer,
    nearest: NearestResizer,
}

/// What must be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Needed {
    /// At which size.
    pub(crate) scale: DctScale,
    /// Of the scaled image. `None`: the result is only padding.
    pub(crate) region: Option<Rect>,
}

fn kernel(spec: &ImageSpec) -> Option<Kernel> {
    match spec.filter {
        Filter::Nearest => None,
        Filter::Bilinear => Some(Kernel::Bilinear),
        Filter::Bicubic => Some(Kernel::Bicubic),
    }
}

impl Renderer {
    /// The pixels that a plan needs; call it before [`Renderer::render`]. `scalable`: whether the image can be decoded at
    /// a fraction of its size.
    pub(crate) fn prepare(&mut self, plan: &Plan, spec: &ImageSpec, scalable: bool) -> Needed {
        let (window, _) = plan.window();
        if window.width == 0 || window.height == 0 {
            return Needed { scale: DctScale::Full, region: None };
        }
        let crop = plan.crop;
        let Some(kernel) = kernel(spec) else {
            return Needed { scale: DctScale::Full, region: Some(crop) };
        };
        let antialias = !spec.no_antialias;
        let scale = if scalable && !spec.exact && antialias { dct_scale(plan) } else { DctScale::Full };
        let columns = mapping(crop.x, crop.width, plan.resized.0, scale);
        let rows = mapping(crop.y, crop.height, plan.resized.1, scale);
        self.columns.fill(kernel, antialias, columns, window.x..window.x + window.width);
        self.rows.fill(kernel, antialias, rows, window.y..window.y + window.height);
        let (columns, rows) = (self.columns.needed(), self.rows.needed());
        let crop = crop.divided(scale.divisor());
        let region = Rect {
            x: crop.x + columns.start,
            y: crop.y + rows.start,
            width: columns.len() as u32,
            height: rows.len() as u32,
        };
        Needed { scale, region: Some(region) }
    }

    /// Writes the result. `pixels` are those of [`Renderer::prepare`], or more.
    pub(crate) fn render(
        &mut self,
        pixels: &Pixels,
        scale: DctScale,
        plan: &Plan,
        spec: &ImageSpec,
        emitter: &mut Emitter<'_>,
    ) {
        let (window, (left, above)) = plan.window();
        let left = left as usize;
        if window.width == 0 || window.height == 0 {
            emitter.blank(0..plan.size.1);
            return;
        }
        emitter.blank(0..above.min(plan.size.1));
        emitter.blank((above + window.height).min(plan.size.1)..plan.size.1);
        let crop = plan.crop.divided(scale.divisor());
        let resizing = Resizing { crop, width: plan.resized.0, height: plan.resized.1, window };
        let source = Source { pixels };
        let take = |y: u32, row: &[u8]| emitter.row(above + y, left, row);
        match kernel(spec) {
            None => self.nearest.resize(source, &resizing, take),
            Some(_) if spec.vertical_first && scale == DctScale::Full && is_vertical_first(plan) => {
                self.resize_transposed(pixels, &resizing, take);
            }
            Some(_) => self.resizer.resize(source, &resizing, &self.columns, &self.rows, take),
        }
    }

    /// Resizes with the vertical pass first: as the image with rows and columns exchanged, and back. It is slower, since
    /// all pixels are moved twice.
    fn resize_transposed(&mut self, pixels: &Pixels, resizing: &Resizing, mut take: impl FnMut(u32, &[u8])) {
        let Resizing { crop, width, height, window } = *resizing;
        let source = pixels.transposed();
        let transposed =
            Resizing { crop: crop.transposed(), width: height, height: width, window: window.transposed() };
        let mut result = Pixels { rgb: Vec::new(), area: Rect::whole(window.height, window.width) };
        let columns = |_: u32, column: &[u8]| result.rgb.extend_from_slice(column);
        self.resizer.resize(Source { pixels: &source }, &transposed, &self.rows, &self.columns, columns);
        let result = result.transposed();
        let rows = result.rgb.chunks_exact(window.width.max(1) as usize * 3);
        (0..).zip(rows).for_each(|(y, row)| take(y, row));
    }
}

/// Pillow 13: the vertical pass is first where the height shrinks by more than twice as many pixels as the width.
fn is_vertical_first(plan: &Plan) -> bool {
    let shrinks = |from: u32, to: u32| i64::from(from) - i64::from(to);
    let by = shrinks(plan.crop.height, plan.resized.1);
    by > 0 && by > 2 * shrinks(plan.crop.width, plan.resized.0)
}

/// Where the results of one axis are in the (scaled) crop, which begins and ends with whole pixels of the scaled image.
fn mapping(at: u32, from: u32, to: u32, scale: DctScale) -> Mapping {
    let divisor = scale.divisor();
    let by = f64::from(divisor);
    let (first, end) = (at / divisor, (at + from).div_ceil(divisor));
    Mapping {
        start: f64::from(at % divisor) / by,
        step: f64::from(from) / f64::from(to) / by,
        from: end - first,
    }
}

/// The smallest DCT that leaves enough for the filter.
fn dct_scale(plan: &Plan) -> DctScale {
    let least = (plan.crop.width / plan.resized.0.max(1)).min(plan.crop.height / plan.resized.1.max(1));
    [DctScale::Eighth, DctScale::Quarter, DctScale::Half]
        .into_iter()
        .find(|scale| least >= scale.divisor() * LEFT_FOR_FILTER)
        .unwrap_or(DctScale::Full)
}
