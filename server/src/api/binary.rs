//! The OpenAPI schema of raw bytes. (`Vec<u8>` would be described as an array of numbers.)

use utoipa::openapi::schema::{ObjectBuilder, SchemaType};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

#[derive(Debug)]
pub struct Binary;

impl PartialSchema for Binary {
    fn schema() -> RefOr<Schema> {
        let bytes = ObjectBuilder::new().schema_type(SchemaType::AnyValue);
        bytes.description(Some("Raw bytes.")).build().into()
    }
}

impl ToSchema for Binary {}
