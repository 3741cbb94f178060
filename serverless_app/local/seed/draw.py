"""Draws the seed's pictures: landscapes of layered noise, the same to the pixel on every run.

    python -m serverless_app.local.seed.draw

It needs numpy, which comes with the workbook's extras; the drawn JPEGs are part of the project.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

HERE = Path(__file__).parent
WIDTH, HEIGHT = 1200, 900
Colour = tuple[int, int, int]


def sky(top: Colour, bottom: Colour) -> Any:
    """A vertical gradient."""
    ramp = np.linspace(0, 1, HEIGHT)[:, None, None] ** 0.8
    rows = np.array(top) * (1 - ramp) + np.array(bottom) * ramp
    return np.repeat(rows, WIDTH, axis=1)


def ridge(seed: int, base: float, height: float, rough: float) -> Any:
    """A skyline: the sum of waves whose strength falls with their frequency; y per column."""
    random = np.random.default_rng(seed)
    x = np.linspace(0, 1, WIDTH)
    line = np.zeros(WIDTH)
    for octave in range(1, 9):
        wave = np.sin(2 * np.pi * (octave**1.6 * x * 0.9 + random.random()))
        line += wave * random.uniform(0.5, 1) / octave**rough
    return HEIGHT * (base - height * line / np.abs(line).max())


def layer(picture: Any, line: Any, near: Colour, far: Colour) -> None:
    """Fill everything below a skyline, misty at its foot."""
    y = np.arange(HEIGHT)[:, None]
    inside = y >= line[None, :]
    depth = np.clip((y - line[None, :]) / (HEIGHT * 0.35), 0, 1)[..., None]
    fill = np.array(near) * (1 - depth) + np.array(far) * depth
    picture[inside] = fill[inside]


def disc(picture: Any, x: float, y: float, radius: float, colour: Colour, glow: float) -> None:
    """A sun or a moon with its glow."""
    yy, xx = np.mgrid[0:HEIGHT, 0:WIDTH]
    distance = np.hypot(xx - x * WIDTH, yy - y * HEIGHT)
    halo = np.exp(-distance / (radius * 5))[..., None] * glow
    picture += (np.array(colour) - picture) * halo
    edge = np.clip(radius - distance, 0, 1)[..., None]
    picture += (np.array(colour) - picture) * edge


def stars(picture: Any, seed: int, count: int) -> None:
    """Points of light in the upper half."""
    random = np.random.default_rng(seed)
    for _ in range(count):
        x, y = random.integers(2, WIDTH - 2), random.integers(2, int(HEIGHT * 0.55))
        picture[y : y + 2, x : x + 2] += random.uniform(60, 190)


def sea(picture: Any, level: float, sun: float, deep: Colour, light: Colour) -> None:
    """Water below `level`, with the light of a low sun on its waves."""
    top = int(HEIGHT * level)
    y = np.linspace(0, 1, HEIGHT - top)[:, None]
    x = np.linspace(0, 1, WIDTH)[None, :]
    waves = np.sin(x * 60 + np.sin(y * 90) * 3) * np.sin(y * 160 + x * 4)
    path = np.exp(-(((x - sun) / (0.04 + 0.22 * y)) ** 2)) * (0.45 + 0.55 * waves)
    glow = np.clip(path, 0, 1)[..., None]
    water = np.array(deep) * (0.75 + 0.25 * (1 - y[..., None]))
    picture[top:] = water * (1 - glow) + np.array(light) * glow


def city(picture: Any, seed: int, ground: float) -> None:
    """Towers with lit windows."""
    random = np.random.default_rng(seed)
    x = 0
    while x < WIDTH:
        width, tall = int(random.integers(50, 110)), random.uniform(0.12, 0.42)
        top = int(HEIGHT * (ground - tall))
        picture[top:, x : x + width] = (22, 27, 44)
        for wy in range(top + 12, HEIGHT - 20, 20):
            for wx in range(x + 9, x + width - 12, 16):
                if random.random() < 0.42:
                    picture[wy : wy + 9, wx : wx + 7] = (250, 205, 120)
        x += width + int(random.integers(2, 14))


def aurora(picture: Any, seed: int) -> None:
    """Curtains of green light."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] / np.array([HEIGHT, WIDTH])[:, None, None]
    for _ in range(4):
        foot = 0.45 + 0.1 * np.sin(2 * np.pi * (x * random.uniform(0.7, 1.6) + random.random()))
        rays = 0.6 + 0.4 * np.sin(x * random.uniform(60, 120) + random.random() * 6)
        light = np.exp(-np.clip(foot - y, 0, 1) * 7) * (y < foot) * rays * random.uniform(0.2, 0.5)
        picture += light[..., None] * np.array((60, 235, 150))


