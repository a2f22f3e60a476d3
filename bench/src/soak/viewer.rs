use std::{sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, timeout_at},
};

use super::site::{Site, There};
use crate::{Outcome, draw::Dice, http::Request, ours::resource};

/// Watches one resource's open days after another until the soak is over.
pub(super) async fn view(site: Arc<Site>, nth: u64) {
    let mut dice = Dice::new(!nth);
    while !site.is_over() {
        if let Err(error) = watch(&site, nth, &mut dice).await {
            site.meters.surprised(format!("a viewer: {error}"));
            site.pause(Duration::from_secs(1)).await;
        }
    }
}

async fn watch(site: &Site, nth: u64, dice: &mut Dice) -> Outcome<()> {
    let _there = There::at(&site.viewers);
    let stay = site.plan.viewing_ms / 3 * 2;
    let stay = stay + u64::from(dice.below(u32::try_from(stay).unwrap_or(u32::MAX)));
    let until = Instant::now() + Duration::from_millis(stay);
    let resource = resource(dice.below(site.plan.resources));
    let (first, last) = site.open_days();
    let path = format!("/v1/resources/{resource}/events?from={first}&to={last}");
    let mut stream = TcpStream::connect(site.address(nth)).await?;
    stream.write_all(Request::default().get(&path)).await?;
    let mut buffer = vec![0; 4096];
    let mut last_byte = 0;
    let mut answered = false;
    loop {
        let read = tokio::select! {
            read = timeout_at(until, stream.read(&mut buffer)) => read,
            () = site.over() => return Ok(()),
        };
        let Ok(read) = read else {
            return Ok(());
        };
        let bytes = &buffer[..read?];
        if bytes.is_empty() {
            return Err("the server has ended the stream".into());
        }
        if !answered && !bytes.starts_with(b"HTTP/1.1 200") {
            return Err(String::from_utf8_lossy(bytes).into());
        }
        answered = true;
        let mut frames = 0;
        for byte in bytes {
            frames += u64::from(*byte == b'\n' && last_byte == b'\n');
            last_byte = *byte;
        }
        site.meters.viewed(frames, bytes.len() as u64);
    }
}
