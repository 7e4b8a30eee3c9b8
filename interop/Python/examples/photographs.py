"""The repository's photographs as a data set: random crops of twelve pictures, to be told apart."""
import os
import struct
import zlib

import numpy as np
import torch

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "src", "GuidedMixup.Cli", "photos")
# ImageNet's, as (x/255 − mean)/std.
MEAN, STD = torch.tensor((0.485, 0.456, 0.406)).view(3, 1, 1), torch.tensor((0.229, 0.224, 0.225)).view(3, 1, 1)


class Crops(torch.utils.data.Dataset):
    """``length`` crops: item i shows photograph i mod 12, somewhere, at some size, perhaps mirrored, as ([3,size,size], class)."""

    def __init__(self, length, size=32, seed=None, folder=FOLDER):
        files = sorted(name for name in os.listdir(folder) if name.endswith(".png"))
        self.names = [name[:-4] for name in files]
        pictures = (torch.from_numpy(read_png(os.path.join(folder, name)).copy()).permute(2, 0, 1) for name in files)
        self.pictures = [(picture.float() / 255 - MEAN) / STD for picture in pictures]
        self.length, self.size, self.seed = length, size, seed

    def __len__(self):
        return self.length

    def __getitem__(self, i):
        generator = None if self.seed is None else torch.Generator().manual_seed(self.seed + i)
        draw = lambda high: int(torch.randint(high, (), generator=generator))  # noqa: E731
        label = i % len(self.pictures)
        picture = self.pictures[label]
        side = 64 + draw(97)
        y, x = draw(picture.shape[1] - side + 1), draw(picture.shape[2] - side + 1)
        crop = picture[None, :, y:y + side, x:x + side]
        crop = torch.nn.functional.interpolate(crop, (self.size, self.size), mode="area")[0]
        return (crop.flip(2) if draw(2) else crop), label


def read_png(file):
    """8-bit RGB without interlacing: [H,W,3], uint8."""
    with open(file, "rb") as stream:
        data = stream.read()
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError(f"{file} is no PNG")
    place, packed, header = 8, [], None
    while place < len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        body = data[place + 8:place + 8 + length]
        if kind == b"IHDR":
            header = struct.unpack(">IIBBBBB", body)
        elif kind == b"IDAT":
            packed.append(body)
        place += length + 12
    width, height, depth, colour, _, _, interlace = header
    if (depth, colour, interlace) != (8, 2, 0):
        raise ValueError(f"{file}: 8-bit RGB without interlacing is read here")
    rows, stride = zlib.decompress(b"".join(packed)), 3 * width
    image, above = [], bytearray(stride)
    for y in range(height):
        filter_, row = rows[y * (stride + 1)], bytearray(rows[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        for i in range(stride) if filter_ else ():
            left, corner = (row[i - 3], above[i - 3]) if i >= 3 else (0, 0)
            up = above[i]
            if filter_ == 4:  # whichever of the three is nearest to left + up - corner
                a, b, c = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
                guess = left if a <= b and a <= c else up if b <= c else corner
            else:
                guess = (left, up, (left + up) // 2)[filter_ - 1]
            row[i] = (row[i] + guess) & 255
        image.append(row)
        above = row
    return np.frombuffer(b"".join(image), np.uint8).reshape(height, width, 3)
