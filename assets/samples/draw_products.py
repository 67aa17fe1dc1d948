#!/usr/bin/env python3
"""Draws bottle.jpg and mug.jpg: products on a plain table, rendered from signed distances with soft boxes around them.
Needs numpy, scipy and Pillow."""
import pathlib
import sys

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter, zoom

rng = np.random.default_rng(11)


def length(*parts):
    return np.sqrt(sum(p * p for p in parts))


def cylinder(p, radius, low, high, rounding):
    """A standing cylinder with rounded edges."""
    d_r = length(p[0], p[2]) - radius + rounding
    d_y = np.abs(p[1] - (low + high) / 2) - (high - low) / 2 + rounding
    return np.minimum(np.maximum(d_r, d_y), 0) + length(np.maximum(d_r, 0), np.maximum(d_y, 0)) - rounding


def blend(a, b, k):
    h = np.clip(0.5 + 0.5 * (b - a) / k, 0, 1)
    return b * (1 - h) + a * h - k * h * (1 - h)


def bottle(p):
    body = cylinder(p, 0.44, 0.0, 1.12, 0.09)
    glass = blend(body, cylinder(p, 0.17, 1.0, 1.34, 0.03), 0.16)
    cap = cylinder(p, 0.215, 1.27, 1.66, 0.025)
    return np.minimum(glass, cap), np.where(cap < glass, 1, 0)


def mug(p):
    outer = cylinder(p, 0.5, 0.0, 1.02, 0.06)
    inner = cylinder(p, 0.44, 0.08, 1.5, 0.09)
    # The handle is a flattened ring beside the wall.
    ring = length(length(p[0] + 0.53, (p[1] - 0.53) * 0.86) - 0.29, p[2] * 0.8) - 0.062
    wall = np.maximum(blend(outer, ring, 0.05), -inner)
    return wall, np.where(-inner > np.maximum(outer, -inner) - 1e-3, 2, 0)


def normal(shape, p):
    e = 6e-4
    n = []
    for axis in range(3):
        step = [e if i == axis else 0.0 for i in range(3)]
        ahead = shape([p[i] + step[i] for i in range(3)])[0]
        back = shape([p[i] - step[i] for i in range(3)])[0]
        n.append(ahead - back)
    size = length(*n) + 1e-12
    return [v / size for v in n]


def march(shape, origin, ray, far, steps, start=0.0):
    """Distances along rays to the surface; infinite where nothing is hit. Also the closest relative pass."""
    t = np.full(ray[0].shape, start)
    near = np.full(ray[0].shape, 1.0)
    live = np.ones(ray[0].shape, bool)
    for _ in range(steps):
        i = np.nonzero(live)
        p = [origin[k][i] + ray[k][i] * t[i] for k in range(3)]
        d = shape(p)[0]
        near[i] = np.minimum(near[i], 9.0 * d / np.maximum(t[i], 0.02))
        t[i] += np.maximum(d, 4e-4)
        live[i] = (d > 4e-4) & (t[i] < far)
        if not live.any():
            break
    return np.where(t < far, t, np.inf), np.clip(near, 0, 1)


def softbox(ray, centre, half, soft):
    """A bright rectangle far away in a direction: how much of it a mirrored ray sees."""
    centre = np.array(centre) / np.linalg.norm(centre)
    side = np.cross([0, 1.0, 0], centre)
    side /= np.linalg.norm(side)
    up = np.cross(centre, side)
    front = sum(ray[k] * centre[k] for k in range(3))
    u = sum(ray[k] * side[k] for k in range(3)) / np.maximum(front, 1e-3)
    v = sum(ray[k] * up[k] for k in range(3)) / np.maximum(front, 1e-3)
    edge = lambda x, h: np.clip((h - np.abs(x)) / soft + 0.5, 0, 1)
    return edge(u, half[0]) * edge(v, half[1]) * (front > 0)


def surroundings(ray, soft):
    room = 0.30 + 0.22 * np.clip(ray[1], 0, 1) + 0.34 * np.clip(-ray[1], 0, 1)
    left = 3.4 * softbox(ray, (-1.0, 0.45, 0.55), (0.34, 0.75), soft)
    right = 1.3 * softbox(ray, (1.0, 0.25, 0.25), (0.14, 0.8), soft)
    return room + left + right


KEY = np.array([-0.72, 0.62, 0.48])
KEY /= np.linalg.norm(KEY)


