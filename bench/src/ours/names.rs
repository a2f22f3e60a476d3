use domain::{ids::ResourceId, resource::ResourceSettings};

/// What every resource of a benchmark is like: always open, in whole hours and
/// in quarter hours.
pub const SETTINGS: &str =
    r#"{"name":"Studio","timezone":"UTC","durations":[15,60,120,300],"slotInterval":60}"#;

/// The id of resource `number`.
pub fn resource(number: u32) -> ResourceId {
    let id = format!("studio-{number:05}");
    id.parse().expect("lower-case letters, a dash and digits")
}

/// [`SETTINGS`], read.
pub fn settings() -> ResourceSettings {
    serde_json::from_str(SETTINGS).expect("the settings are legal")
}
