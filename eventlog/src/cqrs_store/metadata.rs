use std::collections::HashMap;

use serde_json::{Value, json};

use crate::Metadata;

/// Metadata as a framework's user gave it, in the keys in which the log writes
/// it. Without an actor it was the system; without a causation, the framework.
pub(super) fn from_map(map: &HashMap<String, String>) -> Result<Metadata, String> {
    const KNOWN: [&str; 4] = ["actor", "actorId", "requestId", "causation"];
    if let Some(key) = map.keys().find(|key| !KNOWN.contains(&key.as_str())) {
        return Err(format!("the log's metadata has no {key:?}"));
    }
    let mut fields = json!({ "actor": "system", "causation": "CqrsFramework" });
    for (key, value) in map {
        fields[key] = Value::from(value.as_str());
    }
    serde_json::from_value(fields).map_err(|error| error.to_string())
}

/// Metadata as a framework hands it out.
pub(super) fn to_map(metadata: &Metadata) -> serde_json::Result<HashMap<String, String>> {
    serde_json::from_value(serde_json::to_value(metadata)?)
}
