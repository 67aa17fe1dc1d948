#!/usr/bin/env python3
"""Draws garment.jpg: a striped T-shirt laid flat, with folds, seams and a soft shadow. Needs numpy, scipy and Pillow."""
import pathlib

import numpy as np
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter

from draw_clothes import outline

N = 1100
rng = np.random.default_rng(7)


def mask(points, smooth=True):
    big = Image.new("L", (N * 2, N * 2), 0)
    line = outline(points) if smooth else points
    ImageDraw.Draw(big).polygon([(x * 2, y * 2) for x, y in line], fill=255)
    return np.asarray(big.resize((N, N), Image.LANCZOS), float) / 255


def mirror(points):
    return points + [(N - x, y) for x, y in reversed(points)]


def noise(sigma, stretch=(1.0, 1.0)):
    field = gaussian_filter(rng.standard_normal((N, N)), (sigma * stretch[1], sigma * stretch[0]))
    return field / field.std()


left = [(550, 188), (478, 180), (432, 160), (400, 150), (400, 150), (300, 192), (236, 246), (160, 380), (112, 470),
        (112, 470), (172, 512), (246, 540), (246, 540), (284, 470), (306, 442), (306, 442), (310, 600), (302, 800),
        (298, 960), (298, 960), (420, 972), (550, 974)]
body = mask(mirror(left))
y, x = np.mgrid[0:N, 0:N].astype(float)

# Folds: long soft ones that run from the shoulders and armpits, and small ones across.
height = 5.0 * noise(46, (0.7, 1.8)) + 1.9 * noise(20, (0.6, 1.9)) + 0.7 * noise(8, (1.0, 1.6))
for ax, ay, angle, length, power in [(310, 450, 0.55, 260, 9), (790, 450, 2.6, 270, 9), (300, 470, 0.15, 190, 7),
                                     (800, 470, 2.95, 190, 6), (330, 920, -0.5, 230, 6), (770, 930, 3.7, 230, 6),
                                     (420, 190, 1.2, 260, 5), (690, 190, 1.95, 260, 5)]:
    along = (x - ax) * np.cos(angle) + (y - ay) * np.sin(angle)
    across = (y - ay) * np.cos(angle) - (x - ax) * np.sin(angle) - 0.0006 * along**2
    fade = np.clip(along / length, 0, 1) * np.clip(1 - along / length, 0, 1) * 4
    height += power * fade * np.exp(-((across / (9 + 0.05 * np.clip(along, 0, None))) ** 2))
height += 16 * gaussian_filter(body, 9)

gy, gx = np.gradient(height)
light = np.array([-0.45, -0.62, 0.64])
normal = np.dstack([-gx, -gy, np.ones_like(gx) * 1.5])
normal /= np.linalg.norm(normal, axis=2, keepdims=True)
shade = np.clip((normal @ light) / light[2], 0.35, 1.6)

# Breton stripes that follow the folds; on the sleeves they run across the arm.
wx, wy = x + 2.0 * gx * 3, y + 2.0 * gy * 3
seam_x = np.interp(y, [152, 250, 350, 442], [398, 342, 312, 306])
sleeve_l, sleeve_r = (x < seam_x) & (y < 545), (x > N - seam_x) & (y < 545)
phase, worn = wy.copy(), np.clip((y - 286) / 2, 0, 1) * np.clip((908 - y) / 2, 0, 1)
for part, cx, sign in ((sleeve_l, 300, 1), (sleeve_r, 800, -1)):
    arm = (wx - cx) * -sign * 0.62 + (wy - 200) * 0.78
    phase = np.where(part, arm + 8, phase)
    worn = np.where(part, np.clip((arm - 76) / 2, 0, 1) * np.clip((285 - arm) / 2, 0, 1), worn)
