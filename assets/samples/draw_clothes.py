#!/usr/bin/env python3
"""Draws dress.jpg, sweater.jpg and sweatshirt.jpg: clothes laid flat, with folds, seams and a soft shadow. Needs numpy, scipy and Pillow."""
import pathlib
import sys

import numpy as np
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter

N = 1200
rng = np.random.default_rng(5)
y, x = np.mgrid[0:N, 0:N].astype(float)


def outline(points, steps=24):
    """A closed smooth line through the points (Catmull-Rom); a point given twice stays a corner."""
    out, n = [], len(points)
    for i in range(n):
        p0, p1, p2, p3 = (np.array(points[(i + k) % n], float) for k in (-1, 0, 1, 2))
        if (p1 == p2).all():
            continue
        for t in np.linspace(0, 1, steps, endpoint=False):
            out.append(tuple(0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2
                                    + (3 * p1 - p0 - 3 * p2 + p3) * t**3)))
    return out


def fill(points):
    big = Image.new("L", (N * 2, N * 2), 0)
    ImageDraw.Draw(big).polygon([(a * 2, b * 2) for a, b in outline(points)], fill=255)
    return np.asarray(big.resize((N, N), Image.LANCZOS), float) / 255


def mirrored(points):
    return points + [(N - a, b) for a, b in reversed(points)]


def line(points, width, soft=0.9):
    layer = Image.new("L", (N, N), 0)
    ImageDraw.Draw(layer).line(points, fill=255, width=width, joint="curve")
    return gaussian_filter(np.asarray(layer, float) / 255, soft)


def noise(sigma, stretch=(1.0, 1.0)):
    field = gaussian_filter(rng.standard_normal((N, N)), (sigma * stretch[1], sigma * stretch[0]), mode="wrap")
    return field / field.std()


def crease(ax, ay, angle, length, power, width=9.0, bow=0.0006):
    """A fold that begins at a point, is highest halfway and dies out."""
    along = (x - ax) * np.cos(angle) + (y - ay) * np.sin(angle)
    across = (y - ay) * np.cos(angle) - (x - ax) * np.sin(angle) - bow * along**2
    t = np.clip(along / length, 0, 1)
    return power * 4 * t * (1 - t) * np.exp(-((across / (width + 0.05 * np.clip(along, 0, None))) ** 2))


def light_on(height, steep=1.5):
    gy, gx = np.gradient(height)
    lamp = np.array([-0.45, -0.62, 0.64])
    normal = np.dstack([-gx, -gy, np.full_like(gx, steep)])
    normal /= np.linalg.norm(normal, axis=2, keepdims=True)
    # Valleys see less of the sky.
    hollow = np.clip((gaussian_filter(height, 14) - height) * 0.018, 0, 0.16)
    return np.clip((normal @ lamp) / lamp[2], 0.3, 1.6) * (1 - hollow)


def photograph(body, cloth, shade, tint, name, thick=10):
    """Lays the cloth on a plain ground with its shadow and writes the picture."""
    ground = np.array(tint, float) * (1.03 - 0.08 * (x + y) / (2 * N))[..., None]
    ground *= 1 + 0.006 * rng.standard_normal((N, N, 1)) + 0.012 * noise(60)[..., None]
    far = gaussian_filter(np.roll(body, (thick + 4, thick), (0, 1)), thick)
    near = gaussian_filter(np.roll(body, (4, 3), (0, 1)), 3.5)
    ground *= (1 - np.clip(0.34 * far + 0.3 * near, 0, 0.6))[..., None]
    edge = gaussian_filter(body, 3.5)
    shade = shade * (0.84 + 0.16 * np.clip((edge - 0.5) * 2, 0, 1))
    alpha = gaussian_filter(body, 0.7)[..., None]
    picture = ground * (1 - alpha) + cloth * shade[..., None] * alpha
    picture += rng.normal(0, 1.6, picture.shape)
    Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).save(pathlib.Path(__file__).with_name(name), quality=88)


