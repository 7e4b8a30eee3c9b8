"""Small SVG pictures: bars in panels, and curves on logarithmic axes. They bring their own paper, light or dark as the reader's system is."""
import math
from xml.sax.saxutils import escape

STYLE = """
.paper{fill:#fff;stroke:#d8dee4}.ink{fill:#1f2328}.pale{fill:#59636e}.grid{stroke:#d8dee4;stroke-width:1}
.c0{fill:#9aa4ae}.c1{fill:#3f78c9}.c2{fill:#e8901c}.c3{fill:#2f9e6e}.c4{fill:#b3508f}.c5{fill:#6b5fd0}.c6{fill:#c0392b}
.l0{stroke:#9aa4ae}.l1{stroke:#3f78c9}.l2{stroke:#e8901c}.l3{stroke:#2f9e6e}.l4{stroke:#b3508f}.l5{stroke:#6b5fd0}.l6{stroke:#c0392b}
.line{fill:none;stroke-width:2;stroke-linejoin:round}.dash{stroke-dasharray:4 4}
text{font:13px system-ui,-apple-system,"Segoe UI","Helvetica Neue",Arial,sans-serif}.title{font-weight:600;font-size:15px}.head,.strong{font-weight:600}.end{text-anchor:end}.mid{text-anchor:middle}
@media(prefers-color-scheme:dark){.paper{fill:#0d1117;stroke:#30363d}.ink{fill:#e6edf3}.pale{fill:#9198a1}.grid{stroke:#30363d}
.c0{fill:#6b7580}.c1{fill:#6ea2ec}.c2{fill:#f2a83b}.c3{fill:#4fc08d}.c4{fill:#d87db8}.c5{fill:#9a90f0}.c6{fill:#e8705f}
.l0{stroke:#6b7580}.l1{stroke:#6ea2ec}.l2{stroke:#f2a83b}.l3{stroke:#4fc08d}.l4{stroke:#d87db8}.l5{stroke:#9a90f0}.l6{stroke:#e8705f}}
"""
MARGIN, PANEL, GAP = 24, 440, 24


def text(kind, x, y, what):
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(what)}</text>'


def page(width, height, title, parts):
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">\n'
            f'<title>{escape(title)}</title>\n<style>{STYLE}</style>\n'
            f'<rect class="paper" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8"/>\n{text("ink title", MARGIN, 30, title)}\n')
    return head + "\n".join(parts) + "\n</svg>\n"


def number(value):
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def bars(title, panels):
    """panels: (head, note, [(label, milliseconds, colour, remark)]), two beside each other."""
    rows = max(len(entries) for _, _, entries in panels)
    tall, label, room = 50 + rows * 25 + 16, 150, 180
    parts = []
    for i, (head, note, entries) in enumerate(panels):
        left, top = MARGIN + i % 2 * (PANEL + GAP), 42 + i // 2 * tall
        parts += [text("ink head", left, top + 22, head), text("pale", left, top + 40, note)]
        most = max(value for _, value, _, _ in entries)
        for k, (name, value, colour, remark) in enumerate(entries):
            y, length = top + 52 + k * 25, max(value / most * room, 1.5)
            strong = " strong" if colour == 2 else ""
            parts += [text("ink" + strong, left, y + 13, name), f'<rect class="c{colour}" x="{left + label}" y="{y + 1}" width="{length:.1f}" height="16" rx="2"/>',
                      text("pale" + strong, left + label + length + 7, y + 13, f"{number(value)} ms" + (f"  {remark}" if remark else ""))]
    return page(2 * MARGIN + 2 * PANEL + GAP, 42 + (len(panels) + 1) // 2 * tall, title, parts)


def curves(title, panels):
    """panels: (head, axis, [x], [(name, [milliseconds], colour, dashed)]); both axes logarithmic, the names at the right ends."""
    wide, tall, parts = PANEL - 164, 300, []
    for i, (head, axis, xs, lines) in enumerate(panels):
        left, top = MARGIN + 44 + i * (PANEL + GAP), 82
        low = math.floor(math.log10(min(min(ys) for _, ys, _, _ in lines)))
        high = math.ceil(math.log10(max(max(ys) for _, ys, _, _ in lines)))
        across = lambda x: left + wide * math.log(x / xs[0]) / math.log(xs[-1] / xs[0])
        up = lambda y: top + tall * (high - math.log10(y)) / (high - low)
        parts.append(text("ink head", left - 44, top - 18, head))
        for power in range(low, high + 1):
            y = up(10.0 ** power)
            parts += [f'<line class="grid" x1="{left}" x2="{left + wide}" y1="{y:.1f}" y2="{y:.1f}"/>', text("pale end", left - 7, y + 4, f"{10.0 ** power:g}")]
        for x in xs:
            parts.append(text("pale mid", across(x), top + tall + 18, str(x)))
        parts.append(text("pale mid", left + wide / 2, top + tall + 38, axis))
        ends = []
        for name, ys, colour, dashed in lines:
            points = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in zip(xs, ys))
            parts.append(f'<polyline class="line l{colour}{" dash" if dashed else ""}" points="{points}"/>')
            if not dashed:
                parts += [f'<circle class="c{colour}" cx="{across(x):.1f}" cy="{up(y):.1f}" r="2.6"/>' for x, y in zip(xs, ys)]
            ends.append([up(ys[-1]), name, colour])
        # Names that would lie over each other are pushed apart, from the top down.
        ends.sort()
        for k in range(1, len(ends)):
            ends[k][0] = max(ends[k][0], ends[k - 1][0] + 16)
        parts += [text(f"c{colour}", left + wide + 8, y + 4, name) for y, name, colour in ends]
    return page(2 * MARGIN + len(panels) * PANEL + (len(panels) - 1) * GAP, 82 + tall + 56, title, parts)
