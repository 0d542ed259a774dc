//! Tables of the documentation whose rows are tests.

/// The rows of the tables of a page, each with four cells; of every table without its head.
///
/// # Errors
/// A missing file, a row with more or fewer cells, a page without rows.
pub fn rows(file: &std::path::Path) -> Result<Vec<[String; 4]>, String> {
    let place = file.display();
    let text = std::fs::read_to_string(file).map_err(|e| format!("{place}: {e}"))?;
    let lines = text.lines().filter(|line| line.starts_with('|')).skip(2);
    let cut = |line: &str| {
        cells(line).ok_or_else(|| format!("{place}: expected four cells in the row {line}"))
    };
    let rows: Vec<_> = lines.map(cut).collect::<Result<_, String>>()?;
    if rows.is_empty() { Err(format!("{place}: no rows found")) } else { Ok(rows) }
}

/// The cells of a row, without the backticks of code; a bar inside a cell is written `\|`, and a cell in
/// two backticks may hold single ones.
fn cells(line: &str) -> Option<[String; 4]> {
    let hidden = line.replace("\\|", "\u{0}");
    let inner = hidden.trim().strip_prefix('|')?.strip_suffix('|')?;
    let cells: Vec<String> = inner
        .split('|')
        .map(|cell| {
            let cell = cell.trim();
            let inside = |ticks: &str| cell.strip_prefix(ticks)?.strip_suffix(ticks);
            inside("``").or_else(|| inside("`")).unwrap_or(cell).trim().replace('\u{0}', "|")
        })
        .collect();
    cells.try_into().ok()
}
