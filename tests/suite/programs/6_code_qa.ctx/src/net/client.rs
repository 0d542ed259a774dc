//! A client.
use std::time::Duration;

/// Sends with retries.
fn send_with_retry(request: &Request) -> Reply {
    for attempt in 0..5 {
        if let Ok(reply) = send(request) {
            return reply;
        }
        std::thread::sleep(Duration::from_millis(100 << attempt));
    }
    panic!("no reply");
}
