use chrono::SecondsFormat;

use super::HashedRow;

/// The leases that a renewal of the first version may have asked for.
const LEASES: [&str; 2] = ["presence", "checkout"];

/// The payloads that an emptied renewal of the first version may have had.
///
/// Its columns tell all of it but the lease, and there are two leases: so what is left
/// of the row can be checked though its payload is gone. The form is that of the
/// releases that hashed so, for good, whatever is written today.
pub(super) fn payloads(row: &HashedRow<'_>) -> Option<[String; 2]> {
    let renewal = row.event_type == "HoldRenewed" && row.event_version == "1.0";
    let hold = row.columns.hold_id.filter(|_| renewal)?;
    let ends = row.columns.lease_expires_at?;
    let [renewed, ends] =
        [row.recorded_at, ends].map(|time| time.to_rfc3339_opts(SecondsFormat::Millis, true));
    Some(LEASES.map(|lease| {
        format!(
            r#"{{"HoldRenewed":{{"holdId":"{hold}","lease":"{lease}","renewedAt":"{renewed}","leaseExpiresAt":"{ends}"}}}}"#
        )
    }))
}
