mod client;
fn main() { client::retry::should_retry(503, 1); }
