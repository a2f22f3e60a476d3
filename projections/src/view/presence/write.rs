use domain::{calendar::Timestamp, hold::Hold, ids::HoldId, partition::Partition};
use eventlog::{LogError, Position};
use sqlx::PgConnection;

use crate::column;

use super::fold::{Changes, HoldChange, Renewal};

/// Writes the changes.
pub(in crate::view) async fn write(
    connection: &mut PgConnection,
    partition: Partition,
    changes: &Changes,
) -> Result<(), LogError> {
    let (mut placed, mut renewed, mut ended) = (Vec::new(), Vec::new(), Vec::new());
    for (id, change) in changes {
        match change {
            HoldChange::Placed { hold, position } => placed.push((hold, *position)),
            HoldChange::Renewed(renewal) => renewed.push((*id, renewal)),
            HoldChange::Ended => ended.push(id.uuid()),
        }
    }
    if !ended.is_empty() {
        sqlx::query(include_str!("end.sql"))
            .bind(column::partition(partition))
            .bind(ended)
            .execute(&mut *connection)
            .await
            .map_err(column::failed("ending presence"))?;
    }
    if !renewed.is_empty() {
        renew(connection, partition, &renewed).await?;
    }
    if !placed.is_empty() {
        place(connection, partition, &placed).await?;
    }
    Ok(())
}

async fn renew(
    connection: &mut PgConnection,
    partition: Partition,
    renewed: &[(HoldId, &Renewal)],
) -> Result<(), LogError> {
    let rows = || renewed.iter();
    let renewals = |row: &(HoldId, &Renewal)| i64::from(row.1.renewals);
    sqlx::query(include_str!("renew.sql"))
        .bind(column::partition(partition))
        .bind(rows().map(|row| row.0.uuid()).collect::<Vec<_>>())
        .bind(
            rows()
                .map(|row| column::lease(row.1.lease))
                .collect::<Vec<_>>(),
        )
        .bind(
            rows()
                .map(|row| column::time(row.1.renewed_at))
                .collect::<Vec<_>>(),
        )
        .bind(
            rows()
                .map(|row| column::time(row.1.lease_expires_at))
                .collect::<Vec<_>>(),
        )
        .bind(rows().map(renewals).collect::<Vec<_>>())
        .bind(
            rows()
                .map(|row| column::position(row.1.position))
                .collect::<Vec<_>>(),
        )
        .execute(connection)
        .await
        .map_err(column::failed("renewing presence"))?;
    Ok(())
}

async fn place(
    connection: &mut PgConnection,
    partition: Partition,
    placed: &[(&Hold, Position)],
) -> Result<(), LogError> {
    let holds = || placed.iter().map(|(hold, _)| *hold);
    let times = |of: fn(&Hold) -> Timestamp| {
        let times = holds().map(|hold| column::time(of(hold)));
        times.collect::<Vec<_>>()
    };
    let renewals = |hold: &Hold| i64::from(hold.renewals);
    let buffers = |hold: &Hold| column::buffers(hold.buffers);
    sqlx::query(include_str!("place.sql"))
        .bind(column::partition(partition))
        .bind(holds().map(|hold| hold.id.uuid()).collect::<Vec<_>>())
        .bind(
            holds()
                .map(|hold| hold.resource.as_str())
                .collect::<Vec<_>>(),
        )
        .bind(holds().map(|hold| hold.session.uuid()).collect::<Vec<_>>())
        .bind(times(|hold| hold.span.start()))
        .bind(
            holds()
                .map(|hold| column::slots(hold.span))
                .collect::<Vec<_>>(),
        )
        .bind(
            holds()
                .map(|hold| column::lease(hold.lease))
                .collect::<Vec<_>>(),
        )
        .bind(times(|hold| hold.placed_at))
        .bind(times(|hold| hold.renewed_at))
        .bind(times(|hold| hold.lease_expires_at))
        .bind(times(|hold| hold.renewable_until))
        .bind(holds().map(renewals).collect::<Vec<_>>())
        .bind(
            placed
                .iter()
                .map(|row| column::position(row.1))
                .collect::<Vec<_>>(),
        )
        .bind(holds().map(|hold| buffers(hold).0).collect::<Vec<_>>())
        .bind(holds().map(|hold| buffers(hold).1).collect::<Vec<_>>())
        .bind(
            holds()
                .map(|hold| column::quantity(hold.quantity))
                .collect::<Vec<_>>(),
        )
        .execute(connection)
        .await
        .map_err(column::failed("placing presence"))?;
    Ok(())
}