def dress():
    """A sleeveless linen dress with a gathered skirt."""
    left = [(600, 262), (548, 250), (512, 214), (498, 120), (498, 120), (456, 116), (456, 116), (450, 190), (428, 262),
            (396, 318), (396, 318), (404, 420), (420, 516), (420, 516), (372, 640), (306, 860), (250, 1080), (250, 1080),
            (330, 1106), (460, 1122), (600, 1126)]
    body = fill(mirrored(left))
    waist = 516 + 8 * np.sin((x - 420) / 360 * np.pi)
    # The skirt's pleats start at the waist and open towards the hem.
    fan = (x - 600) / (1 + 0.00125 * np.clip(y - 516, 0, None)) / 1.0
    open_ = np.clip((y - waist) / 560, 0, 1)
    height = np.zeros((N, N))
    for wave, power, phase in ((21, 3.4, 0.4), (13, 1.6, 1.9), (37, 5.2, 2.6), (61, 5.0, 0.9)):
        drift = 1.0 * noise(70, (0.5, 1.8))
        reach = np.clip(open_ * 5, 0, 1) * (0.55 + 0.75 * open_ * (wave > 20)) * np.where(wave < 20, 1 - 0.6 * open_, 1)
        height += power * reach * np.sin(fan * 2 * np.pi / wave + phase + drift)
    height += 3.4 * noise(40, (0.8, 1.6)) * (0.6 + 0.4 * (y > waist)) + 1.0 * noise(15, (0.8, 1.7)) + 0.45 * noise(6)
    for ax, ay, angle, length, power in ((420, 330, 0.5, 240, 8), (780, 330, 2.64, 240, 8), (430, 480, -0.35, 220, 6),
                                         (770, 480, 3.5, 220, 6), (520, 260, 1.2, 220, 4), (690, 260, 1.95, 220, 4)):
        height += crease(ax, ay, angle, length, power) * (y < waist)
    # Short gathers right above and below the waistband.
    gather = np.exp(-(((y - waist) / 34) ** 2)) * np.sin(x * 2 * np.pi / 15 + 1.2 * noise(20))
    band = np.exp(-(((y - waist) / 9) ** 6))
    height += 2.0 * gather * (1 - band) + 3.0 * band
    height += 15 * gaussian_filter(body, 9)
    shade = light_on(height, 1.75)
    weave = 1 + 0.03 * noise(1.1, (4.5, 0.5)) + 0.03 * noise(1.1, (0.5, 4.5)) + 0.012 * rng.standard_normal((N, N))
    cloth = np.array([196, 110, 82.0]) * weave[..., None]
    # The inside of the back shows in the neckline.
    inner = fill(mirrored([(600, 214), (548, 208), (512, 190), (504, 126), (504, 126), (512, 214), (548, 250), (600, 262)]))
    back = np.array([150, 78, 56.0]) * weave[..., None] * (0.95 - 0.2 * np.clip((y - 180) / 90, 0, 1))[..., None]
    whole = np.maximum(body, inner)
    cloth = cloth * (1 - inner[..., None]) + back * inner[..., None]
    shade = shade * (1 - inner) + inner * (0.9 + 0.1 * shade)
    seams = np.zeros((N, N))
    for flip in (False, True):
        m = (lambda p: [(N - a, b) for a, b in p]) if flip else (lambda p: p)
        neck = [(505, 130), (516, 214), (549, 256), (600, 269)]
        arm = [(462, 124), (457, 192), (436, 266), (404, 322)]
        seams += 0.3 * line(m([(a + 6 * (1 - flip * 0), b + 7) for a, b in neck]), 2) + 0.3 * line(m([(a + 7, b) for a, b in arm]), 2)
    hem = [(253 + i * 6.94, 1066 + 44 * np.sin(np.pi * i / 100) + 2 * np.sin(i)) for i in range(101)]
    seams += 0.3 * line(hem, 2) + 0.25 * (np.abs(y - waist - 10) < 1.2) + 0.25 * (np.abs(y - waist + 10) < 1.2)
    for i in range(6):
        bx, by = 600, 300 + i * 38
        d = np.hypot(x - bx, y - by)
        button = np.clip(9.5 - d, 0, 1)
        cloth = cloth * (1 - button[..., None]) + np.array([226, 206, 178.0]) * button[..., None]
        holes = sum(np.exp(-(((x - bx - 2.6 * a) ** 2 + (y - by - 2.6 * b) ** 2) / 2.2)) for a in (-1, 1) for b in (-1, 1))
        shade = shade * (1 - 0.5 * np.clip(holes, 0, 1)) * (1 - 0.35 * np.exp(-(((d - 10.5) / 1.8) ** 2)) * (y > by - 4))
    placket = (np.abs(np.abs(x - 600) - 17) < 1.1) & (y > 268) & (y < waist - 9)
    shade = shade * (1 - np.clip(gaussian_filter(seams, 0.6), 0, 0.45)) * (1 - 0.22 * gaussian_filter(placket.astype(float), 0.8))
    photograph(whole, cloth, shade, (227, 226, 222), "dress.jpg")


