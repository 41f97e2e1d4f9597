//! Decoded pixels to the result of a plan: what must be decoded for it, and the resizing and conversion itself.

use crate::error::DecodeError;
use crate::jpeg::DctScale;
use crate::pixels::Pixels;
use crate::rect::Rect;
use crate::resize::{
    Axis, ExactResizer, FastResizer, FastResizing, Kernel, NearestResizer, Resizing, Source,
};
use crate::transform::{Emitter, Filter, ImageSpec, Plan};

/// By which factor an image must still be shrunk by the filter after its DCT was scaled. With 2, the filter
/// still decides most of what is left of fine detail.
const LEFT_FOR_FILTER: u32 = 2;

/// Resizes and converts; keeps its buffers.
#[derive(Default)]
pub(crate) struct Renderer {
    columns: Axis,
    rows: Axis,
    exact: ExactResizer,
    fast: FastResizer,
    nearest: NearestResizer,
    /// A result before its conversion.
    rgb: Vec<u8>,
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
        let columns = window.x..window.x + window.width;
        let rows = window.y..window.y + window.height;
        self.columns.fill(kernel, antialias, crop.width, plan.resized.0, columns);
        self.rows.fill(kernel, antialias, crop.height, plan.resized.1, rows);
        let (columns, rows) = (self.columns.needed(), self.rows.needed());
        let region = Rect {
            x: crop.x + columns.start,
            y: crop.y + rows.start,
            width: columns.len() as u32,
            height: rows.len() as u32,
        };
        let scale = if scalable && !spec.exact && antialias { dct_scale(plan) } else { DctScale::Full };
        let region = match scale {
            DctScale::Full => region,
            // The filter's first and last pixel, rounded to those of the scaled image.
            _ => region.divided(scale.divisor()).grown(1, crop.divided(scale.divisor())),
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
    ) -> Result<(), DecodeError> {
        let (window, (left, above)) = plan.window();
        let left = left as usize;
        emitter.blank(0..above.min(plan.size.1));
        emitter.blank((above + window.height).min(plan.size.1)..plan.size.1);
        if window.width == 0 || window.height == 0 {
            emitter.blank(0..plan.size.1);
            return Ok(());
        }
        let resizing = Resizing { crop: plan.crop, width: plan.resized.0, height: plan.resized.1, window };
        let source = Source { pixels };
        let Some(kernel) = kernel(spec) else {
            self.nearest.resize(source, &resizing, |y, row| emitter.row(above + y, left, row));
            return Ok(());
        };
        let same = plan.resized == (plan.crop.width, plan.crop.height);
        if spec.exact || same {
            let take = |y: u32, row: &[u8]| emitter.row(above + y, left, row);
            self.exact.resize(source, &resizing, &self.columns, &self.rows, take);
            return Ok(());
        }
        let fast = fast_resizing(&resizing, scale, kernel, !spec.no_antialias, pixels.area);
        let wanted = (window.width, window.height);
        if wanted == plan.size
            && let Some(out) = emitter.plain()
        {
            self.fast.resize(pixels, &fast, wanted, out)?;
            emitter.mirror();
            return Ok(());
        }
        self.rgb.resize(window.width as usize * window.height as usize * 3, 0);
        self.fast.resize(pixels, &fast, wanted, &mut self.rgb)?;
        for (y, row) in (above..).zip(self.rgb.chunks_exact(window.width as usize * 3)) {
            emitter.row(y, left, row);
        }
        Ok(())
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

/// The same resizing on pixels of a scaled image, of which `area` was decoded.
fn fast_resizing(
    resizing: &Resizing,
    scale: DctScale,
    kernel: Kernel,
    antialias: bool,
    area: Rect,
) -> FastResizing {
    let Resizing { crop, width, height, window } = *resizing;
    let divisor = scale.divisor();
    let by = f64::from(divisor);
    let factor = |from: u32, to: u32| f64::from(from) / f64::from(to) / by;
    let (fx, fy) = (factor(crop.width, width), factor(crop.height, height));
    let start = |from: u32, window: u32, factor: f64| f64::from(from) / by + f64::from(window) * factor;
    let target = [
        start(crop.x, window.x, fx),
        start(crop.y, window.y, fy),
        f64::from(window.width) * fx,
        f64::from(window.height) * fy,
    ];
    // The crop, as far as it was decoded.
    let crop = crop.divided(divisor);
    let cut = |at: u32, len: u32, from: u32, most: u32| {
        let start = at.max(from);
        (start, (at + len).min(from + most).saturating_sub(start))
    };
    let (x, wide) = cut(crop.x, crop.width, area.x, area.width);
    let (y, high) = cut(crop.y, crop.height, area.y, area.height);
    FastResizing { tight: Rect { x, y, width: wide, height: high }, area: target, kernel, antialias }
}
