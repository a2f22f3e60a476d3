use std::collections::BTreeMap;

use utoipa::{
    Modify,
    openapi::{
        AllOf, Object, OpenApi, RefOr, Schema,
        schema::{ObjectBuilder, Type},
    },
};

/// A schema that is made of parts, as one object with the properties of all.
///
/// A request's object may have no other properties than its own, and says so. Where it is a
/// part of an answer with more of them, no answer would be valid by both.
pub(super) struct Flat;

impl Modify for Flat {
    fn modify(&self, document: &mut OpenApi) {
        let Some(components) = &mut document.components else {
            return;
        };
        let schemas = components.schemas.iter();
        let made_of_parts = schemas.filter_map(|(name, schema)| match schema {
            RefOr::T(Schema::AllOf(all)) => Some((name.clone(), merged(all, &components.schemas)?)),
            RefOr::T(_) | RefOr::Ref(_) => None,
        });
        let merged: Vec<(String, Object)> = made_of_parts.collect();
        for (name, schema) in merged {
            components.schemas.insert(name, schema.into());
        }
    }
}

/// All parts in one; nothing when one of them is no object.
fn merged(all: &AllOf, schemas: &BTreeMap<String, RefOr<Schema>>) -> Option<Object> {
    let mut whole = ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(all.description.clone())
        .build();
    for part in &all.items {
        let part = object(part, schemas)?;
        whole.properties.extend(part.properties.clone());
        whole.required.extend(part.required.iter().cloned());
    }
    Some(whole)
}

fn object<'a>(
    part: &'a RefOr<Schema>,
    schemas: &'a BTreeMap<String, RefOr<Schema>>,
) -> Option<&'a Object> {
    match part {
        RefOr::T(Schema::Object(object)) => Some(object),
        RefOr::T(_) => None,
        RefOr::Ref(reference) => {
            let name = reference.ref_location.rsplit('/').next()?;
            object(schemas.get(name)?, schemas)
        }
    }
}
