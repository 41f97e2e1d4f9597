//! Bytes, for the description of the routes: any content of a media type. (`Vec<u8>` would be told as a list of
//! numbers.)

use utoipa::openapi::schema::{ObjectBuilder, SchemaType};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Bytes.
#[derive(Debug)]
pub struct Binary;

impl PartialSchema for Binary {
    fn schema() -> RefOr<Schema> {
        let bytes = ObjectBuilder::new().schema_type(SchemaType::AnyValue);
        bytes.description(Some("Bytes, as they are.")).build().into()
    }
}

impl ToSchema for Binary {}
