//! Boxes and outlines of objects, as YOLO and Pascal VOC write them.
//!
//! The column of objects is found as for COCO ([`super::coco`]): a list of structs with a class and a box, an outline or
//! a mask. Here its values become plain numbers ([`objects`]), with the size of the image, which both formats need.

mod objects;
mod voc;
mod yolo;

#[cfg(test)]
mod tests;

pub use objects::fit;
pub use voc::Voc;
pub use yolo::Yolo;
