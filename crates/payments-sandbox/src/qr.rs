//! QR codes, as a picture and as rows of modules.

use qrcode::{Color, QrCode};

/// The blank border that readers need, in modules.
const QUIET: u32 = 4;

/// A picture of a text's QR code: a PNG of one bit a pixel and exactly this size. None if the text
/// is too long for a QR code or a side is zero.
///
/// A module is as many whole pixels as fit beside the blank border. Sides below one pixel a module
/// are what was asked for, but no reader will read them.
pub(crate) fn png(text: &str, width: u32, height: u32) -> Option<Vec<u8>> {
    let code = Modules::of(text)?;
    let side = code.side.checked_add(2 * QUIET)?;
    let scale = width.min(height) / side;
    let row_bytes = usize::try_from(width.div_ceil(8)).ok()?;
    let mut pixels = Vec::with_capacity(row_bytes.checked_mul(usize::try_from(height).ok()?)?);
    for y in 0..height {
        let row = pixels.len();
        pixels.resize(row + row_bytes, 0xff);
        let bytes = pixels.get_mut(row..)?;
        let at = |pixel, length| module(pixel, length, scale, side);
        let Some(y) = at(y, height) else { continue };
        for x in 0..width {
            if at(x, width).is_some_and(|x| code.is_dark(x, y)) {
                let byte = bytes.get_mut(usize::try_from(x / 8).ok()?)?;
                *byte &= !(0x80 >> (x % 8));
            }
        }
    }
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.write_header().ok()?.write_image_data(&pixels).ok()?;
    Some(file)
}

/// The modules of a text's QR code, without a border: a row a line, `1` for dark. None if the text
/// is too long for a QR code.
pub(crate) fn matrix(text: &str) -> Option<String> {
    let code = Modules::of(text)?;
    let sides = QUIET..code.side + QUIET;
    let rows = sides.clone().map(|y| -> String {
        sides.clone().map(|x| if code.is_dark(x, y) { '1' } else { '0' }).collect()
    });
    Some(rows.collect::<Vec<_>>().join("\n"))
}

/// The modules of a text's QR code with their border, to stand in a page. None if the text is too
/// long for a QR code.
pub(crate) fn svg(text: &str) -> Option<String> {
    let code = Modules::of(text)?;
    let side = code.side.checked_add(2 * QUIET)?;
    let mut path = String::new();
    for y in 0..side {
        for x in (0..side).filter(|x| code.is_dark(*x, y)) {
            path.push_str(&format!("M{x} {y}h1v1h-1z"));
        }
    }
    Some(format!(
        "<svg class=\"code\" viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"QR\" \
         shape-rendering=\"crispEdges\"><rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/>\
         <path d=\"{path}\" fill=\"#000\"/></svg>"
    ))
}

/// Which module of the bordered code a pixel shows; none beyond the border.
fn module(pixel: u32, length: u32, scale: u32, side: u32) -> Option<u32> {
    if scale == 0 {
        return Some(pixel * side / length);
    }
    let offset = (length - scale * side) / 2;
    pixel.checked_sub(offset).map(|inside| inside / scale).filter(|module| *module < side)
}

struct Modules {
    colors: Vec<Color>,
    side: u32,
}

impl Modules {
    fn of(text: &str) -> Option<Self> {
        let code = QrCode::new(text).ok()?;
        let side = u32::try_from(code.width()).ok()?;
        Some(Self { colors: code.into_colors(), side })
    }

    /// Places count from the border's corner.
    fn is_dark(&self, x: u32, y: u32) -> bool {
        let inside = |place: u32| place.checked_sub(QUIET).filter(|place| *place < self.side);
        let (Some(x), Some(y)) = (inside(x), inside(y)) else { return false };
        let place = usize::try_from(y * self.side + x).ok();
        place.and_then(|place| self.colors.get(place)) == Some(&Color::Dark)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "https://qr.nspk.ru/54d14bae6f7f4a73929308e9afa5915d";

    /// The pixels of a file, by row: `1` for dark.
    fn drawn(file: &[u8]) -> Vec<String> {
        let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().expect("a PNG");
        let mut pixels = vec![0; reader.output_buffer_size().expect("it fits")];
        let info = reader.next_frame(&mut pixels).expect("one picture");
        let row = |bytes: &[u8]| -> String {
            let bit = |x: u32| bytes[x as usize / 8] >> (7 - x % 8) & 1;
            (0..info.width).map(|x| if bit(x) == 0 { '1' } else { '0' }).collect()
        };
        pixels.chunks(info.line_size).map(row).collect()
    }

    #[test]
    fn the_picture_shows_the_modules() {
        let rows: Vec<String> =
            matrix(TEXT).expect("short enough").lines().map(str::to_owned).collect();
        assert_eq!(rows.len(), rows[0].len(), "a square");
        assert!(rows[0].starts_with("1111111") && rows[3].starts_with("1011101"), "a finder");
        for (width, height) in [(37 + 4, 37 + 4), (150, 150), (300, 200), (1000, 1000)] {
            let pixels = drawn(&png(TEXT, width, height).expect("short enough"));
            assert_eq!((pixels[0].len(), pixels.len()), (width as usize, height as usize));
            let top = pixels.iter().position(|row| row.contains('1')).expect("something is drawn");
            let left = pixels[top].find('1').expect("something is drawn");
            let scale = width.min(height) as usize / (rows.len() + 8);
            assert!(left >= 4 * scale && top >= 4 * scale, "a border");
            for (y, row) in rows.iter().enumerate() {
                let shown: String = (0..row.len())
                    .map(|x| char::from(pixels[top + y * scale].as_bytes()[left + x * scale]))
                    .collect();
                assert_eq!(shown, *row, "{width}x{height}, row {y}");
            }
        }
    }

    #[test]
    fn every_size_is_what_was_asked_for() {
        for (width, height) in [(1, 1), (10, 10), (10, 1000), (57, 57), (999, 31)] {
            let pixels = drawn(&png(TEXT, width, height).expect("short enough"));
            assert_eq!((pixels[0].len(), pixels.len()), (width as usize, height as usize));
        }
        assert_eq!(png(TEXT, 0, 10), None);
        assert_eq!(png(&"x".repeat(3000), 100, 100), None);
        assert_eq!(matrix(&"x".repeat(3000)), None);
    }
}