def save(name: str, picture: Any, blur: float = 0.6) -> None:
    """Write the picture as a JPEG of about 100 kB."""
    image = Image.fromarray(np.clip(picture, 0, 255).astype("uint8"))
    image.filter(ImageFilter.GaussianBlur(blur)).save(HERE / f"{name}.jpg", quality=84)


def dawn() -> Any:
    """Blue ridges before sunrise."""
    picture = sky((88, 130, 196), (255, 196, 150))
    disc(picture, 0.68, 0.46, 48, (255, 240, 205), 0.85)
    tones: list[tuple[Colour, Colour]] = [
        ((150, 150, 190), (214, 190, 196)),
        ((108, 118, 168), (170, 160, 186)),
        ((66, 84, 132), (112, 122, 164)),
        ((30, 46, 82), (52, 70, 112)),
    ]
    for number, (near, far) in enumerate(tones):
        layer(picture, ridge(11 + number, 0.5 + 0.11 * number, 0.1, 1.5), near, far)
    return picture


def harbour() -> Any:
    """A sunset over the sea."""
    picture = sky((58, 62, 120), (255, 150, 96))
    disc(picture, 0.42, 0.56, 62, (255, 224, 150), 0.9)
    layer(picture, ridge(31, 0.6, 0.035, 1.2), (104, 72, 104), (150, 92, 104))
    sea(picture, 0.62, 0.42, (44, 52, 92), (255, 190, 120))
    return picture


def dunes() -> Any:
    """Sand in the afternoon."""
    picture = sky((104, 176, 224), (232, 232, 214))
    tones: list[tuple[Colour, Colour]] = [
        ((226, 178, 122), (206, 150, 96)),
        ((214, 158, 98), (176, 116, 70)),
        ((196, 134, 78), (138, 86, 54)),
    ]
    for number, (near, far) in enumerate(tones):
        layer(picture, ridge(51 + number, 0.52 + 0.15 * number, 0.09, 2.6), near, far)
    return picture


def night_city() -> Any:
    """Windows under a moon."""
    picture = sky((16, 20, 48), (88, 74, 128))
    stars(picture, 7, 240)
    disc(picture, 0.78, 0.2, 44, (240, 240, 222), 0.5)
    city(picture, 5, 0.82)
    return picture


def northern_lights() -> Any:
    """Green light above snow."""
    picture = sky((8, 16, 40), (28, 60, 88))
    stars(picture, 9, 320)
    aurora(picture, 3)
    layer(picture, ridge(71, 0.66, 0.1, 1.3), (52, 76, 104), (120, 150, 172))
    layer(picture, ridge(73, 0.86, 0.05, 1.8), (196, 214, 226), (226, 236, 242))
    return picture


def forest() -> Any:
    """Pines in fog."""
    picture = sky((206, 220, 218), (238, 238, 226))
    for number in range(5):
        base = 0.46 + 0.12 * number
        line = ridge(91 + number, base, 0.05, 1.6)
        teeth = np.abs(((np.arange(WIDTH) * (0.9 + 0.1 * number)) % 26) - 13) * (1.2 + number * 0.5)
        tone = 178 - 34 * number
        near, far = (tone - 34, tone, tone - 18), (tone + 26, tone + 48, tone + 38)
        layer(picture, line - 34 + teeth, near, far)
    return picture


PICTURES = {
    "dawn": dawn,
    "harbour": harbour,
    "dunes": dunes,
    "night_city": night_city,
    "northern_lights": northern_lights,
    "forest": forest,
}

if __name__ == "__main__":
    for name, draw in PICTURES.items():
        save(name, draw())
