use domain::{ids::ResourceId, resource::ResourceSettings};

/// What every resource of a benchmark is like: always open, with the shortest lease.
pub(crate) const SETTINGS: &str = r#"{"name":"Studio","timezone":"UTC","durations":[15,60,120,300],"slotInterval":60,"lastDay":"9999-12-31","leaseMs":5000}"#;

/// The id of resource `number`.
pub(crate) fn resource(number: u32) -> ResourceId {
    let id = format!("studio-{number:05}");
    id.parse().expect("lower-case letters, a dash and digits")
}

/// [`SETTINGS`], read.
pub(crate) fn settings() -> ResourceSettings {
    serde_json::from_str(SETTINGS).expect("the settings are legal")
}