def skin_of(kind, part, p, n):
    """Colour and gloss of a surface."""
    one = np.ones(p[0].shape)
    if kind == "bottle":
        angle = np.arctan2(p[0], p[2])
        glass = np.stack([0.055 * one, 0.16 * one, 0.145 * one], -1)
        label = (p[1] > 0.22) & (p[1] < 0.86) & (np.abs(angle) < 1.35)
        paper = np.stack([0.86 * one, 0.83 * one, 0.77 * one], -1)
        # Marks without letters: a leaf and three lines.
        x, y = angle * 0.44, p[1]
        leaf = length(x, (y - 0.66) * 0.55) + np.abs(x) * 0.9 < 0.065
        rib = (np.abs(x) < 0.004) & (np.abs(y - 0.66) < 0.1)
        rows = [(0.43, 0.17), (0.385, 0.12), (0.34, 0.145)]
        lines = sum((np.abs(y - at) < 0.009) & (np.abs(x) < half) for at, half in rows) > 0
        ink = (leaf & ~rib) | lines
        colour = np.where(label[..., None], paper, glass)
        colour = np.where((label & ink)[..., None], np.array([0.10, 0.24, 0.21]), colour)
        cap = np.stack([0.62 * one, 0.43 * one, 0.26 * one], -1)
        grain = np.sin(p[1] * 46 + 5 * np.sin(p[0] * 9) + 4 * np.sin(p[2] * 13 + p[1] * 7))
        cap *= (1 + 0.09 * grain)[..., None]
        colour = np.where((part == 1)[..., None], cap, colour)
        return colour, np.where(part == 1, 0.03, np.where(label, 0.025, 0.10)), np.where(part == 1, 1.1, 0.22)
    wave = 0.44 + 0.035 * np.sin(np.arctan2(p[0], p[2]) * 3 + 1) + 0.02 * np.sin(np.arctan2(p[0], p[2]) * 8)
    dip = np.clip((wave - p[1]) / 0.012 + 0.5, 0, 1)[..., None]
    cream, blue = np.array([0.80, 0.74, 0.63]), np.array([0.13, 0.23, 0.33])
    colour = cream * (1 - dip) + blue * dip
    # Round specks of different sizes in some of the cells of a grid.
    at = np.stack(p, -1) * 34
    cell = np.floor(at).astype(np.int64)
    code = cell[..., 0] * 73856093 ^ cell[..., 1] * 19349663 ^ cell[..., 2] * 83492791
    dice = [((code * step) % 65521) / 65521 for step in (40503, 30011, 52361, 60913)]
    off = at - cell - (0.3 + 0.4 * np.stack(dice[:3], -1))
    size = np.where(dice[3] > 0.72, 0.05 + 0.3 * (dice[3] - 0.72), 0.0)
    speck = np.clip((size - np.sqrt((off**2).sum(-1))) / 0.05 + 0.5, 0, 1) * (size > 0)
    colour = colour * (1 - 0.55 * speck * (1 - dip[..., 0]))[..., None]
    colour = np.where((part == 2)[..., None], cream * 0.92, colour)
    rim = np.clip((p[1] - 0.985) / 0.02, 0, 1)[..., None]
    return colour * (1 - rim) + np.array([0.5, 0.38, 0.25]) * rim, 0.05 * one, 0.16 * one


def shade(kind, shape, origin, ray, t):
    """Light of the points where rays meet the product."""
    p = [origin[k] + ray[k] * t for k in range(3)]
    n = normal(shape, p)
    _, part = shape(p)
    colour, mirror, soft = skin_of(kind, part, p, n)
    lift = [p[k] + n[k] * 0.004 for k in range(3)]
    aim = [np.full(t.shape, KEY[k]) for k in range(3)]
    _, seen = march(shape, lift, aim, 3.0, 40, 0.01)
    direct = np.clip(sum(n[k] * KEY[k] for k in range(3)), 0, 1) * seen
    _, above = march(shape, lift, [n[0] * 0.5, n[1] * 0.5 + 0.5, n[2] * 0.5], 1.0, 16, 0.02)
    fill = 0.36 + 0.22 * n[1] + 0.14 * np.clip(n[0], 0, 1)
    floor = np.clip(1 - p[1] / 0.5, 0, 1) * np.clip(0.5 - n[1], 0, 1) * 0.16
    light = 0.95 * direct + fill * (0.35 + 0.65 * above) + floor
    cos = -sum(ray[k] * n[k] for k in range(3))
    back = [ray[k] + 2 * cos * n[k] for k in range(3)]
    fresnel = mirror + (0.55 - mirror) * np.clip(1 - cos, 0, 1) ** 5
    _, open_ = march(shape, lift, back, 2.0, 24, 0.02)
    shine = surroundings(back, np.maximum(soft, 0.02)) * fresnel * (0.3 + 0.7 * open_)
    return colour * light[..., None] + shine[..., None]