def stitches(u, v, size):
    """Stocking stitch: columns of small v's. Height from 0 to 1."""
    column = np.floor(u / size)
    du, dv = u / size - column - 0.5, v / (size * 0.78)
    slant = dv + np.abs(du) * 1.25
    row = slant - np.floor(slant)
    bead = np.sqrt(np.clip(1 - ((row - 0.5) / 0.5) ** 2, 0, 1)) * np.sqrt(np.clip(1 - ((np.abs(du) - 0.25) / 0.27) ** 2, 0, 1))
    return bead


def sweater():
    """A long-sleeved chunky jumper with cables down the front."""
    left = [(600, 214), (530, 208), (480, 184), (480, 184), (400, 208), (340, 246), (286, 420), (232, 640), (182, 860),
            (182, 860), (190, 906), (262, 926), (286, 918), (286, 918), (330, 770), (372, 560), (372, 560), (378, 760),
            (370, 960), (376, 1026), (376, 1026), (480, 1038), (600, 1040)]
    body = fill(mirrored(left))
    arm_edge = np.interp(y, [184, 320, 560], [452, 398, 372])
    sleeve_l, sleeve_r = x < np.where(y < 560, arm_edge, 372), x > N - np.where(y < 560, arm_edge, 372)
    sleeve = sleeve_l | sleeve_r
    height = 6.5 * noise(60, (0.8, 1.6)) + 3.0 * noise(26, (0.8, 1.5))
    for ax, ay, angle, length, power in ((380, 540, 0.35, 230, 10), (820, 540, 2.8, 230, 10), (392, 500, 0.9, 260, 8),
                                         (808, 500, 2.25, 260, 8), (300, 560, 1.3, 220, 9), (900, 560, 1.85, 220, 9),
                                         (240, 760, 0.5, 130, 8), (960, 760, 2.64, 130, 8), (400, 980, -0.6, 220, 7),
                                         (800, 980, 3.75, 220, 7)):
        height += crease(ax, ay, angle, length, power, 14)
    gy, gx = np.gradient(height)
    wx, wy = x + 5 * gx, y + 5 * gy
    # Sleeves are knitted along the arm.
    turn = np.where(sleeve_l, 0.235, np.where(sleeve_r, -0.235, 0.0))
    u, v = wx * np.cos(turn) + wy * np.sin(turn), wy * np.cos(turn) - wx * np.sin(turn)
    knit = stitches(u, v, 13.5)
    side = np.abs(wx - 600)
    cable = np.zeros((N, N))
    for centre in (0, 92):
        strand = np.zeros((N, N))
        for phase in (0, np.pi):
            mid = centre + 17 * np.sin(wy * 2 * np.pi / 118 + phase)
            top = 0.75 + 0.25 * np.cos(wy * 2 * np.pi / 118 + phase)
            strand = np.maximum(strand, top * np.sqrt(np.clip(1 - ((side - mid) / 15) ** 2, 0, 1)))
        cable = np.maximum(cable, strand)
    purl = np.exp(-(((np.minimum(np.abs(side - 44), np.abs(side - 140))) / 7) ** 2)) * ~sleeve
    cable = cable * ~sleeve * (y > 262) * (y < 948)
    rib = 0.5 + 0.5 * np.sin(u * 2 * np.pi / 15)
    cuff_l = (v > 905 * np.cos(0.235)) & sleeve_l
    cuffs = (sleeve & (y > 842 - 0.24 * np.abs(np.abs(x - 600) - 340))) | (~sleeve & (y > 950))
    fabric = np.where(cuffs, 7.0 * rib + 0.8 * knit, 2.3 * knit + 11 * cable - 4 * purl * (y > 262) * (y < 948))
    height = height + gaussian_filter(fabric, 0.8) + 22 * gaussian_filter(body, 12)
    shade = light_on(height, 2.5)
    yarn = 1 + 0.025 * rng.standard_normal((N, N)) + 0.03 * noise(1.3)
    cloth = np.array([222, 206, 178.0]) * yarn[..., None]
    hole = fill(mirrored([(600, 232), (540, 224), (486, 190), (486, 190), (508, 250), (552, 286), (600, 294)]))
    back = np.array([176, 158, 128.0]) * yarn[..., None] * (0.95 - 0.22 * np.clip((y - 205) / 80, 0, 1))[..., None]
    collar = np.clip(fill(mirrored([(600, 206), (534, 200), (476, 176), (470, 196), (470, 196), (488, 268), (540, 318),
                                    (600, 328)])) - hole, 0, 1)
    ring = 0.5 + 0.5 * np.cos(np.arctan2(y - 190, x - 600) * 84)
    cloth = cloth * (1 - hole[..., None]) + back * hole[..., None]
    shade = shade * (1 - hole) + hole * (0.86 + 0.1 * knit)
    roll = light_on(12 * gaussian_filter(collar, 7) + 3.2 * ring * collar, 1.9)
    shade = shade * (1 - collar) + roll * collar
    shade *= 1 - 0.3 * gaussian_filter(np.roll(collar, (7, 4), (0, 1)), 6) * (1 - collar)
    for flip in (False, True):
        m = (lambda p: [(N - a, b) for a, b in p]) if flip else (lambda p: p)
        shade *= 1 - 0.3 * line(m([(456, 196), (398, 320), (376, 470), (372, 560)]), 4, 1.6)
    whole = np.maximum(np.maximum(body, collar), hole)
    photograph(whole, cloth, shade, (214, 218, 220), "sweater.jpg", 14)


