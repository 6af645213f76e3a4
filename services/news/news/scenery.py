"""Pictures for the examples: landscapes drawn from a name, of no real place and of nobody.

The same name gives the same picture. It is drawn at twice its size, so that its edges are soft.
"""

import io
import math
from collections.abc import Callable, Iterator
from random import Random

from PIL import Image, ImageDraw

from kit.pictures import THUMB_EDGE, Picture
from news.domain.district import Scene

Colour = tuple[int, int, int]
Line = list[tuple[float, float]]

WIDTH, HEIGHT = 960, 640
_FINE = 2
_W, _H = WIDTH * _FINE, HEIGHT * _FINE
_STEP = 8
_COLOURS: dict[Scene, tuple[str, str, str, str, str]] = {  # the sky from above down, the sun, what is far, what is near
    Scene.HILLS: ("#a9c7dc", "#f7ead6", "#fff6e0", "#b8cbd2", "#2f5d58"),
    Scene.AUTUMN: ("#b7cbd6", "#fbe6c8", "#fff3d6", "#d9b79a", "#8a3b22"),
    Scene.WALL: ("#9dbdd6", "#f4e3cb", "#fff1d2", "#b9c4bd", "#4a5d3f"),
    Scene.FIELD: ("#a5cbe0", "#f5efd8", "#fff7df", "#b5cfc2", "#5b7d3a"),
    Scene.RIVER: ("#9cc3d8", "#f3ead9", "#fff4dc", "#a9c3c6", "#2e5a60"),
    Scene.TOWN: ("#aac4dd", "#f6e4d3", "#fff0d8", "#c3cbd6", "#50627a"),
    Scene.NIGHT: ("#101c33", "#33476b", "#e8e2c8", "#2b3b59", "#0c1424"),
}


def drawn(scene: Scene, name: str) -> Picture:
    """The picture of this scene and name."""
    image, draw = _Canvas(scene, Random(name)), _SCENES.get(scene, _hills)
    image.sky()
    draw(image)
    whole = image.whole()
    thumb = whole.copy()
    thumb.thumbnail((THUMB_EDGE, THUMB_EDGE), Image.Resampling.LANCZOS)
    return Picture(_jpeg(whole), _jpeg(thumb), WIDTH, HEIGHT)