stripe = 0.5 + 0.5 * np.cos(2 * np.pi * phase / 52)
stripe = np.clip((stripe - 0.62) / 0.06, 0, 1) * worn
cloth = np.array([32, 98, 92.0]) * (1 - stripe[..., None]) + np.array([240, 232, 214.0]) * stripe[..., None]

# Knit, seams and ribs.
knit = 1 + 0.018 * np.sin(x * 2.1) * np.sin(y * 1.7) + 0.012 * rng.standard_normal((N, N))
line = np.zeros((N, N))


def seam(points, width=2, dash=False):
    layer = Image.new("L", (N, N), 0)
    draw = ImageDraw.Draw(layer)
    if dash:
        for a, b in zip(points[::2], points[1::2]):
            draw.line([a, b], fill=255, width=width)
    else:
        draw.line(points, fill=255, width=width)
    return gaussian_filter(np.asarray(layer, float) / 255, 0.8)


for flip in (False, True):
    m = (lambda p: [(N - a, b) for a, b in p]) if flip else (lambda p: p)
    line += 0.55 * seam(m([(398, 152), (342, 250), (312, 350), (306, 442)]), 3)
    line += 0.30 * seam(m([(126, 452), (180, 488), (256, 516)]), 2)
hem = [(298 + i * 6, 936 + 10 * np.sin(np.pi * i / 84)) for i in range(85)]
line += 0.30 * seam(hem, 2) + 0.16 * seam([(a, b + 6) for a, b in hem], 2, dash=True)

inner = mask([(410, 152), (470, 172), (550, 180), (630, 172), (690, 152), (690, 152), (664, 214), (612, 250), (550, 262),
              (488, 250), (436, 214), (410, 152)])
back = inner * (y < 230 + 0 * x)
collar_out = mask([(392, 148), (392, 148), (470, 168), (550, 176), (630, 168), (708, 148), (708, 148), (684, 224),
                   (622, 276), (550, 290), (478, 276), (416, 224)])
front_rib = np.clip(collar_out - inner, 0, 1) * body
rib = 0.5 + 0.5 * np.cos(np.arctan2(y - 120, x - 550) * 190)
base = np.array([32, 98, 92.0])
cloth = cloth * (1 - front_rib[..., None]) + (np.array([240, 232, 214.0]) * (0.86 + 0.2 * rib[..., None])) * front_rib[..., None]
inside = base * 0.70 * (1 - 0.25 * np.clip((y - 180) / 80, 0, 1))[..., None]
cloth = cloth * (1 - inner[..., None]) + inside * inner[..., None]
tag = mask([(528, 190), (572, 190), (572, 218), (528, 218)], smooth=False)[..., None]
cloth = cloth * (1 - tag) + np.array([250, 250, 248.0]) * tag
shade = shade * (1 - inner) + inner * (0.92 + 0.08 * shade)
shade *= 1 - 0.22 * gaussian_filter(np.roll(front_rib, (5, 3), (0, 1)), 4) * (1 - front_rib)
shade *= 1 - np.clip(line, 0, 0.5)

edge = gaussian_filter(body, 3.5)
shade *= 0.86 + 0.14 * np.clip((edge - 0.5) * 2, 0, 1)
picture = cloth * (shade * knit)[..., None]

ground = np.array([226, 224, 220.0]) * (1.03 - 0.07 * (x + y) / (2 * N))[..., None]
ground = ground * (1 + 0.006 * rng.standard_normal((N, N, 1)))
shadow = 0.34 * gaussian_filter(np.roll(body, (12, 9), (0, 1)), 12) + 0.3 * gaussian_filter(np.roll(body, (4, 3), (0, 1)), 4)
ground *= (1 - np.clip(shadow, 0, 0.6))[..., None]
alpha = gaussian_filter(body, 0.7)[..., None]
final = np.clip(ground * (1 - alpha) + picture * alpha, 0, 255).astype(np.uint8)
Image.fromarray(final).save(pathlib.Path(__file__).with_name("garment.jpg"), quality=88)
