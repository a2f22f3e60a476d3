use std::{
    fs::{self, File},
    io::BufWriter,
    path::Path,
};

use plotters::{
    coord::{
        Shift,
        ranged1d::{AsRangedCoord, Ranged, ValueFormatter},
    },
    prelude::*,
    style::{FontStyle, register_font},
};

use super::{Line, Panel};
use crate::Outcome;

/// The width and height of a panel, in pixels of the picture.
const PANEL: (u32, u32) = (800, 340);

/// Panels beside each other.
const COLUMNS: usize = 2;

/// Everything is drawn this much larger and then averaged, for smooth edges.
const OVERSAMPLING: u32 = 3;

/// Fonts that may be there, the first that is.
const FONTS: [&str; 4] = [
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
    "/usr/share/fonts/TTF/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
];

const FONT: &str = "chart";

/// Colours that people with any colour vision tell apart (Okabe and Ito).
const COLOURS: [RGBColor; 5] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(120, 120, 120),
];

const TEXT: RGBColor = RGBColor(51, 51, 51);
const GRID: RGBColor = RGBColor(225, 225, 225);

/// Draws `panels` into a PNG at `path`.
///
/// # Errors
///
/// When there is no font, or the file can't be written.
pub fn draw(panels: &[Panel], path: &Path) -> Outcome<()> {
    use_a_font()?;
    let rows = u32::try_from(panels.len().div_ceil(COLUMNS))?;
    let columns = u32::try_from(COLUMNS)?;
    let (width, height) = (PANEL.0 * columns, PANEL.1 * rows);
    let large = (width * OVERSAMPLING, height * OVERSAMPLING);
    let mut pixels = vec![0; large.0 as usize * large.1 as usize * 3];
    {
        let area = BitMapBackend::with_buffer(&mut pixels, large).into_drawing_area();
        area.fill(&WHITE)?;
        let areas = area.split_evenly((rows as usize, COLUMNS));
        for (panel, area) in panels.iter().zip(&areas) {
            draw_panel(panel, area)?;
        }
        area.present()?;
    }
    write(&smaller(&pixels, width, height), width, height, path)
}

fn use_a_font() -> Outcome<()> {
    let font = FONTS.iter().find_map(|path| fs::read(path).ok());
    let font = font.ok_or("no font is there: install fonts-dejavu-core")?;
    let font: &'static [u8] = Box::leak(font.into_boxed_slice());
    register_font(FONT, FontStyle::Normal, font).map_err(|_| "the font can't be read")?;
    Ok(())
}

type Area<'a, 'b> = DrawingArea<BitMapBackend<'a>, Shift>;

/// `pixels` of the picture, as they are drawn.
const fn px(pixels: u32) -> u32 {
    pixels * OVERSAMPLING
}

fn text(size: u32) -> TextStyle<'static> {
    (FONT, px(size)).into_font().color(&TEXT)
}

fn draw_panel(panel: &Panel, area: &Area<'_, '_>) -> Outcome<()> {
    let at = |x: u32, y: u32| {
        (
            i32::try_from(px(x)).unwrap_or(0),
            i32::try_from(px(y)).unwrap_or(0),
        )
    };
    area.draw(&Text::new(panel.title.as_str(), at(22, 18), text(17)))?;
    let mut left = 22;
    for (line, colour) in panel.lines.iter().zip(COLOURS) {
        let dash = vec![at(left, 52), at(left + 18, 52)];
        area.draw(&PathElement::new(dash, colour.stroke_width(px(3))))?;
        area.draw(&Text::new(line.name.as_str(), at(left + 24, 46), text(13)))?;
        let (width, _) = area.estimate_text_size(&line.name, &text(13))?;
        left += 24 + width / OVERSAMPLING + 20;
    }
    let end = highest(panel, |point| point.0).max(0.1);
    let top = highest(panel, |point| point.1);
    if panel.logarithmic {
        let low = lowest_above_zero(panel);
        let low = 10_f64.powf(low.log10().floor());
        let high = 10_f64.powf(top.max(low * 10.0).log10().ceil());
        draw_lines(panel, area, end, (low..high).log_scale())
    } else {
        draw_lines(panel, area, end, 0.0..round_up(top))
    }
}

fn draw_lines<Y>(panel: &Panel, area: &Area<'_, '_>, end: f64, y: Y) -> Outcome<()>
where
    Y: AsRangedCoord<Value = f64>,
    Y::CoordDescType: Ranged<ValueType = f64> + ValueFormatter<f64>,
{
    let mut chart = ChartBuilder::on(area)
        .margin_top(px(76))
        .margin_right(px(28))
        .margin_bottom(px(10))
        .x_label_area_size(px(32))
        .y_label_area_size(px(62))
        .build_cartesian_2d(0.0..end, y)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID.stroke_width(px(1)))
        .axis_style(GRID.stroke_width(px(1)))
        .x_labels(7)
        .y_labels(6)
        .x_label_formatter(&|minutes| format!("{minutes:.0} min"))
        .y_label_formatter(&|figure| short(*figure))
        .label_style(text(13))
        .draw()?;
    for (Line { points, .. }, colour) in panel.lines.iter().zip(COLOURS) {
        let style = colour.stroke_width(px(2));
        chart.draw_series(LineSeries::new(points.iter().copied(), style))?;
    }
    Ok(())
}

fn figures(panel: &Panel) -> impl Iterator<Item = &(f64, f64)> {
    panel.lines.iter().flat_map(|line| &line.points)
}

fn highest(panel: &Panel, of: impl Fn(&(f64, f64)) -> f64) -> f64 {
    figures(panel).map(of).fold(0.0, f64::max)
}

fn lowest_above_zero(panel: &Panel) -> f64 {
    let above = figures(panel).map(|point| point.1).filter(|y| *y > 0.0);
    above.fold(1_000.0, f64::min)
}

/// The next number up that an axis may well end at: 1, 2, 3, 4, 5, 6 or 8 times a
/// power of ten.
fn round_up(figure: f64) -> f64 {
    if figure <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(figure.log10().floor());
    let steps = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    let step = steps.into_iter().find(|step| step * power >= figure);
    step.unwrap_or(10.0) * power
}

/// A figure as an axis has it.
fn short(figure: f64) -> String {
    match figure {
        whole if whole >= 10.0 || whole.fract() == 0.0 => format!("{whole:.0}"),
        tenths if tenths >= 1.0 => format!("{tenths:.1}"),
        small => format!("{small}"),
    }
}

/// Each pixel as the mean of those that were drawn for it.
fn smaller(pixels: &[u8], width: u32, height: u32) -> Vec<u8> {
    let (width, height, scale) = (width as usize, height as usize, OVERSAMPLING as usize);
    let row = width * scale * 3;
    let mut small = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        for x in 0..width {
            for channel in 0..3 {
                let mut sum = 0;
                for nth in 0..scale * scale {
                    let (dy, dx) = (nth / scale, nth % scale);
                    let at = (y * scale + dy) * row + (x * scale + dx) * 3 + channel;
                    sum += usize::from(pixels[at]);
                }
                small.push(u8::try_from(sum / (scale * scale)).unwrap_or(u8::MAX));
            }
        }
    }
    small
}

fn write(pixels: &[u8], width: u32, height: u32, path: &Path) -> Outcome<()> {
    let file = BufWriter::new(File::create(path)?);
    let mut encoder = png::Encoder::new(file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(())
}