def sweatshirt():
    """A plain sweatshirt of marled cotton with ribs, a stitched notch and a small print of hills under a sun."""
    left = [(600, 226), (536, 220), (484, 194), (484, 194), (404, 216), (330, 262), (272, 432), (214, 650), (158, 868),
            (158, 868), (152, 930), (146, 956), (146, 956), (190, 974), (238, 980), (238, 980), (246, 944), (262, 914),
            (318, 760), (362, 580), (362, 580), (368, 760), (358, 936), (358, 936), (372, 968), (382, 1018), (382, 1018),
            (490, 1028), (600, 1030)]
    body = fill(mirrored(left))
    seam_x = np.interp(y, [194, 300, 420, 580], [430, 374, 356, 362])
    sleeve = (np.abs(x - 600) > 600 - seam_x) | ((y > 580) & (np.abs(x - 600) > 600 - np.interp(y, [580, 980], [358, 330])))
    height = 6.0 * noise(58, (0.8, 1.6)) + 3.2 * noise(25, (0.7, 1.6)) + 1.0 * noise(11, (0.9, 1.4)) + 0.3 * noise(4)
    for ax, ay, angle, length, power in ((366, 570, 0.5, 250, 11), (834, 575, 2.7, 240, 10), (372, 530, 1.0, 280, 8),
                                         (828, 520, 2.2, 290, 8), (360, 600, -0.25, 180, 7), (842, 610, 3.35, 170, 7),
                                         (292, 560, 1.5, 200, 10), (908, 555, 1.62, 210, 10), (216, 700, 0.35, 120, 10),
                                         (984, 690, 2.8, 120, 10), (196, 770, 0.15, 120, 9), (1004, 775, 3.0, 120, 9),
                                         (178, 850, -0.2, 110, 8), (1022, 850, 3.35, 110, 8), (400, 930, -0.9, 200, 7),
                                         (800, 930, 4.0, 200, 7), (520, 940, -1.3, 150, 5), (690, 940, 4.4, 150, 5),
                                         (470, 250, 1.15, 230, 5), (730, 250, 2.0, 230, 5)):
        height += crease(ax, ay, angle, length, power, 13)
    # Ribs: along the arm at the cuffs, upright at the hem.
    side = np.where(x < 600, x, N - x)
    turn = 0.245
    along = (y - 900) * np.cos(turn) - (side - 210) * np.sin(turn)
    cuff, hem = sleeve & (along > 8), ~sleeve & (y > 938 + 4 * np.sin((x - 360) / 480 * np.pi))
    across = np.where(cuff, side * np.cos(turn) + y * np.sin(turn), x)
    rib = (0.5 + 0.5 * np.sin(across * 2 * np.pi / 9.5)) * (cuff | hem)
    height += gaussian_filter(2.6 * rib + 3.0 * (cuff | hem), 1.0) + 20 * gaussian_filter(body, 11)
    shade = light_on(height, 2.1)
    marl = 1 + 0.035 * noise(0.9, (0.6, 3.0)) + 0.03 * rng.standard_normal((N, N))
    blue = np.array([104, 124, 146.0])
    cloth = blue * marl[..., None]
    cloth = cloth * (1 - 0.05 * (cuff | hem))[..., None]
    gy, gx = np.gradient(height)
    cloth = printed(cloth, x + 2.5 * gx, y + 2.5 * gy)
    hole = fill(mirrored([(600, 244), (544, 238), (492, 202), (492, 202), (512, 258), (556, 294), (600, 302)]))
    collar = np.clip(fill(mirrored([(600, 216), (538, 210), (480, 184), (472, 200), (472, 200), (492, 274), (542, 322),
                                    (600, 332)])) - hole, 0, 1)
    inside = blue * 0.66 * marl[..., None] * (1 - 0.2 * np.clip((y - 215) / 80, 0, 1))[..., None]
    cloth = cloth * (1 - hole[..., None]) + inside * hole[..., None]
    label = fill([(572, 256), (572, 256), (628, 256), (628, 256), (628, 284), (628, 284), (572, 284), (572, 284)])[..., None]
    cloth = cloth * (1 - label) + np.array([236, 232, 222.0]) * label
    shade = shade * (1 - hole) + hole * 0.95
    ring = 0.5 + 0.5 * np.cos(np.arctan2(y - 150, x - 600) * 150)
    roll = light_on(9 * gaussian_filter(collar, 6) + 1.3 * gaussian_filter(ring * collar, 0.7), 1.9)
    shade = shade * (1 - collar) + roll * collar
    shade *= 1 - 0.26 * gaussian_filter(np.roll(collar, (6, 4), (0, 1)), 5) * (1 - collar)
    shade *= 1 - np.clip(sweatshirt_seams(), 0, 0.45)
    whole = np.maximum(np.maximum(body, collar), hole)
    photograph(whole, cloth, shade, (229, 226, 221), "sweatshirt.jpg", 12)