class _Canvas:
    """What is drawn on, with the colours of its scene; `depth` goes from 0, far, to 1, near."""

    def __init__(self, scene: Scene, chance: Random) -> None:
        self.chance = chance
        self._image = Image.new("RGB", (_W, _H))
        self._draw = ImageDraw.Draw(self._image)
        self._top, self._low, self._sun, self._far, self._near = map(_rgb, _COLOURS[scene])

    def sky(self) -> None:
        """From above down, with the sun or the moon."""
        for row in range(_H):
            self._draw.line(((0, row), (_W, row)), _between(self._top, self._low, min(1, row / _H * 1.6)))
        x, y, r = self.chance.uniform(0.2, 0.8) * _W, self.chance.uniform(0.14, 0.26) * _H, 0.035 * _W
        self._draw.ellipse((x - r, y - r, x + r, y + r), self._sun)

    def colour(self, depth: float) -> Colour:
        """Of what lies so near."""
        return _between(self._far, self._near, depth)

    def ridge(self, depth: float, height: float, rough: float = 0.09) -> Line:
        """A line of hills about `height` from above, filled down to the ground; the line."""
        waves = [(self.chance.uniform(0, 7), self.chance.uniform(0.7, 1.3) * n, 1 / n) for n in (1, 2, 3, 5, 9, 17)]
        line: Line = [
            (x, _H * (height + rough * sum(part * math.sin(at + x / _W * 5 * speed) for at, speed, part in waves) / 2))
            for x in range(0, _W + _STEP, _STEP)
        ]
        self.area(line, self.colour(depth))
        return line

    def area(self, line: Line, colour: Colour) -> None:
        """What lies below a line."""
        self._draw.polygon([*line, (_W, _H), (0, _H)], fill=colour)

    def shape(self, points: Line, colour: Colour) -> None:
        """A shape."""
        self._draw.polygon(points, fill=colour)

    def box(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """A rectangle by its upper left corner."""
        self._draw.rectangle((x, y, x + width, y + height), fill=colour)

    def light(self) -> Colour:
        """The colour of the sun."""
        return self._sun

    def whole(self) -> Image.Image:
        """The picture in its size."""
        return self._image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def _hills(canvas: _Canvas) -> None:
    for depth in (0.0, 0.22, 0.45, 0.7, 1.0):
        canvas.ridge(depth, 0.44 + 0.42 * depth)


def _wall(canvas: _Canvas) -> None:
    for depth in (0.0, 0.25):
        canvas.ridge(depth, 0.42 + 0.4 * depth)
    line, stone = canvas.ridge(0.55, 0.62, 0.14), _between(canvas.colour(0.2), (225, 205, 170), 0.6)
    for number, (x, y) in enumerate(line):
        tower = number % 60 == 30
        up, wide = (46, 4 * _STEP) if tower else (20 if number % 2 else 14, _STEP)
        canvas.box(x, y - up, wide, up + 10, stone)
    canvas.ridge(1.0, 0.9)


def _field(canvas: _Canvas) -> None:
    for depth in (0.0, 0.3):
        canvas.ridge(depth, 0.42 + 0.3 * depth)
    level, middle = 0.62 * _H, canvas.chance.uniform(0.35, 0.65) * _W
    canvas.area([(0, level), (_W, level)], canvas.colour(0.75))
    for furrow in range(-14, 15, 2):
        near, far = middle + furrow * _W / 8, middle + furrow * _W / 60
        canvas.shape([(far, level), (far + _W / 60, level), (near + _W / 8, _H), (near, _H)], canvas.colour(1.0))


def _river(canvas: _Canvas) -> None:
    for depth in (0.0, 0.3, 0.55):
        canvas.ridge(depth, 0.42 + 0.28 * depth)
    level = 0.66 * _H
    canvas.area([(0, level), (_W, level)], _between(canvas.colour(0.1), canvas.light(), 0.35))
    for _ in range(60):
        y = level + (_H - level) * canvas.chance.random() ** 1.5
        wide = (y - level) / 3 + 40
        canvas.box(canvas.chance.uniform(-0.1, 1) * _W, y, wide, 3, _between(canvas.colour(0.1), canvas.light(), 0.75))
    canvas.ridge(1.0, 0.95, 0.1)


def _town(canvas: _Canvas) -> None:
    canvas.ridge(0.05, 0.46)
    for depth, level in ((0.3, 0.5), (0.6, 0.6), (0.95, 0.72)):
        for x, wide, y in _houses(canvas.chance, level):
            canvas.box(x, y, wide, _H - y, canvas.colour(depth))
            for row in range(int((_H - y) / 56)):
                for column in range(int(wide / 44)):
                    lit = canvas.chance.random() < 0.16
                    glass = canvas.light() if lit else canvas.colour(max(depth - 0.14, 0))
                    canvas.box(x + 16 + column * 44, y + 22 + row * 56, 18, 26, glass)


def _houses(chance: Random, level: float) -> Iterator[tuple[float, float, float]]:
    x = -40.0
    while x < _W:
        wide = chance.uniform(0.06, 0.12) * _W
        yield x, wide, _H * (level + chance.uniform(-0.09, 0.09))
        x += wide + chance.uniform(0, 0.03) * _W


_SCENES: dict[Scene, Callable[[_Canvas], None]] = {
    Scene.WALL: _wall,
    Scene.FIELD: _field,
    Scene.RIVER: _river,
    Scene.TOWN: _town,
    Scene.NIGHT: _town,
}


def _rgb(colour: str) -> Colour:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def _between(one: Colour, other: Colour, part: float) -> Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85, optimize=True, progressive=True)
    return out.getvalue()