def ground(shape, w, h, origin, ray):
    """The table: its colour, the soft shadow, the darkness at the foot. At a third of the size."""
    t = np.where(ray[1] < -1e-4, -origin[1] / np.minimum(ray[1], -1e-4), 60.0)
    p = [origin[k] + ray[k] * np.minimum(t, 60.0) for k in range(3)]
    p[1] = np.full(p[0].shape, 0.002)
    lit = np.zeros(p[0].shape)
    tries = 14
    for i in range(tries):
        turn = rng.normal(0, 0.10, 3)
        aim = KEY + turn
        aim /= np.linalg.norm(aim)
        _, seen = march(shape, p, [np.full(lit.shape, a) for a in aim], 3.0, 30, 0.01)
        lit += seen / tries
    _, up = march(shape, p, [np.zeros(lit.shape), np.ones(lit.shape), np.zeros(lit.shape)], 1.2, 16, 0.01)
    foot = np.clip(shape(p)[0] / 0.22, 0, 1)
    level = (0.42 + 0.50 * gaussian_filter(lit, 1.2)) * (0.55 + 0.45 * gaussian_filter(np.minimum(up, foot) ** 0.6, 1.0))
    far = np.clip((length(p[0], p[2]) - 2) / 9, 0, 1)
    return level * (1 - far) + 0.87 * far


def render(kind, shape, look, width=960, height=1080):
    eye, target, zoomed = np.array(look[0]), np.array(look[1]), look[2]
    front = (target - eye) / np.linalg.norm(target - eye)
    right = np.cross(front, [0, 1.0, 0])
    right /= np.linalg.norm(right)
    up = np.cross(right, front)

    def rays(w, h):
        x = (np.arange(w) + 0.5 - w / 2) / h * 2
        y = -(np.arange(h) + 0.5 - h / 2) / h * 2
        gx, gy = np.meshgrid(x, y)
        d = [front[k] * zoomed + right[k] * gx + up[k] * gy for k in range(3)]
        size = length(*d)
        return [np.full((h, w), eye[k]) for k in range(3)], [v / size for v in d]

    origin, ray = rays(width // 3, height // 3)
    table = zoom(ground(shape, width // 3, height // 3, origin, ray), 3, order=1)
    picture = table[..., None] * np.array([0.80, 0.79, 0.775])
    # Twice as many rays as pixels in each direction for smooth edges.
    origin, ray = rays(width * 2, height * 2)
    flat = lambda v: v.reshape(-1)
    origin, ray = [flat(v) for v in origin], [flat(v) for v in ray]
    middle = sum(-(eye - np.array([0, 0.8, 0]))[k] * ray[k] for k in range(3))
    miss = length(*[eye[k] + ray[k] * middle - (0, 0.8, 0)[k] for k in range(3)])
    cand = np.nonzero(miss < 1.25)[0]
    origin_c, ray_c = [v[cand] for v in origin], [v[cand] for v in ray]
    begin = np.linalg.norm(eye) - 2.2
    t, _ = march(shape, origin_c, ray_c, begin + 5, 90, max(begin, 0.1))
    hit = np.isfinite(t)
    cand, t = cand[hit], t[hit]
    origin_c, ray_c = [v[hit] for v in origin_c], [v[hit] for v in ray_c]
    colours = np.zeros((len(cand), 3))
    for i in range(0, len(cand), 200_000):
        part = slice(i, i + 200_000)
        colours[part] = shade(kind, shape, [v[part] for v in origin_c], [v[part] for v in ray_c], t[part])
    big = np.zeros((height * 2 * width * 2, 4))
    big[cand, :3], big[cand, 3] = np.minimum(colours, 1.6), 1
    small = big.reshape(height, 2, width, 2, 4).mean((1, 3))
    picture = picture * (1 - small[..., 3:]) + small[..., :3]
    return develop(picture)


def develop(picture):
    y, x = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]]
    away = ((x / picture.shape[1] - 0.5) ** 2 + (y / picture.shape[0] - 0.5) ** 2)[..., None]
    picture = picture * (1 - 0.22 * away) * np.array([1.015, 1.0, 0.98])
    picture = np.where(picture > 0.8, 0.8 + 0.2 * (1 - np.exp(-(picture - 0.8) / 0.2)), picture)
    srgb = np.where(picture <= 0.0031308, picture * 12.92, 1.055 * np.maximum(picture, 1e-6) ** (1 / 2.4) - 0.055)
    srgb = gaussian_filter(srgb, (0.45, 0.45, 0)) + rng.normal(0, 0.006, picture.shape)
    return Image.fromarray((np.clip(srgb, 0, 1) * 255).astype(np.uint8))


if __name__ == "__main__":
    here = pathlib.Path(__file__).parent
    wanted = sys.argv[1:] or ["bottle", "mug"]
    if "bottle" in wanted:
        render("bottle", bottle, ((0.0, 1.5, 6.4), (0.0, 0.80, 0.0), 5.6)).save(here / "bottle.jpg", quality=88)
    if "mug" in wanted:
        render("mug", mug, ((0.9, 2.5, 5.6), (-0.1, 0.50, 0.0), 6.4)).save(here / "mug.jpg", quality=88)