def printed(cloth, u, v):
    """The cloth with three lines of hills under a sun, in cracked cream ink that follows the folds."""
    u, v = (u - 600) / 104, (v - 520) / 104
    sun = np.clip((0.30 - np.hypot(u - 0.28, v + 0.30)) * 60, 0, 1)
    hills = [np.abs(v - (0.10 + 0.24 * k + a * np.sin(2.6 * u + b))) < 0.045
             for k, (a, b) in enumerate(((0.17, 0.6), (0.13, 1.2), (0.09, 2.0)))]
    behind = v < 0.10 + 0.17 * np.sin(2.6 * u + 0.6)
    drawing = np.clip(sun * behind + sum(h.astype(float) for h in hills), 0, 1) * (np.hypot(u, v - 0.12) < 1.0)
    ink = gaussian_filter(drawing, 0.8) * np.clip(0.93 + 0.06 * noise(1.2), 0, 1)
    return cloth * (1 - ink[..., None]) + np.array([238, 229, 208.0]) * ink[..., None]


def sweatshirt_seams():
    """Shoulder seams, the twin stitching of ribs and collar, and the notch below the collar."""
    seams = np.zeros((N, N))
    for flip in (False, True):
        m = (lambda p: [(N - a, b) for a, b in p]) if flip else (lambda p: p)
        seams += 0.3 * line(m([(430, 205), (374, 300), (356, 420), (362, 580)]), 3, 1.4)
        seams += 0.16 * line(m([(437, 204), (381, 300), (363, 420), (368, 560)]), 2)
        seams += 0.26 * line(m([(166, 893), (270, 919)]), 2) + 0.16 * line(m([(168, 884), (272, 910)]), 2)
    hem = [(359 + i * 4.82, 937 + 4 * np.sin(np.pi * i / 100)) for i in range(101)]
    seams += 0.28 * line(hem, 3, 1.2) + 0.16 * line([(a, b - 8) for a, b in hem], 2)
    neck = outline([(600, 340), (538, 329), (486, 278), (466, 202), (466, 202), (734, 202), (734, 202), (714, 278), (662, 329)])
    seams += 0.18 * line([p for p in neck if p[1] > 206], 2) + 0.22 * line([(566, 338), (600, 388), (634, 338)], 2)
    return seams


if __name__ == "__main__":
    drawings = {drawing.__name__: drawing for drawing in (dress, sweater, sweatshirt)}
    for name in sys.argv[1:] or drawings:
        drawings[name]()
