/// Retries a request.
const MAX_RETRIES: u32 = 4;
pub fn should_retry(status: u16, attempt: u32) -> bool {
    status >= 500 && attempt < MAX_RETRIES
}
